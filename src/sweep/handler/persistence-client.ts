import { StartSyncExecutionCommand } from '@aws-sdk/client-sfn';
import { SweepRun } from './begin';
import { SweepDependencies } from './context';
import { creationEvent, deletionEvent, EndIds, EventOrigin, eventOf, membershipEvent, MembershipNames, RegistryEvent } from './observation';
import { RegistryEntity, TypeEntity } from '../../comparison/entity';
import { StoredRecord } from '../../comparison/handler/table-reader';
import { Outcome } from '../../persistence/outcome';
import { isFromTheFuture, MARGIN_MS } from '../../record/margin';
import { RegistryRecord, SWEEP_EVENT_ID_PREFIX } from '../../record/record';
import { SignalEvent, SweepResult } from '../../record/signal';

/** The persistence workflow could not deal with an event at all; its metric ExecutionsFailed has counted it. */
export const FAILED = 'failed';

/**
 * Has what a sweep read persisted by the workflow that persists events: the same filters, router, guard and dead letters, so that an event
 * which is newer wins whichever comes first.
 */
export class Persister {
  private readonly origin: EventOrigin;

  /** Events from this long before the listing on know better than the sweep. */
  constructor(private readonly dependencies: SweepDependencies, run: SweepRun) {
    this.origin = { eventId: `${SWEEP_EVENT_ID_PREFIX}${run.name}`, timestamp: run.startedAt - MARGIN_MS, arnPrefix: dependencies.config.arnPrefix };
  }

  /** Whether it was this run that had the record persisted. */
  public isOwn(record: StoredRecord | undefined): boolean {
    return record !== undefined && record !== 'unreadable' && record.eventId === this.origin.eventId;
  }

  /**
   * @param record what is stored for the entity
   * @returns the outcome, as the workflow names it
   */
  public async entity(entity: Exclude<RegistryEntity, { kind: 'membership' }>, record: StoredRecord | undefined): Promise<string> {
    return this.persist(eventOf(entity, this.originAfter(record, entity.incarnation)));
  }

  /** A type that is deprecated, as it was before. */
  public async undeprecated(type: TypeEntity): Promise<string> {
    return this.persist(creationEvent(type, this.origin));
  }

  /** @param record what is stored for the membership */
  public async membership(names: MembershipNames, ids: EndIds, record: StoredRecord | undefined): Promise<string> {
    return this.persist(membershipEvent(names, ids, this.originBehind(record)));
  }

  public async deletion(record: RegistryRecord): Promise<string> {
    return this.persist(deletionEvent(record, record.kind === 'membership' ? this.originBehind(record) : this.originAfter(record, record.incarnation)));
  }

  /** Ends an incarnation that the record has replaced while it lived. No later than the record: the guard would take it for the end of that. */
  public async replaced(record: Exclude<RegistryRecord, { kind: 'membership' }>, incarnation: string): Promise<string> {
    return this.persist(deletionEvent({ ...record, incarnation }, { ...this.origin, timestamp: record.timestamp }));
  }

  /**
   * A record of the same incarnation never goes back in time: it is older than what ended the incarnation before it, whose event may still be
   * pending, and would take the record for one of its future. It is one millisecond later, because the guard refuses the same version at the same time:
   * what was read directly is later than a record that had rested for the margin.
   */
  private originAfter(record: StoredRecord | undefined, incarnation: string | undefined): EventOrigin {
    const isSame = record && record !== 'unreadable' && record.kind !== 'membership' && record.incarnation === incarnation;
    return isSame ? this.originAt(record.timestamp + 1) : this.origin;
  }

  /**
   * A membership was read directly after its record had rested for the margin, so what the registry says of it is later than the record. Only time orders
   * memberships: without this, the guard refuses what a long sweep finds about a record that was written after its beginning. A change after the reading has
   * a later time still, and wins.
   */
  private originBehind(record: StoredRecord | undefined): EventOrigin {
    return record && record !== 'unreadable' ? this.originAt(record.timestamp + 1) : this.origin;
  }

  /** A time of the future would be handed on. */
  private originAt(timestamp: number): EventOrigin {
    if (isFromTheFuture(timestamp, this.dependencies.now())) return this.origin;
    return { ...this.origin, timestamp: Math.max(this.origin.timestamp, timestamp) };
  }

  /** Sends the result of the sweep to the destinations, through the table. If that fails, they keep the result of an earlier sweep. */
  public async result(result: SweepResult, startedAt: number): Promise<void> {
    const outcome = await this.persist({ eventType: 'REPLICATION_SWEEP' satisfies SignalEvent, timestamp: startedAt, ...result });
    if (outcome === Outcome.PERSISTED || outcome === Outcome.STALE) return;
    this.dependencies.logger.warn('the result of the sweep was not persisted', { outcome });
  }

  private async persist(event: RegistryEvent | Readonly<Record<string, unknown>>): Promise<string> {
    const { sfn, config, logger } = this.dependencies;
    const { status, output, error } = await sfn.send(new StartSyncExecutionCommand({
      stateMachineArn: config.observationWorkflowArn,
      input: JSON.stringify(event),
    }));
    if (status === 'SUCCEEDED') return (JSON.parse(output!) as { outcome: string }).outcome;
    logger.warn('an event was not persisted', { status, error });
    return FAILED;
  }
}
