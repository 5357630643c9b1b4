import { Duration, Lazy, NestedStack, Stack } from 'aws-cdk-lib';
import { Function, IFunction } from 'aws-cdk-lib/aws-lambda';
import { IotRegistryReplicationProps, RegistryEventType } from '../../src';
import { DESTINATION, OTHER, SOURCE, createStack, replicate, source } from '../apps';

const TOKEN = Lazy.string({ produce: () => 'late' });

function failing(props: Partial<IotRegistryReplicationProps>, stack?: Stack): string {
  try {
    replicate(props, stack);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('did not fail');
}

/** Every message: the prop, what was given, what is expected, what to do; lower case at the start, no period at the end. */
const SHAPE = /^[a-z][A-Za-z]+: got .+, expected .+; .+[^.]$/;

describe('Regions', () => {
  test.each<[string, Partial<IotRegistryReplicationProps>, string]>([
    ['without destinations, in a language that lets it pass', { destinationRegions: undefined },
      'destinationRegions: got [], expected at least one Region; name the Regions that are to have the registry too'],
    ['without a destination', { destinationRegions: [] },
      'destinationRegions: got [], expected at least one Region; name the Regions that are to have the registry too'],
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
    ['with a token for a destination', { destinationRegions: [TOKEN] },
      "destinationRegions: got a token, expected a Region that is known at synthesis; write it out ('eu-west-1'): it decides which stacks there are"],
    ['with a token for all destinations', { destinationRegions: Lazy.list({ produce: () => [DESTINATION] }) },
      "destinationRegions: got a token, expected a Region that is known at synthesis; write it out ('eu-west-1'): it decides which stacks there are"],
    ['with a token for the source', { sourceRegion: TOKEN },
      "sourceRegion: got a token, expected a Region that is known at synthesis; write it out ('eu-west-1'): it decides which stacks there are"],
    ['with a destination in another partition', { destinationRegions: [DESTINATION, 'cn-north-1'] },
      "destinationRegions: got 'cn-north-1', expected Regions of the partition 'aws' of the source Region 'us-east-1'; leave it out: a global table can't reach the partition 'aws-cn'"],
  ])('fails %s', (_, props, message) => {
    expect(failing(props)).toBe(message);
    expect(message).toMatch(SHAPE);
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
    ['a table name that is a token', { tableName: TOKEN },
      "tableName: got a token, expected 3 to 255 letters, digits, underscores, hyphens and dots, known at synthesis; choose another name: it is the same in every Region, so CloudFormation can't choose it"],
  ])('fails with %s', (_, props, message) => {
    expect(failing(props)).toBe(message);
    expect(message).toMatch(SHAPE);
  });

  test('takes the longest and the shortest', () => {
    expect(replicate({ replicationName: 'a'.repeat(40) }).table.tableName).toBe('a'.repeat(40));
    expect(replicate({ replicationName: 'a', tableName: 'abc' }).table.tableName).toBe('abc');
  });

  test('fails when the table would take a replication name that is too short for it', () => {
    expect(failing({ replicationName: 'ab' })).toMatch(/^tableName: got 'ab'/);
  });
});

describe('event types', () => {
  const all = 'THING, THING_TYPE, THING_GROUP, THING_GROUP_MEMBERSHIP';
  test.each<[string, RegistryEventType[], string]>([
    ['none', [], `eventTypes: got [], expected at least one of ${all}; name the kinds that are to be replicated, or leave it out for all`],
    ['one twice', [RegistryEventType.THING, RegistryEventType.THING], "eventTypes: got ['THING', 'THING'], expected each kind once; leave the repetitions out"],
    ['one that there is not', ['JOB' as RegistryEventType], `eventTypes: got 'JOB', expected one of ${all}; use a member of \`RegistryEventType\``],
  ])('fails with %s', (_, eventTypes, message) => {
    expect(failing({ eventTypes })).toBe(message);
    expect(message).toMatch(SHAPE);
  });
});

describe.each(['thingNamePrefixes', 'thingGroupNamePrefixes', 'thingTypeNamePrefixes'] as const)('%s', (prop) => {
  const expected = 'expected 1 to 128 letters, digits, colons, underscores and hyphens, known at synthesis; write the beginning of the names, without a wildcard';
  test.each<[string, string[], string]>([
    ['an empty list', [], `${prop}: got [], expected at least one prefix; leave it out to replicate all names, or leave the kind out of \`eventTypes\``],
    ['an empty prefix', [''], `${prop}: got '', ${expected}`],
    ['a wildcard', ['a-*'], `${prop}: got 'a-*', ${expected}`],
    ['one that is longer than a name', ['a'.repeat(129)], `${prop}: got '${'a'.repeat(129)}', ${expected}`],
    ['a token', [TOKEN], `${prop}: got a token, ${expected}`],
    ['a token for the list', Lazy.list({ produce: () => ['a'] }), `${prop}: got a token, ${expected}`],
    ['more than fit into a policy', [...Array(41)].map((_, i) => `${i}`), `${prop}: got 41 prefixes, expected at most 40; choose shorter ones that cover several, or a \`router\`: each is part of the replicator's policies`],
    ['one twice', ['a', 'b', 'a'], `${prop}: got ['a', 'b', 'a'], expected each prefix once; leave the repetitions out`],
  ])('fails with %s', (_, prefixes, message) => {
    expect(failing({ [prop]: prefixes })).toBe(message);
    expect(message).toMatch(SHAPE);
  });

  test('takes every character of a name', () => {
    expect(() => replicate({ [prop]: ['aZ0:_-'] })).not.toThrow();
  });
});

describe('tombstone retention', () => {
  const expected = 'expected at least 15 days; choose a longer one: a dead letter lives 14 days, and its record has to outlive it';
  test.each([
    ['is shorter than a dead letter lives', Duration.days(14), `tombstoneRetention: got 14 days, ${expected}`],
    ['is a moment too short', Duration.millis(Duration.days(15).toMilliseconds() - 1), `tombstoneRetention: got 14 days 23 hours, ${expected}`],
    ['is no whole number of seconds', Duration.millis(Duration.days(15).toMilliseconds() + 1), 'tombstoneRetention: got 15 days 1 milli, expected whole seconds; round it'],
    ['is zero', Duration.days(0), `tombstoneRetention: got 0 days, ${expected}`],
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

  test('fails if it is of another Region than the source', () => {
    const stack = createStack();
    const message = failing({ router: routerOf(stack, DESTINATION) }, stack);
    expect(message).toBe("router: got a function of the Region 'eu-west-1', expected a function of the source Region 'us-east-1'; deploy the function there: the workflow can't invoke one of another Region");
    expect(message).toMatch(SHAPE);
  });

  test('is taken if it is of the source Region', () => {
    const stack = createStack();
    const template = source(replicate({ router: routerOf(stack, SOURCE) }, stack));
    expect(JSON.stringify(template.findResources('AWS::StepFunctions::StateMachine'))).toContain('function:router');
  });

  test('is taken if its Region is not known', () => {
    const agnostic = createStack({ env: {} });
    expect(() => replicate({ sourceRegion: SOURCE, router: Function.fromFunctionName(agnostic, 'Router', 'router') }, agnostic)).not.toThrow();
  });
});
