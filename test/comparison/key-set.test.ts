import { encodeKeys, KeySet } from '../../src/comparison/handler/key-set';
import { keyOf } from '../kinds/keys';

const keys = [...Array(2000)].map((_, i) => (i % 2 === 0 ? keyOf.thing(`lamp-${i}`) : keyOf.membership('lamp', `room-${i}`)));

test('has every key that was put in, in whichever part, and no other', () => {
  const set = KeySet.decode([encodeKeys(keys.slice(0, 1)), '', encodeKeys(keys.slice(1, 700)), encodeKeys(keys.slice(700))]);
  for (const key of keys) expect(set.has(key)).toBe(true);
  for (let i = 0; i < 2000; i++) expect(set.has(keyOf.thing(`other-${i}`))).toBe(false);
});

test('distinguishes kinds of one name', () => {
  const set = KeySet.decode([encodeKeys([keyOf.thing('same')])]);
  expect(set.has(keyOf.thing('same'))).toBe(true);
  expect(set.has(keyOf.group('same'))).toBe(false);
  expect(set.has(keyOf.type('same'))).toBe(false);
  expect(set.has(keyOf.membership('same', 'same'))).toBe(false);
});

test('of nothing has nothing', () => {
  expect(KeySet.decode([]).has(keys[0])).toBe(false);
  expect(KeySet.decode(['', '']).has(keys[0])).toBe(false);
});

test('takes eight bytes for a key', () => {
  expect(Buffer.from(encodeKeys(keys), 'base64')).toHaveLength(8 * keys.length);
});

test('a repeated key does no harm', () => {
  const set = KeySet.decode([encodeKeys([keys[0], keys[0]]), encodeKeys([keys[0], keys[1]])]);
  expect([set.has(keys[0]), set.has(keys[1]), set.has(keys[2])]).toEqual([true, true, false]);
});
