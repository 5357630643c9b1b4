import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  AddThingToThingGroupCommand, AttachPolicyCommand, AttachThingPrincipalCommand, CreateCertificateFromCsrCommand, CreatePolicyCommand, CreateThingCommand,
  CreateThingGroupCommand, CreateTopicRuleCommand, DeleteCertificateCommand, DeleteTopicRuleCommand, DescribeCertificateCommand, DescribeThingCommand, DetachPolicyCommand, IoTClient,
  ListAttachedPoliciesCommand, ListThingPrincipalsCommand, RegisterCACertificateCommand, RegisterCertificateWithoutCACommand, UpdateCertificateCommand,
} from '@aws-sdk/client-iot';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { deviceThatMayAnything } from './device';
import { makeProvisioningRole, provisioningTemplate } from './provisioning';
import { Device, endpointOf } from '../../emulator/device';
import { Emulator, startEmulator } from '../../emulator/emulator';
import { certificateIdOf, DeviceIdentity, makeIdentities, makeSigningRequest } from '../../emulator/identity';
import { waitFor } from '../../emulator/waiting';

const HOME = 'us-east-1';
const AWAY = 'eu-west-1';

let emulator: Emulator;
const endpoints: Record<string, string> = {};

beforeAll(async () => {
  emulator = await startEmulator();
  for (const region of [HOME, AWAY]) endpoints[region] = await endpointOf(emulator, region);
}, 120_000);

afterAll(async () => {
  await emulator?.stop();
});

const iot = (region: string) => new IoTClient(emulator.clientConfig(region));
const arnOf = (region: string, resource: string) => `arn:aws:iot:${region}:${emulator.account}:${resource}`;

interface Statement {
  readonly Action: string | string[];
  readonly Resource: string | string[];
  readonly Effect?: 'Allow' | 'Deny';
  readonly Condition?: object;
}

async function createPolicy(region: string, policyName: string, ...statements: readonly Statement[]): Promise<string> {
  const Statement = statements.map((each) => ({ Effect: 'Allow', ...each }));
  await iot(region).send(new CreatePolicyCommand({ policyName, policyDocument: JSON.stringify({ Version: '2012-10-17', Statement }) }));
  return policyName;
}

/** A policy as in most fleets: a device connects as its thing, and uses topics below the name of the thing. */
const ownTopics = (region: string): Statement[] => {
  const name = '${iot:Connection.Thing.ThingName}';
  return [
    { Action: 'iot:Connect', Resource: arnOf(region, `client/${name}`), Condition: { Bool: { 'iot:Connection.Thing.IsAttached': 'true' } } },
    { Action: ['iot:Publish', 'iot:Receive'], Resource: arnOf(region, `topic/${name}/*`) },
    { Action: 'iot:Subscribe', Resource: arnOf(region, `topicfilter/${name}/*`) },
  ];
};

/** Registers a certificate by hand, as replication does: without its CA, with its policies, and activated last. */
async function register(region: string, { certificatePem }: DeviceIdentity, policyNames: readonly string[], thingName?: string, thingPrincipalType?: 'EXCLUSIVE_THING'): Promise<string> {
  const { certificateArn, certificateId } = await iot(region).send(new RegisterCertificateWithoutCACommand({ certificatePem }));
  for (const policyName of policyNames) await iot(region).send(new AttachPolicyCommand({ policyName, target: certificateArn }));
  if (thingName) {
    await iot(region).send(new CreateThingCommand({ thingName }));
    await iot(region).send(new AttachThingPrincipalCommand({ thingName, principal: certificateArn, thingPrincipalType }));
  }
  await setStatus(region, certificateId!, 'ACTIVE');
  return certificateId!;
}

async function setStatus(region: string, certificateId: string, newStatus: 'ACTIVE' | 'INACTIVE' | 'REVOKED'): Promise<void> {
  await iot(region).send(new UpdateCertificateCommand({ certificateId, newStatus }));
}

