import { CertificateSelection } from '../../src';
import { hasDependants, includes, Selection } from '../../src/comparison/selection';
import { selectionOf, selectionDigest } from '../../src/comparison/selection-of';
import { Entity } from '../../src/kinds';
import { GroupEntity } from '../../src/kinds/group/group';
import { entityOf, knownKinds } from '../../src/kinds/register';
import { RegistryKind } from '../../src/registry-kind';
import type { IdentitySettings } from '../../src/settings/settings';
import { keyOf } from '../kinds/keys';

const everything: Selection = { kinds: knownKinds(), prefixes: {} };
const entities: readonly Entity[] = [
  { kind: 'thing', thingName: 'a-lamp' },
  { kind: 'group', groupName: 'b-room' },
  { kind: 'type', typeName: 'c-bulb' },
  { kind: 'membership', thingName: 'a-lamp', groupName: 'b-room' },
];
const included = (scope: Selection) => entities.filter((entity) => includes(scope, entity)).map(({ kind }) => kind);

test('without prefixes every name is replicated', () => {
  expect(included(everything)).toEqual(['thing', 'group', 'type', 'membership']);
});

test.each(knownKinds())('%s alone, where nothing else is replicated', (kind) => {
  expect(included({ kinds: [kind], prefixes: {} })).toEqual([kind]);
});

test.each<[string, Selection['prefixes'], string[]]>([
  ['things', { thing: ['x-'] }, ['group', 'type']],
  ['groups', { group: ['x-'] }, ['thing', 'type']],
  ['types', { type: ['x-'] }, ['thing', 'group', 'membership']],
])('prefixes of %s leave out their kind, and memberships of which they leave an end out', (_, prefixes, expected) => {
  expect(included({ ...everything, prefixes })).toEqual(expected);
});

test('one of several prefixes is enough, and it has to be at the beginning', () => {
  expect(included({ ...everything, prefixes: { thing: ['x-', 'a-'], group: ['b-'], type: ['c-bulb'] } })).toHaveLength(4);
  expect(includes({ ...everything, prefixes: { thing: ['lamp'] } }, entities[0])).toBe(false);
});

describe('members', () => {
  const group = (dynamic: boolean): GroupEntity => ({ kind: 'group', groupName: 'b-room', version: 1, incarnation: 'i', state: { attributes: {}, dynamic } });

  test('are listed of static groups that are replicated', () => {
    expect(hasDependants(everything, group(false))).toBe(true);
    expect(hasDependants({ ...everything, prefixes: { group: ['b-'], thing: ['x-'] } }, group(false))).toBe(true);
    expect(hasDependants({ kinds: ['membership'], prefixes: {} }, group(false))).toBe(true);
  });

  test('are not listed of others, nor where memberships are not replicated', () => {
    expect(hasDependants(everything, group(true))).toBe(false);
    expect(hasDependants({ ...everything, prefixes: { group: ['x-'] } }, group(false))).toBe(false);
    expect(hasDependants({ kinds: ['group', 'thing', 'type'], prefixes: {} }, group(false))).toBe(false);
  });
});

test('a key names its entity; one of something else names nothing', () => {
  expect(entityOf(keyOf.membership('lamp', 'room'))).toEqual({ kind: 'membership', thingName: 'lamp', groupName: 'room' });
  expect(entityOf({ pk: 'settings', sk: 'mine' })).toBeUndefined();
  expect(entityOf({ pk: 'thing#', sk: 'thing' })).toBeUndefined();
});

test('the scope of settings has the kinds whose events are on', () => {
  const prefixes = { thing: ['a-'] };
  expect(selectionOf({ kinds: Object.values(RegistryKind), prefixes, features: [] })).toEqual({ kinds: knownKinds(), prefixes });
  expect(selectionOf({ kinds: [RegistryKind.THING, RegistryKind.THING_TYPE], prefixes: {}, features: [] }).kinds).toEqual(['type', 'thing']);
});

test('certificates are replicated only if records name them where only those of replicated things are', () => {
  const settings = (certificates: CertificateSelection, kinds = Object.values(RegistryKind)) => (
    { kinds, prefixes: {}, features: ['identities' as const], identities: { certificates } as IdentitySettings }
  );
  const { ALL, OF_REPLICATED_THINGS } = CertificateSelection;
  expect(selectionOf(settings(OF_REPLICATED_THINGS), 'identities').onlyReferred).toEqual(['certificate']);
  expect(selectionOf(settings(OF_REPLICATED_THINGS))).toEqual(selectionOf(settings(ALL)));
  expect(selectionOf(settings(ALL), 'identities')).not.toHaveProperty('onlyReferred');
});

describe('the digest of a selection', () => {
  const prefixes = { thing: ['a-', 'b-'] };

  test('is that of no other', () => {
    const others: Selection[] = [
      everything, { kinds: ['thing'], prefixes }, { kinds: knownKinds(), prefixes: { thing: ['a-'] } }, { kinds: knownKinds(), prefixes: { group: ['a-', 'b-'] } }, { kinds: knownKinds(), prefixes: { thing: ['a-b-'] } },
      { kinds: knownKinds(), prefixes, onlyReferred: ['certificate'] },
    ];
    expect(new Set([...others, { kinds: knownKinds(), prefixes }].map(selectionDigest)).size).toBe(others.length + 1);
  });

  test('is the same in any order', () => {
    expect(selectionDigest({ kinds: [...knownKinds()].reverse(), prefixes: { thing: ['b-', 'a-'] } })).toBe(selectionDigest({ kinds: knownKinds(), prefixes }));
  });
});
