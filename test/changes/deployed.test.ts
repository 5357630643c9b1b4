import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import {
  AttachPolicyCommand, CertificateStatus, CreateKeysAndCertificateCommand, CreatePolicyCommand, CreateThingCommand, DeleteThingCommand, ListCertificatesCommand, UpdateCertificateCommand,
  UpdateThingCommand,
} from '@aws-sdk/client-iot';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { SHAPE, Shape } from './shape';
import { waitForQuiet } from '../../demo/quiet';
import { CdkCli } from '../../emulator/cdk';
import { Emulator, startEmulator } from '../../emulator/emulator';
import { Shell } from '../../emulator/shell';
import { waitFor } from '../../emulator/waiting';
import { packLibrary } from '../../packages/library';
import { SIGNAL_PK, SignalKind } from '../../src/record/signal';
import { commandsBelow } from '../emulator/documentation';
import { Site } from '../emulator/world';

/**
 * Changes of an app that are not made by a deployment alone, one after the other: each is deployed on what the ones before have left, with the commands of
 * docs/upgrading.md, and things change in the source before, while and after. At the end of each both registries are equal.
 */
const [HERE, THERE] = ['us-east-1', 'eu-west-1'];
const FLEET: Shape = { stackId: 'Registry', id: 'Replication', source: HERE, destination: THERE, name: 'fleet' };
const HOUR = 3_600_000;

let emulator: Emulator;
let cdk: CdkCli;
let nodePath: string;
let here: Site;
let there: Site;

jest.setTimeout(240_000);

beforeAll(async () => {
  const packing = packLibrary();
  packing.catch(() => undefined);
  emulator = await startEmulator();
  cdk = new CdkCli(emulator);
  [here, there] = [HERE, THERE].map((region) => new Site(emulator, region));
  await cdk.bootstrap([HERE, THERE, 'us-west-2']);
  ({ nodePath } = await packing);
  await deploy(FLEET);
  await change(here, 'first');
  await expectEqual('fleet');
}, 300_000);

afterAll(async () => {
  await emulator?.stop();
});

const appOf = (shape: Shape) => ({ app: 'test/changes/app.ts', stage: shape.stage, nodePath, environment: { [SHAPE]: JSON.stringify(shape) } });

async function deploy(shape: Shape): Promise<void> {
  await cdk.deployAll(appOf(shape), shape.source);
}

/** A thing is made and changed, and the one of before is deleted. */
async function change({ iot }: Site, thingName: string, before?: string): Promise<void> {
  await iot.send(new CreateThingCommand({ thingName, attributePayload: { attributes: { of: 'nobody' } } }));
  await iot.send(new UpdateThingCommand({ thingName, attributePayload: { attributes: { of: thingName } } }));
  if (before) await iot.send(new DeleteThingCommand({ thingName: before }));
}

async function expectEqual(name: string, [from, to] = [here, there]): Promise<void> {
  const { differences } = await waitForQuiet(from, to, { queueNamePrefix: name, isStreamRead: () => emulator.streamsAreRead(to.region) });
  expect(differences).toEqual([]);
}

async function statusOf(region: string, stackName: string): Promise<string | undefined> {
  const { Stacks } = await new CloudFormationClient(emulator.clientConfig(region)).send(new DescribeStacksCommand({}));
  return Stacks!.find((stack) => stack.StackName === stackName)?.StackStatus;
}

/** Deletes an old destination as docs/upgrading.md says. */
async function leave(name: string): Promise<void> {
  const [commands] = commandsBelow('docs/upgrading.md', 'Rename a replication');
  await (await Shell.create(emulator)).run(commands.replaceAll('fleet-', `${name}-`), HERE);
  expect([undefined, 'DELETE_COMPLETE']).toContain(await statusOf(THERE, `${name}-${THERE}-from-${HERE}`));
}

test('a second app with the name and another source is refused, and the first continues', async () => {
  const second: Shape = { ...FLEET, stackId: 'Second', source: 'us-west-2', tableName: 'second' };
  await expect(deploy(second)).rejects.toThrow(`fleet-${THERE}-from-us-west-2 failed creation`);
  expect(await statusOf(THERE, `fleet-${THERE}-from-${HERE}`)).toBe('CREATE_COMPLETE');
  await change(here, 'second', 'first');
  await expectEqual('fleet');
});

