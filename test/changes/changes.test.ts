import * as fs from 'node:fs';
import * as path from 'node:path';
import * as ts from 'typescript';
import { compare, Comparison, Effect } from './comparison';
import { Deployed, deployed, Fleet } from './fleet';
import { ACCOUNT } from '../apps';
import { Change, CHANGES, EFFECTS, OPTION_CHANGES, PROP_CHANGES, PropChanges, Verdict } from './list';

const cache = new Map<Fleet, Deployed>();

/** Each shape of the app is synthesized once. */
function of(fleet: Fleet): Deployed {
  const known = cache.get(fleet) ?? deployed(fleet);
  cache.set(fleet, known);
  return known;
}

function expectVerdict(before: Fleet, after: Fleet, verdict: Verdict, error?: RegExp): void {
  if (verdict === Verdict.REFUSED) {
    expect(() => of(after)).toThrow(error);
    return;
  }
  const comparison = compare(of(before), of(after));
  // Everything else is there to tell what went wrong.
  const fits = EFFECTS[verdict].includes(comparison.effect);
  expect(fits ? { effect: comparison.effect } : comparison).toEqual({ effect: expect.stringMatching(EFFECTS[verdict].join('|')) });
}

/** Runs that start with a deployment, as the ids of their resources name them. */
function startedBy(before: Fleet, after: Fleet): string[] {
  const firstRuns = (fleet: Fleet) => new Map(Object.entries(of(fleet)).flatMap(([stack, { resources }]) => Object.entries(resources)
    .filter(([, { Type }]) => Type === 'Custom::FirstRun').map(([id, { Properties }]) => [`${stack}/${id}`, JSON.stringify(Properties)] as const)));
  const earlier = firstRuns(before);
  return [...firstRuns(after)].filter(([id, properties]) => earlier.get(id) !== properties).map(([id]) => id);
}

/** Public interfaces and their members, as they are written. */
function interfaces(): Record<string, string[]> {
  const folder = path.join(__dirname, '..', '..', 'src');
  const files = fs.readdirSync(folder).filter((name) => name.endsWith('.ts'));
  const declarations = files.flatMap((name) => ts.createSourceFile(name, fs.readFileSync(path.join(folder, name), 'utf8'), ts.ScriptTarget.Latest).statements);
  return Object.fromEntries(declarations.filter(ts.isInterfaceDeclaration)
    .filter(({ modifiers }) => modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword))
    .map(({ name, members }) => [name.text, members.map((member) => (member.name as ts.Identifier).text)]));
}

describe('a change of', () => {
  const groups: [string, Readonly<Record<string, PropChanges>>][] = [['IotRegistryReplicationProps', PROP_CHANGES], ...Object.entries(OPTION_CHANGES)];
  const all = groups.flatMap(([group, changes]) => Object.entries(changes).map(([name, change]) => [`${group}.${name}`, change] as const));

  test.each(all)('%s: set, changed, taken away', (_, { without, first, second, set, changed, removed }) => {
    expectVerdict(without, first, set);
    expectVerdict(first, second, changed);
    expectVerdict(second, without, removed);
  });

  const byDeployment = all.filter(([, { set, changed, removed }]) => ![set, changed, removed].includes(Verdict.DOCUMENTED));

  test.each(byDeployment)('%s starts the sweeps and drift checks that the documentation names', (_, { without, first, second, told }) => {
    const started = [[without, first], [first, second], [second, without]].flatMap(([before, after]) => startedBy(before, after)).join();
    const [said = ''] = /a (sweep|drift check)( and a drift check)?( of certificates and policies)? starts?\b/.exec(told) ?? [];
    const runs = { 'sweep': 'SweepFirstRun', 'drift check': 'DriftFirstRun', 'certificates and policies': 'Identity' };
    expect(Object.keys(runs).filter((run) => said.includes(run))).toEqual(Object.entries(runs).filter(([, id]) => started.includes(id)).map(([run]) => run));
  });

  test('every prop of every public struct is in the list', () => {
    const listed = Object.fromEntries(groups.map(([group, changes]) => [group, Object.keys(changes).sort()]));
    expect(listed).toEqual(Object.fromEntries(Object.entries(interfaces()).map(([name, members]) => [name, members.sort()])));
  });
});

