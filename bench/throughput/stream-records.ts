import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { groupItem, Item, membershipItem, thingItem } from '../calls/records';

/** The kinds of changes that are measured. */
export const WORKLOADS = ['things', 'memberships'] as const;
export type Workload = (typeof WORKLOADS)[number];

/** The same in every read, so that the record does not seem to change. */
const MOMENT = { timestamp: 1_700_000_000_000, eventId: 'f5ae9b94-8b8e-4d8e-8c8f-66b32dd80853' };

const attributes = (serial: string) => ({ serial, firmware: '1.0.0', model: 'm1', site: 'paris' });
const image = (item: Item) => marshall(item, { removeUndefinedValues: true }) as never;

/**
 * One record of the stream: creations and updates of things in turns, or additions of things to a group.
 * No two have the same key, so nothing can be folded.
 */
export function streamRecord(workload: Workload, i: number): DynamoDBRecord {
  const name = `thing-${i}`;
  if (workload === 'memberships') return record(i, membershipItem(name, 'house'));
  const thing = thingItem(name, { thingTypeName: 'sensor', attributes: attributes(String(i)) });
  return i % 2 === 0 ? record(i, thing) : record(i, thing, thingItem(name, { thingTypeName: 'sensor', attributes: attributes('old') }));
}

const GROUP = marshalled(groupItem('house'));
const THING = marshalled(thingItem('', { attributes: attributes('1') }));
const MEMBERSHIP = marshalled(membershipItem('', 'house'));

/** The item of a key in the table: memberships and their ends. Made from a template, because its time is measured. */
export function storedItem(pk: string, sk: string): Record<string, AttributeValue> {
  if (pk.startsWith('group#')) return GROUP;
  const id = { S: `id-of-${pk.slice('thing#'.length)}` };
  return sk === 'thing' ? { ...THING, pk: { S: pk }, incarnation: id } : { ...MEMBERSHIP, pk: { S: pk }, thingId: id };
}

function marshalled(item: Item): Record<string, AttributeValue> {
  return marshall({ ...item, ...MOMENT });
}

function record(i: number, item: Item, old?: Item): DynamoDBRecord {
  const fixed = { ...item, ...MOMENT };
  const { pk, sk } = fixed;
  return {
    eventName: old ? 'MODIFY' : 'INSERT',
    dynamodb: { SequenceNumber: String(i), Keys: image({ pk, sk }), NewImage: image(fixed), OldImage: old && image({ ...old, ...MOMENT }) },
  };
}
