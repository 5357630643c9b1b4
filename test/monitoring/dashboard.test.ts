/** The dashboard: a row for each Region, with every metric that there is. */
import { Duration, Lazy, Stack, Stage } from 'aws-cdk-lib';
import { IotRegistryReplication, ReplicationDashboardOptions } from '../../src';
import { DestinationMetrics, IdentityMetrics, NAMESPACE, SourceMetrics } from '../../src/metrics/metric-names';
import { ACCOUNT, DESTINATION, Json, OTHER, SOURCE, complaintsOf, createApp, createStack, replicate, resourcesOf, sourceStack, synth, templatesOf, theResource, withoutUuid } from '../apps';

const NAMED = { replicationName: 'fleet', destinationRegions: [DESTINATION, OTHER] };
const SHAPE = /^[\w-]+: got .+, expected .+; .+[^.]$/;

function dashboardOf(replication: IotRegistryReplication): Json {
  const { DashboardBody, ...properties } = theResource(templatesOf(synth(Stack.of(replication)))[sourceStack(replication).stackName], 'AWS::CloudWatch::Dashboard').Properties;
  return { ...properties, body: JSON.parse(withoutUuid(DashboardBody)) };
}

function withDashboard(options?: ReplicationDashboardOptions, replication = replicate(NAMED)): Json {
  replication.addDashboard(options);
  return dashboardOf(replication);
}

function failing(options: ReplicationDashboardOptions, replication = replicate(NAMED)): string {
  try {
    replication.addDashboard(options);
  } catch (error) {
    const { message } = error as Error;
    expect(message).toMatch(SHAPE);
    return message;
  }
  throw new Error('expected to fail');
}

interface Row {
  readonly header: string;
  readonly graphs: Json[];
}

/** A header and the graphs below it. */
function rowsOf({ body: { widgets } }: Json, lines = 1): Row[] {
  const isHeader = ({ type }: Json) => type === 'text';
  return (widgets as Json[]).flatMap((widget, i, all) => {
    if (!isHeader(widget)) return [];
    const next = all.findIndex((each, k) => k > i && isHeader(each));
    const graphs = all.slice(i + 1, next === -1 ? undefined : next);
    expect(Math.min(...graphs.map(({ y }) => y))).toBe(widget.y + widget.height);
    expect(new Set(graphs.map(({ y }) => y)).size).toBe(lines);
    return [{ header: widget.properties.markdown, graphs }];
  });
}

/** The metrics of a row, hidden ones too; expressions are given as they are. */
function metricsOf({ graphs }: Row): { namespace: string; name: string; dimensions: Record<string, string>; region?: string; stat?: string }[] {
  return graphs.flatMap(({ properties: { metrics } }) => metrics as any[][]).filter(([first]) => typeof first === 'string').map((metric) => {
    const options = typeof metric[metric.length - 1] === 'object' ? metric[metric.length - 1] : {};
    const [namespace, name, ...rest] = metric.filter((each) => typeof each === 'string');
    const dimensions = Object.fromEntries(rest.flatMap((each, i) => i % 2 === 0 ? [[each, rest[i + 1]]] : []));
    return { namespace, name, dimensions, ...options };
  });
}

