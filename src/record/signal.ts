import type { Feature } from './feature';
import { MARGIN_MS } from './margin';
import { Attribute, RecordKey, UnknownRecordShapeError } from './record';

/**
 * Signals travel through the table like records, and describe the pipeline rather than an entity: so a destination knows how far it is behind, and the state of
 * the source, without a call to the source Region.
 */
export const SignalKind = {
  /** The source is alive, at this time. */
  HEARTBEAT: 'heartbeat',
  /** A sweep has completed. */
  SWEEP: 'sweep',
  /** A sweep of certificates, policies and attachments has completed. */
  IDENTITY_SWEEP: 'identity-sweep',
  /** A certificate check is over. */
  CERTIFICATE_CHECK: 'certificate-check',
} as const;
export type SignalKind = (typeof SignalKind)[keyof typeof SignalKind];

/** No entity has this key: their keys all contain a `#`. */
export const SIGNAL_PK = 'signal';

/** `eventType` of the workflow's input -> the resulting signal. */
export const SIGNAL_EVENTS = {
  REPLICATION_HEARTBEAT: SignalKind.HEARTBEAT,
  REPLICATION_SWEEP: SignalKind.SWEEP,
  REPLICATION_IDENTITY_SWEEP: SignalKind.IDENTITY_SWEEP,
  REPLICATION_CERTIFICATE_CHECK: SignalKind.CERTIFICATE_CHECK,
} as const;
export type SignalEvent = keyof typeof SIGNAL_EVENTS;

/** The input of an execution that sends a heartbeat. */
export const HEARTBEAT_EVENT: { readonly eventType: SignalEvent } = { eventType: 'REPLICATION_HEARTBEAT' };

/** Signals that only a replication of identities sends. */
const OF_IDENTITIES: readonly SignalKind[] = [SignalKind.IDENTITY_SWEEP, SignalKind.CERTIFICATE_CHECK];

/** The signals that a replication with these features sends. What is deployed may mention no others, except for the filter of the stream. */
export function signalKindsOf(features: readonly Feature[]): readonly SignalKind[] {
  return Object.values(SignalKind).filter((kind) => !OF_IDENTITIES.includes(kind) || features.includes('identities'));
}

/** The event that tells the result of a sweep of a feature's kinds, or of those without a feature. */
export function sweepEventOf(feature?: Feature): SignalEvent {
  return feature === 'identities' ? 'REPLICATION_IDENTITY_SWEEP' : 'REPLICATION_SWEEP';
}

interface CommonSignal {
  /** When it was true, in milliseconds since the epoch. */
  readonly timestamp: number;
  readonly sourceRegion: string;
}

/**
 * What is replicated, according to the settings of the sender. Absent in signals from before these fields existed: then it is unknown whether two senders agree.
 */
export interface Replicated {
  /** A digest of kinds and prefixes. */
  readonly selection?: string;
  /** Of the router; none without one. */
  readonly routerVersion?: string;
}

export const REPLICATED_FIELDS = ['selection', 'routerVersion'] as const satisfies readonly (keyof Replicated)[];

/** What the name of a topic rule begins with, among the registry events of a heartbeat; the kind of its events follows. The rule's own name is known to nobody but the stack. */
export const TOPIC_RULE_OF = 'topic rule of ';

/** The attribute of a heartbeat's item that one heartbeat leaves to the next. */
export const UNINTERRUPTED_SINCE = 'uninterruptedSince';

/** The attributes that it leaves too, if something else was replicated: of each part when the last heartbeat was sent that said so. */
export const OTHERWISE_UNTIL = { registry: 'otherwiseUntil', identities: 'identitiesOtherwiseUntil' } as const;

const LEFT_TIMES = [UNINTERRUPTED_SINCE, ...Object.values(OTHERWISE_UNTIL)] as const;

