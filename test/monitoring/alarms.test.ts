/** The alarms: on what, where, whom they tell, and how they can be made otherwise. */
import { readFileSync } from 'fs';
import { Annotations, Aws, CfnParameter, Duration, Fn, Lazy, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { Topic } from 'aws-cdk-lib/aws-sns';
import {
  IotRegistryReplication, IotRegistryReplicationProps, RegistryKind, ReplicationAlarm, ReplicationAlarmOverride, ReplicationAlarmsOptions,
} from '../../src';
import { PRICES } from '../../src/estimate/prices';
import { DestinationMetrics, IdentityMetrics, NAMESPACE, SourceMetrics } from '../../src/metrics/metric-names';
import {
  ACCOUNT, DESTINATION, Json, OTHER, SOURCE, complaintsOf, createApp, createStack, replicate, resourcesOf, sourceStack, stacksOf, synth, templatesOf, withoutUuid,
} from '../apps';

const NAMED = { replicationName: 'fleet', destinationRegions: [DESTINATION, OTHER] };
const SHAPE = /^[\w-]+( of '[\w-]+')?: got .+, expected .+; .+[^.]$/;

/** Every alarm by its Region and the end of its name. */
function alarmsOf(replication: IotRegistryReplication): Record<string, Record<string, Json>> {
  const templates = templatesOf(synth(Stack.of(replication)));
  const stacks = [sourceStack(replication), ...replication.destinations.map(({ stack }) => stack)];
  return Object.fromEntries(stacks.map(({ region, stackName }) => [region, Object.fromEntries(
    resourcesOf(templates[stackName], 'AWS::CloudWatch::Alarm').map(({ Properties }) => [Properties.AlarmName.replace(`${replication.replicationName}-`, ''), Properties]),
  )]));
}

function withAlarms(options?: ReplicationAlarmsOptions, props: Partial<IotRegistryReplicationProps> = {}): Record<string, Record<string, Json>> {
  const replication = replicate({ ...NAMED, ...props });
  replication.addAlarms(options);
  return alarmsOf(replication);
}

function failing(options: ReplicationAlarmsOptions, replication = replicate(NAMED)): string {
  try {
    replication.addAlarms(options);
  } catch (error) {
    const { message } = error as Error;
    expect(message).toMatch(SHAPE);
    return message;
  }
  throw new Error('expected to fail');
}

test('the documentation contains what CloudWatch charges a month: the list price for each metric of each alarm', () => {
  const [, price, source, destination, moreForSource, moreForDestination] = /about ([\d.]+) USD a month: ([\d.]+) for the source and ([\d.]+) for each destination; with `identities` ([\d.]+) and ([\d.]+) more/.exec(readFileSync('docs/costs-and-quotas.md', 'utf8')) ?? [];
  const metricsOf = ({ Metrics }: Json) => Metrics ? Metrics.filter(({ MetricStat }: Json) => MetricStat).length : 1;
  const costsOf = (found: Record<string, Record<string, Json>>) => Object.entries(found).map(([region, alarms]) => (
    [region, Object.values(alarms).reduce((sum, alarm) => sum + metricsOf(alarm), 0) * PRICES.alarmMonth] as const
  ));
  const without = new Map(costsOf(withAlarms()));
  const monthly = Object.fromEntries([...without].map(([region, cost]) => [region, cost.toFixed(2)]));
  const more = Object.fromEntries(costsOf(withIdentities).map(([region, cost]) => [region, (cost - without.get(region)!).toFixed(2)]));
  expect(more).toEqual({ [SOURCE]: moreForSource, [DESTINATION]: moreForDestination, [OTHER]: moreForDestination });
  expect(price).toBe(PRICES.alarmMonth.toFixed(2));
  expect(monthly).toEqual({ [SOURCE]: source, [DESTINATION]: destination, [OTHER]: destination });
});

const named = (dimensions: Json[]) => Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, Name === 'RuleName' ? withoutUuid(Value) : Value]));

interface Measured {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Record<string, string>;
  readonly statistic: string;
  readonly period: number;
  readonly unit?: string;
}

/** What an alarm looks at, whether it is one metric or the sum of several. */
function measuredBy(alarm: Json): Measured[] {
  if (!alarm.Metrics) {
    return [{
      namespace: alarm.Namespace,
      metric: alarm.MetricName,
      dimensions: named(alarm.Dimensions),
      statistic: alarm.Statistic ?? alarm.ExtendedStatistic,
      period: alarm.Period,
      unit: alarm.Unit,
    }];
  }
  return alarm.Metrics.filter(({ MetricStat }: Json) => MetricStat).map(({ MetricStat: { Metric, Stat, Period, Unit } }: Json) => ({
    namespace: Metric.Namespace, metric: Metric.MetricName, dimensions: named(Metric.Dimensions), statistic: Stat, period: Period, unit: Unit,
  }));
}

