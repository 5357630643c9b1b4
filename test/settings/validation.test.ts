import { Duration, Lazy, NestedStack, PhysicalName, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Alias, Code, Function, IFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { DeletionMode, DriftMode, IotRegistryReplicationProps, RegistryKind } from '../../src';
import { DESTINATION, OTHER, SOURCE, createStack, replicate, source } from '../apps';

const TOKEN = Lazy.string({ produce: () => 'late' });

function failing(props: Partial<IotRegistryReplicationProps>, stack?: Stack): string {
  try {
    replicate(props, stack);
  } catch (error) {
    return (error as Error).message;
  }
  return 'did not fail';
}

/** Every message: the prop, what was given, what is expected, what to do; lower case at the start, no period at the end. */
const SHAPE = /^[a-z][A-Za-z.]+: got .+, expected .+; .+[^.]$/;

describe('Regions', () => {
  test.each<[string, Partial<IotRegistryReplicationProps>, string]>([
    ['without destinations, in a language that lets it pass', { destinationRegions: undefined },
      'destinationRegions: got [], expected at least one Region; add the Regions that the registry is replicated to'],
    ['without a destination', { destinationRegions: [] },
      'destinationRegions: got [], expected at least one Region; add the Regions that the registry is replicated to'],
    ['with a destination given twice', { destinationRegions: [DESTINATION, OTHER, DESTINATION] },
      "destinationRegions: got ['eu-west-1', 'ap-southeast-1', 'eu-west-1'], expected each Region once; leave one 'eu-west-1' out"],
    ['with the source among the destinations', { destinationRegions: [DESTINATION, SOURCE] },
      "destinationRegions: got ['eu-west-1', 'us-east-1'], expected Regions other than the source Region 'us-east-1'; leave 'us-east-1' out, or pass another `sourceRegion`"],
    ['with a destination that is no Region', { destinationRegions: ['Ireland'] },
      "destinationRegions: got 'Ireland', expected a Region that aws-cdk-lib knows, such as 'eu-west-1'; check the spelling; for a Region that is newer than your aws-cdk-lib, upgrade it or register its facts with `Fact.register`"],
    ['with a source that is no Region', { sourceRegion: 'us-esat-1' },
      "sourceRegion: got 'us-esat-1', expected a Region that aws-cdk-lib knows, such as 'eu-west-1'; check the spelling; for a Region that is newer than your aws-cdk-lib, upgrade it or register its facts with `Fact.register`"],
    ['with an empty Region', { destinationRegions: [''] },
      "destinationRegions: got '', expected a Region that aws-cdk-lib knows, such as 'eu-west-1'; check the spelling; for a Region that is newer than your aws-cdk-lib, upgrade it or register its facts with `Fact.register`"],
    ['with a single destination that is not in a list', { destinationRegions: DESTINATION as unknown as string[] },
      "destinationRegions: got 'eu-west-1', expected a list; write it as a list, even a single one"],
    ['with a token for a destination', { destinationRegions: [TOKEN] },
      "destinationRegions: got a token, expected a Region that is known at synthesis; write a concrete Region ('eu-west-1'): it determines which stacks exist"],
    ['with a token for all destinations', { destinationRegions: Lazy.list({ produce: () => [DESTINATION] }) },
      "destinationRegions: got a token, expected a Region that is known at synthesis; write a concrete Region ('eu-west-1'): it determines which stacks exist"],
    ['with a token for the source', { sourceRegion: TOKEN },
      "sourceRegion: got a token, expected a Region that is known at synthesis; write a concrete Region ('eu-west-1'): it determines which stacks exist"],
    ['with a destination in another partition', { destinationRegions: [DESTINATION, 'cn-north-1'] },
      "destinationRegions: got 'cn-north-1', expected Regions of the partition 'aws' of the source Region 'us-east-1'; leave it out: a global table can't reach the partition 'aws-cn'"],
    ['with a destination without AWS IoT Core', { destinationRegions: [DESTINATION, 'ca-west-1'] },
      "destinationRegions: got 'ca-west-1', expected a Region that is known to have AWS IoT Core; choose another one; if https://docs.aws.amazon.com/general/latest/gr/iot-core.html lists it now, add `regionsWithIotCore: ['ca-west-1']`"],
    ['with a source without AWS IoT Core', { sourceRegion: 'af-south-1' },
      "sourceRegion: got 'af-south-1', expected a Region that is known to have AWS IoT Core; choose another one; if https://docs.aws.amazon.com/general/latest/gr/iot-core.html lists it now, add `regionsWithIotCore: ['af-south-1']`"],
    ['with no Region among those that have AWS IoT Core by now', { regionsWithIotCore: ['ca-west'] },
      "regionsWithIotCore: got 'ca-west', expected a Region that aws-cdk-lib knows, such as 'eu-west-1'; check the spelling; for a Region that is newer than your aws-cdk-lib, upgrade it or register its facts with `Fact.register`"],
    ['with one that has AWS IoT Core by now and is not in a list', { regionsWithIotCore: 'ca-west-1' as unknown as string[] },
      "regionsWithIotCore: got 'ca-west-1', expected a list; write it as a list, even a single one"],
  ])('fails %s', (_, props, message) => {
    expect(failing(props)).toBe(message);
    expect(message).toMatch(SHAPE);
  });

  test.each(['af-south-1', 'ap-east-2', 'ap-northeast-3', 'ap-south-2', 'ap-southeast-3', 'ap-southeast-4', 'ap-southeast-6', 'ap-southeast-7', 'ca-west-1', 'eu-central-2', 'mx-central-1'])(
    'fails with %s, where there was no endpoint of AWS IoT Core in November 2026, unless it is said to be there by now', (region) => {
      expect(failing({ destinationRegions: [region] })).toMatch(/^destinationRegions: got '.+', expected a Region that is known to have AWS IoT Core; /);
      expect(() => replicate({ destinationRegions: [region], regionsWithIotCore: [region] })).not.toThrow();
    });

  test('takes a source that is said to have AWS IoT Core by now', () => {
    expect(() => replicate({ sourceRegion: 'ca-west-1', regionsWithIotCore: ['ca-west-1'] })).not.toThrow();
  });

  test.each([
    ['an environment-agnostic stack', () => createStack({ env: {} }), 'Main'],
    ['a nested stack of one', () => new NestedStack(createStack({ env: {} }), 'Nested'), 'Main/Nested'],
  ])('fails in %s without a source Region', (_, createEnclosing, path) => {
    const message = failing({}, createEnclosing());
    expect(message).toBe(`sourceRegion: got none in the environment-agnostic stack '${path}', expected a Region that is known at synthesis; `
      + "set `env: { region: '…' }` on the stack or pass `sourceRegion`");
    expect(message).toMatch(SHAPE);
  });

  test('leaves no trace of a replication that failed', () => {
    const stack = createStack();
    expect(() => replicate({ destinationRegions: [] }, stack)).toThrow();
    expect(stack.node.findAll().filter((each) => Stack.isStack(each))).toEqual([stack]);
  });

  test.each([['us-gov-west-1', 'us-gov-east-1'], ['cn-north-1', 'cn-northwest-1']])('takes Regions of another partition: %s to %s', (sourceRegion, there) => {
    expect(replicate({ sourceRegion, destinationRegions: [there] }).destination(there).region).toBe(there);
  });
});

describe('names', () => {
  const name = 'a letter, then letters, digits and hyphens, at most 40 characters in all';
  test.each<[string, Partial<IotRegistryReplicationProps>, string]>([
    ['a replication name that is too long', { replicationName: 'a'.repeat(41) }, `replicationName: got '${'a'.repeat(41)}', expected ${name}; choose another name or leave it out`],
    ['an empty replication name', { replicationName: '' }, `replicationName: got '', expected ${name}; choose another name or leave it out`],
    ['a replication name that starts with a digit', { replicationName: '1st' }, `replicationName: got '1st', expected ${name}; choose another name or leave it out`],
    ['a replication name with an underscore', { replicationName: 'my_fleet' }, `replicationName: got 'my_fleet', expected ${name}; choose another name or leave it out`],
    ['a replication name that is a token', { replicationName: TOKEN }, `replicationName: got a token, expected ${name}; choose another name or leave it out`],
    ['a table name that is too short', { tableName: 'ab' },
      "tableName: got 'ab', expected 3 to 255 letters, digits, underscores, hyphens and dots, known at synthesis; choose another name: it is the same in every Region, so CloudFormation can't choose it"],
    ['a table name with a slash', { tableName: 'a/b/c' },
      "tableName: got 'a/b/c', expected 3 to 255 letters, digits, underscores, hyphens and dots, known at synthesis; choose another name: it is the same in every Region, so CloudFormation can't choose it"],
    ['the name of a table that a destination has for itself', { replicationName: 'fleet', tableName: 'fleet-state' },
      "tableName: got 'fleet-state', expected a name other than that of the state table of each destination; choose another name or leave it out"],
    ['a table name that is a token', { tableName: TOKEN },
      "tableName: got a token, expected 3 to 255 letters, digits, underscores, hyphens and dots, known at synthesis; choose another name: it is the same in every Region, so CloudFormation can't choose it"],
  ])('fails with %s', (_, props, message) => {
    expect(failing(props)).toBe(message);
    expect(message).toMatch(SHAPE);
  });

  test.each(['xn--fleet', 'sthree-fleet', 'sthree', 'XN-', 'amzn-s3-demo-fleet'])('fails when S3 keeps the names of buckets for itself: %s', (replicationName) => {
    const message = failing({ replicationName });
    expect(message).toBe(`replicationName: got '${replicationName}', expected a name that S3 allows for buckets: it must not start with xn--, sthree-, amzn-s3-demo-; `
      + 'choose another one: the buckets of reports are named after it');
    expect(message).toMatch(SHAPE);
  });

  test('fails when the name that is made of the stack\'s is such a one', () => {
    expect(failing({}, createStack({}, undefined, 'Sthree'))).toMatch(/^replicationName: got 'Sthree-Replication-[0-9a-f]{8}', expected a name that S3/);
  });

  test('takes the longest and the shortest', () => {
    expect(replicate({ replicationName: 'a'.repeat(40) }).table.tableName).toBe('a'.repeat(40));
    expect(replicate({ replicationName: 'a', tableName: 'abc' }).table.tableName).toBe('abc');
  });

  test.each(['a', 'ab'])('fails when the table would take a replication name that is too short for it: %s', (replicationName) => {
    const message = failing({ replicationName });
    expect(message).toBe(`replicationName: got '${replicationName}', expected at least 3 characters, because the table has the same name; choose a longer one, or pass a \`tableName\``);
    expect(message).toMatch(SHAPE);
  });
});

describe('event types', () => {
  const all = 'THING, THING_TYPE, THING_GROUP, THING_GROUP_MEMBERSHIP';
  test.each<[string, RegistryKind[], string]>([
    ['none', [], `kinds: got [], expected at least one of ${all}; add the kinds to replicate, or leave it out for all`],
    ['one twice', [RegistryKind.THING, RegistryKind.THING], "kinds: got ['THING', 'THING'], expected each kind once; remove the repetitions"],
    ['one that is not in a list', RegistryKind.THING as unknown as RegistryKind[], "kinds: got 'THING', expected a list; write it as a list, even a single one"],
    ['one that there is not', ['JOB' as RegistryKind], `kinds: got 'JOB', expected one of ${all}; use a member of \`RegistryKind\``],
  ])('fails with %s', (_, kinds, message) => {
    expect(failing({ kinds })).toBe(message);
    expect(message).toMatch(SHAPE);
  });
});

describe.each(['things', 'thingGroups', 'thingTypes'] as const)('namePrefixes.%s', (name) => {
  const prop = `namePrefixes.${name}`;
  const expected = 'expected 1 to 128 letters, digits, colons, underscores and hyphens, known at synthesis; write the beginning of the names, without a wildcard';
  test.each<[string, string[], string]>([
    ['an empty list', [], `${prop}: got [], expected at least one prefix; leave it out to replicate all names, or leave the kind out of \`kinds\``],
    ['one that is not in a list', 'lamp' as unknown as string[], `${prop}: got 'lamp', expected a list; write it as a list, even a single one`],
    ['an empty prefix', [''], `${prop}: got '', ${expected}`],
    ['a wildcard', ['a-*'], `${prop}: got 'a-*', ${expected}`],
    ['one that is longer than a name', ['a'.repeat(129)], `${prop}: got '${'a'.repeat(129)}', ${expected}`],
    ['a token', [TOKEN], `${prop}: got a token, ${expected}`],
    ['a token for the list', Lazy.list({ produce: () => ['a'] }), `${prop}: got a token, ${expected}`],
    ['more than fit into a policy', [...Array(37)].map((_, i) => `${i}`), `${prop}: got 37 prefixes, expected at most 36; choose shorter ones that cover several, or use a \`router\`: the replicator's policies contain each prefix`],
    ['one twice', ['a', 'b', 'a'], `${prop}: got ['a', 'b', 'a'], expected each prefix once; remove the repetitions`],
  ])('fails with %s', (_, prefixes, message) => {
    expect(failing({ namePrefixes: { [name]: prefixes } })).toBe(message);
    expect(message).toMatch(SHAPE);
  });

  test('takes every character of a name', () => {
    expect(() => replicate({ namePrefixes: { [name]: ['aZ0:_-'] } })).not.toThrow();
  });
});

describe('tombstone retention', () => {
  const expected = 'expected at least 15 days, known at synthesis; choose a longer one: SQS keeps a dead letter for 14 days, and its record has to outlive it';
  test.each([
    ['is shorter than a dead letter lives', Duration.days(14), `tombstoneRetention: got 14 days, ${expected}`],
    ['is a moment too short', Duration.millis(Duration.days(15).toMilliseconds() - 1), `tombstoneRetention: got 14 days 23 hours, ${expected}`],
    ['is no whole number of seconds', Duration.millis(Duration.days(15).toMilliseconds() + 1), 'tombstoneRetention: got 15 days 1 milli, expected whole seconds; round it'],
    ['is zero', Duration.days(0), `tombstoneRetention: got 0 days, ${expected}`],
    ['is a number', 30 as unknown as Duration, `tombstoneRetention: got 30, ${expected}`],
    ['is a token', Duration.days(Lazy.number({ produce: () => 30 })), `tombstoneRetention: got a token, ${expected}`],
  ])('fails if it %s', (_, tombstoneRetention, message) => {
    expect(failing({ tombstoneRetention })).toBe(message);
    expect(message).toMatch(SHAPE);
  });

  test('takes exactly 15 days', () => {
    expect(() => replicate({ tombstoneRetention: Duration.days(15) })).not.toThrow();
  });
});

describe('router', () => {
  const routerOf = (stack: Stack, region: string): IFunction => Function.fromFunctionArn(stack, 'Router', `arn:aws:lambda:${region}:111122223333:function:router`);

  test('fails if it belongs to another Region than the source', () => {
    const stack = createStack();
    const message = failing({ router: routerOf(stack, DESTINATION) }, stack);
    expect(message).toBe("router: got a function of the Region 'eu-west-1', expected a function of the source Region 'us-east-1'; deploy the function there: the workflow can't invoke a function of another Region");
    expect(message).toMatch(SHAPE);
  });

  test('is accepted if it belongs to the source Region', () => {
    const stack = createStack();
    const template = source(replicate({ router: routerOf(stack, SOURCE) }, stack));
    expect(JSON.stringify(template.findResources('AWS::StepFunctions::StateMachine'))).toContain('function:router');
  });

  test('is taken if its Region is not known', () => {
    const agnostic = createStack({ env: {} });
    expect(() => replicate({ sourceRegion: SOURCE, router: Function.fromFunctionName(agnostic, 'Router', 'router') }, agnostic)).not.toThrow();
  });

  describe('of an environment-agnostic stack, while the source has a stack of its own', () => {
    const code = Code.fromInline('exports.handler = async () => ({ replicate: true });');
    const ownFunction = (stack: Stack, functionName?: string) => new Function(stack, 'Router', { runtime: Runtime.NODEJS_22_X, handler: 'index.handler', code, functionName });

    test.each<[string, (stack: Stack) => IFunction, string]>([
      ['a function', (stack) => ownFunction(stack), 'Main/Router'],
      ['an alias', (stack) => new Alias(stack, 'Alias', { aliasName: 'live', version: ownFunction(stack).currentVersion }), 'Main/Alias'],
      ['a function whose name CDK is to choose', (stack) => ownFunction(stack, PhysicalName.GENERATE_IF_NEEDED), 'Main/Router'],
    ])('fails if it is %s', (_, createRouter, path) => {
      const stack = createStack({ env: {} });
      const message = failing({ sourceRegion: SOURCE, router: createRouter(stack) }, stack);
      expect(message).toBe(`router: got the function '${path}' of an environment-agnostic stack, expected a function of the source Region 'us-east-1'; `
        + "set `env: { region: 'us-east-1' }` on the function's stack, or give the function a `functionName`: the workflow is in a stack of its own");
      expect(message).toMatch(SHAPE);
    });

    test('is taken if it has a name', () => {
      const stack = createStack({ env: {} });
      const replication = replicate({ sourceRegion: SOURCE, router: ownFunction(stack, 'router') }, stack);
      expect(JSON.stringify(source(replication).findResources('AWS::StepFunctions::StateMachine'))).toContain('function:router');
    });
  });
});

test('traces in China fail: AWS X-Ray does not work with Lambda there', () => {
  const message = failing({ sourceRegion: 'cn-north-1', destinationRegions: ['cn-northwest-1'], tracing: true });
  expect(message).toBe('tracing: got true for Regions in China, expected false there; leave it out: AWS X-Ray does not work with Lambda in China');
  expect(() => replicate({ sourceRegion: 'us-gov-west-1', destinationRegions: ['us-gov-east-1'], tracing: true })).not.toThrow();
});

describe('paused Regions', () => {
  const destinationRegions = [DESTINATION, OTHER];
  test.each<[string, string[], string]>([
    ['one that is no destination', ['us-west-2'], "pausedRegions: got 'us-west-2', expected some of the destinations ['eu-west-1', 'ap-southeast-1']; check the spelling, or leave it out"],
    ['the source', [SOURCE], "pausedRegions: got 'us-east-1', expected some of the destinations ['eu-west-1', 'ap-southeast-1']; check the spelling, or leave it out"],
    ['one twice', [DESTINATION, DESTINATION], "pausedRegions: got ['eu-west-1', 'eu-west-1'], expected each Region once; leave one 'eu-west-1' out"],
    ['a token', [TOKEN], "pausedRegions: got a token, expected Regions that are known at synthesis; write concrete Regions ('eu-west-1')"],
    ['a token for the list', Lazy.list({ produce: () => [DESTINATION] }), "pausedRegions: got a token, expected Regions that are known at synthesis; write concrete Regions ('eu-west-1')"],
    ['one that is not in a list', DESTINATION as unknown as string[], "pausedRegions: got 'eu-west-1', expected a list; write it as a list, even a single one"],
  ])('fail with %s', (_, pausedRegions, message) => {
    expect(failing({ destinationRegions, pausedRegions })).toBe(message);
    expect(message).toMatch(SHAPE);
  });

  test.each([[[]], [[OTHER]], [destinationRegions]])('can be %j', (pausedRegions) => {
    expect(() => replicate({ destinationRegions, pausedRegions })).not.toThrow();
  });
});

describe('replications that are acknowledged', () => {
  const expected = 'expected names of replications, known at synthesis; write the `replicationName` of the other replication, as the status reports it';
  test.each<[string, string[], string]>([
    ['what can be no name', ['my_fleet'], `acknowledgedReplications: got 'my_fleet', ${expected}`],
    ['a token', [TOKEN], `acknowledgedReplications: got a token, ${expected}`],
    ['the own name', ['fleet'], "acknowledgedReplications: got 'fleet', expected names of other replications; remove the name of this replication"],
    ['one twice', ['devices', 'devices'], "acknowledgedReplications: got ['devices', 'devices'], expected each name once; remove the repetitions"],
    ['more than the environment of a function holds', Array.from({ length: 21 }, (_, i) => `devices-${i}`), 'acknowledgedReplications: got 21 names, expected at most 20; remove those that do not exist'],
  ])('fail with %s', (_, acknowledgedReplications, message) => {
    expect(failing({ replicationName: 'fleet', acknowledgedReplications })).toBe(message);
    expect(message).toMatch(SHAPE);
  });

  test('can be as many as twenty', () => {
    expect(() => replicate({ acknowledgedReplications: Array.from({ length: 20 }, (_, i) => `devices-${i}`) })).not.toThrow();
  });
});

describe('members of enumerations', () => {
  test.each<[string, object, string]>([
    ['deletionMode', { deletionMode: 'KEEP' }, "deletionMode: got 'KEEP', expected a member of `DeletionMode`; write `DeletionMode.REPLICATE` or another one"],
    ['deletionMode in lower case', { deletionMode: 'retain' }, "deletionMode: got 'retain', expected a member of `DeletionMode`; write `DeletionMode.REPLICATE` or another one"],
    ['deletionMode as a token', { deletionMode: TOKEN }, 'deletionMode: got a token, expected a member of `DeletionMode`; write `DeletionMode.REPLICATE` or another one'],
    ['driftMode', { driftMode: 'FIX' }, "driftMode: got 'FIX', expected a member of `DriftMode`; write `DriftMode.REPAIR` or another one"],
    ['removalPolicy', { removalPolicy: 'RETAIN' }, "removalPolicy: got 'RETAIN', expected a member of `RemovalPolicy`; write `RemovalPolicy.DESTROY` or another one"],
    ['removalPolicy that DynamoDB does not have', { removalPolicy: RemovalPolicy.SNAPSHOT },
      'removalPolicy: got `RemovalPolicy.SNAPSHOT`, expected a policy that DynamoDB supports; write `RemovalPolicy.RETAIN`: with `pointInTimeRecovery`, a table can be restored'],
    ['logRetention', { logRetention: 2 }, 'logRetention: got 2, expected a member of `RetentionDays`; write `RetentionDays.ONE_DAY` or another one'],
    ['logLevel', { logLevel: 'VERBOSE' }, "logLevel: got 'VERBOSE', expected a member of `ApplicationLogLevel`; write `ApplicationLogLevel.INFO` or another one"],
    ['logRetention by its name', { logRetention: 'ONE_DAY' }, "logRetention: got 'ONE_DAY', expected a member of `RetentionDays`; write `RetentionDays.ONE_DAY` or another one"],
  ])('%s that there is not fails', (_, props, message) => {
    expect(failing(props)).toBe(message);
    expect(message).toMatch(SHAPE);
  });

  test('are taken, all of them', () => {
    for (const deletionMode of Object.values(DeletionMode)) expect(() => replicate({ deletionMode })).not.toThrow();
    for (const driftMode of Object.values(DriftMode)) expect(() => replicate({ driftMode })).not.toThrow();
  });
});

describe('numbers', () => {
  const TOKEN_NUMBER = Lazy.number({ produce: () => 1 });
  const perMinute = 'expected a whole number, at least 1, known at synthesis; choose such a number; to apply no deletion at all, pass `DeletionMode.RETAIN`';
  const perSweep = 'expected a whole number, at least 0, known at synthesis; choose such a number, or leave it out for the larger of 50 entities and 5 % of them';
  const share = 'expected at least 0.01 and at most 1, known at synthesis; choose a share of the default quotas, such as 0.5 for half of them';

  test.each<[keyof IotRegistryReplicationProps, unknown, string, string]>([
    ...[0, -1, 1.5, NaN, Infinity].map((value): [keyof IotRegistryReplicationProps, unknown, string, string] => ['maxDeletionsPerMinute', value, String(value), perMinute]),
    ['maxDeletionsPerMinute', '500', "'500'", perMinute],
    ['maxDeletionsPerMinute', TOKEN_NUMBER, 'a token', perMinute],
    ...[-1, 0.5, NaN].map((value): [keyof IotRegistryReplicationProps, unknown, string, string] => ['maxDeletionsPerSweep', value, String(value), perSweep]),
    ['maxDeletionsPerSweep', TOKEN_NUMBER, 'a token', perSweep],
    ...(['registryReadShare', 'registryWriteShare'] as const).flatMap((prop): [keyof IotRegistryReplicationProps, unknown, string, string][] => [
      ...[0, 2, -0.5, 0.009, 1.01, NaN].map((value): [keyof IotRegistryReplicationProps, unknown, string, string] => [prop, value, String(value), share]),
      [prop, '0.5', "'0.5'", share],
      [prop, TOKEN_NUMBER, 'a token', share],
    ]),
  ])('%s fails with %p', (prop, value, got, rest) => {
    const message = failing({ [prop]: value });
    expect(message).toBe(`${prop}: got ${got}, ${rest}`);
    expect(message).toMatch(SHAPE);
  });

  test.each<Partial<IotRegistryReplicationProps>>([
    { maxDeletionsPerMinute: 1 }, { maxDeletionsPerSweep: 0 }, { registryReadShare: 1 }, { registryReadShare: 0.01 }, { registryWriteShare: 1 },
  ])('%j is taken', (props) => {
    expect(() => replicate(props)).not.toThrow();
  });
});

describe('heartbeatInterval', () => {
  test.each<[Duration, string]>([
    [Duration.seconds(30), '30 seconds'], [Duration.seconds(90), '1 minute 30 seconds'], [Duration.minutes(0), '0 minutes'], [Duration.minutes(6), '6 minutes'], [Duration.hours(2), '2 hours'],
    [Duration.minutes(Lazy.number({ produce: () => 1 })), 'a token'], [5 as unknown as Duration, '5'], ['PT1M' as unknown as Duration, "'PT1M'"],
  ])('fails with %s', (heartbeatInterval, got) => {
    const message = failing({ heartbeatInterval });
    expect(message).toBe(`heartbeatInterval: got ${got}, expected whole minutes, 1 to 5, known at synthesis; write \`Duration.minutes(…)\`, or leave it out for a minute`);
    expect(message).toMatch(SHAPE);
  });

  test.each([Duration.minutes(1), Duration.seconds(120), Duration.minutes(5)])('takes %s', (heartbeatInterval) => {
    expect(() => replicate({ heartbeatInterval })).not.toThrow();
  });
});

describe.each(['enableRegistryEvents', 'pointInTimeRecovery', 'sweepEnabled', 'driftEnabled', 'logPayloads', 'tracing', 'confirmDeletions', 'acknowledgeNagRules'] as const)('%s', (prop) => {
  test.each<[unknown, string]>([['false', "'false'"], [0, '0'], [{}, 'an object']])('fails with %p', (value, got) => {
    const message = failing({ [prop]: value });
    expect(message).toBe(`${prop}: got ${got}, expected true or false, known at synthesis; write one of them, or leave it out for the default`);
    expect(message).toMatch(SHAPE);
  });

  test.each([true, false, undefined])('takes %p', (value) => {
    expect(() => replicate({ [prop]: value })).not.toThrow();
  });
});

describe.each(['sweepSchedule', 'driftSchedule'] as const)('%s', (prop) => {
  const advice = 'write `ScheduleExpression.rate(…)` or `ScheduleExpression.cron(…)`';
  test.each<[string, unknown, string]>([
    ['happens once', ScheduleExpression.at(new Date(Date.UTC(2030, 0, 1))), `${prop}: got 'at(2030-01-01T00:00:00)', expected a schedule that recurs; ${advice}: a single run is started by hand`],
    ['happens once, written out', ScheduleExpression.expression('at(2030-01-01T00:00:00)'), `${prop}: got 'at(2030-01-01T00:00:00)', expected a schedule that recurs; ${advice}: a single run is started by hand`],
    ['is no schedule', ScheduleExpression.expression('every day'), `${prop}: got 'every day', expected 'rate(…)' or 'cron(…)'; ${advice}`],
    ['is nothing', ScheduleExpression.expression(''), `${prop}: got '', expected 'rate(…)' or 'cron(…)'; ${advice}`],
    ['is a string', 'rate(1 day)', `${prop}: got 'rate(1 day)', expected a \`ScheduleExpression\` of aws-cdk-lib/aws-scheduler; ${advice}`],
    ['is a duration', Duration.days(1), `${prop}: got an object, expected a \`ScheduleExpression\` of aws-cdk-lib/aws-scheduler; ${advice}`],
  ])('fails if it %s', (_, schedule, message) => {
    expect(failing({ [prop]: schedule })).toBe(message);
    expect(message).toMatch(SHAPE);
  });

  test.each(['rate(0 days)', 'rate(soon)', 'rate(-1 day)', 'rate(1.5 days)', 'rate(1 fortnight)', 'rate(30 seconds)', 'rate(1  day)'])('fails with %s', (expression) => {
    const message = failing({ [prop]: ScheduleExpression.expression(expression) });
    expect(message).toBe(`${prop}: got '${expression}', expected a whole number above 0 and minutes, hours or days; write it as in 'rate(12 hours)'`);
    expect(message).toMatch(SHAPE);
  });

  test.each([
    'cron(0 3 * * *)', 'cron(0 3 * * * *)', 'cron(0 3 ? * ? *)', 'cron(60 3 * * ? *)', 'cron(0 24 * * ? *)', 'cron(0 3 0 * ? *)', 'cron(0 3 * 13 ? *)', 'cron(0 3 ? * 8 *)',
    'cron(0 3 * * ? 1969)', 'cron(0 3 * FEBRUARY ? *)', 'cron(0 3 ? * FRIDAY *)', 'cron(0/0 3 * * ? *)', 'cron(soon)', 'cron(0 3 * * ? * *)', 'cron(0 3,, * * ? *)', 'cron(0 1-2-3 * * ? *)',
  ])('fails with %s', (expression) => {
    const message = failing({ [prop]: ScheduleExpression.expression(expression) });
    expect(message).toBe(`${prop}: got '${expression}', expected six fields, minutes, hours, day of month, month, day of week and year, with '?' in exactly one of the two days; `
      + "write it as in 'cron(0 3 * * ? *)'");
    expect(message).toMatch(SHAPE);
  });

  test.each([['1 1 ?', '2027'], ['* * ?', '2026-2030'], ['? * 6L', '2027/2'], ['1,15 */1 ?', '*/2'], ['* * ?', '1970-2199']])('fails with the days %s of the year %s, after which nothing runs', (days, year) => {
    const message = failing({ [prop]: ScheduleExpression.expression(`cron(0 3 ${days} ${year})`) });
    expect(message).toBe(`${prop}: got 'cron(0 3 ${days} ${year})', expected a schedule that recurs without end, with '*' for the year; write 'cron(0 3 ${days} *)': a single run is started by hand`);
    expect(message).toMatch(SHAPE);
  });

  test.each(['cron(0 3 30 2 ? *)', 'cron(0 3 31 4,6 ? *)', 'cron(0 3 L-45 * ? *)', 'cron(0 3 99W * ? *)'])('fails with %s, which never comes', (expression) => {
    const message = failing({ [prop]: ScheduleExpression.expression(expression) });
    expect(message).toBe(`${prop}: got '${expression}', expected a schedule that recurs, on days that exist; choose a day that one of its months has`);
    expect(message).toMatch(SHAPE);
  });

  test.each([
    'rate(1 minute)', 'rate(5 minutes)', 'rate(1 hour)', 'rate(12 hours)', 'rate(365 days)', 'cron(0 3 * * ? *)', 'cron(0/15 0-6,22 1,15 JAN-mar ? *)', 'cron(5 4 ? * MON-FRI *)',
    'cron(0 10 ? * 6L *)', 'cron(0 3 29 2 ? *)', 'cron(0 10 ? * 2#1 *)', 'cron(0 10 L * ? *)', 'cron(0 10 15W * ? *)', 'cron(*/5 * * * ? *)',
  ])('takes %s', (expression) => {
    expect(() => replicate({ [prop]: ScheduleExpression.expression(expression) })).not.toThrow();
  });

  test.each([ScheduleExpression.rate(Duration.hours(6)), ScheduleExpression.cron({ minute: '0', hour: '3' })])('takes one that recurs', (schedule) => {
    expect(() => replicate({ [prop]: schedule })).not.toThrow();
  });
});