describe('a change of the app:', () => {
  test.each(CHANGES.map((change, i): [string, Change] => [change.what === 'the same with the default name' ? `${CHANGES[i - 1].what}, by default` : change.what, change]))(
    '%s', (_, { before, after, verdict, error }) => expectVerdict(before, after, verdict, error),
  );
});

test('a second app with the name of a replication, and another source, fails beside the stack of its destination and changes nothing in it', () => {
  const one = of({ props: { tableName: 'one' } });
  const other = of({ stackId: 'Other', stack: { env: { account: ACCOUNT, region: 'us-west-2' } }, props: { tableName: 'other' } });
  expect(Object.keys(one).filter((stack) => stack in other)).toEqual([]);
  const { collisions } = compare(one, other);
  for (const name of ['RetryQueue', 'DeadLetterQueue', 'State', 'Stream']) {
    expect(collisions).toContainEqual(expect.stringMatching(`^fleet-eu-west-1-from-us-east-1/DestinationReplicator${name}[0-9A-F]{8} -> fleet-eu-west-1-from-us-west-2/`));
  }
});

describe('the comparison', () => {
  const queue = (id: string, name: string, properties = {}) => ({ Stack: { region: 'us-east-1', resources: { [id]: { Type: 'AWS::SQS::Queue', Properties: { QueueName: name, ...properties } } } } });
  const effectOf = (comparison: Comparison) => comparison.effect;

  test('fails where a name moves to another logical id', () => {
    expect(effectOf(compare(queue('One', 'fleet'), queue('Two', 'fleet')))).toBe(Effect.COLLIDES);
  });

  test('fails where a name moves to another stack', () => {
    const { Stack } = queue('One', 'fleet');
    expect(effectOf(compare({ Stack }, { Other: Stack }))).toBe(Effect.COLLIDES);
    expect(effectOf(compare({ Stack }, { Other: { ...Stack, region: 'eu-west-1' } }))).toBe(Effect.LEFT_BEHIND);
  });

  test('fails where a replica of another table has the name', () => {
    const table = (...regions: string[]) => ({ region: regions[0], resources: { Table: { Type: 'AWS::DynamoDB::GlobalTable', Properties: { TableName: 'fleet', Replicas: regions.map((Region) => ({ Region })) } } } });
    expect(effectOf(compare({ One: table('us-east-1', 'eu-west-1') }, { Two: table('us-west-2', 'eu-west-1') }))).toBe(Effect.COLLIDES);
  });

  test('takes what it knows nothing of for a replacement', () => {
    expect(effectOf(compare(queue('One', 'fleet'), queue('One', 'fleet', { NoSuchProperty: true })))).toBe(Effect.REPLACED);
    expect(effectOf(compare(queue('One', 'fleet'), queue('One', 'devices')))).toBe(Effect.REPLACED);
  });

  test('asks CloudFormation which property replaces', () => {
    expect(effectOf(compare(queue('One', 'fleet'), queue('One', 'fleet', { FifoQueue: true })))).toBe(Effect.REPLACED);
    expect(effectOf(compare(queue('One', 'fleet'), queue('One', 'fleet', { VisibilityTimeout: 60 })))).toBe(Effect.IN_PLACE);
  });

  test('knows that a function and a source have only one mapping', () => {
    const mapping = (id: string) => ({ Stack: { region: 'us-east-1', resources: { [id]: { Type: 'AWS::Lambda::EventSourceMapping', Properties: { FunctionName: { Ref: 'F' }, EventSourceArn: 'arn' } } } } });
    expect(effectOf(compare(mapping('One'), mapping('Two')))).toBe(Effect.COLLIDES);
  });

  test('leaves out where constructs are', () => {
    const at = (place: string) => ({ Stack: { region: 'us-east-1', resources: { One: { Type: 'X', Metadata: { 'aws:cdk:path': place } } } } });
    expect(effectOf(compare(at('a'), at('b')))).toBe(Effect.NOTHING);
  });
});
