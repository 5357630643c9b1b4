import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { PhysicalNames } from '../../src/record/physical-names';
import { defaultReplicationName } from '../../src/settings/naming';
import { createApp, createStack } from '../apps';

function nameOf(path: string[], stackName?: string, region = 'us-east-1'): string {
  const stack = new Stack(createApp(), 'Main', { env: { region }, stackName });
  return defaultReplicationName(path.reduce<Construct>((scope, id) => new Construct(scope, id), stack), region);
}

describe('the default name of a replication', () => {
  test('contains stack and path, and is the same each time', () => {
    expect(nameOf(['Fleet', 'Replication'])).toMatch(/^Main-Fleet-Replication-[0-9a-f]{8}$/);
    expect(nameOf(['Fleet', 'Replication'])).toBe(nameOf(['Fleet', 'Replication']));
  });

  test('is never longer than 40 characters, nor other than a replication\'s name may be', () => {
    for (const path of [['x'.repeat(60)], ['a b/ç', 'ü'], ['_'.repeat(50), '-']]) {
      expect(nameOf(path)).toMatch(/^[A-Za-z][A-Za-z0-9-]{0,39}$/);
    }
  });

  test.each([
    ['path', nameOf(['A', 'B']), nameOf(['A-B'])],
    ['path, far beyond what is shown', nameOf(['x'.repeat(60), 'A']), nameOf(['x'.repeat(60), 'B'])],
    ['stack name', nameOf(['A'], 'dev'), nameOf(['A'], 'qa')],
    ['stack name, far beyond what is shown', nameOf(['A'], `${'a'.repeat(60)}-dev`), nameOf(['A'], `${'a'.repeat(60)}-qa`)],
    ['source Region', nameOf(['A'], 'dev', 'us-east-1'), nameOf(['A'], 'dev', 'us-west-2')],
  ])('differs by %s', (_, a, b) => {
    expect(a).not.toBe(b);
  });
});

test('every physical name fits where it is used, and no two of one kind are the same', () => {
  const names = new PhysicalNames('a'.repeat(40));
  const functions = [names.replicator, names.retryFunction, names.registryEventsFunction];
  for (const name of [...functions, names.retryQueue, names.deadLetterQueue, names.persistenceWorkflow, names.observationWorkflow]) expect(name.length).toBeLessThanOrEqual(64);
  expect(new Set(functions).size).toBe(3);
  expect(names.stateTable).toMatch(/^[a-zA-Z0-9_.-]{3,255}$/);
  expect(names.retryQueue).not.toBe(names.deadLetterQueue);
  expect(new PhysicalNames('my-fleet').topicRulePrefix).toBe('my_fleet');
  expect(createStack({ stackName: names.stack('ap-southeast-1', 'ap-southeast-2') }).stackName).toBe(`${'a'.repeat(40)}-ap-southeast-1-from-ap-southeast-2`);
});