test('certificates and policies arrive once identities are switched on, and stay as they are once they are switched off, until somebody acts', async () => {
  const { certificateId, certificateArn } = await here.iot.send(new CreateKeysAndCertificateCommand({ setAsActive: true }));
  const policyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iot:Connect', Resource: '*' }] });
  await here.iot.send(new CreatePolicyCommand({ policyName: 'lamp', policyDocument }));
  await here.iot.send(new AttachPolicyCommand({ policyName: 'lamp', target: certificateArn }));
  const copyOnce = (status: CertificateStatus) => waitFor(async () => {
    const { certificates = [] } = await there.iot.send(new ListCertificatesCommand({}));
    return certificates.find((each) => each.certificateId === certificateId && each.status === status);
  }, { boundMillis: 60_000 });
  const config = emulator.clientConfig(THERE);
  const statusOfIdentities = async () => {
    await new LambdaClient(config).send(new InvokeCommand({ FunctionName: 'fleet-status', Payload: Buffer.from('{}') }));
    const { Item } = await new DynamoDBClient(config).send(new GetItemCommand({ TableName: 'fleet-state', Key: { pk: { S: 'status' } } }));
    return unmarshall(Item!).identities as unknown;
  };
  await deploy({ ...FLEET, identities: true });
  expect(await copyOnce('ACTIVE')).toBeDefined();
  expect(await statusOfIdentities()).toMatchObject({ replicated: true });

  await deploy(FLEET);
  await here.iot.send(new UpdateCertificateCommand({ certificateId, newStatus: 'REVOKED' }));
  expect(await statusOfIdentities()).toEqual({ replicated: false, replicatedUntil: expect.stringMatching(/^20/) });
  expect(await copyOnce('ACTIVE')).toBeDefined();
  const [commands] = commandsBelow('docs/identities.md', 'Switch it off');
  await (await Shell.create(emulator)).run(commands, HERE);
  expect(await copyOnce('INACTIVE')).toBeDefined();
  await change(here, 'on-and-off', 'second');
  await change(here, 'second', 'on-and-off');
  await expectEqual('fleet');
});

test('a stack that keeps its name goes into a Stage in place', async () => {
  await deploy({ ...FLEET, stage: 'Prod' });
  await change(here, 'third', 'second');
  await expectEqual('fleet');
});

test('a replication that is renamed as documented continues with its table', async () => {
  await deploy({ ...FLEET, stage: 'Prod', name: 'devices', tableName: 'fleet' });
  await change(here, 'fourth', 'third');
  await expectEqual('devices');
  await leave('fleet');
  await change(here, 'fifth', 'fourth');
  await expectEqual('devices');
});

test('a destination that is left behind repairs nothing, and reports why', async () => {
  const heartbeat = { TableName: 'fleet', Key: { pk: { S: SIGNAL_PK }, sk: { S: SignalKind.HEARTBEAT } } };
  const table = new DynamoDBClient(emulator.clientConfig(THERE));
  expect(await waitFor(async () => (await table.send(new GetItemCommand(heartbeat))).Item, { boundMillis: 90_000 })).toBeDefined();
  // Another construct, another name and another table: the move that the page describes, up to the deletion of the old destination.
  await deploy({ ...FLEET, stage: 'Prod', id: 'Moved', name: 'moved' });
  await table.send(new UpdateItemCommand({
    ...heartbeat,
    UpdateExpression: 'SET #t = :t',
    ExpressionAttributeNames: { '#t': 'timestamp' },
    ExpressionAttributeValues: { ':t': { N: String(Date.now() - 2 * HOUR) } },
  }));
  await change(here, 'sixth', 'fifth');
  await expectEqual('moved');

  // As its schedule does every day. Its table has `fifth`, and knows nothing of `sixth`.
  const { output } = await there.execute('devices-drift', {});
  expect(output).toMatchObject({ inSync: false, counts: { missing: 1, repaired: 0 } });
  await expectEqual('moved');
  await leave('devices');
  await change(here, 'seventh', 'sixth');
  await expectEqual('moved');
});

test('source and destination are swapped as documented', async () => {
  await cdk.destroyAll(appOf({ ...FLEET, stage: 'Prod', id: 'Moved', name: 'moved' }), HERE);
  await change(there, 'eighth', 'seventh');
  await deploy({ ...FLEET, source: THERE, destination: HERE, name: 'back' });
  await here.registryOnce(({ things }) => 'eighth' in things);
  await change(there, 'ninth', 'eighth');
  await here.registryOnce(({ things }) => 'ninth' in things && !('eighth' in things));
  // What was deleted before the new source was read stays, as the page says: it was never in the new table.
  expect(Object.keys((await here.registry()).things)).toEqual(['ninth', 'seventh']);
  await here.iot.send(new DeleteThingCommand({ thingName: 'seventh' }));
  await expectEqual('back', [there, here]);
});
