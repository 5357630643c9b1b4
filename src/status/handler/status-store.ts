import { AttributeValue, GetItemCommand, PutItemCommand, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, QueueAttributeName } from '@aws-sdk/client-sqs';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { StatusEnv } from '../environment';
import { CertificateCheckFacts, StatusInputs, isoTime, StatusUpdate, Observations, QueueFacts, SweepFacts } from './facts';
import { merged } from './merge';
import { silenceMinutes } from '../silence';
import { Status, StatusItem, statusOf, StatusOptions } from './status';
import { signalIn } from './stored-signal';
import { countWatches } from './watched';
import { DeletionMode } from '../../deletion-mode';
import { CertificateCheckSignal, Signal, SIGNAL_PK, SignalKind, SweepSignal } from '../../record/signal';
import { StateAttribute, stateKeyOf } from '../../record/state-keys';
import { isWritten } from '../../runtime/conditional-write';
import { attributesOf } from '../../runtime/item';
import { DynamoDbSender, SqsSender } from '../../runtime/senders';
import type { Environment } from '../../settings/environment';

export interface StatusConfig extends StatusOptions {
  readonly tableName: string;
  readonly sourceRegion: string;
  readonly deletionMode: DeletionMode;
  readonly stateTableName: string;
  readonly retryQueueUrl: string;
  readonly deadLetterQueueUrl: string;
}

/** Keeps the status of the destination. */
export interface StatusWriter {
  /** Writes the status again, with new facts on top of the known ones. */
  refresh(news: StatusUpdate): Promise<Status & StatusInputs>;
}

/** Other writers write the status at most once a minute each. */
const MAX_ATTEMPTS = 5;

/** Other writers wrote the status at the same moment, repeatedly. */
export class StatusConflictError extends Error {
  public readonly name = 'StatusConflict';
}

const DAY_MS = 24 * 60 * 60_000;

const KEY = { [StateAttribute.PK]: stateKeyOf.status };
/** Messages that are visible, in flight, and delayed. */
const DEPTHS = [
  QueueAttributeName.ApproximateNumberOfMessages,
  QueueAttributeName.ApproximateNumberOfMessagesNotVisible,
  QueueAttributeName.ApproximateNumberOfMessagesDelayed,
];

/**
 * The status as an item of the destination's state table: one read answers, without the source Region.
 *
 * The whole item is written each time, if it has not changed since it was read.
 */
export class StatusStore implements StatusWriter {
  constructor(
    private readonly dynamodb: DynamoDbSender,
    private readonly sqs: SqsSender,
    private readonly config: StatusConfig,
    private readonly now: () => number,
  ) {}

