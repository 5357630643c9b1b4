import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { RegistryRecord } from '..';
import { plainItem } from './plain-item';
import { decodeRecord } from '../decode-record';

/** @throws UnknownRecordShapeError */
export function decodeImage(image: Record<string, AttributeValue>): RegistryRecord {
  return decodeRecord(plainItem(image));
}