const connect = (region: string, clientId: string, identity: DeviceIdentity) => Device.connect({ emulator, endpoint: endpoints[region], clientId, identity });
const canConnect = (endpoint: string, clientId: string, identity: DeviceIdentity) => Device.canConnect({ emulator, endpoint, clientId, identity });

describe('a device with one certificate that is active in two Regions', () => {
  const thingName = 'lamp';
  const certificateIds: Record<string, string> = {};
  let identity: DeviceIdentity;

  beforeAll(async () => {
    [identity] = await makeIdentities({ commonName: 'lamp of our own' });
    for (const region of [HOME, AWAY]) {
      await createPolicy(region, 'own-topics', ...ownTopics(region));
      certificateIds[region] = await register(region, identity, ['own-topics'], thingName);
    }
  });

  test('connects to the Region of the endpoint that it asks for', async () => {
    expect(endpoints[HOME]).toMatch(/^[a-z0-9]{14}-ats\.iot\.us-east-1\.amazonaws\.com$/);
    expect(endpoints[AWAY]).toMatch(/^[a-z0-9]{14}-ats\.iot\.eu-west-1\.amazonaws\.com$/);
    expect(certificateIds).toEqual({ [HOME]: certificateIdOf(identity.certificatePem), [AWAY]: certificateIdOf(identity.certificatePem) });
    const devices = [await connect(HOME, thingName, identity), await connect(AWAY, thingName, identity)];
    for (const [index, device] of devices.entries()) {
      expect(await device.subscribe(`${thingName}/light`)).toBe(true);
      expect(await device.publish(`${thingName}/light`, { region: index })).toBe(true);
      expect(await device.message(`${thingName}/light`)).toEqual({ region: index });
    }
    expect(devices.flatMap((device) => device.otherTopics)).toEqual([]);
    for (const device of devices) await device.disconnect();
  });

  test('fails to connect with a server name that is no endpoint, or one of another Region or account', async () => {
    const [name] = endpoints[HOME].split('.');
    for (const endpoint of ['localhost', endpoints[HOME].replace(HOME, 'eu-central-1'), endpoints[HOME].replace(name, 'a0123456789abc-ats')]) {
      expect([endpoint, await canConnect(endpoint, thingName, identity)]).toEqual([endpoint, false]);
    }
  });

  test.each(['publish to', 'subscribe to', 'connect as'])('fails to %s what its policy does not allow', async (what) => {
    if (what === 'connect as') return expect(await canConnect(endpoints[AWAY], 'another-lamp', identity)).toBe(false);
    const device = await connect(AWAY, thingName, identity);
    expect(await (what === 'publish to' ? device.publish('another-lamp/light', {}) : device.subscribe('another-lamp/light'))).toBe(false);
    expect(await device.isDisconnected()).toBe(true);
    return device.disconnect();
  });

  test('is disconnected from a Region when its certificate is deactivated there, and connects again when it is activated', async () => {
    const [home, away] = [await connect(HOME, thingName, identity), await connect(AWAY, thingName, identity)];
    await setStatus(AWAY, certificateIds[AWAY], 'INACTIVE');
    expect(await away.isDisconnected()).toBe(true);
    expect(await canConnect(endpoints[AWAY], thingName, identity)).toBe(false);
    expect(await home.publish(`${thingName}/light`, {})).toBe(true);
    await setStatus(AWAY, certificateIds[AWAY], 'ACTIVE');
    expect(await canConnect(endpoints[AWAY], thingName, identity)).toBe(true);
    await home.disconnect();
    await away.disconnect();
  });

  test('keeps its connection to one Region while the other is isolated', async () => {
    const [home, away] = [await connect(HOME, thingName, identity), await connect(AWAY, thingName, identity)];
    await emulator.isolate(HOME);
    try {
      expect(await home.isDisconnected()).toBe(true);
      expect(await canConnect(endpoints[HOME], thingName, identity)).toBe(false);
      expect(await away.publish(`${thingName}/light`, {})).toBe(true);
    } finally {
      await emulator.rejoin(HOME);
    }
    expect(await canConnect(endpoints[HOME], thingName, identity)).toBe(true);
    await home.disconnect();
    await away.disconnect();
  });

  test('fails to connect once it is revoked, for good', async () => {
    await setStatus(AWAY, certificateIds[AWAY], 'REVOKED');
    expect(await canConnect(endpoints[AWAY], thingName, identity)).toBe(false);
    await expect(setStatus(AWAY, certificateIds[AWAY], 'ACTIVE')).rejects.toMatchObject({ name: 'CertificateStateException' });
    expect(await canConnect(endpoints[HOME], thingName, identity)).toBe(true);
  });
});