describe('by default', () => {
  const dashboard = withDashboard();
  const rows = rowsOf(dashboard);

  test('has the name of the replication and of its source, which no other has, and shows three hours', () => {
    expect([dashboard.DashboardName, dashboard.body.start]).toEqual(['fleet-us-east-1', '-PT3H']);
  });

  test('has a row for each Region, the source first, under a header that names it and links to the documentation', () => {
    expect(rows.map(({ header }) => header.split('\n')[0])).toEqual(['## us-east-1', '## eu-west-1', '## ap-southeast-1']);
    expect(rows.map(({ header }) => header.match(/(source|destination) of `fleet`/)?.[1])).toEqual(['source', 'destination', 'destination']);
    for (const { header } of rows) expect(header).toMatch(/docs\/monitoring\.md\).+docs\/runbook\.md\)/);
  });

  test('shows in each row what it is to show, as wide as the screen', () => {
    const titles = rows.map(({ graphs }) => graphs.map(({ properties: { title } }) => title));
    expect(titles[0]).toEqual(['Rules', 'Executions', 'Sweep', 'Table', 'Replication of the table', 'Cost drivers']);
    for (const each of titles.slice(1)) expect(each).toEqual(['Lag', 'Applied', 'Waiting and rejected', 'Queues', 'Drift', 'Cost drivers']);
    for (const { graphs } of rows) {
      expect(graphs.map(({ x }) => x)).toEqual([0, 4, 8, 12, 16, 20]);
      expect(graphs.reduce((sum, { width }) => sum + width, 0)).toBe(24);
    }
  });

  test('every graph shows its row\'s Region, and so does every metric', () => {
    rows.forEach((row, i) => {
      const region = [SOURCE, DESTINATION, OTHER][i];
      for (const { properties } of row.graphs) expect(properties.region).toBe(region);
      // One that names none is of the graph's.
      for (const metric of metricsOf(row)) expect(metric.region ?? region).toBe(region);
      for (const { namespace, dimensions } of metricsOf(row).filter((metric) => metric.namespace === NAMESPACE)) {
        expect([namespace, dimensions]).toEqual([NAMESPACE, { ReplicationName: 'fleet', Region: region }]);
      }
    });
  });

  test.each([['source', 0, SourceMetrics], ['destination', 1, DestinationMetrics], ['other destination', 2, DestinationMetrics]])(
    'every metric of a %s is shown, with the statistic that says most', (_, i, definitions) => {
      const shown = metricsOf(rows[i]).filter(({ namespace }) => namespace === NAMESPACE);
      expect([...new Set(shown.map(({ name }) => name))].sort()).toEqual(Object.values(definitions).map(({ name }) => name).sort());
      for (const { name, statistic } of Object.values(definitions)) expect(shown.filter((each) => each.name === name).map(({ stat }) => stat)).toContain(statistic);
    },
  );

  test('metrics of services are about existing resources', () => {
    const templates = templatesOf(synth(Stack.of(replicate(NAMED))));
    const services = rows.map((row) => metricsOf(row).filter(({ namespace }) => namespace !== NAMESPACE));
    services.forEach((metrics, i) => {
      const region = [SOURCE, DESTINATION, OTHER][i];
      const template = templates[i === 0 ? 'Main' : `fleet-${region}-from-${SOURCE}`];
      const names = (type: string, property: string) => resourcesOf(template, type).map(({ Properties }) => Properties[property]);
      const known = [
        ...names('AWS::SQS::Queue', 'QueueName'), ...names('AWS::Lambda::Function', 'FunctionName'), ...names('AWS::IoT::TopicRule', 'RuleName').map(withoutUuid),
        ...names('AWS::StepFunctions::StateMachine', 'StateMachineName').map((name: string) => `arn:aws:states:${region}:${ACCOUNT}:stateMachine:${name}`),
        'fleet', DESTINATION, OTHER,
      ];
      for (const { dimensions } of metrics) for (const value of Object.values(dimensions)) expect(known).toContain(value);
    });
    const shownOf = (i: number) => new Set(services[i].map(({ namespace, name }) => `${namespace} ${name}`));
    expect(shownOf(0)).toEqual(new Set([
      'AWS/IoT TopicMatch', 'AWS/IoT RuleMessageThrottled', 'AWS/SQS ApproximateNumberOfMessagesVisible',
      'AWS/States ExecutionsStarted', 'AWS/States ExecutionsFailed', 'AWS/States ExecutionsTimedOut', 'AWS/States ExpressExecutionBilledDuration',
      'AWS/DynamoDB ConsumedWriteCapacityUnits', 'AWS/DynamoDB ConditionalCheckFailedRequests', 'AWS/DynamoDB ReplicationLatency',
    ]));
    for (const i of [1, 2]) {
      expect(shownOf(i)).toEqual(new Set([
        'AWS/Lambda IteratorAge', 'AWS/Lambda Invocations', 'AWS/Lambda Duration', 'AWS/Lambda Errors', 'AWS/Lambda Throttles', 'AWS/SQS ApproximateNumberOfMessagesVisible',
        'AWS/SQS ApproximateNumberOfMessagesDelayed', 'AWS/States ExecutionsFailed', 'AWS/DynamoDB ConsumedWriteCapacityUnits',
      ]));
    }
  });

  test('the source shows the latency of each replica, and what the rules failed at, whatever the kind of action is called', () => {
    const latencies = metricsOf(rows[0]).filter(({ name }) => name === 'ReplicationLatency').map(({ dimensions }) => dimensions);
    expect(latencies).toEqual([DESTINATION, OTHER].map((ReceivingRegion) => ({ TableName: 'fleet', ReceivingRegion })));
    expect(JSON.stringify(rows[0].graphs[0])).toContain('SEARCH(\'{AWS/IoT,ActionType,RuleName} MetricName=(\\"Failure\\" OR \\"ErrorActionFailure\\") RuleName=(\\"fleet_thing_<address>_<uuid>\\" OR');
  });
});

test('with identities, each row has a second line of graphs about them, with every metric that there is', () => {
  const [source, ...others] = rowsOf(withDashboard({}, replicate({ ...NAMED, identities: {} })), 2);
  const shown = (row: Row) => [...new Set(metricsOf(row).filter(({ namespace }) => namespace === NAMESPACE).map(({ name }) => name))].sort();
  const defined = (...metrics: object[]) => metrics.flatMap((each) => Object.values(each) as { readonly name: string }[]).map(({ name }) => name).sort();
  expect(shown(source)).toEqual(defined(SourceMetrics, IdentityMetrics.SOURCE));
  for (const row of others) expect(shown(row)).toEqual(defined(DestinationMetrics, IdentityMetrics.DESTINATION));
  expect(source.graphs.slice(6).map(({ x, width, properties: { title } }) => [x, width, title])).toEqual([[0, 8, 'Sweep of identities'], [8, 8, 'Certificate checks'], [16, 8, 'Hints']]);
  expect(others[0].graphs.slice(6).map(({ properties: { title } }) => title)).toEqual(['Revocations', 'Drift of identities']);
});

