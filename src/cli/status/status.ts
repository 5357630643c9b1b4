import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { PhysicalNames } from '../../record/physical-names';
import { StateAttribute, stateKeyOf } from '../../record/state-keys';
import type { StatusItem } from '../../status/handler/status';
import { Clients, within } from '../clients';
import { CommandError, Failure, failureOf } from '../errors';
import type { Replication } from '../replication';

/** A status that nobody has written for this long says nothing about now: `fleet-status` writes it once a minute. */
export const STALE_MS = 5 * 60_000;

/** What a Region answered. */
export interface RegionStatus {
  readonly region: string;
  readonly role: 'source' | 'destination';
  /** Whether it answered within two seconds. */
  readonly reachable: boolean;
  /** Why nothing, or only a part, was read: a sentence. */
  readonly problem?: string;
  /** Whether a permission is missing. */
  readonly denied?: true;
  /** Of a destination. `STALE`: the status was not written for five minutes. `NONE`: it has never been written. */
  readonly state?: string;
  /** Of a destination: whether all that is replicated is in sync, `readyToFailOver`. Never true of a stale status. */
  readonly inSync?: boolean;
  /** Messages in the dead-letter queue. */
  readonly deadLetters?: number;
  /** Of a destination: the item of its state table, with all of its fields. */
  readonly status?: StatusItem;
}

export interface StatusReport {
  readonly replication: string;
  readonly sourceRegion: string;
  readonly destinationRegions: readonly string[];
  /** Why there may be more destinations. */
  readonly incomplete?: string;
  /** ISO 8601. */
  readonly readAt: string;
  readonly durationMs: number;
  /** Whether at least one destination answered, and all that answered are in sync. */
  readonly inSync: boolean;
  /** The source first. */
  readonly regions: readonly RegionStatus[];
}

/** Reads all Regions at once; one that does not answer delays the others by no more than two seconds. */
export async function readStatus(clients: Clients, replication: Replication, signal: AbortSignal, now: () => number): Promise<StatusReport> {
  const { name, sourceRegion, destinationRegions, incomplete } = replication;
  const startedAt = now();
  const names = new PhysicalNames(name);
  const regions = await Promise.all([
    answerOf({ region: sourceRegion, role: 'source' }, signal, (bounded) => readSource(clients, sourceRegion, names, bounded)),
    ...destinationRegions.map((region) => answerOf({ region, role: 'destination' }, signal, (bounded) => readDestination(clients, region, names, bounded, now))),
  ]);
  const answered = regions.filter(({ role, reachable }) => role === 'destination' && reachable);
  return {
    replication: name,
    sourceRegion,
    destinationRegions,
    ...incomplete === undefined ? {} : { incomplete },
    readAt: new Date(startedAt).toISOString(),
    durationMs: now() - startedAt,
    inSync: answered.length > 0 && answered.every(({ inSync }) => inSync),
    regions,
  };
}

type Answer = Omit<RegionStatus, 'region' | 'role' | 'reachable'>;

async function answerOf(base: Pick<RegionStatus, 'region' | 'role'>, signal: AbortSignal, read: (bounded: AbortSignal) => Promise<Answer>): Promise<RegionStatus> {
  try {
    return { ...base, reachable: true, ...await read(within(signal)) };
  } catch (error) {
    signal.throwIfAborted();
    const failure = failureOf(error);
    // Whoever asks has no credentials for any Region: that is no state of this one.
    if (failure.kind === 'credentials') throw new CommandError(failure.text);
    return { ...base, reachable: failure.kind !== 'unreachable', problem: failure.text, ...deniedIn(failure) };
  }
}

function deniedIn({ kind }: Failure): { readonly denied?: true } {
  return kind === 'denied' ? { denied: true } : {};
}

async function readSource(clients: Clients, region: string, names: PhysicalNames, abortSignal: AbortSignal): Promise<Answer> {
  const sqs = clients.of(SQSClient, region);
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: names.deadLetterQueue }), { abortSignal });
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] }), { abortSignal });
  return { deadLetters: Object.values(Attributes).reduce((total, count) => total + Number(count), 0) };
}

async function readDestination(clients: Clients, region: string, names: PhysicalNames, abortSignal: AbortSignal, now: () => number): Promise<Answer> {
  const { Item } = await clients.of(DynamoDBClient, region).send(new GetItemCommand({
    TableName: names.stateTable,
    Key: marshall({ [StateAttribute.PK]: stateKeyOf.status }),
  }), { abortSignal });
  if (!Item) return { state: 'NONE', inSync: false, problem: 'no status has been written yet: the destination was deployed just now, or its function fails' };
  const status = unmarshall(Item) as StatusItem;
  const deadLetters = status.queues?.deadLetters;
  const known = { ...deadLetters === undefined ? {} : { deadLetters }, status };
  if (now() - Date.parse(status.asOf) > STALE_MS) {
    return { ...known, state: 'STALE', inSync: false, problem: `the status was last written at ${status.asOf}, so nothing is known about now: look at the log of the function ${names.statusFunction}` };
  }
  // A destination of an earlier version says nothing of identities, and replicates none.
  const { readyToFailOver = status.registryInSync } = status as Partial<StatusItem>;
  return { ...known, state: status.state, inSync: readyToFailOver };
}
