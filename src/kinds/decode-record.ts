import type { RegistryRecord } from './index';
import type { CommonRecord, Incarnated } from './kind';
import { kindOf, parseKey } from './register';
import { Attribute } from '../record/record';
import { StateReader } from '../record/state-reader';

/**
 * The record in an unmarshalled item.
 *
 * @throws UnknownRecordShapeError if an attribute is missing or of another type; the message names the attribute, not its value
 */
export function decodeRecord(item: Readonly<Record<string, unknown>>): RegistryRecord {
  const read = new StateReader(item);
  const key = { pk: read.string(Attribute.PK), sk: read.string(Attribute.SK) };
  const common: Omit<CommonRecord, 'kind'> = {
    ...key,
    version: read.number(Attribute.VERSION),
    timestamp: read.number(Attribute.TIMESTAMP),
    deleted: read.boolean(Attribute.DELETED),
    sourceRegion: read.string(Attribute.SOURCE_REGION),
    eventId: read.string(Attribute.EVENT_ID),
    expiresAt: read.optional(Attribute.EXPIRES_AT, 'number'),
    routerVersion: read.optional(Attribute.ROUTER_VERSION, 'string'),
  };
  const entity = parseKey(key);
  const kind = kindOf(entity.kind);
  return {
    ...common,
    ...entity,
    ...kind.owners ? Object.fromEntries(kind.owners.map(({ attribute }) => [attribute, read.string(attribute)])) : incarnated(read),
    ...kind.decode ? { sourceDigest: read.optional(Attribute.SOURCE_DIGEST, 'string'), state: kind.decode(read.child(Attribute.STATE)) } : {},
  } as unknown as RegistryRecord;
}

function incarnated(read: StateReader): Incarnated {
  return {
    incarnation: read.string(Attribute.INCARNATION),
    ...read.has(Attribute.REPLACES) ? { replaces: read.list(Attribute.REPLACES) } : {},
  };
}
