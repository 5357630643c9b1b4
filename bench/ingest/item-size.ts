import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** The size of one write unit. */
export const WRITE_UNIT_BYTES = 1024;

/**
 * The size of an item as DynamoDB bills it.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export function itemBytes(item: Readonly<Record<string, AttributeValue>>): number {
  return Object.entries(item).reduce((total, [name, value]) => total + Buffer.byteLength(name) + valueBytes(value), 0);
}

function valueBytes(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return Math.ceil(value.N.replace(/[^0-9]/g, '').length / 2) + 1;
  // Three bytes of a list or a map, and one for each of its elements.
  if (value.L !== undefined) return 3 + value.L.reduce((total, each) => total + 1 + valueBytes(each), 0);
  if (value.M !== undefined) return 3 + Object.keys(value.M).length + itemBytes(value.M);
  return 1;
}
