import { DriftMode, RegistryKind } from '../../src';
import { fingerprintsOf } from '../../src/replicator/fingerprints';
import type { IdentitiesConfig } from '../../src/replicator/identities-config';
import { selectionConfigOf } from '../../src/replicator/selection-config-of';
import { MAX_PREFIXES } from '../../src/settings/prefixes';

const { THING, THING_TYPE } = RegistryKind;

function configOf(settings: Partial<Parameters<typeof selectionConfigOf>[0]> = {}, identities?: IdentitiesConfig) {
  return selectionConfigOf({ kinds: Object.values(RegistryKind), features: [], prefixes: {}, driftEnabled: true, driftMode: DriftMode.REPAIR, ...settings }, identities);
}

test('where everything is selected, nothing is passed by', () => {
  expect(configOf()).toBeUndefined();
  expect(configOf({ features: ['identities', 'caCertificates'] })).toBeUndefined();
});

test('the consumers know the kinds that are selected, with those that belong to them', () => {
  expect(configOf({ kinds: [THING, THING_TYPE] })).toEqual({ kinds: ['type', 'thing'], prefixes: {} });
  expect([...configOf({ kinds: [THING], features: ['identities'] })!.kinds].sort()).toEqual(['certificate', 'policy', 'principals', 'thing']);
});

test('the consumers know the prefixes', () => {
  const prefixes = { thing: ['b-', 'a-'], policy: ['p'], group: undefined };
  expect(configOf({ prefixes })).toEqual({ kinds: ['type', 'group', 'thing', 'membership'], prefixes: { thing: fingerprintsOf(['a-', 'b-']), policy: fingerprintsOf(['p']) } });
});

test('as many prefixes as there may be have room, with a few domain names; beside the longest texts of identities nothing is passed by', () => {
  const texts = Array.from({ length: MAX_PREFIXES }, (_, i) => `${i}`.padStart(128, 'x'));
  const prefixes = { thing: texts, group: texts, type: texts, policy: texts.slice(0, 12) };
  const identities = {
    features: ['identities' as const],
    arnPrefix: '',
    relocation: { partition: 'aws', sourceRegion: 'us-east-1', destinationRegion: 'eu-west-1', domainNames: { 'a.example.com': 'b.example.com' } },
    adoptsPolicies: false,
  };
  expect(configOf({ prefixes }, identities)).toHaveProperty('prefixes.type', fingerprintsOf(texts));
  expect(configOf({ prefixes }, { ...identities, policyPrefixes: texts.slice(0, 12) })).toBeUndefined();
});

test('nothing is passed by where no drift check would apply it, once it is selected again', () => {
  expect(configOf({ kinds: [THING], driftEnabled: false })).toBeUndefined();
  expect(configOf({ kinds: [THING], driftMode: DriftMode.REPORT })).toBeUndefined();
});
