import { Stack, Stage } from 'aws-cdk-lib';
import { IotRegistryReplication } from '../../src';
import { ACCOUNT, DESTINATION, OTHER, SOURCE, createApp, replicate } from '../apps';

/** Stacks in several Regions of one app. */
function app() {
  const root = createApp();
  const stack = (id: string, region: string, account: string | undefined = ACCOUNT) => new Stack(root, id, { env: { account, region } });
  return { root, stack };
}

describe('one writer', () => {
  test('fails for two replications in opposite directions', () => {
    const { stack } = app();
    replicate({ destinationRegions: [DESTINATION] }, stack('There', SOURCE));
    expect(() => replicate({ destinationRegions: [OTHER, SOURCE] }, stack('Back', DESTINATION))).toThrow(
      "destinationRegions: got ['ap-southeast-1', 'us-east-1'] for 'Back/Replication', and 'There/Replication' replicates 'us-east-1' to 'eu-west-1', "
      + 'expected one Region where changes are made; remove one of the two replications',
    );
  });

  test('fails for a circle of three', () => {
    const { stack } = app();
    replicate({ destinationRegions: [DESTINATION] }, stack('One', SOURCE));
    replicate({ destinationRegions: [OTHER] }, stack('Two', DESTINATION));
    expect(() => replicate({ destinationRegions: [SOURCE] }, stack('Three', OTHER))).toThrow(/'Two\/Replication' replicates 'eu-west-1' to 'ap-southeast-1'/);
  });

  test('fails if an account is not known, because it may be the same', () => {
    const { root, stack } = app();
    replicate({}, stack('There', SOURCE));
    expect(() => replicate({ destinationRegions: [SOURCE] }, new Stack(root, 'Back', { env: { region: DESTINATION } }))).toThrow(/expected one Region where changes are made/);
  });

  test('fails across the Stages of an app', () => {
    const { root, stack } = app();
    replicate({}, stack('There', SOURCE));
    const stage = new Stage(root, 'Stage', { env: { account: ACCOUNT, region: DESTINATION } });
    expect(() => replicate({ destinationRegions: [SOURCE] }, new Stack(stage, 'Back'))).toThrow(/expected one Region where changes are made/);
  });

  test('lets accounts go their own ways', () => {
    const { stack } = app();
    replicate({}, stack('There', SOURCE));
    expect(() => replicate({ destinationRegions: [SOURCE] }, stack('Back', DESTINATION, '444455556666'))).not.toThrow();
  });

  test('lets a destination hand on what it gets', () => {
    const { stack } = app();
    replicate({ destinationRegions: [DESTINATION] }, stack('One', SOURCE));
    expect(() => replicate({ destinationRegions: [OTHER] }, stack('Two', DESTINATION))).not.toThrow();
  });
});

describe('names', () => {
  const named = (stack: Stack, id: string, destinationRegions: string[]) => new IotRegistryReplication(stack, id, { replicationName: 'fleet', destinationRegions });

  test('fails for two replications of one name that meet in a Region', () => {
    const { stack } = app();
    named(stack('One', SOURCE), 'Replication', [OTHER]);
    expect(() => named(stack('Two', DESTINATION), 'Replication', [OTHER])).toThrow(
      "replicationName: got 'fleet' for 'Two/Replication', which is also the name of 'One/Replication', and both are in 'ap-southeast-1', expected a unique name; choose another one or leave it out",
    );
  });

  test('fails for two with one table', () => {
    const { stack } = app();
    const main = stack('Main', SOURCE);
    replicate({ destinationRegions: [DESTINATION], replicationName: 'one', tableName: 'registry' }, main, 'One');
    expect(() => replicate({ destinationRegions: [OTHER], replicationName: 'two', tableName: 'registry' }, main, 'Two')).toThrow(
      "tableName: got 'registry' for 'Main/Two', which is also the table of 'Main/One', and both are in 'us-east-1', expected a separate table; choose another name or leave it out",
    );
  });

  test('fails for two in one stack of an unknown account', () => {
    const { root } = app();
    const stack = new Stack(root, 'Main', { env: { region: SOURCE } });
    named(stack, 'One', [OTHER]);
    expect(() => named(stack, 'Two', [DESTINATION])).toThrow(/both are in 'us-east-1'/);
  });

  test('lets one name be used where the replications never meet', () => {
    const { root, stack } = app();
    named(stack('One', SOURCE), 'Replication', [DESTINATION]);
    expect(() => named(stack('Regions', OTHER), 'Replication', ['ap-northeast-1'])).not.toThrow();
    expect(() => named(stack('Account', SOURCE, '444455556666'), 'Replication', [DESTINATION])).not.toThrow();
    const stages = ['Dev', 'Prod'].map((id) => new Stack(new Stage(root, id), 'Main', { env: { region: SOURCE } }));
    for (const each of stages) expect(() => named(each, 'Replication', [DESTINATION])).not.toThrow();
  });
});

test('a refused replication whose error was caught blocks no other', () => {
  const { stack } = app();
  const main = stack('Main', SOURCE);
  expect(() => replicate({ destinationRegions: [] }, main, 'Refused')).toThrow();
  expect(() => replicate({ destinationRegions: [DESTINATION, 'nowhere'], replicationName: 'fleet' }, main, 'RefusedToo')).toThrow();
  expect(() => replicate({ replicationName: 'fleet' }, main)).not.toThrow();
});