export interface HeartbeatSignal extends CommonSignal, Replicated {
  readonly kind: typeof SignalKind.HEARTBEAT;
  /**
   * Since when no heartbeat was missing, each but the last found all registry events on, and no record showed that others were lost or that a clock was wrong, in milliseconds since the epoch; 0 if that
   * is so since the first heartbeat of the table. Absent in a heartbeat from before this field existed.
   */
  readonly uninterruptedSince?: number;
  /** When the last heartbeat was sent that reported another selection or router, in milliseconds since the epoch; absent if none did since `uninterruptedSince`. */
  readonly otherwiseUntil?: number;
  /** The same of identities. */
  readonly identitiesOtherwiseUntil?: number;
  /** A digest of the kinds and prefixes of identities that are replicated; absent where none are. */
  readonly identitySelection?: string;
  /** Kinds of registry events that are needed and switched off, and topic rules that are disabled or deleted. */
  readonly registryEventsOff: readonly string[];
  /** Those whose setting could not be read. */
  readonly registryEventsUnknown: readonly string[];
}

/** What a sweep found. */
export interface SweepResult extends Replicated {
  readonly mode: string;
  /** Whether nothing was found to differ. */
  readonly inSync: boolean;
  readonly durationSeconds: number;
  /** Differences that were found. */
  readonly found: number;
  /** Records that were written. */
  readonly persisted: number;
  /** Remaining differences: all of them if it only reported, those that could not be persisted, or the deletions if they were too many. */
  readonly remaining: number;
}

/** The fields of each sweep, with their types, for writers and readers. */
export const SWEEP_FIELDS = {
  mode: 'string', inSync: 'boolean', durationSeconds: 'number', found: 'number', persisted: 'number', remaining: 'number',
} as const satisfies { readonly [F in Exclude<keyof SweepResult, keyof Replicated>]: TypeName<SweepResult[F]> };
type TypeName<T> = T extends string ? 'string' : T extends boolean ? 'boolean' : 'number';

/** `timestamp` is the start of the sweep. */
export interface SweepSignal extends CommonSignal, SweepResult {
  readonly kind: typeof SignalKind.SWEEP | typeof SignalKind.IDENTITY_SWEEP;
}

/** What a certificate check found. */
export interface CertificateCheckResult {
  readonly durationSeconds: number;
  /** Certificates that were listed. */
  readonly certificates: number;
  /** Those that differed from their record. */
  readonly found: number;
  /** Records that were written. */
  readonly persisted: number;
  /** Remaining differences. */
  readonly remaining: number;
  /** The name of the error with which it has failed. Whatever it is, nothing else than what it names was left undone. */
  readonly failure?: string;
}

export const CERTIFICATE_CHECK_FIELDS = {
  durationSeconds: 'number', certificates: 'number', found: 'number', persisted: 'number', remaining: 'number',
} as const satisfies { readonly [F in Exclude<keyof CertificateCheckResult, 'failure'>]: TypeName<CertificateCheckResult[F]> };

/** `timestamp` is the start of the check. */
export interface CertificateCheckSignal extends CommonSignal, CertificateCheckResult {
  readonly kind: typeof SignalKind.CERTIFICATE_CHECK;
}

export type Signal = HeartbeatSignal | SweepSignal | CertificateCheckSignal;

/** The kind of signal of a key; undefined for every other key. */
export function signalKindOf({ pk, sk }: RecordKey): SignalKind | undefined {
  return pk === SIGNAL_PK ? Object.values(SignalKind).find((kind) => kind === sk) : undefined;
}

/**
 * The signal in an unmarshalled item.
 *
 * @throws UnknownRecordShapeError if a field of its kind is missing or mistyped
 */
