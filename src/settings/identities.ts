import { Token } from 'aws-cdk-lib';
import { expectMember, expectMinutes, expectSwitch, expectWhole, isText } from './checks';
import { invalid, shown } from './errors';
import { PrefixRules, validatePrefixes } from './prefixes';
import { expectSchedule } from './schedule';
import type { IdentitySettings, Settings } from './settings';
import { CertificateSelection } from '../certificate-selection';
import { RegistryKind } from '../registry-kind';

/** Names of policies: https://docs.aws.amazon.com/iot/latest/apireference/API_CreatePolicy.html */
const POLICY_PREFIXES: PrefixRules = {
  form: /^[a-zA-Z0-9_+=,.@-]{1,128}$/,
  characters: 'letters, digits and _ + = , . @ -',
  most: 12,
  because: 'the environment of the replicator contains each prefix',
  none: 'leave it out to replicate all policies',
};

/** Domain names of a destination, as JSON: the environment of a function has 4 KB. */
const MAX_DOMAIN_NAMES_LENGTH = 1024;

/** Labels with dots between them. No pattern: it could match more in the destination than in the source, or less where it denies. */
const DOMAIN_NAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$/i;

export function validateIdentities({ identities, kinds, prefixes, destinationRegions }: Settings): void {
  const what = 'namePrefixes.policies';
  if (!identities) {
    if (prefixes.policy) throw invalid(what, shown(prefixes.policy), 'none without `identities`', 'pass `identities` too, or leave it out');
    return;
  }
  validatePrefixes(what, prefixes.policy, POLICY_PREFIXES);
  validateCertificates(identities.certificates, kinds);
  expectSwitch('identities.caCertificates', identities.caCertificates);
  expectSwitch('identities.adoptPolicies', identities.adoptPolicies);
  expectSwitch('identities.cloudTrailHints', identities.cloudTrailHints);
  expectSchedule('identities.sweepSchedule', identities.sweepSchedule);
  expectSchedule('identities.driftSchedule', identities.driftSchedule);
  expectMinutes('identities.certificateCheckInterval', identities.certificateCheckInterval, 'write `Duration.minutes(15)`, or leave it out for that', 60);
  if (identities.maxDeactivationsPerSweep !== undefined) {
    expectWhole('identities.maxDeactivationsPerSweep', identities.maxDeactivationsPerSweep, 0, 'write a number of certificates, or leave it out for the default');
  }
  validateDomainNames(identities, destinationRegions);
}

function validateCertificates(certificates: CertificateSelection, kinds: readonly RegistryKind[]): void {
  const what = 'identities.certificates';
  expectMember(what, certificates, 'CertificateSelection', CertificateSelection);
  if (certificates === CertificateSelection.OF_REPLICATED_THINGS && !kinds.includes(RegistryKind.THING)) {
    throw invalid(what, shown(certificates), 'that things are replicated', 'add `RegistryKind.THING` to `kinds`, or write `CertificateSelection.ALL`');
  }
}

function validateDomainNames({ domainNames }: IdentitySettings, destinationRegions: string[]): void {
  const what = 'identities.domainNames';
  const example = "write `{ 'eu-west-1': { 'devices.example.com': 'devices.eu.example.com' } }`";
  if (!isMap(domainNames)) throw invalid(what, shown(domainNames), 'domain names by destination', example);
  for (const [region, names] of Object.entries(domainNames)) {
    if (!isMap(names)) throw invalid(what, `${shown(names)} for ${shown(region)}`, 'a domain name for each domain name of the source, by destination', example);
    if (!destinationRegions.includes(region)) {
      throw invalid(what, shown(region), `some of the destinations ${shown(destinationRegions)}`, 'check the spelling, or leave it out');
    }
    for (const name of Object.entries(names).flat()) {
      if (isText(name, DOMAIN_NAME)) continue;
      throw invalid(what, `${shown(name)} for '${region}'`, "a domain name such as 'devices.example.com', without wildcards, known at synthesis",
        isText(name, /[*?]/) ? 'write each domain name: a pattern could allow more in the destination than in the source' : 'leave out a scheme, a port, a path and a dot at the end');
    }
    const twin = repeatedIn(Object.keys(names));
    if (twin !== undefined) throw invalid(what, `${shown(twin)} twice for '${region}'`, 'each domain name of the source once, in whatever case', 'write it as the policies contain it');
    const taken = repeatedIn(Object.values(names) as string[]);
    if (taken !== undefined) {
      throw invalid(what, `${shown(taken)} for two domain names in '${region}'`, 'another one for each', 'a policy that names only one of them would allow more in the destination');
    }
    if (JSON.stringify(names).length > MAX_DOMAIN_NAMES_LENGTH) {
      throw invalid(what, `${JSON.stringify(names).length} characters for '${region}'`, `at most ${MAX_DOMAIN_NAMES_LENGTH} as JSON`, 'leave out those that no policy names: the environment of the replicator contains them');
    }
  }
}

/** The first that is there before, in whatever case: a condition of a policy may ignore it. */
function repeatedIn(names: readonly string[]): string | undefined {
  const all = names.map((name) => name.toLowerCase());
  return names.find((_, i) => all.indexOf(all[i]) !== i);
}

function isMap(given: unknown): given is Readonly<Record<string, unknown>> {
  return typeof given === 'object' && given !== null && !Array.isArray(given) && !Token.isUnresolved(given);
}