test('shows errors of the functions that no workflow invokes: a check that dies without a word is no execution', () => {
  const [source] = rowsOf(withDashboard({}, replicate({ ...NAMED, identities: {} })), 2);
  const errors = metricsOf(source).filter(({ namespace, name }) => namespace === 'AWS/Lambda' && name === 'Errors');
  expect(errors.map(({ dimensions }) => dimensions)).toEqual(expect.arrayContaining(['fleet-certificate-check', 'fleet-hints'].map((FunctionName) => ({ FunctionName }))));
});

test.each([[true, ['fleet-urgent-hints', 'fleet-hints']], [false, ['fleet-hints']]])('shows how long hints wait, those that can shut devices out on their own: with hints of CloudTrail %s', (cloudTrailHints, queues) => {
  const [source] = rowsOf(withDashboard({}, replicate({ ...NAMED, identities: { cloudTrailHints } })), 2);
  const ages = metricsOf(source).filter(({ name }) => name === 'ApproximateAgeOfOldestMessage');
  expect(ages.map(({ dimensions }) => dimensions)).toEqual(queues.map((QueueName) => ({ QueueName })));
});

test('a destination that is paused is shown to be', () => {
  const [source, paused, running] = rowsOf(withDashboard({}, replicate({ ...NAMED, pausedRegions: [DESTINATION] })));
  expect(paused.header).toContain('**paused**');
  for (const { header } of [source, running]) expect(header).not.toContain('paused');
});

test('can have another name, and show another time', () => {
  const dashboard = withDashboard({ dashboardName: 'registry_of-Fleet', defaultInterval: Duration.days(1) });
  expect([dashboard.DashboardName, dashboard.body.start]).toEqual(['registry_of-Fleet', '-P1D']);
});

describe('where it is', () => {
  test.each<[string, () => IotRegistryReplication]>([
    ['beside the source', () => replicate(NAMED)],
    ['beside a source in a stack of its own, in an environment-agnostic stack', () => replicate({ ...NAMED, sourceRegion: SOURCE }, createStack({ env: {} }))],
    ['in a stack of an unknown account', () => replicate(NAMED, createStack({ env: { region: SOURCE } }))],
    ['in a Stage', () => replicate(NAMED, new Stack(new Stage(createApp(), 'Prod', { env: { account: ACCOUNT, region: SOURCE } }), 'Main'))],
  ])('%s, without a reference between stacks and without a complaint, the same each time', (_, create) => {
    const once = () => {
      const replication = create();
      replication.addDashboard();
      const assembly = synth(replication.node.root as never);
      expect(complaintsOf(assembly)).toEqual([]);
      return { templates: templatesOf(assembly), stackName: sourceStack(replication).stackName };
    };
    const { templates, stackName } = once();
    expect(Object.entries(templates).filter(([, template]) => resourcesOf({ Resources: {}, ...template }, 'AWS::CloudWatch::Dashboard').length > 0).map(([name]) => name))
      .toEqual([stackName]);
    expect(JSON.stringify(templates)).not.toMatch(/ImportValue|GetStackOutput|CrossRegion|Exports|\$\{Token|accountId/);
    for (const template of Object.values(templates)) expect(template.Outputs ?? {}).toEqual({});
    expect(once().templates).toEqual(templates);
  });

  test('beside the alarms', () => {
    const replication = replicate(NAMED);
    replication.addAlarms();
    replication.addDashboard();
    expect(complaintsOf(synth(Stack.of(replication)))).toEqual([]);
  });
});

describe('fails', () => {
  const expectedName = 'expected 1 to 255 letters, digits, hyphens and underscores, known at synthesis; choose another name or leave it out';
  test.each([['a space', 'my fleet'], ['nothing', ''], ['more than 255 characters', 'x'.repeat(256)]])('with a name of %s', (_, dashboardName) => {
    expect(failing({ dashboardName })).toBe(`dashboardName: got '${dashboardName}', ${expectedName}`);
  });

  test('with a name that is a number', () => {
    expect(failing({ dashboardName: 5 as unknown as string })).toBe(`dashboardName: got 5, ${expectedName}`);
  });

  test('with a name that is a token', () => {
    expect(failing({ dashboardName: Lazy.string({ produce: () => 'fleet' }) })).toBe(`dashboardName: got a token, ${expectedName}`);
  });

  test.each([
    [Duration.seconds(90), '1 minute 30 seconds'], [Duration.minutes(0), '0 minutes'], [Duration.hours(Lazy.number({ produce: () => 1 })), 'a token'], [3 as unknown as Duration, '3'],
  ])('with an interval of %s', (defaultInterval, got) => {
    expect(failing({ defaultInterval })).toBe(
      `defaultInterval: got ${got}, expected whole minutes, known at synthesis; write \`Duration.hours(…)\`, or leave it out for three hours`,
    );
  });

  test('when it is added again', () => {
    const replication = replicate(NAMED);
    replication.addDashboard();
    expect(failing({}, replication)).toBe('addDashboard: got a second call, expected one call; use the dashboard that the first one returned');
  });
});
