import { DeletionBreaker } from './deletion-breaker';
import { errandContextOf } from './errand-context';
import { classify, DeletionCounterError, DeletionsPausedError } from './failures';
import { FencedWrites, RevocationItems } from './fenced-writes';
import { InvocationMetrics } from './invocation-metrics';
import { OmissionItems } from './omission-items';
import { Queues } from './queues';
import { Reconciler } from './reconciler';
import { Records } from './records';
import { DeletionMode } from '../../deletion-mode';
import { RegistryRecord } from '../../kinds';
import type { Identities } from '../../kinds/handler/identities';
import type { ErrandContext } from '../../kinds/handler/kind-rule';
import { isUrgent } from '../../kinds/register';
import type { Log } from '../../metrics/handler/log';
import type { Meter } from '../../metrics/handler/meter';
import { RecordKey, SWEEP_EVENT_ID_PREFIX } from '../../record/record';
import { addressedIot } from '../../runtime/addressed-iot';
import { UnfinishedError } from '../../runtime/answers';
import { nameOfCall } from '../../runtime/calls';
import { DynamoDbSender, IotSender, SqsSender } from '../../runtime/senders';
import { identitiesSinceOf, retainedUntilOf } from '../../status/handler/retention';
import type { StatusWriter } from '../../status/handler/status-store';
import type { IdentitiesConfig } from '../identities-config';
import type { SelectionConfig } from '../selection-config';

export interface ReplicatorConfig {
  readonly tableName: string;
  readonly sourceRegion: string;
  readonly retryQueueUrl: string;
  readonly deadLetterQueueUrl: string;
  readonly deletionMode: DeletionMode;
  readonly stateTableName: string;
  readonly maxDeletionsPerMinute: number;
  /** Absent where identities are not replicated. */
  readonly identities?: IdentitiesConfig;
  /** Absent where everything is selected, and where nothing would apply later what is passed by. */
  readonly selection?: SelectionConfig;
  /** Whether logs may contain names of things, and what is replicated. */
  readonly logPayloads: boolean;
  /** Whether each call of the registry is logged. */
  readonly logsCalls: boolean;
}

/** The context of a consumer: the clients of the destination Region, its settings, a log and a clock. */
export interface HandlerContext {
  readonly iot: IotSender;
  /** The same for urgent records, so that none waits for the pace of the others. @default the same client */
  readonly urgentIot?: IotSender;
  readonly dynamodb: DynamoDbSender;
  readonly sqs: SqsSender;
  readonly config: ReplicatorConfig;
  readonly logger: Log;
  readonly meter: Meter;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A number from 0 to less than 1; Math.random by default. */
  readonly random?: () => number;
  /** A signal that aborts after that many milliseconds; without it calls are never aborted. */
  readonly abortAfter?: (milliseconds: number) => AbortSignal;
}

/** Runs a function later, unless the returned function is called first. */
export type SetTimer = (work: () => void, milliseconds: number) => () => void;

/** The context of the stream's consumer: signals arrive only through the stream. */
export interface StreamContext extends HandlerContext {
  readonly status: StatusWriter;
  /** Another timer than the real one, for a clock that is not real either. */
  readonly setTimer?: SetTimer;
}

/** The part of Lambda's context that is used. */
export interface InvocationContext {
  getRemainingTimeInMillis(): number;
}

/** Reserve of an invocation's time to send unfinished keys to a queue. */
const RESERVE_MS = 10_000;

/** Whether the remaining time suffices for another key. */
export function hasTime(context: InvocationContext): boolean {
  return context.getRemainingTimeInMillis() > RESERVE_MS;
}

export function queuesOf({ sqs, config }: HandlerContext): Queues {
  return new Queues(sqs, { retry: config.retryQueueUrl, deadLetter: config.deadLetterQueueUrl });
}

export function reconcilerOf(dependencies: HandlerContext, context: InvocationContext, metrics: InvocationMetrics): Reconciler {
  const { dynamodb, config, logger, now, random = Math.random } = dependencies;
  const iot = metrics.counting(abortingIot(dependencies, context));
  const urgentIot = metrics.counting(abortingIot({ ...dependencies, iot: dependencies.urgentIot ?? dependencies.iot }, context));
  let retainedUntil: Promise<number | undefined> | undefined;
  return new Reconciler({
    records: new Records(dynamodb, config.tableName),
    iotFor: (record) => {
      const client = isUrgent(record) ? urgentIot : iot;
      return config.logsCalls ? loggingIot(client, record.eventId, logger) : client;
    },
    queues: queuesOf(dependencies),
    deletionMode: config.deletionMode,
    // Once per invocation: all of its deletions precede its end.
    retainedUntil: () => retainedUntil ??= retainedUntilOf(dynamodb, config.stateTableName),
    breaker: new DeletionBreaker({ dynamodb, tableName: config.stateTableName, maxPerMinute: config.maxDeletionsPerMinute, now, random }),
    sourceRegion: config.sourceRegion,
    now,
    hasTime: () => hasTime(context),
    identities: identitiesOf(dependencies),
    onPostponed: (error) => logger.warn('a key was left in the retry queue', describe(error)),
  });
}