export function decodeSignal(kind: SignalKind, item: Readonly<Record<string, unknown>>): Signal {
  const { [Attribute.TIMESTAMP]: timestamp, [Attribute.SOURCE_REGION]: sourceRegion, [Attribute.STATE]: state } = item;
  if (!isTime(timestamp) || typeof sourceRegion !== 'string' || typeof state !== 'object' || state === null) {
    throw new UnknownRecordShapeError('a signal requires a numeric timestamp, a string sourceRegion and a map state');
  }
  const fields = state as Readonly<Record<string, unknown>>;
  if (kind === SignalKind.HEARTBEAT) {
    const { registryEventsOff, registryEventsUnknown } = fields;
    const events = { registryEventsOff: names(registryEventsOff), registryEventsUnknown: names(registryEventsUnknown) };
    return { kind, timestamp, sourceRegion, ...timesIn(item), ...events, ...textsIn(fields, [...REPLICATED_FIELDS, 'identitySelection']) };
  }
  if (kind === SignalKind.CERTIFICATE_CHECK) return { kind, timestamp, sourceRegion, ...checkResultIn(fields) };
  return { kind, timestamp, sourceRegion, ...resultIn(fields) };
}

/** Whether a value is a moment that can be written as a date. */
function isTime(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && !Number.isNaN(new Date(value).getTime());
}

/** What a reader of a signal has to know. */
export interface SignalReader {
  /** The only Region whose signals count. */
  readonly sourceRegion: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Whether a signal counts: it comes from the source, and its time is not in the future by the reader's clock. Otherwise no true signal would be newer for as long. */
export function isTrusted(signal: Signal, { sourceRegion, now }: SignalReader): boolean {
  return signal.sourceRegion === sourceRegion && signal.timestamp <= now + MARGIN_MS;
}

function resultIn(fields: Readonly<Record<string, unknown>>): SweepResult {
  return { ...typedIn<SweepResult>(fields, SWEEP_FIELDS, 'sweep'), ...textsIn(fields, REPLICATED_FIELDS) };
}

function checkResultIn(fields: Readonly<Record<string, unknown>>): CertificateCheckResult {
  const { failure } = fields;
  if (failure !== undefined && typeof failure !== 'string') throw new UnknownRecordShapeError('the failure in the signal of a certificate check has to be a text');
  const result = typedIn<CertificateCheckResult>(fields, CERTIFICATE_CHECK_FIELDS, 'certificate check');
  return failure === undefined ? result : { ...result, failure };
}

function typedIn<Result>(fields: Readonly<Record<string, unknown>>, types: Readonly<Record<string, string>>, sender: string): Result {
  for (const [name, type] of Object.entries(types)) {
    if (typeof fields[name] !== type) throw new UnknownRecordShapeError(`the signal of a ${sender} requires a ${type} ${name}`);
  }
  return Object.fromEntries(Object.keys(types).map((name) => [name, fields[name]])) as unknown as Result;
}

function textsIn<Name extends string>(fields: Readonly<Record<string, unknown>>, wanted: readonly Name[]): { readonly [name in Name]?: string } {
  const present = wanted.filter((name) => fields[name] !== undefined);
  const wrong = present.find((name) => typeof fields[name] !== 'string');
  if (wrong) throw new UnknownRecordShapeError(`what a signal says of ${wrong} has to be a text`);
  return Object.fromEntries(present.map((name) => [name, fields[name]])) as { readonly [name in Name]?: string };
}

/** Whether two senders agree on what is replicated. */
export function replicateTheSame(one: Replicated, other: Replicated): boolean {
  return REPLICATED_FIELDS.every((name) => one[name] === other[name]);
}

function timesIn(item: Readonly<Record<string, unknown>>): Pick<HeartbeatSignal, typeof LEFT_TIMES[number]> {
  const present = LEFT_TIMES.filter((name) => item[name] !== undefined);
  const wrong = present.find((name) => !isTime(item[name]));
  if (wrong) throw new UnknownRecordShapeError(`${wrong} of a heartbeat has to be a time`);
  return Object.fromEntries(present.map((name) => [name, item[name]]));
}

function names(value: unknown): readonly string[] {
  if (!Array.isArray(value) || value.some((each) => typeof each !== 'string')) throw new UnknownRecordShapeError('a heartbeat requires lists of registry events');
  return value as string[];
}
