import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { convertToNative } from '@aws-sdk/util-dynamodb';

/**
 * An item of a table as values of JavaScript.
 *
 * Unlike `unmarshall`, which assigns, it keeps a member called `__proto__`: AWS IoT allows an attribute of that name.
 */
export function plainItem(item: Readonly<Record<string, AttributeValue>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, plainValue(value)]));
}

function plainValue(value: AttributeValue): unknown {
  if (value.M) return plainItem(value.M);
  return value.L ? value.L.map(plainValue) : convertToNative(value);
}
