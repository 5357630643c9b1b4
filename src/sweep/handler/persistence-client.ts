import { StartSyncExecutionCommand, StartSyncExecutionCommandOutput } from '@aws-sdk/client-sfn';
import { SweepRun } from './begin';
import { ChangedCertificates } from './changed-certificates';
import { SweepConfig, SweepContext } from './context';
import { Objects } from '../../comparison/handler/objects';
import { StoredRecord } from '../../comparison/handler/table-reader';
import type { RegistryEntity, RegistryRecord } from '../../kinds';
import type { Feature } from '../../kinds/kind';
import { OBSERVATION_EVENT, ObservedRecord, Origin, recordOf, tombstoneOf } from '../../kinds/observation';
import { EntityRecord, entityOf, isEntity, isObserved, kindOf, namesOf, stateOf } from '../../kinds/register';
import { FIRST_VERSION } from '../../kinds/versions';
import { Outcome } from '../../persistence/outcome';
import { isFromTheFuture, MARGIN_MS } from '../../record/margin';
import { SWEEP_EVENT_ID_PREFIX } from '../../record/record';
import { SignalEvent, sweepEventOf, SweepResult } from '../../record/signal';

/** The persistence workflow failed, and its metric ExecutionsFailed has counted that; or Step Functions refused its input. */
export const FAILED = 'failed';

/** The observation is larger than the persistence workflow takes. It will be the next time, too: whoever sent it goes on. */
export const TOO_LARGE = 'too-large';

/** Bytes of the input of an execution: https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartSyncExecution.html */
export const MAX_INPUT_BYTES = 256 * 1024;

/** A state's data exceeded the same limit on the way. No Catch handles it: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html */
const DATA_LIMIT_EXCEEDED = 'States.DataLimitExceeded';

/** Errors of the input alone: another one may be accepted. */
const REFUSES_INPUT = ['ValidationException', 'InvalidExecutionInput'];

/** What observers of the registry need to have something persisted. */
export interface PersistingContext extends Pick<SweepContext, 's3' | 'sfn' | 'logger' | 'now'> {
  readonly config: Pick<SweepConfig, 'bucket' | 'observationWorkflowArn'>;
}

/**
 * Sends the findings of an observer of the registry, such as a sweep, to the workflow that persists records: with the same filters, router, guard and dead
 * letters as for events, so that a newer event wins, in whichever order they arrive.
 */
export class Persister {
  private readonly changed: ChangedCertificates;
  private readonly origin: Origin;

  /** Events from this long before the listing are newer than the sweep. */
  constructor(private readonly context: PersistingContext, private readonly run: Pick<SweepRun, 'name' | 'startedAt'>) {
    this.changed = new ChangedCertificates(new Objects(context.s3, context.config.bucket));
    this.origin = { eventId: `${SWEEP_EVENT_ID_PREFIX}${run.name}`, timestamp: run.startedAt - MARGIN_MS };
  }

  /** Whether this run persisted the record. */
  public isOwn(record: StoredRecord | undefined): boolean {
    return record !== undefined && record !== 'unreadable' && record.eventId === this.origin.eventId;
  }

  /**
   * An entity without a record that is past its last step is recorded as before that step: others have to come first.
   *
   * @param ownerIds the incarnations of its owners, if it belongs to others
   * @param record the stored record of the entity
   * @param readAt milliseconds since the epoch: the moment before it was read
   * @returns the outcome, as the workflow names it
   */
  public async entity(entity: RegistryEntity, ownerIds: readonly string[], record: StoredRecord | undefined, readAt: number): Promise<string> {
    const { lastStep } = kindOf(entity.kind);
    if (lastStep?.isDone(stateOf(entity)) && !record) {
      const before = { ...entity, state: lastStep.without(stateOf(entity)) } as RegistryEntity;
      return this.observed(entity, recordOf(before, ownerIds, this.origin, FIRST_VERSION));
    }
    return this.observed(entity, recordOf(entity, ownerIds, this.originFor(entity, record, readAt)));
  }

  /** @param readAt milliseconds since the epoch: the moment before its absence was read */
  public async deletion(record: RegistryRecord, readAt: number): Promise<string> {
    return this.observed(record, tombstoneOf(record, this.originFor(record, record, readAt)));
  }

