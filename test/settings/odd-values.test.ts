/** What languages without types let pass: each value is taken because it means something, or is refused in the one shape that all errors have. */
import { Duration, Lazy } from 'aws-cdk-lib';
import { IotRegistryReplicationProps, ReplicationAlarm } from '../../src';
import { namesOf } from '../../src/settings/prop-names';
import { replicate } from '../apps';

const ODD: Readonly<Record<string, unknown>> = {
  'null': null,
  'an empty text': '',
  'the text true': 'true',
  'zero': 0,
  'a half': 0.5,
  'no number': NaN,
  'true': true,
  'an empty object': {},
  'an object of nothing': Object.create(null),
  'an empty list': [],
  'a list of null': [null],
  'a list of a number': [5],
  'a list of an object': [{}],
  'a function': () => 1,
  'a day': Duration.days(1),
  'a symbol': Symbol('odd'),
  'a token': Lazy.any({ produce: () => 1 }),
};

const SHAPE = /^[a-z][A-Za-z '.-]+: got .+, expected .+; .+[^.]$/;

/** What is taken besides null, which is no value in the props that may be left out. */
const TAKEN: Readonly<Record<string, readonly string[]>> = {
  replicationName: ['the text true'],
  tableName: ['the text true'],
  namePrefixes: ['an empty object', 'an object of nothing'],
  identities: ['an empty object', 'an object of nothing'],
  domainNames: ['an empty object', 'an object of nothing'],
  regionsWithIotCore: ['an empty list'],
  pausedRegions: ['an empty list'],
  acknowledgedReplications: ['an empty list'],
  maxDeletionsPerSweep: ['zero'],
  maxDeactivationsPerSweep: ['zero'],
  registryReadShare: ['a half'],
  registryWriteShare: ['a half'],
  topics: ['an empty list'],
  overrides: ['an empty list'],
  dashboardName: ['the text true'],
  defaultInterval: ['a day'],
  threshold: ['a half'],
  period: ['a day'],
  ...Object.fromEntries(['enableRegistryEvents', 'confirmDeletions', 'sweepEnabled', 'driftEnabled', 'logPayloads', 'tracing', 'pointInTimeRecovery', 'acknowledgeNagRules', 'enabled', 'adoptPolicies', 'caCertificates', 'cloudTrailHints'].map((prop) => [prop, ['true']])),
};

/** The names of the values that pass, and whatever was said of others in another shape. */
function tried(action: (value: unknown) => unknown): { readonly taken: string[]; readonly bare: string[] } {
  const taken: string[] = [];
  const bare: string[] = [];
  for (const [name, value] of Object.entries(ODD)) {
    try {
      action(value);
      taken.push(name);
    } catch (error) {
      const { message } = error as Error;
      if (!SHAPE.test(message)) bare.push(`${name}: ${message}`);
    }
  }
  return { taken, bare };
}


test.each(namesOf('IotRegistryReplicationProps'))('%s', (prop) => {
  const props = (value: unknown) => ({ [prop]: value }) as Partial<IotRegistryReplicationProps>;
  expect(tried((value) => replicate(props(value)))).toEqual({ taken: [...prop === 'destinationRegions' ? [] : ['null'], ...TAKEN[prop] ?? []], bare: [] });
});

test.each(namesOf('NamePrefixes'))('the prefixes of %s', (name) => {
  expect(tried((value) => replicate({ identities: {}, namePrefixes: { [name]: value } }))).toEqual({ taken: ['null'], bare: [] });
});

describe('in the options of', () => {
  test.each(namesOf('IdentityReplicationOptions'))('identities, %s', (option) => {
    expect(tried((value) => replicate({ identities: { [option]: value } }))).toEqual({ taken: ['null', ...TAKEN[option] ?? []], bare: [] });
  });

  test.each(namesOf('ReplicationAlarmsOptions'))('alarms, %s', (option) => {
    expect(tried((value) => replicate().addAlarms({ [option]: value }))).toEqual({ taken: TAKEN[option] ?? [], bare: [] });
  });

  test.each(namesOf('ReplicationAlarmOverride'))('one alarm, %s', (option) => {
    const override = (value: unknown) => ({ alarm: ReplicationAlarm.THROTTLED, [option]: value });
    expect(tried((value) => replicate().addAlarms({ overrides: [override(value)] }))).toEqual({ taken: TAKEN[option] ?? [], bare: [] });
  });

  test.each(namesOf('ReplicationDashboardOptions'))('the dashboard, %s', (option) => {
    expect(tried((value) => replicate().addDashboard({ [option]: value }))).toEqual({ taken: TAKEN[option] ?? [], bare: [] });
  });
});