describe('what a device may do', () => {
  const everyClient = (region: string): Statement => ({ Action: 'iot:Connect', Resource: arnOf(region, 'client/*') });

  test('fails for a certificate without a policy', async () => {
    const [identity] = await makeIdentities({ commonName: 'without a policy' });
    await register(HOME, identity, [], 'bare');
    expect(await canConnect(endpoints[HOME], 'bare', identity)).toBe(false);
  });

  test('a device connects with a certificate that AWS IoT signed for its own key', async () => {
    const { requestPem, privateKeyPem } = await makeSigningRequest('of a request');
    const { certificateArn, certificatePem } = await iot(HOME).send(new CreateCertificateFromCsrCommand({ certificateSigningRequest: requestPem, setAsActive: true }));
    await iot(HOME).send(new AttachPolicyCommand({ policyName: await createPolicy(HOME, 'any-client', everyClient(HOME)), target: certificateArn }));
    const identity = { certificatePem: certificatePem!, privateKeyPem };
    expect(await canConnect(endpoints[HOME], 'requested', identity)).toBe(true);
    // A certificate in DEFAULT mode selects its Region without SNI; one that was registered without its CA does not.
    const [other] = await makeIdentities({ commonName: 'of nobody' });
    await register(HOME, other, ['any-client']);
    expect([await canConnect(endpoints[HOME], 'other', other), await canConnect('localhost', 'other', other), await canConnect('localhost', 'requested', identity)]).toEqual([true, false, true]);
  });

  test('a message that a device may not receive does not reach it', async () => {
    const [identity] = await makeIdentities({ commonName: 'listener' });
    const may = [{ Action: ['iot:Publish', 'iot:Subscribe'], Resource: '*' }, { Action: 'iot:Receive', Resource: arnOf(HOME, 'topic/heard') }];
    await register(HOME, identity, [await createPolicy(HOME, 'hears-one-topic', everyClient(HOME), ...may)]);
    const device = await connect(HOME, 'listener', identity);
    expect(await device.subscribe('#')).toBe(true);
    for (const topic of ['unheard', 'heard']) expect(await device.publish(topic, {})).toBe(true);
    await device.message('heard');
    expect(device.otherTopics).toEqual([]);
    await device.disconnect();
  });

  test('policies use variables of the thing, of the certificate and of the endpoint', async () => {
    const [identity] = await makeIdentities({ commonName: 'serial-7' });
    const topics = ['${iot:Connection.Thing.Attributes[site]}', '${iot:ClientId}', '${iot:Certificate.Subject.CommonName}'];
    const name = await createPolicy(HOME, 'variables', everyClient(HOME), { Action: 'iot:Publish', Resource: topics.map((each) => arnOf(HOME, `topic/${each}`)) }, {
      Action: 'iot:Publish', Resource: arnOf(HOME, 'topic/by-domain'), Condition: { StringEquals: { 'iot:DomainName': endpoints[HOME] } },
    }, {
      Action: 'iot:Publish', Resource: arnOf(HOME, 'topic/by-other-domain'), Condition: { StringEquals: { 'iot:DomainName': endpoints[AWAY] } },
    });
    await iot(HOME).send(new CreateThingCommand({ thingName: 'fan', attributePayload: { attributes: { site: 'roof' } } }));
    await register(HOME, identity, [name], 'fan-2');
    const { certificateArn } = (await iot(HOME).send(new DescribeCertificateCommand({ certificateId: certificateIdOf(identity.certificatePem) }))).certificateDescription!;
    await iot(HOME).send(new AttachThingPrincipalCommand({ thingName: 'fan', principal: certificateArn }));
    const device = await connect(HOME, 'fan', identity);
    for (const topic of ['roof', 'fan', 'serial-7', 'by-domain']) expect([topic, await device.publish(topic, {})]).toEqual([topic, true]);
    expect(await device.publish('by-other-domain', {})).toBe(false);
    await device.disconnect();
    const other = await connect(HOME, 'fan-2', identity);
    expect(await other.publish('roof', {})).toBe(false);
    await other.disconnect();
  });

  test('a certificate that is attached exclusively identifies its thing, whatever the client id', async () => {
    const [exclusive, shared] = await makeIdentities({ commonName: 'exclusive' }, { commonName: 'shared' });
    const name = await createPolicy(HOME, 'as-thing', everyClient(HOME), { Action: 'iot:Publish', Resource: arnOf(HOME, 'topic/${iot:Connection.Thing.ThingName}') });
    await register(HOME, exclusive, [name], 'pump', 'EXCLUSIVE_THING');
    await register(HOME, shared, [name], 'valve');
    const [asPump, asValve] = [await connect(HOME, 'session-1', exclusive), await connect(HOME, 'session-2', shared)];
    expect([await asPump.publish('pump', {}), await asValve.publish('valve', {})]).toEqual([true, false]);
    // Policies of groups apply only to a client id that is the name of the thing: https://docs.aws.amazon.com/iot/latest/developerguide/thing-groups.html
    await iot(HOME).send(new CreateThingGroupCommand({ thingGroupName: 'pumps' }));
    await iot(HOME).send(new AddThingToThingGroupCommand({ thingGroupName: 'pumps', thingName: 'pump' }));
    const policyName = await createPolicy(HOME, 'to-pumps', { Action: 'iot:Publish', Resource: arnOf(HOME, 'topic/pumps') });
    await iot(HOME).send(new AttachPolicyCommand({ policyName, target: arnOf(HOME, 'thinggroup/pumps') }));
    expect(await asPump.publish('pumps', {})).toBe(false);
    await asPump.disconnect();
    await asValve.disconnect();
  });

  test('policies of groups and of their parent groups apply to a client id that is the name of the thing', async () => {
    const [identity] = await makeIdentities({ commonName: 'grouped' });
    await register(HOME, identity, [await createPolicy(HOME, 'connects', everyClient(HOME))], 'grouped');
    await iot(HOME).send(new CreateThingGroupCommand({ thingGroupName: 'building' }));
    await iot(HOME).send(new CreateThingGroupCommand({ thingGroupName: 'floor', parentGroupName: 'building' }));
    await iot(HOME).send(new AddThingToThingGroupCommand({ thingGroupName: 'floor', thingName: 'grouped' }));
    const publishes = async (topic: string, clientId: string) => {
      const device = await connect(HOME, clientId, identity);
      const taken = await device.publish(topic, {});
      await device.disconnect();
      return taken;
    };
    expect(await publishes('floor', 'grouped')).toBe(false);
    for (const group of ['floor', 'building']) {
      const policyName = await createPolicy(HOME, `to-${group}`, { Action: 'iot:Publish', Resource: arnOf(HOME, `topic/${group}`) });
      await iot(HOME).send(new AttachPolicyCommand({ policyName, target: arnOf(HOME, `thinggroup/${group}`) }));
      expect([group, await publishes(group, 'grouped'), await publishes(group, 'somebody')]).toEqual([group, true, false]);
    }
    await iot(HOME).send(new DetachPolicyCommand({ policyName: 'to-building', target: arnOf(HOME, 'thinggroup/building') }));
    expect(await publishes('building', 'grouped')).toBe(false);
    // A Deny overrides every Allow.
    const policyName = await createPolicy(HOME, 'not-to-floor', { Effect: 'Deny', Action: 'iot:Publish', Resource: arnOf(HOME, 'topic/floor') });
    await iot(HOME).send(new AttachPolicyCommand({ policyName, target: arnOf(HOME, 'thinggroup/building') }));
    expect(await publishes('floor', 'grouped')).toBe(false);
  });
});

