import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { plainItem } from './plain-item';
import { decodeRecord, RegistryRecord } from '../../record/record';

/** @throws UnknownRecordShapeError */
export function decodeImage(image: Record<string, AttributeValue>): RegistryRecord {
  return decodeRecord(plainItem(image));
}

/** Distinguishes two records of one key: the guard passes no write that has all of these in common with the stored record. */
export function identityOf(record: RegistryRecord): string {
  const incarnation = record.kind === 'membership' ? [record.thingId, record.groupId] : [record.incarnation, ...record.replaces ?? []];
  return JSON.stringify([record.version, record.timestamp, record.deleted, record.eventId, ...incarnation]);
}
