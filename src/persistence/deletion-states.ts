import { Duration } from 'aws-cdk-lib';
import { Choice, Condition, Fail, IChainable, Pass, Timeout, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { retries } from './retries';
import { EntityKind, KINDS } from '../kinds';
import { EVENTS } from '../kinds/events';
import { kindsOf } from '../kinds/register';
import { SEPARATOR } from '../record/record';
import { jsonata } from '../regional/jsonata';
import { RegistryKind } from '../registry-kind';
import { arnOf } from '../settings/regions';
import { PrefixesByKind } from '../settings/settings';

/** The error of a deletion that the registry does not confirm: the entity still exists. */
export const NOT_DELETED = 'NotDeleted';

/** In the state's input: the registry contains an entity of this name, of another incarnation. */
export const IS_REPLACED = 'isReplaced';

const TIMEOUT_SECONDS = 5;
/** A read may lag behind the event: an entity that still exists is read once more, after this time. */
const SECONDS_BETWEEN_LOOKS = 5;
const LOOKS = 2;
const NOT_FOUND = 'Iot.ResourceNotFoundException';

/** The error of a removal that could not be confirmed: the thing is in more groups than could be listed in time. */
export const CONFIRMATION_TIMEOUT = 'ConfirmationTimeout';
/** The maximum that AWS returns per page. It may return fewer together with a token. */
const PAGE_SIZE = 250;
/** Seconds after its start in which an execution still asks for a further page: an Express execution has five minutes for everything. */
const PAGING_SECONDS = 30;

export interface DeletionStatesProps {
  readonly kinds: readonly RegistryKind[];
  readonly prefixes: PrefixesByKind;
}

/** Where a look leads. */
interface Answers {
  /** The registry does not contain it. */
  readonly gone: Pass;
  readonly question: Choice;
}

/**
 * The states that ask the registry whether a deletion is true. One call per deletion, and a second one if the entity still exists. The
 * whole list of the thing's groups, page by page, confirms the removal of a member. If a call fails, the event becomes a dead letter: without an answer,
 * nothing is deleted.
 */
export class DeletionStates extends Construct {
  private readonly kinds: readonly EntityKind[];

  constructor(scope: Construct, id: string, private readonly props: DeletionStatesProps) {
    super(scope, id);
    this.kinds = kindsOf(props.kinds).filter((kind) => EVENTS[kind]);
  }

  /** Continues with `otherwise` for everything that is no deletion, and for a confirmed deletion. */
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
      if (EVENTS[kind]!.look.isPaged) this.turnPages(kind, { gone, question });
    }
    question
      .when(Condition.jsonata('{% $states.input.isThere = false %}'), otherwise)
      .when(Condition.jsonata(`{% $states.input.looks < ${LOOKS} %}`), again)
      .otherwise(Fail.jsonata(this, 'It is not deleted', { error: NOT_DELETED, cause: jsonata("'the ' & $states.input.kind & ' is still in the registry'") }));
    return isDeletion.otherwise(otherwise);
  }

  /** A group may be on a later page: the last page decides. */
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
    const { call, argument: [name, part], isThere, isPaged, resource } = EVENTS[kind]!.look;
    const owner = KINDS.find((each) => each.resource === resource)!;
    const names = this.props.prefixes[owner.name as keyof PrefixesByKind] ?? [''];
    const look = CallAwsService.jsonata(this, isNextPage ? `Look for the ${kind} on the next page` : `Look for the ${kind}`, {
      service: 'iot',
      action: call,
      parameters: { [name]: jsonata(`$substringAfter($states.input.record.${part}, '${SEPARATOR}')`), ...isPaged ? { MaxResults: PAGE_SIZE } : {}, ...isNextPage ? { NextToken: '{% $states.input.nextToken %}' } : {} },
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

/** The state's input with further fields, and without the token of the previous page. */
function merged(...fields: string[]): string {
  return `$merge([$sift($states.input, function($v, $k) { $k != 'nextToken' }), ${fields.join(', ')}])`;
}
