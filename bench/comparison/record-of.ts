import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { keyOf, RecordKey } from '../../src/record/record';
import { RegistryEvent } from '../../src/sweep/handler/observation';

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

/** The fields of an event that are read here. */
interface EventFields {
  readonly eventType: string;
  readonly operation: string;
  readonly eventId: string;
  readonly timestamp: number;
  readonly versionNumber: number;
  readonly thingName: string;
  readonly thingId: string;
  readonly thingTypeName: string | null;
  readonly thingTypeId: string;
  readonly attributes?: Readonly<Record<string, string>> | null;
  readonly thingGroupName: string;
  readonly thingGroupId: string;
  readonly description?: string | null;
  readonly parentGroupName?: string | null;
  readonly rootToParentThingGroups?: readonly { readonly groupArn: string }[] | null;
  readonly dynamicGroupMappingId?: string | null;
  readonly isDeprecated?: boolean;
  readonly searchableAttributes?: readonly string[];
  readonly propagatingAttributes?: readonly object[];
  readonly thingArn: string;
  readonly groupArn: string;
  readonly groupId: string;
}

/** As `definition.ts` of the tests has it. */
const TOMBSTONE_RETENTION_SECONDS = 30 * 24 * 3600;

/**
 * The record of an event, as the persistence workflow makes it. JSONata takes far too long for a million events, so this stands in for it;
 * `sample.ts` has the synthesized workflow make the same records of a sample.
 */
export function recordOf(event: RegistryEvent, now: number): Stored {
  const fields = event as unknown as EventFields;
  const deleted = fields.operation === 'DELETED' || fields.operation === 'REMOVED';
  const common = {
    timestamp: fields.timestamp,
    deleted,
    sourceRegion: SOURCE_REGION,
    eventId: fields.eventId,
    ...deleted ? { expiresAt: Math.floor(now / 1000) + TOMBSTONE_RETENTION_SECONDS } : {},
  };
  switch (fields.eventType) {
    case 'THING_EVENT': return {
      ...keyOf.thing(fields.thingName),
      ...common,
      version: fields.versionNumber,
      incarnation: fields.thingId,
      state: present({ thingTypeName: fields.thingTypeName, attributes: fields.attributes ?? {} }),
    };
    case 'THING_GROUP_EVENT': return {
      ...keyOf.group(fields.thingGroupName), ...common, version: fields.versionNumber, incarnation: fields.thingGroupId, state: groupState(fields),
    };
    case 'THING_TYPE_EVENT': return {
      ...keyOf.type(fields.thingTypeName!),
      ...common,
      version: fields.operation === 'CREATED' ? 1 : 2,
      incarnation: fields.thingTypeId,
      state: present({
        description: fields.description,
        searchableAttributes: fields.searchableAttributes ?? [],
        propagatingAttributes: fields.propagatingAttributes ?? [],
        deprecated: fields.isDeprecated === true,
      }),
    };
    default: {
      const [thingName, groupName] = [nameIn(fields.thingArn), nameIn(fields.groupArn)];
      const { thingId, groupId } = fields;
      return { ...keyOf.membership(thingName, groupName), ...common, version: 0, thingId, groupId, groupName, state: {} };
    }
  }
}

function groupState({ description, attributes, parentGroupName, rootToParentThingGroups, dynamicGroupMappingId }: EventFields): object {
  const path = parentGroupName ? rootToParentThingGroups?.map(({ groupArn }) => nameIn(groupArn)) : [];
  return present({ description, attributes: attributes ?? {}, parentGroupName, path, dynamic: typeof dynamicGroupMappingId === 'string' });
}

function present(state: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(state).filter(([, value]) => value !== undefined && value !== null));
}

function nameIn(arn: string): string {
  return arn.slice(arn.indexOf('/') + 1);
}

/** The guard of `src/record/guard.ts`, of whose conditions the same sample is proof. */
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
  return !stored.deleted && (stored.version < record.version || (stored.version === record.version && isOlder));
}

/** The item as DynamoDB has it; `marshall` takes five times as long. */
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
