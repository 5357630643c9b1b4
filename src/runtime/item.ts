import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { Attribute, RecordKey } from '../record/record';

/** A key in the form of DynamoDB. */
export function attributesOf({ pk, sk }: RecordKey): Record<string, AttributeValue> {
  return { [Attribute.PK]: { S: pk }, [Attribute.SK]: { S: sk } };
}

/** The key of an item from DynamoDB. */
export function keyOfItem(item: Record<string, AttributeValue>): RecordKey {
  return { pk: item[Attribute.PK].S!, sk: item[Attribute.SK].S! };
}
