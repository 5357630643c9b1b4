/**
 * The record: one item per registry entity, the desired state that every destination is made to match.
 *
 * Workflow, replicator and sweeps share this one definition. It knows nothing of how a record is applied.
 */

/** Names of the item's attributes, once for the workflow that writes them and the code that reads them. */
export const Attribute = {
  PK: 'pk',
  SK: 'sk',
  INCARNATION: 'incarnation',
  THING_ID: 'thingId',
  GROUP_ID: 'groupId',
  GROUP_NAME: 'groupName',
  VERSION: 'version',
  TIMESTAMP: 'timestamp',
  DELETED: 'deleted',
  SOURCE_REGION: 'sourceRegion',
  EVENT_ID: 'eventId',
  EXPIRES_AT: 'expiresAt',
  STATE: 'state',
  SOURCE_DIGEST: 'sourceDigest',
  ROUTER_VERSION: 'routerVersion',
  REPLACES: 'replaces',
} as const;

/** The sparse index that finds a group's members: only memberships have its partition key. */
export const MembersIndex = { NAME: 'members', PARTITION_KEY: Attribute.GROUP_NAME, SORT_KEY: Attribute.PK } as const;

/** Names of things, groups and types: https://docs.aws.amazon.com/iot/latest/apireference/API_CreateThing.html */
export const RegistryName = { CHARACTERS: 'a-zA-Z0-9:_-', MAX_LENGTH: 128 } as const;

/** Between the parts of a key. No name of the registry can contain it, so a key is never ambiguous. */
export const SEPARATOR = '#';
/** Prefix of the eventId of a record that a sweep persisted: its time is not that of a change. */
export const SWEEP_EVENT_ID_PREFIX = 'sweep-';

export interface RecordKey {
  readonly pk: string;
  readonly sk: string;
}

/** One string per key, for maps and sets. */
export function keyString(key: RecordKey): string {
  return `${key.pk}|${key.sk}`;
}

/** The key in the form of `keyString`. */
export function keyFromString(text: string): RecordKey {
  const at = text.indexOf('|');
  return { pk: text.slice(0, at), sk: text.slice(at + 1) };
}

/** An item that is not a record of this pipeline. No attempt can apply it. */
export class UnknownRecordShapeError extends Error {
  public readonly name = 'UnknownRecordShape';
}
