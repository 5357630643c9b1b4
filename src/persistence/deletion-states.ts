import { Duration } from 'aws-cdk-lib';
import { Choice, Condition, Fail, IChainable, Pass, Timeout, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { KIND_EVENT_TYPES } from './describe-change';
import { retries } from './retries';
import { ENTITY_KINDS, EntityKind } from '../record/record';
import { jsonata } from '../regional/jsonata';
import { RegistryKind } from '../registry-kind';
import { arnOf } from '../settings/regions';
import { PrefixesByKind } from '../settings/settings';

/** The error of a deletion that the registry knows nothing of. */
export const NOT_DELETED = 'NotDeleted';

/** In the state's input: the registry has one of this name, of another incarnation. */
export const IS_REPLACED = 'isReplaced';

const TIMEOUT_SECONDS = 5;
/** A read may be behind the event: what is still there is looked at once more, after so long. */
const SECONDS_BETWEEN_LOOKS = 5;
const LOOKS = 2;
const NOT_FOUND = 'Iot.ResourceNotFoundException';

/** The error of a removal that could not be confirmed: the thing is in more groups than could be listed in time. */
export const CONFIRMATION_TIMEOUT = 'ConfirmationTimeout';
/** The maximum that AWS returns per page. It may return fewer together with a token. */
const PAGE_SIZE = 250;
/** Seconds after its start in which an execution still asks for a further page: an Express execution has five minutes for everything. */
const PAGING_SECONDS = 30;

/** How to ask the registry whether it still has the entity that an event reports as deleted, for a state whose input has its `record`. */
interface Look {
  readonly call: string;
  readonly argument: readonly [name: string, value: string];
  /** Whether the answer has it. */
  readonly isThere: string;
  /** Whether the answer is a page of several. */
  readonly isPaged?: boolean;
  readonly resource: string;
  readonly prefixes: keyof PrefixesByKind;
}

const record = '$states.input.record';
const nameIn = (attribute: string) => `$substringAfter(${record}.${attribute}, '#')`;

/**
 * Another id is that of a thing that was created since under the same name: the deletion is true, and ends nothing but its own incarnation. Of a membership
 * only names can be looked up.
 */
const LOOKS_OF: Readonly<Record<EntityKind, Look>> = {
  thing: { call: 'describeThing', argument: ['ThingName', nameIn('pk')], isThere: `$states.result.ThingId = ${record}.incarnation`, resource: 'thing', prefixes: 'thing' },
  group: {
    call: 'describeThingGroup', argument: ['ThingGroupName', nameIn('pk')], isThere: `$states.result.ThingGroupId = ${record}.incarnation`, resource: 'thinggroup', prefixes: 'group',
  },
  type: {
    call: 'describeThingType', argument: ['ThingTypeName', nameIn('pk')], isThere: `$states.result.ThingTypeId = ${record}.incarnation`, resource: 'thingtype', prefixes: 'type',
  },
  membership: {
    call: 'listThingGroupsForThing', argument: ['ThingName', nameIn('pk')], isThere: `${nameIn('sk')} in $states.result.ThingGroups.GroupName`, isPaged: true, resource: 'thing', prefixes: 'thing',
  },
};

export interface DeletionStatesProps {
  readonly eventTypes: readonly RegistryKind[];
  readonly prefixes: PrefixesByKind;
}

/** Where a look leads. */
interface Answers {
  /** The registry does not have it. */
  readonly gone: Pass;
  readonly question: Choice;
}

/**
 * The states that ask the registry whether what an event says to be deleted is gone. One call for a deletion, and a second one if it is still there. The
 * removal of a member is confirmed by the whole list of the thing's groups, page by page. A call that fails dead-letters the event: nothing is deleted
 * because nobody could be asked.
 */
export class DeletionStates extends Construct {
  private readonly kinds: readonly EntityKind[];

  constructor(scope: Construct, id: string, private readonly props: DeletionStatesProps) {
    super(scope, id);
    this.kinds = ENTITY_KINDS.filter((kind) => props.eventTypes.includes(KIND_EVENT_TYPES[kind]));
  }

  /** Goes on with `otherwise` for whatever is no deletion, and for a deletion that is confirmed. */
  public before(otherwise: IChainable): Choice {
    const isDeletion = Choice.jsonata(this, 'Is it a deletion?');
    const again = Wait.jsonata(this, 'Wait for the registry', { time: WaitTime.duration(Duration.seconds(SECONDS_BETWEEN_LOOKS)) });
    again.next(isDeletion);
    const question = Choice.jsonata(this, 'Is it gone?');
    const gone = Pass.jsonata(this, 'It is gone', { outputs: jsonata(merged("{ 'isThere': false }")) });
    gone.next(question);
    for (const kind of this.kinds) {
      const look = this.look(kind, { gone, question });
      isDeletion.when(Condition.jsonata(`{% $states.input.record.deleted = true and $states.input.kind = '${kind}' %}`), look);
      if (LOOKS_OF[kind].isPaged) this.turnPages(kind, { gone, question });
    }
    question
      .when(Condition.jsonata('{% $states.input.isThere = false %}'), otherwise)
      .when(Condition.jsonata(`{% $states.input.looks < ${LOOKS} %}`), again)
      .otherwise(Fail.jsonata(this, 'It is not deleted', { error: NOT_DELETED, cause: jsonata("'the ' & $states.input.kind & ' is still in the registry'") }));
    return isDeletion.otherwise(otherwise);
  }

  /** What one page does not have may be on the next one: nothing is decided before the last. */
  private turnPages(kind: EntityKind, answers: Answers): void {
    const hasMore = '$states.input.isThere = false and $exists($states.input.nextToken)';
    const isInTime = `$millis() - $toMillis($states.context.Execution.StartTime) < ${PAGING_SECONDS * 1000}`;
    const late = Fail.jsonata(this, 'There is no time for more pages', {
      error: CONFIRMATION_TIMEOUT, cause: `the groups of the thing could not be listed within ${PAGING_SECONDS} s; start the event again`,
    });
    answers.question
      .when(Condition.jsonata(`{% ${hasMore} and ${isInTime} %}`), this.look(kind, answers, true))
      .when(Condition.jsonata(`{% ${hasMore} %}`), late);
  }

  /** The role of the workflow may make each call within the prefixes. */
  private look(kind: EntityKind, { gone, question }: Answers, isNextPage = false): IChainable {
    const { call, argument: [name, value], isThere, isPaged, resource, prefixes } = LOOKS_OF[kind];
    const names = this.props.prefixes[prefixes] ?? [''];
    const look = CallAwsService.jsonata(this, isNextPage ? `Look for the ${kind} on the next page` : `Look for the ${kind}`, {
      service: 'iot',
      action: call,
      parameters: { [name]: jsonata(value), ...isPaged ? { MaxResults: PAGE_SIZE } : {}, ...isNextPage ? { NextToken: '{% $states.input.nextToken %}' } : {} },
      iamAction: `iot:${call.charAt(0).toUpperCase()}${call.slice(1)}`,
      iamResources: names.map((prefix) => arnOf(this, 'iot', `${resource}/${prefix}*`)),
      outputs: jsonata(merged(
        `{ 'isThere': ${isThere}, ${isPaged ? '' : `'${IS_REPLACED}': $not(${isThere}), `}'looks': ${isNextPage ? '$states.input.looks' : '($exists($states.input.looks) ? $states.input.looks : 0) + 1'} }`,
        ...isPaged ? ["$type($states.result.NextToken) = 'string' ? { 'nextToken': $states.result.NextToken } : {}"] : [],
      )),
      taskTimeout: Timeout.duration(Duration.seconds(TIMEOUT_SECONDS)),
    });
    look.addRetry({ errors: [NOT_FOUND], maxAttempts: 0 });
    look.addRetry(retries(1));
    look.addCatch(gone, { errors: [NOT_FOUND], outputs: '{% $states.input %}' });
    return look.next(question);
  }
}

/** The state's input with further fields, and without the token of the page before. */
function merged(...fields: string[]): string {
  return `$merge([$sift($states.input, function($v, $k) { $k != 'nextToken' }), ${fields.join(', ')}])`;
}