const own = (region: string) => ({ ReplicationName: 'fleet', Region: region });
const workflow = (region: string, name: string) => ({ StateMachineArn: `arn:aws:states:${region}:${ACCOUNT}:stateMachine:${name}` });
const failures = (region: string, name: string) => ['ExecutionsFailed', 'ExecutionsTimedOut'].map((metric) => ({
  namespace: 'AWS/States', metric, dimensions: workflow(region, name), statistic: 'Sum', period: 300,
}));
const RULES = ['thing', 'thing_type', 'thing_group', 'thing_group_membership'].map((kind) => `fleet_${kind}_<address>_<uuid>`);
const deadLetters = {
  measured: [{
    namespace: 'AWS/SQS', metric: 'ApproximateNumberOfMessagesVisible', dimensions: { QueueName: 'fleet-dead-letters' }, statistic: 'Maximum', period: 300,
  }],
};

interface Expected {
  readonly measured: Measured[];
  readonly threshold?: number;
  readonly comparison?: string;
  readonly evaluationPeriods?: number;
  readonly datapoints?: number;
  readonly missing?: string;
}

const OF_SOURCE: Record<string, Expected> = {
  'dead-letters': { ...deadLetters, missing: 'ignore' },
  'events-lost': { measured: ['fleet-persistence', 'fleet-observations'].flatMap((name) => failures(SOURCE, name)) },
  'rules-throttled': {
    measured: RULES.map((RuleName) => ({ namespace: 'AWS/IoT', metric: 'RuleMessageThrottled', dimensions: { RuleName }, statistic: 'Sum', period: 300 })),
  },
  'error-actions-failed': {
    measured: RULES.flatMap((RuleName) => ['SQS', 'Sqs'].map((ActionType) => ({
      namespace: 'AWS/IoT', metric: 'ErrorActionFailure', dimensions: { RuleName, ActionType }, statistic: 'Sum', period: 300,
    }))),
  },
  'registry-events-off': {
    measured: [{ namespace: NAMESPACE, metric: 'RegistryEventsOff', dimensions: own(SOURCE), statistic: 'Maximum', period: 300, unit: 'Count' }],
  },
  'registry-events-unknown': {
    measured: [{ namespace: NAMESPACE, metric: 'RegistryEventsUnknown', dimensions: own(SOURCE), statistic: 'Maximum', period: 300, unit: 'Count' }],
    evaluationPeriods: 3,
  },
  'sweep-failed': { measured: failures(SOURCE, 'fleet-sweep') },
};

/** On top of that, with `identities`. */
const IDENTITIES_OF_SOURCE: Record<string, Expected> = {
  'identity-sweep-failed': { measured: failures(SOURCE, 'fleet-identity-sweep') },
  'mass-deactivation': {
    measured: [{ namespace: NAMESPACE, metric: 'DeactivationsRefused', dimensions: own(SOURCE), statistic: 'Maximum', period: 1800, unit: 'Count' }],
  },
};

const identitiesOfDestination = (region: string): Record<string, Expected> => ({
  'identity-sweep-overdue': {
    measured: [{ namespace: NAMESPACE, metric: 'IdentitySweepAge', dimensions: own(region), statistic: 'Maximum', period: 300, unit: 'Seconds' }],
    threshold: 172_800,
  },
  'identity-drift-check-overdue': {
    measured: [{ namespace: NAMESPACE, metric: 'IdentityDriftCheckAge', dimensions: own(region), statistic: 'Maximum', period: 300, unit: 'Seconds' }],
    threshold: 1_209_600,
  },
  'old-certificate-check': {
    measured: [{ namespace: NAMESPACE, metric: 'CertificateCheckAge', dimensions: own(region), statistic: 'Maximum', period: 300, unit: 'Seconds' }],
    threshold: 2700,
  },
  'identity-drift-after-repair': {
    measured: [{ namespace: NAMESPACE, metric: 'IdentityDriftAfterRepair', dimensions: own(region), statistic: 'Maximum', period: 300, unit: 'Count' }],
    missing: 'ignore',
  },
  'foreign-policy': {
    measured: [{ namespace: NAMESPACE, metric: 'ForeignPolicies', dimensions: own(region), statistic: 'Sum', period: 300, unit: 'Count' }],
  },
  'drift-check-failed': { measured: [...failures(region, 'fleet-drift'), ...failures(region, 'fleet-identity-drift')] },
});

