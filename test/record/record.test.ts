import * as fc from 'fast-check';
import { decodeRecord } from '../../src/kinds/decode-record';
import { parseKey } from '../../src/kinds/register';
import { UnknownRecordShapeError } from '../../src/record/record';
import { keyOf } from '../kinds/keys';

const common = { version: 3, timestamp: 1_700_000_000_000, deleted: false, sourceRegion: 'us-east-1', eventId: 'e' };
const thing = { ...keyOf.thing('lamp'), ...common, incarnation: 'i', state: { thingTypeName: 'light', attributes: { color: 'red' } } };

describe('keys', () => {
  test('a key contains its names, with any characters that AWS allows in names', () => {
    const name = fc.stringMatching(/^[a-zA-Z0-9:_-]{1,128}$/);
    fc.assert(fc.property(name, name, (a, b) => {
      expect(parseKey(keyOf.thing(a))).toEqual({ kind: 'thing', thingName: a });
      expect(parseKey(keyOf.group(a))).toEqual({ kind: 'group', groupName: a });
      expect(parseKey(keyOf.type(a))).toEqual({ kind: 'type', typeName: a });
      expect(parseKey(keyOf.membership(a, b))).toEqual({ kind: 'membership', thingName: a, groupName: b });
    }));
  });

  test('everything about one thing is under one partition key', () => {
    expect(keyOf.membership('lamp', 'kitchen').pk).toBe(keyOf.thing('lamp').pk);
  });

  test.each([
    ['lamp', 'thing'], ['thing#', 'thing'], ['thing#lamp', 'group'], ['thing#lamp', 'group#'], ['group#g', 'thing'], ['type#t', 'group'], ['other#x', 'other'], ['', ''],
    ['thing#a#b', 'thing'], ['thing#a b', 'thing'], ['group#ä', 'group'], ['type#a\n', 'type'], ['thing#a', 'group#b/c'], [`thing#${'n'.repeat(129)}`, 'thing'],
  ])('fails for %j / %j, which names no entity', (pk, sk) => {
    expect(() => parseKey({ pk, sk })).toThrow(UnknownRecordShapeError);
  });
});

describe('decoding', () => {
  test('a record is read with its kind and name', () => {
    expect(decodeRecord(thing)).toEqual({ ...thing, kind: 'thing', thingName: 'lamp', expiresAt: undefined });
  });

  test('what a state leaves out is absent, and attributes of later versions do no harm', () => {
    const record = decodeRecord({ ...thing, later: 1, state: { attributes: {}, later: [] } });
    expect(record).toMatchObject({ state: { thingTypeName: undefined, attributes: {} } });
  });

  test.each([
    ['version', { ...thing, version: '3' }, 'version: expected a number, got a value of type string'],
    ['deleted', { ...thing, deleted: undefined }, 'deleted: expected a boolean, got nothing'],
    ['incarnation', { ...thing, incarnation: null }, 'incarnation: expected a string, got null'],
    ['state', { ...thing, state: [] }, 'state: expected a map, got a list'],
    ['an attribute', { ...thing, state: { attributes: { secret: 42 } } }, 'state.attributes: expected a map of strings, got a value of type number'],
    ['a user property', {
      ...keyOf.type('t'), ...common, incarnation: 'i', state: { searchableAttributes: [], propagatingAttributes: [{ thingAttribute: 'a' }], deprecated: false },
    }, 'state.propagatingAttributes[0].userPropertyKey: expected a string, got nothing'],
    ['an end of a membership', { ...keyOf.membership('a', 'b'), ...common, thingId: 't' }, 'groupId: expected a string, got nothing'],
  ])('fails on %s of another type, and names it without its value', (_, item, message) => {
    expect(() => decodeRecord(item)).toThrow(new UnknownRecordShapeError(message));
  });
});