  /** Ends a live incarnation that the record has replaced. Not later than the record, or the guard would treat it as the record's end. */
  public async replaced(record: EntityRecord, incarnation: string): Promise<string> {
    return this.observed(record, tombstoneOf({ ...record, incarnation }, { ...this.origin, timestamp: record.timestamp }));
  }

  private originFor(entity: RegistryEntity | RegistryRecord, record: StoredRecord | undefined, readAt: number): Origin {
    // Of two readings the one that began later knows better: a slow reader can't undo a fast one.
    if (isObserved(entity.kind)) return { ...this.origin, timestamp: readAt };
    const { incarnation } = entity as { readonly incarnation?: string };
    return kindOf(entity.kind).owners ? this.originBehind(record) : this.originAfter(record, incarnation);
  }

  /**
   * A record of the same incarnation never goes back in time: it is older than what ended the incarnation before it, whose event may still be
   * pending, and would take the record for one of its future. It is one millisecond later, because the guard refuses the same version at the same time:
   * what was read directly is later than a record that had rested for the margin.
   */
  private originAfter(record: StoredRecord | undefined, incarnation: string | undefined): Origin {
    const isSame = record && record !== 'unreadable' && isEntity(record) && record.incarnation === incarnation;
    return isSame ? this.originAt(record.timestamp + 1) : this.origin;
  }

  /**
   * What belongs to others was read directly after its record had rested for the margin, so what the registry says of it is later than the record. Only time
   * orders it: without this, the guard refuses what a long sweep finds about a record that was written after its beginning. A change after the reading has
   * a later time still, and wins.
   */
  private originBehind(record: StoredRecord | undefined): Origin {
    return record && record !== 'unreadable' ? this.originAt(record.timestamp + 1) : this.origin;
  }

  /** A time of the future would be handed on. */
  private originAt(timestamp: number): Origin {
    if (isFromTheFuture(timestamp, this.context.now())) return this.origin;
    return { ...this.origin, timestamp: Math.max(this.origin.timestamp, timestamp) };
  }

  /**
   * Sends the result of the sweep to the destinations, through the table. If that fails, they keep the result of an earlier sweep.
   *
   * @param feature whose kinds were compared; absent for the kinds that need none
   */
  public async result(result: SweepResult, startedAt: number, feature?: Feature): Promise<void> {
    await this.signal(sweepEventOf(feature), startedAt, result);
  }

  /** Sends a signal of a run that is over. */
  public async signal(eventType: SignalEvent, timestamp: number, fields: object): Promise<void> {
    const outcome = await this.persist({ eventType, timestamp, ...fields });
    if (outcome === Outcome.PERSISTED || outcome === Outcome.STALE) return;
    this.context.logger.warn('the result of the run was not persisted', { outcome });
  }

  private async observed({ kind }: Pick<RegistryEntity, 'kind'>, record: ObservedRecord): Promise<string> {
    if (kindOf(kind).isCredential) await this.changed.note(Object.values(namesOf(entityOf(record)!))[0], this.run.name, this.context.now());
    return this.persist({ eventType: OBSERVATION_EVENT, kind, record });
  }

  private async persist(event: Readonly<Record<string, unknown>>): Promise<string> {
    const { logger } = this.context;
    const input = JSON.stringify(event);
    const bytes = Buffer.byteLength(input);
    const { status, output, error } = bytes > MAX_INPUT_BYTES ? { status: 'NOT_STARTED', error: DATA_LIMIT_EXCEEDED } : await this.start(input);
    if (status === 'SUCCEEDED') return (JSON.parse(output!) as { outcome: string }).outcome;
    logger.warn('an event was not persisted', { status, error, kind: event.kind, bytes });
    return error === DATA_LIMIT_EXCEEDED ? TOO_LARGE : FAILED;
  }

  /** What Step Functions refuses because of this input must not keep others from being persisted. */
  private async start(input: string): Promise<Pick<StartSyncExecutionCommandOutput, 'status' | 'output' | 'error'>> {
    const { sfn, config } = this.context;
    try {
      return await sfn.send(new StartSyncExecutionCommand({ stateMachineArn: config.observationWorkflowArn, input }));
    } catch (error) {
      const { name } = error as Error;
      if (!REFUSES_INPUT.includes(name)) throw error;
      return { status: 'FAILED', error: name };
    }
  }
}
