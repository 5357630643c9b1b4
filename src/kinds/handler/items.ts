import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { plainItem } from './plain-item';
import { decodeRecord, RegistryRecord } from '../../record/record';

/** @throws UnknownRecordShapeError */
export function decodeImage(image: Record<string, AttributeValue>): RegistryRecord {
  return decodeRecord(plainItem(image));
}

/** What tells two records of one key apart: no write passes that has all of it in common with the stored one. */
export function identityOf(record: RegistryRecord): string {
  const incarnation = record.kind === 'membership' ? [record.thingId, record.groupId] : [record.incarnation, ...record.replaces ?? []];
  return JSON.stringify([record.version, record.timestamp, record.deleted, record.eventId, ...incarnation]);
}