describe('just-in-time registration', () => {
  test('happens in the Region of the endpoint that the device asks for, whatever the status of its certificate elsewhere', async () => {
    const [authority] = await makeIdentities({ commonName: 'maker of devices', authority: true });
    const [identity] = await makeIdentities({ commonName: 'made', issuer: authority });
    const registered = { caCertificate: authority.certificatePem, certificateMode: 'SNI_ONLY', setAsActive: true, allowAutoRegistration: true } as const;
    const { certificateId: caCertificateId } = await iot(AWAY).send(new RegisterCACertificateCommand(registered));
    await iot(HOME).send(new RegisterCACertificateCommand(registered));
    const certificateId = await register(HOME, identity, ['any-client']);
    expect(await canConnect(endpoints[HOME], 'made', identity)).toBe(true);
    const observer = await deviceThatMayAnything(emulator, AWAY, 'observer');
    const topic = `$aws/events/certificates/registered/${caCertificateId}`;
    expect(await observer.subscribe('$aws/events/certificates/registered/+')).toBe(true);
    expect(await canConnect(endpoints[AWAY], 'made', identity)).toBe(false);
    expect(await observer.message(topic)).toMatchObject({ certificateId, caCertificateId, certificateStatus: 'PENDING_ACTIVATION', certificateRegistrationTimestamp: null });
    await observer.disconnect();
    const statuses = await Promise.all([HOME, AWAY].map(async (region) => (await iot(region).send(new DescribeCertificateCommand({ certificateId }))).certificateDescription!.status));
    expect(statuses).toEqual(['ACTIVE', 'PENDING_ACTIVATION']);
  });

  test('with a template, the first connection provisions the device and is refused, and the next is accepted; without what the template needs, nothing is there', async () => {
    const [authority] = await makeIdentities({ commonName: 'maker of provisioned devices', authority: true });
    const [identity] = await makeIdentities({ commonName: 'provisioned', issuer: authority });
    const certificateId = certificateIdOf(identity.certificatePem);
    const templateBody = provisioningTemplate('AWS::IoT::Certificate::CommonName', 'as-provisioned');
    const registrationConfig = { templateBody, roleArn: await makeProvisioningRole(emulator, HOME, 'provisioning') };
    await iot(HOME).send(new RegisterCACertificateCommand({
      caCertificate: authority.certificatePem, certificateMode: 'SNI_ONLY', setAsActive: true, allowAutoRegistration: true, registrationConfig,
    }));
    const connects = () => canConnect(endpoints[HOME], 'provisioned', identity);
    const describe_ = async () => (await iot(HOME).send(new DescribeCertificateCommand({ certificateId }))).certificateDescription!;
    expect(await connects()).toBe(false);
    expect(await describe_()).toMatchObject({ status: 'PENDING_ACTIVATION', customerVersion: 1 });
    await expect(iot(HOME).send(new DescribeThingCommand({ thingName: 'provisioned' }))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await createPolicy(HOME, 'as-provisioned', ...ownTopics(HOME));
    expect([await connects(), await connects()]).toEqual([false, true]);
    expect(await describe_()).toMatchObject({ status: 'ACTIVE', customerVersion: 2 });
    const { certificateArn } = await describe_();
    expect((await iot(HOME).send(new ListThingPrincipalsCommand({ thingName: 'provisioned' }))).principals).toEqual([certificateArn]);
    expect((await iot(HOME).send(new ListAttachedPoliciesCommand({ target: certificateArn }))).policies).toMatchObject([{ policyName: 'as-provisioned' }]);
  });

  test('fails for a deleted certificate whose CA is not registered', async () => {
    const [identity] = await makeIdentities({ commonName: 'short-lived' });
    const certificateId = await register(HOME, identity, ['any-client']);
    expect(await canConnect(endpoints[HOME], 'short-lived', identity)).toBe(true);
    await setStatus(HOME, certificateId, 'INACTIVE');
    await iot(HOME).send(new DeleteCertificateCommand({ certificateId, forceDelete: true }));
    expect(await canConnect(endpoints[HOME], 'short-lived', identity)).toBe(false);
  });
});

describe('rules that a device reaches with a policy that allows it everything', () => {
  const RULE = 'hidden_rule';
  let device: Device;
  let queueUrl: string;

  beforeAll(async () => {
    const [sqs, iam] = [SQSClient, IAMClient].map((Client) => new Client(emulator.clientConfig(HOME))) as [SQSClient, IAMClient];
    queueUrl = (await sqs.send(new CreateQueueCommand({ QueueName: 'heard' }))).QueueUrl!;
    const trust = { Effect: 'Allow', Principal: { Service: 'iot.amazonaws.com' }, Action: 'sts:AssumeRole' };
    const { Role } = await iam.send(new CreateRoleCommand({ RoleName: 'rule', AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [trust] }) }));
    const sends = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: `arn:aws:sqs:${HOME}:${emulator.account}:heard` };
    await iam.send(new PutRolePolicyCommand({ RoleName: 'rule', PolicyName: 'sends', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [sends] }) }));
    await iot(HOME).send(new CreateTopicRuleCommand({
      ruleName: RULE,
      topicRulePayload: { sql: "SELECT * FROM '$aws/events/thing/#'", actions: [{ sqs: { queueUrl, roleArn: Role!.Arn, useBase64: false } }] },
    }));
    device = await deviceThatMayAnything(emulator, HOME, 'thermometer');
  });

  afterAll(() => device?.disconnect());

  async function heard(): Promise<unknown> {
    const sqs = new SQSClient(emulator.clientConfig(HOME));
    return waitFor(async () => {
      const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 1 }));
      return Messages?.[0] && JSON.parse(Messages[0].Body!) as unknown;
    }, { boundMillis: 10_000 });
  }

  test('a rule is reached by its name, past the topic that it selects from', async () => {
    expect(await device.publish(`$aws/rules/${RULE}/any/thing`, { n: 1 })).toBe(true);
    expect(await heard()).toEqual({ n: 1 });
    expect(await device.publish(`$aws/rules/${RULE}`, { n: 2 })).toBe(true);
    expect(await heard()).toEqual({ n: 2 });
  });

  test('no rule is reached by another name, and no other topic leads to it', async () => {
    for (const topic of ['$aws/rules/hidden/x', `$aws/rules/${RULE}_/x`, '$aws/rules/+/x', '$aws/rules/#', 'events/thing/lamp/deleted']) {
      const other = await deviceThatMayAnything(emulator, HOME, 'barometer');
      await other.publish(topic, { n: 3 }).catch((error: Error) => error);
      await other.disconnect();
    }
    await device.publish(`$aws/rules/${RULE}/x`, { n: 4 });
    expect(await heard()).toEqual({ n: 4 });
  });

  test('nobody publishes to the topics of registry events: the connection is closed', async () => {
    const other = await deviceThatMayAnything(emulator, HOME, 'hygrometer');
    expect(await other.publish('$aws/events/thing/lamp/deleted', { n: 5 })).toBe(false);
    await other.disconnect();
    await device.publish(`$aws/rules/${RULE}/x`, { n: 6 });
    expect(await heard()).toEqual({ n: 6 });
  });

  test('a rule that is deleted is reached by nobody', async () => {
    await iot(HOME).send(new DeleteTopicRuleCommand({ ruleName: RULE }));
    expect(await device.publish(`$aws/rules/${RULE}/x`, { n: 7 })).toBe(true);
  });
});