const ofDestination = (region: string): Record<string, Expected> => ({
  'no-heartbeat': {
    measured: [{ namespace: NAMESPACE, metric: 'Heartbeats', dimensions: own(region), statistic: 'Sum', period: 300, unit: 'Count' }],
    comparison: 'LessThanThreshold',
    missing: 'breaching',
  },
  'replication-lag': {
    measured: [{ namespace: NAMESPACE, metric: 'ReplicationLag', dimensions: own(region), statistic: 'p95', period: 60, unit: 'Milliseconds' }],
    threshold: 60_000,
    comparison: 'GreaterThanThreshold',
    evaluationPeriods: 5,
    datapoints: 3,
  },
  'dead-letters': deadLetters,
  'drift-after-repair': {
    measured: [{ namespace: NAMESPACE, metric: 'DriftAfterRepair', dimensions: own(region), statistic: 'Maximum', period: 300, unit: 'Count' }],
    missing: 'ignore',
  },
  'drift-check-failed': { measured: failures(region, 'fleet-drift') },
  'sweep-overdue': {
    measured: [{ namespace: NAMESPACE, metric: 'SweepAge', dimensions: own(region), statistic: 'Maximum', period: 300, unit: 'Seconds' }],
    threshold: 172_800,
  },
  'drift-check-overdue': {
    measured: [{ namespace: NAMESPACE, metric: 'DriftCheckAge', dimensions: own(region), statistic: 'Maximum', period: 300, unit: 'Seconds' }],
    threshold: 172_800,
  },
  'throttled': {
    measured: [{ namespace: NAMESPACE, metric: 'Throttled', dimensions: own(region), statistic: 'Sum', period: 900, unit: 'Count' }],
    evaluationPeriods: 3,
    datapoints: 2,
  },
  'retries-dropped': {
    measured: ['fleet-replicator', 'fleet-retry'].map((FunctionName) => ({
      namespace: 'AWS/Lambda', metric: 'RecursiveInvocationsDropped', dimensions: { FunctionName }, statistic: 'Sum', period: 300,
    })),
  },
  'other-replication': {
    measured: [{ namespace: NAMESPACE, metric: 'OtherReplications', dimensions: own(region), statistic: 'Maximum', period: 300, unit: 'Count' }],
  },
  'iterator-age': {
    measured: [{ namespace: 'AWS/Lambda', metric: 'IteratorAge', dimensions: { FunctionName: 'fleet-replicator' }, statistic: 'Maximum', period: 300 }],
    threshold: 66_240_000,
  },
});

function expectAlarm(alarm: Json, expected: Expected): void {
  expect(measuredBy(alarm).map(({ unit, ...each }) => unit === undefined ? each : { ...each, unit })).toEqual(expected.measured);
  expect(alarm).toMatchObject({
    Threshold: expected.threshold ?? 1,
    ComparisonOperator: expected.comparison ?? 'GreaterThanOrEqualToThreshold',
    EvaluationPeriods: expected.evaluationPeriods ?? 1,
    TreatMissingData: expected.missing ?? 'notBreaching',
    ActionsEnabled: true,
  });
  expect(alarm.DatapointsToAlarm).toBe(expected.datapoints);
  expect([alarm.AlarmActions, alarm.OKActions]).toEqual([undefined, undefined]);
}

const withIdentities = withAlarms({}, { identities: {} });

describe.each([
  [SOURCE, OF_SOURCE, IDENTITIES_OF_SOURCE], [DESTINATION, ofDestination(DESTINATION), identitiesOfDestination(DESTINATION)], [OTHER, ofDestination(OTHER), identitiesOfDestination(OTHER)],
])('with identities in %s', (region, before, more) => {
  test('there are some more', () => {
    expect(Object.keys(withIdentities[region]).sort()).toEqual(Object.keys({ ...before, ...more }).sort());
  });

  test.each(Object.entries(more))('%s', (name, expected) => {
    expectAlarm(withIdentities[region][name], expected);
  });
});

test('the intervals of identities are reckoned with, and nothing is late that does not run by itself', () => {
  const identities = { certificateCheckInterval: Duration.minutes(1), sweepSchedule: ScheduleExpression.rate(Duration.days(7)) };
  const { [SOURCE]: here, [DESTINATION]: there } = withAlarms({}, { identities });
  expect([measuredBy(here['mass-deactivation'])[0].period, there['old-certificate-check'].Threshold, there['identity-sweep-overdue'].Threshold]).toEqual([300, 180, 14 * 86_400]);
  const without = withAlarms({}, { identities, sweepEnabled: false, driftEnabled: false });
  for (const name of ['identity-sweep-overdue', 'identity-drift-check-overdue', 'old-certificate-check']) expect(without[DESTINATION]).not.toHaveProperty(name);
});

