import { AttributeValue, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { IdentityFacts } from './facts';
import type { StatusItem } from './status';
import { StateAttribute, stateKeyOf } from '../../record/state-keys';
import type { DynamoDbSender } from '../../runtime/senders';

const RETAINED_UNTIL = 'retainedUntil' satisfies keyof StatusItem;
const IDENTITIES = 'identities' satisfies keyof StatusItem;
const REPLICATED = 'replicated' satisfies keyof IdentityFacts;
const REPLICATED_SINCE = 'replicatedSince' satisfies keyof IdentityFacts;

/** The clock of the source determines the time of a deletion, and a deployment changes one function after the other. */
const RETENTION_MARGIN_MS = 5 * 60_000;

/**
 * Whether a deletion falls into a time in which deletions were not replicated.
 *
 * @param timestamp of the deletion: milliseconds since the epoch
 * @param retainedUntil what `retainedUntilOf` knows
 */
export function isOfRetention(timestamp: number, retainedUntil: number | undefined): boolean {
  return retainedUntil !== undefined && timestamp <= retainedUntil + RETENTION_MARGIN_MS;
}

/**
 * Until when this destination retained deleted entities, in milliseconds since the epoch: the last time that its status was written with
 * `DeletionMode.RETAIN`. Undefined if it never did.
 */
export async function retainedUntilOf(dynamodb: DynamoDbSender, TableName: string): Promise<number | undefined> {
  const until = (await statusItem(dynamodb, TableName))?.[RETAINED_UNTIL]?.S;
  return until === undefined ? undefined : Date.parse(until);
}

/**
 * What changes whenever identities are switched off and on again: the time at which the status noticed, or an empty text if they were never off. Undefined if the status has not
 * noticed yet that they are on.
 */
export async function identitiesSinceOf(dynamodb: DynamoDbSender, TableName: string): Promise<string | undefined> {
  const facts = (await statusItem(dynamodb, TableName))?.[IDENTITIES]?.M;
  return facts?.[REPLICATED]?.BOOL === false ? undefined : facts?.[REPLICATED_SINCE]?.S ?? '';
}

async function statusItem(dynamodb: DynamoDbSender, TableName: string): Promise<Record<string, AttributeValue> | undefined> {
  const Key = marshall({ [StateAttribute.PK]: stateKeyOf.status });
  return (await dynamodb.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }))).Item;
}