/** Of one invocation. */
function identitiesOf(dependencies: HandlerContext): Identities | undefined {
  const { dynamodb, config: { identities, tableName, stateTableName }, now, abortAfter } = dependencies;
  if (!identities) return undefined;
  const records = new Records(dynamodb, tableName);
  return {
    ...identities,
    verified: new Map(),
    writes: new FencedWrites({
      dynamodb,
      stateTableName,
      records,
      queues: queuesOf(dependencies),
      settings: identities,
      since: () => identitiesSinceOf(dynamodb, stateTableName),
      now,
      abortAfter,
    }),
    revocations: new RevocationItems(dynamodb, stateTableName),
    omissions: new OmissionItems(dynamodb, stateTableName, queuesOf(dependencies)),
  };
}

/** The context of the consumer of the retry queue. */
export interface Retrying {
  readonly reconciler: Reconciler;
  readonly errands: Omit<ErrandContext, 'progress'>;
}

export function retryingOf(dependencies: HandlerContext, context: InvocationContext, metrics: InvocationMetrics): Retrying {
  const reconciler = reconcilerOf(dependencies, context, metrics);
  const { dynamodb, config } = dependencies;
  return {
    reconciler,
    errands: errandContextOf({
      reconciler,
      records: new Records(dynamodb, config.tableName),
      iot: metrics.counting(abortingIot(dependencies, context)),
      queues: queuesOf(dependencies),
      hasTime: () => hasTime(context),
    }),
  };
}

/**
 * A call that outlives its invocation would continue when the process is thawed, minutes later, and write outdated state. So all calls to
 * the registry end in time, waits of the SDK between its attempts included.
 */
export function abortingIot({ iot, abortAfter, config: { identities } }: Pick<HandlerContext, 'iot' | 'abortAfter' | 'config'>, context: InvocationContext): IotSender {
  const abortSignal = abortAfter?.(Math.max(context.getRemainingTimeInMillis() - RESERVE_MS / 2, 0));
  const client = identities ? addressedIot(iot, identities.arnPrefix) : iot;
  if (!abortSignal) return client;
  const send = async (command: Parameters<IotSender['send']>[0], options: { readonly abortSignal?: AbortSignal } = {}) => {
    const signals = options.abortSignal ? [abortSignal, options.abortSignal] : [abortSignal];
    try {
      return await (client.send(command, { abortSignal: AbortSignal.any(signals) }) as unknown as Promise<unknown>);
    } catch (error) {
      // The network aborts calls too, which does not concern the key.
      throw abortSignal.aborted ? new UnfinishedError(error) : error;
    }
  };
  return { send: send as IotSender['send'] };
}

/** Logs each call with its event id, so that an operator can follow a change. */
function loggingIot(iot: IotSender, eventId: string, logger: Log): IotSender {
  const send = (...args: Parameters<IotSender['send']>) => {
    logger.debug('registry call', { call: nameOfCall(args[0]), eventId });
    return iot.send(...args);
  };
  return { send: send as IotSender['send'] };
}

/** When the source made the change of a record; undefined for a finding of a sweep, whose time is that of the finding. */
export function changedAt({ eventId, timestamp }: RegistryRecord): number | undefined {
  return eventId.startsWith(SWEEP_EVENT_ID_PREFIX) ? undefined : timestamp;
}

/** The loggable part of an error: without its message, which can contain names of things and certificates. */
export function describe(error: unknown): { class: string; error: string } {
  return { class: classify(error), error: nameOf(error) };
}

/** What a log line contains of a key: nothing, unless logs may contain names. */
export function payloadOf({ pk, sk }: RecordKey, { logPayloads }: ReplicatorConfig): { key?: RecordKey } {
  return logPayloads ? { key: { pk, sk } } : {};
}

/** Logs in one line how many deletions of an invocation wait for their turn. */
export function warnOfWaitingDeletions(errors: readonly unknown[], { logger, config: { maxDeletionsPerMinute } }: HandlerContext): void {
  const overLimit = errors.filter((error) => error instanceof DeletionsPausedError).length;
  const uncounted = errors.filter((error) => error instanceof DeletionCounterError);
  if (overLimit + uncounted.length === 0) return;
  const why = uncounted.length > 0 ? { uncounted: uncounted.length, error: nameOf(uncounted[0].cause) } : {};
  logger.warn('deletions wait', { overLimit, maxDeletionsPerMinute, ...why });
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