describe('by default', () => {
  const found = withAlarms();

  test('there are those of the source in its stack, and those of each destination in its own', () => {
    expect(Object.fromEntries(Object.entries(found).map(([region, alarms]) => [region, Object.keys(alarms).sort()]))).toEqual({
      [SOURCE]: Object.keys(OF_SOURCE).sort(),
      [DESTINATION]: Object.keys(ofDestination(DESTINATION)).sort(),
      [OTHER]: Object.keys(ofDestination(OTHER)).sort(),
    });
    const all = new Set([found, withIdentities].flatMap((each) => Object.values(each)).flatMap((alarms) => Object.keys(alarms)));
    expect([...all].sort()).toEqual(Object.values(ReplicationAlarm).sort());
  });

  describe.each([[SOURCE, OF_SOURCE], [DESTINATION, ofDestination(DESTINATION)], [OTHER, ofDestination(OTHER)]])('in %s', (region, expectations) => {
    test.each(Object.entries(expectations))('%s', (name, expected) => {
      expectAlarm(found[region][name], expected);
    });

    test.each(Object.entries(expectations).filter(([, { measured }]) => measured.length > 1 || ['Heartbeats', 'Throttled', 'RegistryEventsUnknown'].includes(measured[0].metric)))(
      '%s sums up, and takes for 0 what has no value', (name) => {
        const [sum, ...parts] = found[region][name].Metrics as Json[];
        expect(sum).toMatchObject({ ReturnData: true, Expression: parts.map(({ Id }) => `FILL(${Id}, 0)`).join(' + ') });
        expect(parts.every(({ ReturnData }) => ReturnData === false)).toBe(true);
      },
    );
  });

  test('what is looked at is emitted: the library\'s metrics under the names that the emitters use, the services\' metrics about existing resources', () => {
    const ofIdentities = Object.values(IdentityMetrics).flatMap((metrics) => Object.values(metrics));
    const defined: string[] = [...Object.values(DestinationMetrics), ...Object.values(SourceMetrics), ...ofIdentities].map(({ name }) => name);
    const replication = replicate({ ...NAMED, identities: {} });
    const templates = templatesOf(synth(Stack.of(replication)));
    for (const [region, alarms] of Object.entries(withIdentities)) {
      const template = templates[region === SOURCE ? 'Main' : `fleet-${region}-from-${SOURCE}`];
      const names = (type: string, property: string) => resourcesOf(template, type).map(({ Properties }) => Properties[property]);
      const workflows = names('AWS::StepFunctions::StateMachine', 'StateMachineName').map((name: string) => workflow(region, name).StateMachineArn);
      for (const { namespace, metric, dimensions } of Object.values(alarms).flatMap(measuredBy)) {
        const { QueueName, FunctionName, RuleName, StateMachineArn } = dimensions;
        if (namespace === NAMESPACE) expect(defined).toContain(metric);
        else if (namespace === 'AWS/SQS') expect(names('AWS::SQS::Queue', 'QueueName')).toContain(QueueName);
        else if (namespace === 'AWS/Lambda') expect(names('AWS::Lambda::Function', 'FunctionName')).toContain(FunctionName);
        else if (namespace === 'AWS/IoT') expect(names('AWS::IoT::TopicRule', 'RuleName').map(withoutUuid)).toContain(RuleName);
        else expect([namespace, workflows]).toEqual(['AWS/States', expect.arrayContaining([StateMachineArn])]);
      }
    }
  });

  test('rules of kinds that are not replicated are not looked at', () => {
    const { [SOURCE]: alarms } = withAlarms({}, { kinds: [RegistryKind.THING_TYPE] });
    for (const name of ['rules-throttled', 'error-actions-failed']) {
      expect([...new Set(measuredBy(alarms[name]).map(({ dimensions }) => dimensions.RuleName))]).toEqual(['fleet_thing_type_<address>_<uuid>']);
    }
  });

  test('each description explains the alarm, and links to its section of the runbook', () => {
    const runbook = readFileSync('docs/runbook.md', 'utf8');
    const headings = [...runbook.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading);
    const anchors = headings.map((heading) => heading.toLowerCase().replace(/[^\w\- ]/g, '').replace(/ /g, '-'));
    const { repository: { url } } = JSON.parse(readFileSync('package.json', 'utf8'));
    for (const [name, { AlarmDescription }] of Object.values(withIdentities).flatMap((alarms) => Object.entries(alarms))) {
      const [, address, anchor] = AlarmDescription.match(/^[A-Z].+\. Runbook: (\S+)#(\S+)$/);
      expect(address).toBe(`${url.replace(/\.git$/, '')}/blob/main/docs/runbook.md`);
      expect(headings).toContain(`Alarm: ${name}`);
      expect(anchors.filter((each) => each === anchor)).toEqual([`alarm-${name}`]);
      expect(AlarmDescription.length).toBeLessThanOrEqual(1024);
    }
  });

  test('the runbook has a section and a row for each alarm, and no others', () => {
    const runbook = readFileSync('docs/runbook.md', 'utf8');
    expect([...runbook.matchAll(/^## Alarm: (.+)$/gm)].map(([, name]) => name).sort()).toEqual(Object.values(ReplicationAlarm).sort());
    expect([...runbook.matchAll(/^\| \[`([a-z-]+)`\]\(#alarm-\1\)/gm)].map(([, name]) => name).sort()).toEqual(Object.values(ReplicationAlarm).sort());
  });

  test('they are returned, so that they can be given other actions', () => {
    const alarms = replicate(NAMED).addAlarms();
    expect(alarms).toHaveLength(7 + 11 + 11);
    expect(new Set(alarms.map((alarm) => Stack.of(alarm).region))).toEqual(new Set([SOURCE, DESTINATION, OTHER]));
  });

  test('nothing refers to another stack, nothing is complained of, and the same comes out each time', () => {
    const once = () => {
      const replication = replicate(NAMED);
      replication.addAlarms();
      return synth(Stack.of(replication));
    };
    const assembly = once();
    expect(complaintsOf(assembly)).toEqual([]);
    expect(JSON.stringify(templatesOf(assembly))).not.toMatch(/ImportValue|GetStackOutput|CrossRegion|Exports|\$\{Token/);
    for (const template of Object.values(templatesOf(assembly))) expect(template.Outputs ?? {}).toEqual({});
    expect(templatesOf(assembly)).toEqual(templatesOf(once()));
  });

  test('the heartbeat\'s interval is reckoned with: silence is five of it, the lag is looked at as often, and switches no more often', () => {
    const found5 = withAlarms({}, { heartbeatInterval: Duration.minutes(5) });
    expect(measuredBy(found5[DESTINATION]['no-heartbeat'])[0].period).toBe(25 * 60);
    expect(measuredBy(found5[DESTINATION]['replication-lag'])[0].period).toBe(5 * 60);
    for (const name of ['registry-events-off', 'registry-events-unknown']) expect(measuredBy(found5[SOURCE][name])[0].period).toBe(5 * 60);
  });
});

test('a scheduled run is overdue after two of its intervals, and without a schedule there is no alarm', () => {
  const found = withAlarms({}, { sweepSchedule: ScheduleExpression.rate(Duration.hours(1)), driftSchedule: ScheduleExpression.cron({ minute: '0', hour: '4', weekDay: 'SUN' }) });
  expect([found[DESTINATION]['sweep-overdue'].Threshold, found[DESTINATION]['drift-check-overdue'].Threshold]).toEqual([7200, 14 * 86_400]);
  const without = withAlarms({}, { sweepEnabled: false, driftEnabled: false });
  for (const name of ['sweep-overdue', 'drift-check-overdue']) expect(without[DESTINATION]).not.toHaveProperty(name);
});

test('the function that measures it knows the intervals of scheduled runs', () => {
  const variables = (props: Partial<IotRegistryReplicationProps>) => {
    const templates = templatesOf(synth(Stack.of(replicate({ ...NAMED, ...props }))));
    const found = resourcesOf(templates[`fleet-${DESTINATION}-from-${SOURCE}`], 'AWS::Lambda::Function').find(({ Properties }) => Properties.FunctionName === 'fleet-status')!;
    return found.Properties.Environment.Variables;
  };
  expect(variables({ driftSchedule: ScheduleExpression.rate(Duration.hours(1)) })).toMatchObject({ SWEEP_INTERVAL_SECONDS: '86400', DRIFT_INTERVAL_SECONDS: '3600' });
  const without = variables({ sweepEnabled: false, driftEnabled: false });
  for (const name of ['SWEEP_INTERVAL_SECONDS', 'DRIFT_INTERVAL_SECONDS']) expect(without).not.toHaveProperty(name);
});

test('a paused destination has the alarms, and those that the pause would trigger notify nobody', () => {
  const found = withAlarms({}, { pausedRegions: [OTHER] });
  const silent = (region: string) => Object.entries(found[region]).filter(([, { ActionsEnabled }]) => !ActionsEnabled).map(([name]) => name).sort();
  expect(silent(OTHER)).toEqual(['iterator-age', 'no-heartbeat', 'replication-lag']);
  expect([silent(SOURCE), silent(DESTINATION)]).toEqual([[], []]);
});

describe('where they are', () => {
  test('in a stack of the source\'s own, in an environment-agnostic one, and without a reference', () => {
    const replication = replicate({ ...NAMED, sourceRegion: SOURCE }, createStack({ env: {} }));
    replication.addAlarms();
    const assembly = synth(Stack.of(replication));
    expect(complaintsOf(assembly)).toEqual([]);
    expect(templatesOf(assembly).Main.Resources).toBeUndefined();
    expect(Object.keys(alarmsOf(replication)[SOURCE])).toHaveLength(7);
    expect(JSON.stringify(templatesOf(assembly))).not.toMatch(/ImportValue|CrossRegion|Exports/);
    expect(JSON.stringify(alarmsOf(replication))).not.toContain('AccountId":');
  });

  test('in a Stage', () => {
    const app = createApp();
    const stage = new Stage(app, 'Prod', { env: { account: ACCOUNT, region: SOURCE } });
    const replication = replicate(NAMED, new Stack(stage, 'Main'));
    replication.addAlarms({ topics: [new Topic(Stack.of(replication), 'Topic'), ...replication.destinations.map(({ stack }) => new Topic(stack, 'Topic'))] });
    const assembly = synth(app);
    expect(complaintsOf(assembly)).toEqual([]);
    const alarms = stacksOf(assembly).map((stack) => resourcesOf(stack.template as Json, 'AWS::CloudWatch::Alarm').length);
    expect(alarms).toEqual([7, 11, 11]);
    expect(JSON.stringify(templatesOf(assembly))).not.toMatch(/ImportValue|CrossRegion|Exports/);
  });

  test('twice in one stack, for two replications', () => {
    const stack = createStack();
    for (const id of ['One', 'Two']) replicate({ namePrefixes: { things: [id] } }, stack, id).addAlarms();
    const names = stacksOf(synth(stack)).flatMap(({ template, environment: { region } }) => resourcesOf(template, 'AWS::CloudWatch::Alarm')
      .map(({ Properties }) => `${region} ${Properties.AlarmName}`));
    expect(new Set(names).size).toBe(2 * (7 + 11));
  });
});

describe('topics', () => {
  const topicIn = (stack: Stack, id = 'Alarms') => new Topic(stack, id);

  test('are notified by the alarms of their Region, when they trigger and when they clear', () => {
    const replication = replicate(NAMED);
    const stacks = [Stack.of(replication), ...replication.destinations.map(({ stack }) => stack)];
    const topics = stacks.map((stack) => topicIn(stack));
    replication.addAlarms({ topics: [...topics].reverse() });
    const found = alarmsOf(replication);
    stacks.forEach((stack, i) => {
      const reference = [stack.resolve(topics[i].topicArn)];
      for (const { AlarmActions, OKActions } of Object.values(found[stack.region])) expect([AlarmActions, OKActions]).toEqual([reference, reference]);
    });
    const assembly = synth(Stack.of(replication));
    expect(complaintsOf(assembly)).toEqual([]);
    expect(JSON.stringify(templatesOf(assembly))).not.toMatch(/ImportValue|CrossRegion|Exports/);
  });

  test('several topics of a Region are all notified, in the given order', () => {
    const replication = replicate({ replicationName: 'fleet' });
    const arns = ['a', 'b'].map((name) => `arn:aws:sns:${DESTINATION}:${ACCOUNT}:${name}`);
    const here = topicIn(Stack.of(replication));
    replication.addAlarms({ topics: [...arns.map((arn, i) => Topic.fromTopicArn(replication, `T${i}`, arn)), here] });
    for (const { AlarmActions, OKActions } of Object.values(alarmsOf(replication)[DESTINATION])) expect([AlarmActions, OKActions]).toEqual([arns, arns]);
  });

  test('of Regions that have none, while others have, are warned of', () => {
    const replication = replicate(NAMED);
    replication.addAlarms({ topics: [topicIn(replication.destination(DESTINATION).stack)] });
    expect(complaintsOf(synth(Stack.of(replication)))).toEqual([
      'topics has none of us-east-1, ap-southeast-1: alarms there notify nobody, because an alarm can only notify topics of its own Region; add a topic of each Region '
      + '[ack: cdk-iot-registry-replication:regionsWithoutTopic]',
    ]);
    Annotations.of(replication).acknowledgeWarning('cdk-iot-registry-replication:regionsWithoutTopic', 'told by somebody else');
    expect(complaintsOf(synth(Stack.of(replication)))).toEqual([]);
  });

  test('in a nested stack, or by an ARN of the stack\'s own Region, are known to be of the Region of the stack', () => {
    const replication = replicate({ replicationName: 'fleet' });
    const stack = Stack.of(replication);
    const there = replication.destination(DESTINATION).stack;
    const arn = `arn:aws:sns:${Aws.REGION}:${ACCOUNT}:alarms`;
    replication.addAlarms({ topics: [new Topic(new NestedStack(stack, 'Nested'), 'Topic'), Topic.fromTopicArn(there, 'Imported', arn)] });
    const found = alarmsOf(replication);
    expect(found[DESTINATION].throttled.AlarmActions).toEqual([there.resolve(arn)]);
    expect(found[SOURCE]['sweep-failed'].AlarmActions).toHaveLength(1);
    expect(complaintsOf(synth(stack)).filter((complaint) => complaint.includes('regionsWithoutTopic'))).toEqual([]);
  });

  test('fails with one of a Region that is neither the source nor a destination', () => {
    const replication = replicate(NAMED);
    const elsewhere = createStack({ env: { account: ACCOUNT, region: 'eu-central-1' } }, replication.node.root as never, 'Elsewhere');
    expect(failing({ topics: [topicIn(elsewhere)] }, replication)).toBe(
      "topics: got the topic 'Elsewhere/Alarms' of the Region 'eu-central-1', expected topics of the source or a destination, "
      + "one of ['us-east-1', 'eu-west-1', 'ap-southeast-1']; create it in one of these, such as in the `stack` of a destination: an alarm can't notify a topic of another Region",
    );
    expect(failing({ topics: [Topic.fromTopicArn(replication, 'T', `arn:aws:sns:eu-central-1:${ACCOUNT}:alarms`)] }, replicate(NAMED))).toContain("'eu-central-1'");
  });

  test.each([
    ['in an environment-agnostic stack', (stack: Stack) => topicIn(stack)],
    ['by an ARN that another stack exports', (stack: Stack) => Topic.fromTopicArn(stack, 'T', Fn.importValue('alarms'))],
    ['by an ARN that is a parameter', (stack: Stack) => Topic.fromTopicArn(stack, 'T', new CfnParameter(stack, 'P').valueAsString)],
  ])('fails with one whose Region is not known: %s', (_, topicOf) => {
    const replication = replicate({ ...NAMED, sourceRegion: SOURCE }, createStack({ env: {} }));
    expect(failing({ topics: [topicOf(Stack.of(replication))] }, replication)).toMatch(
      /^topics: got the topic 'Main\/\w+', whose Region is a token, expected topics whose Regions are known at synthesis; set `env: \{ region: '…' \}` on the topic's stack/,
    );
  });

  test('fails with one that is given twice, and with more than an alarm can notify', () => {
    const replication = replicate(NAMED);
    const topic = topicIn(Stack.of(replication));
    expect(failing({ topics: [topic, topic] }, replication)).toBe("topics: got the topic 'Main/Alarms' twice, expected each topic once; remove the repetition");
    const another = replicate(NAMED);
    const six = [1, 2, 3, 4, 5, 6].map((i) => topicIn(Stack.of(another), `T${i}`));
    expect(failing({ topics: six }, another)).toMatch(/^topics: got 6 topics of the Region 'us-east-1', expected at most 5/);
  });

  test.each([
    ['an ARN', ['arn:aws:sns:us-east-1:111122223333:alarms'], "topics: got 'arn:aws:sns:us-east-1:111122223333:alarms', expected topics of aws-cdk-lib/aws-sns"],
    ['null', [null], 'topics: got null, expected topics of aws-cdk-lib/aws-sns'],
    ['no list', { topicArn: 'a' }, 'topics: got an object, expected a list'],
  ])('fails with %s in place of topics', (_, topics, message) => {
    expect(failing({ topics: topics as never })).toContain(message);
  });
});

describe('overrides', () => {
  const { REPLICATION_LAG, DEAD_LETTERS, NO_HEARTBEAT, THROTTLED } = ReplicationAlarm;
  const overridden = (...overrides: ReplicationAlarmOverride[]) => withAlarms({ overrides });

  test('change what they name, in every Region, and nothing else', () => {
    const found = overridden({ alarm: REPLICATION_LAG, threshold: 5_000, period: Duration.minutes(10), evaluationPeriods: 2 }, { alarm: DEAD_LETTERS, threshold: 10 });
    const { [DESTINATION]: there, [OTHER]: other, [SOURCE]: here } = found;
    for (const alarms of [there, other]) {
      expect(alarms['replication-lag']).toMatchObject({ Threshold: 5_000, Period: 600, EvaluationPeriods: 2 });
      expect(alarms['replication-lag'].DatapointsToAlarm).toBeUndefined();
    }
    for (const alarms of [here, there, other]) expect(alarms['dead-letters']).toMatchObject({ Threshold: 10, Period: 300, EvaluationPeriods: 1 });
    expect(there.throttled).toEqual(withAlarms()[DESTINATION].throttled);
  });

  test('fail with a period in which a heartbeat need not come', () => {
    const overrides = [{ alarm: NO_HEARTBEAT, period: Duration.minutes(8) }];
    expect(failing({ overrides }, replicate({ ...NAMED, heartbeatInterval: Duration.minutes(5) }))).toBe(
      "period of 'no-heartbeat': got 8 minutes, expected at least 10 minutes, two times `heartbeatInterval`; choose a longer period, or a shorter `heartbeatInterval`",
    );
    expect(() => withAlarms({ overrides }, { heartbeatInterval: Duration.minutes(4) })).not.toThrow();
  });

  test('change the period of sums too', () => {
    expect(measuredBy(overridden({ alarm: ReplicationAlarm.EVENTS_LOST, period: Duration.minutes(1) })[SOURCE]['events-lost']).map(({ period }) => period)).toEqual([60, 60, 60, 60]);
    expect(measuredBy(overridden({ alarm: NO_HEARTBEAT, period: Duration.minutes(20) })[OTHER]['no-heartbeat'])[0].period).toBe(1200);
  });

  test('keep how many periods count where only the threshold is other', () => {
    expect(overridden({ alarm: REPLICATION_LAG, threshold: 1 })[OTHER]['replication-lag']).toMatchObject({ EvaluationPeriods: 5, DatapointsToAlarm: 3 });
  });

  test('omit disabled alarms', () => {
    const replication = replicate(NAMED);
    const alarms = replication.addAlarms({ overrides: [{ alarm: DEAD_LETTERS, enabled: false }, { alarm: THROTTLED, enabled: true }] });
    expect(alarms).toHaveLength(6 + 10 + 10);
    for (const found of Object.values(alarmsOf(replication))) expect(found['dead-letters']).toBeUndefined();
    expect(alarmsOf(replication)[OTHER].throttled).toBeDefined();
  });

  const all = Object.values(ReplicationAlarm).join(', ');
  test.each<[string, unknown, string]>([
    ['an alarm that there is not', [{ alarm: 'latency' }], `overrides: got 'latency', expected one of ${all}; use a member of \`ReplicationAlarm\``],
    ['no alarm', [{ threshold: 1 }], `overrides: got undefined, expected one of ${all}; use a member of \`ReplicationAlarm\``],
    ['an alarm twice', [{ alarm: THROTTLED, threshold: 1 }, { alarm: THROTTLED, enabled: false }],
      "overrides: got ['throttled', 'throttled'], expected each alarm once; merge the overrides of 'throttled'"],
    ['no list', { alarm: THROTTLED }, 'overrides: got an object, expected a list; write it as a list, even a single one'],
    ['no override', ['throttled'], "overrides: got 'throttled', expected an object with an `alarm` and the options to override; write `{ alarm: ReplicationAlarm.…, threshold: … }`"],
    ['a text for a switch', [{ alarm: THROTTLED, enabled: 'false' }],
      "enabled of 'throttled': got 'false', expected true or false, known at synthesis; write one of them, or leave it out for the default"],
    ['a threshold of nothing', [{ alarm: THROTTLED, threshold: 0 }],
      "threshold of 'throttled': got 0, expected a number above 0, known at synthesis; choose such a number, or leave it out for the default"],
    ['a negative threshold', [{ alarm: THROTTLED, threshold: -1 }], "threshold of 'throttled': got -1, expected a number above 0"],
    ['a threshold that is no number', [{ alarm: THROTTLED, threshold: NaN }], "threshold of 'throttled': got NaN, expected a number above 0"],
    ['a threshold without end', [{ alarm: THROTTLED, threshold: Infinity }], "threshold of 'throttled': got Infinity, expected a number above 0"],
    ['a text for a threshold', [{ alarm: THROTTLED, threshold: '5' }], "threshold of 'throttled': got '5', expected a number above 0"],
    ['a threshold that is a token', [{ alarm: THROTTLED, threshold: Lazy.number({ produce: () => 1 }) }], "threshold of 'throttled': got a token, expected a number above 0"],
    ['half a minute', [{ alarm: THROTTLED, period: Duration.seconds(30) }],
      "period of 'throttled': got 30 seconds, expected whole minutes, known at synthesis; write `Duration.minutes(…)`, or leave it out for the default"],
    ['a minute and a half', [{ alarm: THROTTLED, period: Duration.seconds(90) }], "period of 'throttled': got 1 minute 30 seconds, expected whole minutes"],
    ['no time', [{ alarm: THROTTLED, period: Duration.minutes(0) }], "period of 'throttled': got 0 minutes, expected whole minutes"],
    ['a number for a period', [{ alarm: THROTTLED, period: 300 }], "period of 'throttled': got 300, expected whole minutes"],
    ['a period that is a token', [{ alarm: THROTTLED, period: Duration.minutes(Lazy.number({ produce: () => 1 })) }],
      "period of 'throttled': got a token, expected whole minutes, known at synthesis"],
    ['no period', [{ alarm: THROTTLED, evaluationPeriods: 0 }],
      "evaluationPeriods of 'throttled': got 0, expected a whole number, at least 1, known at synthesis; choose such a number, or leave it out for the default"],
    ['half a period', [{ alarm: THROTTLED, evaluationPeriods: 1.5 }], "evaluationPeriods of 'throttled': got 1.5, expected a whole number, at least 1"],
    ['a day and more of short periods', [{ alarm: THROTTLED, period: Duration.minutes(59), evaluationPeriods: 25 }],
      "overrides: got 25 periods of 59 minutes for 'throttled', expected at most 1 day in all, unless a period is 1 hour or longer; choose fewer or shorter periods"],
    ['a week and more', [{ alarm: THROTTLED, period: Duration.hours(1), evaluationPeriods: 169 }],
      "overrides: got 169 periods of 1 hour for 'throttled', expected at most 7 days in all, where a period is 1 hour or longer; choose fewer or shorter periods"],
    ['a day and more with the period of the default', [{ alarm: THROTTLED, evaluationPeriods: 97 }], "overrides: got 97 periods of 15 minutes for 'throttled', expected at most 1 day in all"],
  ])('fails with %s', (_, overrides, message) => {
    expect(failing({ overrides: overrides as ReplicationAlarmOverride[] })).toContain(message);
  });

  test.each<[string, ReplicationAlarmOverride]>([
    ['a day of short periods', { alarm: THROTTLED, evaluationPeriods: 96 }],
    ['a week of long ones', { alarm: THROTTLED, period: Duration.hours(1), evaluationPeriods: 168 }],
    ['a fraction of a threshold', { alarm: THROTTLED, threshold: 0.5 }],
  ])('may be %s', (_, override) => {
    expect(overridden(override)[OTHER].throttled).toBeDefined();
  });
});

test('fails when they are added again', () => {
  const replication = replicate(NAMED);
  replication.addAlarms();
  expect(failing({}, replication)).toBe('addAlarms: got a second call, expected one call; pass all topics and overrides to the first one');
});