  /** @throws StatusConflictError; errors of the services' clients */
  public async refresh(news: StatusUpdate): Promise<Status & StatusInputs> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const status = await this.write(news);
      if (status) return status;
    }
    throw new StatusConflictError(`other writers changed the status ${MAX_ATTEMPTS} times in a row`);
  }

  /** @returns undefined if another writer was faster */
  private async write(news: StatusUpdate): Promise<Status & StatusInputs | undefined> {
    const { stateTableName: TableName, tableName } = this.config;
    const { Item } = await this.dynamodb.send(new GetItemCommand({ TableName, Key: marshall(KEY), ConsistentRead: true }));
    const before = Item ? unmarshall(Item) as StatusItem : undefined;
    // After that, so that a slower writer's facts never replace those of a faster one.
    const observations = await this.lookAround();
    const now = this.now();
    const facts = merged(before ? knownOf(before, tableName) : {}, { ...news, ...observations }, now, this.config);
    const status = statusOf(facts, now, this.config);
    const revision = before?.revision ?? 0;
    const isNewest = await isWritten(this.dynamodb.send(new PutItemCommand({
      TableName,
      Item: marshall({ ...KEY, ...status, asOf: isoTime(now), tableName, ...facts, revision: revision + 1 }, { removeUndefinedValues: true }),
      ConditionExpression: revision > 0 ? '#revision = :revision' : 'attribute_not_exists(#revision)',
      ExpressionAttributeNames: { '#revision': StateAttribute.REVISION },
      ExpressionAttributeValues: revision > 0 ? { ':revision': { N: String(revision) } } : undefined,
    })));
    return isNewest ? { ...status, ...facts } : undefined;
  }

  /**
   * Facts that are looked up with each write. The result of a sweep is one of them: it is reported only once a day, and a status that was not written then would be wrong
   * till the next.
   */
  private async lookAround(): Promise<Observations> {
    const [queues, beat, sweep] = await Promise.all([this.queues(), this.signal(SignalKind.HEARTBEAT), this.signal(SignalKind.SWEEP)]);
    const retainedUntil = this.config.deletionMode === DeletionMode.RETAIN ? isoTime(this.now()) : undefined;
    const lastSweep = sweep?.kind === SignalKind.SWEEP ? factsOf(sweep) : undefined;
    const ofIdentities = this.config.identities ? await this.lookAtIdentities() : {};
    return { queues, retainedUntil, arrived: beat && isoTime(beat.timestamp), lastSweep, ...ofIdentities };
  }

  private async lookAtIdentities(): Promise<Pick<Observations, 'lastIdentitySweep' | 'lastCertificateCheck'>> {
    const [sweep, check] = await Promise.all([this.signal(SignalKind.IDENTITY_SWEEP), this.signal(SignalKind.CERTIFICATE_CHECK)]);
    return {
      lastIdentitySweep: sweep?.kind === SignalKind.IDENTITY_SWEEP ? factsOf(sweep) : undefined,
      lastCertificateCheck: check?.kind === SignalKind.CERTIFICATE_CHECK ? factsOf(check) : undefined,
    };
  }

  /** The newest signal of the source that is in the replica. */
  private async signal(kind: SignalKind): Promise<Signal | undefined> {
    const { tableName: TableName, sourceRegion } = this.config;
    const Key = attributesOf({ pk: SIGNAL_PK, sk: kind });
    const Item = await this.itemOf(TableName, Key);
    return Item && signalIn(Item, kind, { sourceRegion, now: this.now() });
  }

  /** An item of a table that may have no replica here, or no readable one yet: then there is none, and the status keeps what it knew before. */
  private async itemOf(TableName: string, Key: Record<string, AttributeValue>): Promise<Record<string, AttributeValue> | undefined> {
    try {
      return (await this.dynamodb.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }))).Item;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  }

  private async queues(): Promise<QueueFacts> {
    const { retryQueueUrl, deadLetterQueueUrl, stateTableName } = this.config;
    const [waiting, deadLetters, awaited] = await Promise.all([
      this.depthOf(retryQueueUrl), this.depthOf(deadLetterQueueUrl), countWatches(this.dynamodb, stateTableName),
    ]);
    return { waiting, deadLetters, awaited };
  }

  private async depthOf(QueueUrl: string): Promise<number> {
    const { Attributes } = await this.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: DEPTHS }));
    return DEPTHS.reduce((sum, name) => sum + Number(Attributes?.[name] ?? 0), 0);
  }
}

/** What is known of a table. Another one was empty: nothing that was compared with the table before proves anything about it. */
function knownOf(before: StatusItem, tableName: string): StatusInputs {
  if (before.tableName === undefined || before.tableName === tableName) return before;
  const none = { lastSweep: undefined, lastDrift: undefined };
  const { identities } = before;
  return {
    ...before,
    ...none,
    heartbeat: undefined,
    arrived: undefined,
    unapplied: undefined,
    identities: identities && { ...identities, ...none, lastCertificateCheck: undefined },
  };
}

/** The result of a run, whose time is its start. */
function factsOf(signal: SweepSignal): SweepFacts;
function factsOf(signal: CertificateCheckSignal): CertificateCheckFacts;
function factsOf({ kind: _, timestamp, sourceRegion: __, ...result }: SweepSignal | CertificateCheckSignal): SweepFacts | CertificateCheckFacts {
  return { startedAt: isoTime(timestamp), ...result };
}

export function statusConfigFrom(env: Environment): StatusConfig {
  const {
    heartbeatIntervalMinutes,
    sweepProofDays,
    driftProofDays,
    identitySweepProofDays,
    identityDriftProofDays,
    rewriting,
    sweepSeconds,
    driftSeconds,
    identitySweepSeconds,
    identityDriftSeconds,
    certificateCheckMinutes,
    ...settings
  } = StatusEnv.read(env);
  return {
    ...settings,
    intervalMs: heartbeatIntervalMinutes * 60_000,
    silenceMs: silenceMinutes(heartbeatIntervalMinutes) * 60_000,
    sweepIntervalMs: times(sweepSeconds, 1000),
    driftIntervalMs: times(driftSeconds, 1000),
    sweepProofMs: sweepProofDays * DAY_MS,
    driftProofMs: driftProofDays * DAY_MS,
    identities: identitySweepProofDays === undefined || identityDriftProofDays === undefined ? undefined : {
      sweepProofMs: identitySweepProofDays * DAY_MS,
      sweepIntervalMs: times(identitySweepSeconds, 1000),
      driftIntervalMs: times(identityDriftSeconds, 1000),
      driftProofMs: identityDriftProofDays * DAY_MS,
      rewriting,
      certificateCheckMs: times(certificateCheckMinutes, 60_000),
    },
  };
}

/** Undefined where nothing runs automatically. */
function times(interval: number | undefined, milliseconds: number): number | undefined {
  return interval && interval * milliseconds;
}
