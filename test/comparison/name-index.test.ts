import fc from 'fast-check';
import { encodeKeys } from '../../src/comparison/handler/key-set';
import { NameIndex } from '../../src/comparison/handler/name-index';

const keyOf = (id: number) => ({ pk: `cert#${id}`, sk: 'cert' });

test('what each key has is found again, however it was divided', () => {
  const having = fc.array(fc.tuple(fc.nat(40), fc.array(fc.nat(30), { maxLength: 20 })), { maxLength: 60 });
  fc.assert(fc.property(having, (parts) => {
    const names = Array.from({ length: 41 }, (_, i) => `policy-${i}`);
    const index = new NameIndex(names, parts.map(([number, ids]) => ({ number, keys: encodeKeys(ids.map(keyOf)) })));
    for (let id = 0; id <= 31; id++) {
      const expected = new Set(parts.filter(([, ids]) => ids.includes(id)).map(([number]) => names[number]));
      expect(index.namesOf(keyOf(id)).sort()).toEqual([...expected].sort());
    }
  }));
});

test.each([0, 1, 2])('there may be %i names', (count) => {
  const names = Array.from({ length: count }, (_, i) => `policy-${i}`);
  const index = new NameIndex(names, names.map((_, number) => ({ number, keys: encodeKeys([keyOf(7)]) })));
  expect(index.namesOf(keyOf(7)).sort()).toEqual(names);
  expect(index.namesOf(keyOf(8))).toEqual([]);
});
