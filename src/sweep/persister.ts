import { StartSyncExecutionCommand } from '@aws-sdk/client-sfn';
import { SweepRun } from './begin';
import { SweepDependencies } from './dependencies';
import { deletionEvent, EndIds, EventOrigin, eventOf, membershipEvent, MembershipNames, RegistryEvent } from './registry-event';
import { RegistryEntity } from '../convergence/entity';
import { Quota } from '../convergence/quotas';
import { StoredRecord } from '../convergence/table-reader';
import { EntityKind, RegistryRecord } from '../table/record';

/**
 * Events know better than a sweep from this long before its listing on: listings are behind, and events are under way. AWS gives no figure
 * for either; both are seconds where they were measured.
 */
export const MARGIN_MS = 5 * 60 * 1000;

/** The persistence workflow could not deal with an event at all; its metric ExecutionsFailed has counted it. */
export const FAILED = 'failed';

/** Calls that a record of each kind leads to in the destinations. */
const CALLS: Readonly<Record<EntityKind, { readonly missing: Quota; readonly different: Quota }>> = {
  type: { missing: 'CreateThingType', different: 'DeprecateThingType' },
  group: { missing: 'CreateThingGroup', different: 'UpdateThingGroup' },
  thing: { missing: 'CreateThing', different: 'UpdateThing' },
  membership: { missing: 'AddThingToThingGroup', different: 'AddThingToThingGroup' },
};

/** The call of a destination's that a difference leads to. */
export function callOf(kind: EntityKind, difference: 'missing' | 'different'): Quota {
  return CALLS[kind][difference];
}

/**
 * Has what a sweep read persisted by the workflow that persists events: the same filters, router, guard and dead letters, so that an event
 * which is newer wins whichever comes first.
 */
export class Persister {
  private readonly origin: EventOrigin;

  constructor(private readonly dependencies: SweepDependencies, run: SweepRun) {
    this.origin = { eventId: `sweep-${run.name}`, timestamp: run.startedAt - MARGIN_MS, arnPrefix: dependencies.config.arnPrefix };
  }

  /** Whether it was this run that had the record persisted. */
  public isOwn(record: StoredRecord | undefined): boolean {
    return record !== undefined && record !== 'unreadable' && record.eventId === this.origin.eventId;
  }

  /** @returns the outcome, as the workflow names it */
  public async entity(entity: Exclude<RegistryEntity, { kind: 'membership' }>): Promise<string> {
    return this.persist(eventOf(entity, this.origin));
  }

  public async membership(names: MembershipNames, ids: EndIds): Promise<string> {
    return this.persist(membershipEvent(names, ids, this.origin));
  }

  public async deletion(record: RegistryRecord): Promise<string> {
    return this.persist(deletionEvent(record, this.origin));
  }

  private async persist(event: RegistryEvent): Promise<string> {
    const { sfn, config, logger } = this.dependencies;
    const { status, output, error } = await sfn.send(new StartSyncExecutionCommand({
      stateMachineArn: config.persistenceWorkflowArn,
      input: JSON.stringify(event),
    }));
    if (status === 'SUCCEEDED') return (JSON.parse(output!) as { outcome: string }).outcome;
    logger.warn('an event was not persisted', { status, error });
    return FAILED;
  }
}
