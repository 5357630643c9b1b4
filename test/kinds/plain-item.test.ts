import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { plainItem } from '../../src/kinds/handler/plain-item';

test('an item becomes the values that the SDK makes of it', () => {
  const item = { pk: 'thing#lamp', version: 3, deleted: false, state: { attributes: { a: '1' }, description: null, path: ['x', 'y'], nested: [{ k: 'v' }, {}] }, none: {}, empty: [] };
  expect(plainItem(marshall(item))).toEqual(item);
  expect(plainItem(marshall(item))).toEqual(unmarshall(marshall(item)));
});

test('a member called __proto__ is one like any other', () => {
  const attributes = { M: Object.fromEntries([['__proto__', { S: '1' }], ['constructor', { S: '2' }]]) };
  const { state } = plainItem({ state: { M: { attributes, list: { L: [attributes] } } } }) as { state: { attributes: object; list: object[] } };
  for (const each of [state.attributes, state.list[0]]) expect(Object.entries(each)).toEqual([['__proto__', '1'], ['constructor', '2']]);
});
