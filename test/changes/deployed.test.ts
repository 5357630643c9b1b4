import { CloudFormationClient, DescribeStackResourcesCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import {
  CertificateStatus, CreatePolicyCommand, CreateThingCommand, DeletePolicyCommand, DeletePolicyVersionCommand, DeleteThingCommand,
  DescribeCACertificateCommand, DetachThingPrincipalCommand, GetPolicyCommand, ListCertificatesCommand, ListPoliciesCommand, ListPolicyVersionsCommand, RegisterCACertificateCommand,
  UpdateCACertificateCommand, UpdateThingCommand,
} from '@aws-sdk/client-iot';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { SHAPE, Shape } from './shape';
import { documentOf, PolicyStatement } from '../../demo/identities';
import { waitForQuiet } from '../../demo/quiet';
import { readStatus } from '../../demo/status';
import { CdkCli } from '../../emulator/cdk';
import { Emulator, startEmulator } from '../../emulator/emulator';
import { makeIdentities } from '../../emulator/identity';
import { Shell } from '../../emulator/shell';
import { waitFor } from '../../emulator/waiting';
import { packLibrary } from '../../packages/library';
import { CertificateSelection } from '../../src/certificate-selection';
import { SIGNAL_PK, SignalKind } from '../../src/record/signal';
import { commandsBelow } from '../emulator/documentation';
import { FAST, Site } from '../emulator/world';

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
  emulator = await startEmulator({ environment: FAST });
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

/** Runs a workflow of the source that one which the deployment has started may keep from running. */
async function run(workflow: string, site = here): Promise<void> {
  const found = await waitFor(async () => {
    const execution = await site.execute(workflow, {});
    return execution.status === 'SUCCEEDED' && 'skipped' in (execution.output as object) ? undefined : execution;
  }, { boundMillis: 60_000 });
  expect(found).toMatchObject({ status: 'SUCCEEDED' });
}

/** Waits until the document of a policy in the destination contains a text. */
async function expectPolicy(policyName: string, text: string, { iot } = there): Promise<void> {
  const found = await waitFor(async () => {
    const { policyDocument } = await iot.send(new GetPolicyCommand({ policyName })).catch(() => ({ policyDocument: undefined }));
    return policyDocument?.includes(text) || undefined;
  }, { boundMillis: 60_000 });
  expect(found).toBe(true);
}

async function expectNoPolicy(policyName: string, { iot } = there): Promise<void> {
  const policies = async () => (await iot.send(new ListPoliciesCommand({}))).policies?.map((each) => each.policyName);
  await waitFor(async () => (await policies())?.includes(policyName) === false || undefined, { boundMillis: 60_000 });
  expect(await policies()).not.toContain(policyName);
}

/** Deletes a policy of the source, with its versions. */
async function deletePolicy(policyName: string, { iot } = here): Promise<void> {
  const { policyVersions } = await iot.send(new ListPolicyVersionsCommand({ policyName }));
  for (const { versionId, isDefaultVersion } of policyVersions!) {
    if (!isDefaultVersion) await iot.send(new DeletePolicyVersionCommand({ policyName, policyVersionId: versionId }));
  }
  await iot.send(new DeletePolicyCommand({ policyName }));
}

/** The document of a policy that lets one client connect. */
function connecting({ identities }: Site, client: string, Condition?: PolicyStatement['Condition']): string {
  return documentOf({ Action: 'iot:Connect', Resource: identities.arn(`client/${client}`), ...Condition ? { Condition } : {} });
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

test('certificates and policies arrive once identities are switched on, new ones only of replicated things once that is so, and stay as they are once they are switched off, until somebody acts', async () => {
  const policyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iot:Connect', Resource: '*' }] });
  await here.iot.send(new CreatePolicyCommand({ policyName: 'lamp', policyDocument }));
  const issue = async () => (await here.identities.issue(['lamp'])).certificateId;
  const statuses = async () => {
    const { certificates = [] } = await there.iot.send(new ListCertificatesCommand({}));
    return Object.fromEntries(certificates.map((each) => [each.certificateId!, each.status!]));
  };
  /** What the destination has, once it has these, or when the bound is reached. */
  const statusesOnce = async (expected: Record<string, CertificateStatus>) => {
    const found = await waitFor(async () => {
      const all = await statuses();
      return Object.entries(expected).every(([id, status]) => all[id] === status) ? all : undefined;
    }, { boundMillis: 60_000 });
    return found ?? statuses();
  };
  const config = emulator.clientConfig(THERE);
  const statusOfIdentities = async () => {
    await new LambdaClient(config).send(new InvokeCommand({ FunctionName: 'fleet-status', Payload: Buffer.from('{}') }));
    const { Item } = await new DynamoDBClient(config).send(new GetItemCommand({ TableName: 'fleet-state', Key: { pk: { S: 'status' } } }));
    return unmarshall(Item!).identities as unknown;
  };
  const thingName = 'on-and-off';
  await change(here, thingName, 'second');
  const first = await issue();
  await deploy({ ...FLEET, identities: {} });
  expect(await statusesOnce({ [first]: 'ACTIVE' })).toEqual({ [first]: 'ACTIVE' });
  expect(await statusOfIdentities()).toMatchObject({ replicated: true });

  const before = await hintsOf('fleet');
  await deploy({ ...FLEET, identities: { certificates: CertificateSelection.OF_REPLICATED_THINGS, cloudTrailHints: false } });
  const after = await hintsOf('fleet');
  // The rules of CloudTrail, and the queue that nothing else sends to.
  expect(before.resources.filter((each) => !after.resources.includes(each)).map((each) => each.split(' ')[0]).sort()).toEqual([
    'AWS::Events::Rule', 'AWS::Events::Rule', 'AWS::Lambda::EventSourceMapping', 'AWS::SQS::Queue', 'AWS::SQS::QueuePolicy',
  ]);
  expect(after.resources.filter((each) => !before.resources.includes(each))).toEqual([]);
  expect(before.statements.filter((each) => !after.statements.includes(each))).toEqual([expect.stringContaining('events.amazonaws.com')]);
  expect(after.statements.filter((each) => !before.statements.includes(each))).toEqual([]);
  const [ofNoThing, ofThing] = [await issue(), await issue()];
  await here.identities.attachThing(thingName, ofThing);
  await here.identities.setStatus(first, 'INACTIVE');
  // A sweep leaves the attachments of things that are younger than a few minutes to the next one.
  await emulator.ageRegistry(HERE);
  await run('fleet-identity-sweep');
  expect(await statusesOnce({ [first]: 'INACTIVE', [ofThing]: 'ACTIVE' })).toEqual({ [first]: 'INACTIVE', [ofThing]: 'ACTIVE' });
  await here.identities.setStatus(first, 'ACTIVE');
  await run('fleet-certificate-check');
  expect(await statusesOnce({ [first]: 'ACTIVE' })).toEqual({ [first]: 'ACTIVE', [ofThing]: 'ACTIVE' });
  const identitiesThere = () => there.readIdentities({ things: { [thingName]: { attributes: {} } }, groups: {} });
  await waitFor(async () => (await identitiesThere()).principals[thingName].length > 0 || undefined, { boundMillis: 60_000 });
  expect(await identitiesThere()).toMatchObject({
    certificates: { [first]: { policies: ['lamp'] }, [ofThing]: { policies: ['lamp'] } }, principals: { [thingName]: [ofThing] },
  });

  await deploy(FLEET);
  for (const id of [first, ofNoThing]) await here.identities.setStatus(id, 'REVOKED');
  expect(await statusOfIdentities()).toEqual({ replicated: false, replicatedUntil: expect.stringMatching(/^20/) });
  expect(await statuses()).toEqual({ [first]: 'ACTIVE', [ofThing]: 'ACTIVE' });
  const [commands] = commandsBelow('docs/identities.md', 'Switch it off');
  await (await Shell.create(emulator)).run(commands, HERE);
  expect(await statuses()).toEqual({ [first]: 'INACTIVE', [ofThing]: 'INACTIVE' });
  // In the destination it stays attached, and its thing is deleted all the same.
  await here.iot.send(new DetachThingPrincipalCommand({ thingName, principal: here.identities.arn(`cert/${ofThing}`) }));
  await change(here, 'second', thingName);
  await expectEqual('fleet');
});

/** What is deployed in the source, and the statements of the policy of the queue of hints. */
async function hintsOf(name: string): Promise<{ readonly resources: readonly string[]; readonly statements: readonly string[] }> {
  const { StackResources } = await new CloudFormationClient(emulator.clientConfig(HERE)).send(new DescribeStackResourcesCommand({ StackName: FLEET.stackId }));
  const { Attributes } = await here.sqs.send(new GetQueueAttributesCommand({ QueueUrl: await here.queueUrl(`${name}-hints`), AttributeNames: ['Policy'] }));
  const { Statement } = JSON.parse(Attributes!.Policy!) as { readonly Statement: readonly object[] };
  return { resources: StackResources!.map(({ ResourceType, LogicalResourceId }) => `${ResourceType} ${LogicalResourceId}`), statements: Statement.map((each) => JSON.stringify(each)) };
}

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

test('identities with a rename: a policy that changes afterwards is replicated, and deleted with that of the source', async () => {
  const policyName = 'kept';
  await here.identities.createPolicy(policyName, connecting(here, 'before'));
  await deploy({ ...FLEET, stage: 'Prod', name: 'devices', tableName: 'fleet', identities: {} });
  await expectPolicy(policyName, 'client/before');
  await deploy({ ...FLEET, stage: 'Prod', name: 'renamed', tableName: 'fleet', identities: {} });
  await leave('devices');
  await here.identities.replacePolicy(policyName, connecting(here, 'after'));
  await run('renamed-identity-sweep');
  await expectPolicy(policyName, 'client/after');
  await deletePolicy(policyName);
  await run('renamed-identity-sweep');
  await expectNoPolicy(policyName);
});

test('the deployment that allows what was rejected before applies it, and without these options copies stay and go on as they may', async () => {
  const [foreign, domain] = ['foreign', 'domain'];
  const options = { adoptPolicies: true, caCertificates: true, domainNames: { [THERE]: { 'here.example.com': 'there.example.com' } } };
  const withIdentities = (identities: Shape['identities']) => deploy({ ...FLEET, stage: 'Prod', name: 'renamed', tableName: 'fleet', identities });
  const ofDomain = (client: string, domainName: string) => connecting(here, client, { StringEquals: { 'iot:DomainName': domainName } });
  await there.identities.createPolicy(foreign, connecting(there, 'of-somebody-else'));
  await here.identities.createPolicy(foreign, connecting(here, 'first'));
  await here.identities.createPolicy(domain, ofDomain('first', 'here.example.com'));
  const [authority] = await makeIdentities({ commonName: 'maker of devices', authority: true });
  const { certificateId: caId } = await here.iot.send(new RegisterCACertificateCommand({
    caCertificate: authority.certificatePem, certificateMode: 'SNI_ONLY', setAsActive: true, allowAutoRegistration: true,
  }));
  const copyOfCa = async () => (await there.iot.send(new DescribeCACertificateCommand({ certificateId: caId })).catch(() => undefined))?.certificateDescription;
  await run('renamed-identity-sweep');
  const isRejected = ({ pk, error }: Record<string, unknown>) => pk === `policy#${domain}` && error === 'UnfaithfulPolicy';
  await there.letter('renamed-dead-letters', isRejected);
  await expectPolicy(foreign, 'client/of-somebody-else');

  await withIdentities(options);
  await expectPolicy(foreign, 'client/first');
  await expectPolicy(domain, 'there.example.com');
  await waitFor(async () => (await copyOfCa())?.status === 'ACTIVE' || undefined, { boundMillis: 60_000 });
  expect(await copyOfCa()).toMatchObject({ status: 'ACTIVE', certificateMode: 'SNI_ONLY', autoRegistrationStatus: 'DISABLE' });

  await withIdentities({});
  await here.identities.replacePolicy(foreign, connecting(here, 'second'));
  await here.identities.replacePolicy(domain, ofDomain('second', 'here.example.com'));
  await here.iot.send(new UpdateCACertificateCommand({ certificateId: caId, newStatus: 'INACTIVE' }));
  await run('renamed-identity-sweep');
  await expectPolicy(foreign, 'client/second');
  await there.letter('renamed-dead-letters', isRejected);
  await expectPolicy(domain, 'client/first');
  expect(await copyOfCa()).toMatchObject({ status: 'ACTIVE' });
  for (const policyName of [foreign, domain]) await deletePolicy(policyName);
  await run('renamed-identity-sweep');
  for (const policyName of [foreign, domain]) await expectNoPolicy(policyName);
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
  const { output } = await there.execute('renamed-drift', {});
  expect(output).toMatchObject({ inSync: false, counts: { missing: 1, repaired: 0 } });
  await expectEqual('moved');
  await leave('renamed');
  await change(here, 'seventh', 'sixth');
  await expectEqual('moved');
});

test('a replication that gets another table fills it, and trusts no proof of the one before', async () => {
  const shape: Shape = { ...FLEET, stage: 'Prod', id: 'Moved', name: 'moved', tableName: 'another', identities: {} };
  await here.identities.createPolicy('original', connecting(here, 'first'));
  await deploy(shape);
  await change(here, 'eighth', 'seventh');
  await expectEqual('moved');
  await expectPolicy('original', 'client/first');
  const config = emulator.clientConfig(THERE);
  const status = async () => {
    await new LambdaClient(config).send(new InvokeCommand({ FunctionName: 'moved-status', Payload: Buffer.from('{}') }));
    return readStatus(new DynamoDBClient(config), 'moved-state');
  };
  const inSync = { registryInSync: true, identitiesInSync: true, readyToFailOver: true, tableName: 'another' };
  await waitFor(async () => (await status())?.readyToFailOver || undefined, { boundMillis: 120_000 });
  expect(await status()).toMatchObject(inSync);
});

test('source and destination are swapped as documented, with policies that change and go afterwards', async () => {
  await cdk.destroyAll(appOf({ ...FLEET, stage: 'Prod', id: 'Moved', name: 'moved', tableName: 'another', identities: {} }), HERE);
  await change(there, 'ninth', 'eighth');
  await deploy({ ...FLEET, source: THERE, destination: HERE, name: 'back', identities: {} });
  await here.registryOnce(({ things }) => 'ninth' in things);
  await change(there, 'tenth', 'ninth');
  await here.registryOnce(({ things }) => 'tenth' in things && !('ninth' in things));
  // What was deleted before the new source was read stays, as the page says: it was never in the new table.
  expect(Object.keys((await here.registry()).things).sort()).toEqual(['eighth', 'tenth']);
  await here.iot.send(new DeleteThingCommand({ thingName: 'eighth' }));
  await expectEqual('back', [there, here]);

  const [commands] = commandsBelow('docs/upgrading.md', 'Policies after a swap');
  await (await Shell.create(emulator)).run(commands.replaceAll('111122223333', emulator.account), HERE);
  await there.identities.replacePolicy('original', connecting(there, 'second'));
  await run('back-identity-sweep', there);
  await expectPolicy('original', 'client/second', here);
  await deletePolicy('original', there);
  await run('back-identity-sweep', there);
  await expectNoPolicy('original', here);
});
