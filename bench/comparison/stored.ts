import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Observation } from './fleet-observations';
import { entityOf, kindOf } from '../../src/kinds/register';
import type { RecordKey } from '../../src/record/record';

/** As `definition.ts` of the tests has it. */
export const SOURCE_REGION = 'us-east-1';

/** An item of the table as plain values. */
export interface Stored extends RecordKey {
  readonly version: number;
  readonly timestamp: number;
  readonly deleted: boolean;
  readonly eventId: string;
  readonly sourceRegion: string;
  readonly incarnation?: string;
  readonly thingId?: string;
  readonly groupId?: string;
  readonly groupName?: string;
  readonly expiresAt?: number;
  readonly state: object;
}

/** As `definition.ts` of the tests has it. */
const TOMBSTONE_RETENTION_SECONDS = 30 * 24 * 3600;

/**
 * The item of an observation, as the persistence workflow makes it. JSONata takes far too long for a million observations, so this stands in for it;
 * `sample.ts` compares its items with those of the synthesized workflow for a sample.
 */
export function storedOf({ record }: Observation, now: number): Stored {
  return {
    ...record,
    state: record.state as object,
    sourceRegion: SOURCE_REGION,
    ...record.deleted ? { expiresAt: Math.floor(now / 1000) + TOMBSTONE_RETENTION_SECONDS } : {},
  };
}

/** The guard of `src/record/guard.ts`; the same sample proves its conditions. */
export function passesGuard(record: Stored, stored: Stored | undefined): boolean {
  if (!stored) return true;
  const isOlder = stored.timestamp < record.timestamp;
  const isOfSameMoment = stored.timestamp === record.timestamp;
  if (record.incarnation === undefined) {
    const isOther = stored.eventId === record.eventId || stored.thingId !== record.thingId || stored.groupId !== record.groupId;
    return isOlder || (!record.deleted && isOfSameMoment && stored.deleted && isOther);
  }
  if (stored.incarnation !== record.incarnation) return isOlder || (!record.deleted && isOfSameMoment && stored.deleted);
  if (record.deleted) return !stored.deleted;
  if (isFinal(stored) && !isFinal(record)) return false;
  return !stored.deleted && (stored.version < record.version || (stored.version === record.version && isOlder));
}

/** Whether nothing but a deletion follows within the incarnation. */
function isFinal({ state, ...key }: Stored): boolean {
  const { final } = kindOf(entityOf(key)!.kind);
  return final !== undefined && (state as Readonly<Record<string, unknown>>)[final.field] === final.value;
}

/** The item in the form of DynamoDB; `marshall` takes five times as long. */
export function encoded(record: Stored): Record<string, AttributeValue> {
  return (encode(record) as { M: Record<string, AttributeValue> }).M;
}

function encode(value: unknown): AttributeValue {
  switch (typeof value) {
    case 'string': return { S: value };
    case 'number': return { N: String(value) };
    case 'boolean': return { BOOL: value };
    default: break;
  }
  if (Array.isArray(value)) return { L: value.map(encode) };
  const map: Record<string, AttributeValue> = {};
  for (const [name, each] of Object.entries(value as object)) if (each !== undefined) map[name] = encode(each);
  return { M: map };
}
