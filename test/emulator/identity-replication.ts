import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateCertificateFromCsrCommand, CreateThingCommand, DeleteCertificateCommand, DeletePolicyCommand, DetachPolicyCommand,
  DetachThingPrincipalCommand, RegisterCertificateWithoutCACommand, SetDefaultPolicyVersionCommand, ThingPrincipalType,
} from '@aws-sdk/client-iot';
import { PLAIN } from './names';
import { EXISTING_PREFIX, World } from './world';
import { firstExecution } from '../../demo/executions';
import { documentOf, FleetDevice, ownTopics } from '../../demo/identities';
import { IdentityRegistry } from '../../demo/identity-reader';
import { Device, endpointOf } from '../../emulator/device';
import { DeviceIdentity, makeIdentities, makeSigningRequest } from '../../emulator/identity';
import { waitFor } from '../../emulator/waiting';

const SWEEP = `${PLAIN.name}-identity-sweep`;
const CHECK = `${PLAIN.name}-certificate-check`;
const REGIONS = [PLAIN.source, PLAIN.destination] as const;

/** What lets devices in: certificates, policies, attachments, and the devices themselves. */
export function identityTests(world: () => World): void {
  const sweep = () => world().source.execute(SWEEP, {});
  const endpoints: Record<string, string> = {};

  beforeAll(async () => {
    for (const region of REGIONS) endpoints[region] = await endpointOf(world().emulator, region);
  });

  const optionsOf = (region: string, clientId: string, identity: DeviceIdentity) => ({ emulator: world().emulator, endpoint: endpoints[region], clientId, identity });
  const connect = (region: string, { thingName, identity }: Pick<FleetDevice, 'thingName' | 'identity'>) => Device.connect(optionsOf(region, thingName, identity));
  /** Whether it can connect in the source and in the destination. */
  const canConnect = async ({ thingName, identity }: Pick<FleetDevice, 'thingName' | 'identity'>) => {
    const answers: boolean[] = [];
    for (const region of REGIONS) answers.push(await Device.canConnect(optionsOf(region, thingName, identity)));
    return answers;
  };
  /** Whether it may publish to a topic, on a connection of its own: a refused message ends it. */
  const mayPublish = async (region: string, device: FleetDevice, topic: string) => {
    const connection = await connect(region, device);
    const isAccepted = await connection.publish(topic, { from: device.thingName });
    await connection.disconnect();
    return isAccepted;
  };

  /** What both Regions have of a fleet, and of certificates of no thing; nothing of what other tests make. */
  const ofFleet = async (prefix: string, further: readonly string[]): Promise<Both> => {
    const isOfFleet = (name: string) => name.startsWith(prefix);
    // Each with its own things: what has not arrived yet is missing, and no failed read.
    const [there, here] = await Promise.all([world().source, world().destination].map(async (site) => {
      const { things, groups } = await site.registry();
      return site.readIdentities({ things: ofNames(things, isOfFleet), groups: ofNames(groups, isOfFleet) });
    }));
    const known = new Set([...Object.values(there.principals).flat().map((each) => each.split('/')[0]), ...further]);
    const only = (registry: IdentityRegistry) => (
      { ...registry, policies: ofNames(registry.policies, isOfFleet), certificates: ofNames(registry.certificates, (id) => known.has(id)) }
    );
    return { source: only(there), destination: only(here) };
  };

  /** Both, once they are equal, or as they are when the bound is reached. */
  const onceEqualOf = async (prefix: string, further: readonly string[]) => {
    const equal = await waitFor(async () => {
      const both = await ofFleet(prefix, further);
      return JSON.stringify(both.source) === JSON.stringify(both.destination) ? both : undefined;
    }, { boundMillis: 30_000 });
    return equal ?? ofFleet(prefix, further);
  };

  /** Of the fleet that existed before the deployment. */
  const onceEqual = () => onceEqualOf(EXISTING_PREFIX, [world().existing.claim, world().existing.further].map(({ certificateId }) => certificateId));

  test('after the first sweep, which runs automatically, the destination has everything that the fleet had before the deployment', async () => {
    const { source } = world();
    const first = await firstExecution(source.sfn, source.workflowArn(SWEEP));
    // The first check of certificates runs beside it: whichever comes first finds the six of the fleet.
    expect(first).toMatchObject({ status: 'SUCCEEDED', output: { mode: 'repair', inSync: false, counts: { gone: 0 } } });
    const both = await onceEqual();
    expect(both.destination).toEqual(both.source);
    expect(Object.keys(both.source.certificates)).toHaveLength(6);
    expect(await world().differences()).toEqual([]);
  });

  test('what is in sync is swept without a write', async () => {
    expect(await sweep()).toMatchObject({ status: 'SUCCEEDED', output: { inSync: true, counts: { persisted: 0, missing: 0, different: 0, gone: 0 }, first: [] } });
  });

  describe('a device of the fleet', () => {
    test.each(REGIONS)('connects with its own key in %s, and may what its policies and those of its group allow, and nothing else', async (region) => {
      const { ordinary, groupName } = world().existing;
      const { thingName } = ordinary;
      const may: [string, boolean][] = [];
      for (const topic of [`${thingName}/light`, 'service', groupName, 'somebody/light', 'claims']) may.push([topic, await mayPublish(region, ordinary, topic)]);
      expect(may).toEqual([[`${thingName}/light`, true], ['service', true], [groupName, true], ['somebody/light', false], ['claims', false]]);
      const device = await connect(region, ordinary);
      expect(await device.subscribe(`${thingName}/light`)).toBe(true);
      expect(await device.publish(`${thingName}/light`, { region })).toBe(true);
      expect(await device.message(`${thingName}/light`)).toEqual({ region });
      await device.disconnect();
    });

    test('connects in both Regions if AWS IoT issued its certificate, it is attached exclusively, or it has no thing', async () => {
      const { exclusive, claim } = world().existing;
      expect(await canConnect(exclusive)).toEqual([true, true]);
      expect(await canConnect({ ...claim, thingName: 'claim-1' })).toEqual([true, true]);
      for (const region of REGIONS) expect(await mayPublish(region, { ...claim, thingName: 'claim-1' }, 'claims')).toBe(true);
    });

    test('is refused in both Regions as another thing, or with a revoked or inactive certificate', async () => {
      const { ordinary, revoked, inactive } = world().existing;
      expect(await canConnect({ ...ordinary, thingName: revoked.thingName })).toEqual([false, false]);
      expect(await canConnect(revoked)).toEqual([false, false]);
      expect(await canConnect(inactive)).toEqual([false, false]);
    });

    test('connects in the destination while the source can\'t be reached', async () => {
      const { emulator, existing: { exclusive } } = world();
      const device = await connect(PLAIN.source, exclusive);
      await emulator.isolate(PLAIN.source);
      try {
        expect(await device.isDisconnected()).toBe(true);
        expect(await canConnect(exclusive)).toEqual([false, true]);
        expect(await mayPublish(PLAIN.destination, exclusive, `${exclusive.thingName}/light`)).toBe(true);
        expect(await mayPublish(PLAIN.destination, exclusive, 'somebody/light')).toBe(false);
      } finally {
        await emulator.rejoin(PLAIN.source);
      }
      expect(await canConnect(exclusive)).toEqual([true, true]);
      await device.disconnect();
    });
  });

  describe('with one sweep', () => {
    const connections: Device[] = [];
    let changed: Changed;
    let found: IdentityRegistry;

    beforeAll(async () => {
      const { claim, ordinary } = world().existing;
      for (const device of [{ ...claim, thingName: 'claim-2' }, ordinary]) connections.push(await connect(PLAIN.destination, device));
      changed = await change(world());
      // A sweep leaves the attachments of groups and things that are younger than a few minutes to the next one.
      await world().emulator.ageRegistry(PLAIN.source);
      expect(await sweep()).toMatchObject({ status: 'SUCCEEDED' });
      found = (await onceEqual()).destination;
    });

    afterAll(async () => {
      for (const each of connections) await each.disconnect();
    });

    test.each<[string, (registry: IdentityRegistry) => unknown, (changed: Changed) => unknown]>([
      ['a new certificate arrives, active and with its policies', ({ certificates }) => certificates[changed.rotated.certificateId], ({ names }) => ({ status: 'ACTIVE', policies: [names.created, names.shared] })],
      ['a certificate is deactivated', ({ certificates }) => certificates[changed.ordinary.certificateId].status, () => 'INACTIVE'],
      ['a certificate is revoked', ({ certificates }) => certificates[changed.claimId].status, () => 'REVOKED'],
      ['a certificate is activated again', ({ certificates }) => certificates[changed.inactive.certificateId].status, () => 'ACTIVE'],
      ['a certificate is deleted', ({ certificates }) => certificates[changed.furtherId], () => undefined],
      ['a certificate that was revoked, deleted and registered anew is registered anew', ({ certificates }) => certificates[changed.renewed.certificateId], ({ names }) => ({ status: 'ACTIVE', policies: [names.shared] })],
      ['a policy is created, for this Region', ({ policies }) => policies[changed.names.created], () => expect.stringContaining('arn:aws:iot:<Region>:')],
      ['the default version of a policy is a new one', ({ policies }) => policies[changed.names.own], () => expect.stringContaining('topic/service-2')],
      ['the default version of a policy is an older one', ({ policies }) => policies[changed.names.ofClaims], () => expect.not.stringContaining('topic/claims')],
      ['a policy is deleted', ({ policies }) => policies[changed.names.ofGroup], () => undefined],
      ['a policy is detached from a certificate', ({ certificates }) => certificates[changed.ordinary.certificateId].policies, ({ names }) => [names.shared]],
      ['policies are attached to a group and detached from it', ({ groupPolicies }) => groupPolicies[world().existing.groupName], ({ names }) => [names.created]],
      ['a certificate is attached to a thing that has another', ({ principals }) => principals[changed.ordinary.thingName], ({ ordinary, rotated }) => [ordinary.certificateId, rotated.certificateId].sort()],
      ['a certificate is detached from a thing, and attached to another exclusively', ({ principals }) => [changed.exclusive, changed.moved].map(({ thingName }) => principals[thingName]), ({ moved }) => [[], [`${moved.certificateId}/exclusive`]]],
    ])('%s', (_, actual, expected) => {
      expect(actual(found)).toEqual(expected(changed));
    });

    test('devices that were shut out are disconnected from the destination, and refused', async () => {
      for (const each of connections) expect(await each.isDisconnected()).toBe(true);
      const { claim, ordinary } = world().existing;
      expect(await canConnect(ordinary)).toEqual([false, false]);
      expect(await canConnect({ ...claim, thingName: 'claim-2' })).toEqual([false, false]);
    });

    test('a device connects in both Regions with its new certificate, and one that was activated or registered anew', async () => {
      for (const each of [changed.rotated, changed.inactive, changed.renewed, changed.moved]) expect([each.thingName, ...await canConnect(each)]).toEqual([each.thingName, true, true]);
      for (const region of REGIONS) expect(await mayPublish(region, changed.rotated, 'created')).toBe(true);
    });

    test('what a certificate check finds is shut out without a sweep', async () => {
      const device = await connect(PLAIN.destination, changed.moved);
      connections.push(device);
      await world().source.identities.setStatus(changed.moved.certificateId, 'REVOKED');
      expect(await world().source.execute(CHECK, {})).toMatchObject({ status: 'SUCCEEDED', output: { counts: { persisted: 1 } } });
      expect(await device.isDisconnected()).toBe(true);
      expect(await canConnect(changed.moved)).toEqual([false, false]);
    });

    test('nothing else differs', async () => {
      const both = await onceEqual();
      expect(both.destination).toEqual(both.source);
      expect(await world().differences()).toEqual([]);
    });
  });

  describe('with hints alone', () => {
    const more = `${HINTED}more`;
    let device: FleetDevice;
    let byDevice: string;
    let provisioned: Both;
    let changed: Both;

    /** What wrote a record last. */
    const writerOf = async (pk: string, sk: string) => {
      const { Item } = await world().dynamodb.send(new GetItemCommand({ TableName: PLAIN.name, Key: { pk: { S: pk }, sk: { S: sk } }, ConsistentRead: true }));
      return Item?.eventId.S;
    };

    beforeAll(async () => {
      const { source, source: { iot, identities }, emulator } = world();
      for (const body of ['this is not JSON {', '{"certificateId":7}', JSON.stringify({ certificateId: '0'.repeat(64) })]) await source.send(`${PLAIN.name}-hints`, body);
      const [identity, other] = await makeIdentities({ commonName: HINTED }, { commonName: HINTED });
      const { certificateId } = await iot.send(new RegisterCertificateWithoutCACommand({ certificatePem: other.certificatePem, status: 'ACTIVE' }));
      byDevice = certificateId!;
      await world().publish('$aws/events/certificates/registered/any', JSON.stringify({ certificateId, caCertificateId: 'any', certificateStatus: 'PENDING_ACTIVATION' }));
      // As provisioning does: first the thing.
      await iot.send(new CreateThingCommand({ thingName: HINTED }));
      await identities.createPolicy(`${HINTED}own`, ownTopics(identities.place));
      device = await identities.register(HINTED, identity, [`${HINTED}own`]);
      provisioned = await onceEqualOf(HINTED, [byDevice]);

      await emulator.startTrail(PLAIN.source);
      await identities.setStatus(byDevice, 'INACTIVE');
      await identities.createPolicy(more, documentOf({ Action: 'iot:Publish', Resource: identities.arn('topic/more') }));
      await identities.attachPolicy(more, `cert/${device.certificateId}`);
      await identities.replacePolicy(`${HINTED}own`, documentOf({ Action: 'iot:Connect', Resource: identities.arn(`client/${HINTED}`) }));
      changed = await onceEqualOf(HINTED, [byDevice]);
    });

    test('a thing that is provisioned arrives with its certificate and its policy, which came after it, and one that a device has registered', async () => {
      expect(provisioned.destination).toEqual(provisioned.source);
      expect(provisioned.destination).toMatchObject({
        policies: { [`${HINTED}own`]: expect.any(String) },
        principals: { [HINTED]: [device.certificateId] },
        certificates: { [device.certificateId]: { status: 'ACTIVE', policies: [`${HINTED}own`] }, [byDevice]: { status: 'ACTIVE' } },
      });
    });

    test('calls that CloudTrail has recorded have changes arrive: a deactivation, a policy that is attached, and a new version of another', async () => {
      expect(changed.destination).toEqual(changed.source);
      expect(changed.destination).toMatchObject({
        policies: { [`${HINTED}own`]: expect.stringContaining(`client/${HINTED}`), [more]: expect.any(String) },
        certificates: { [device.certificateId]: { policies: [more, `${HINTED}own`] }, [byDevice]: { status: 'INACTIVE' } },
      });
      expect(await canConnect(device)).toEqual([true, true]);
      for (const region of REGIONS) expect(await mayPublish(region, device, 'more')).toBe(true);
    });

    test('neither sweeps nor checks had to find them', async () => {
      const keys = [[`policy#${HINTED}own`, 'policy'], [`policy#${more}`, 'policy'], [`cert#${device.certificateId}`, 'cert'], [`cert#${byDevice}`, 'cert'], [`thing#${HINTED}`, 'principals']] as const;
      for (const [pk, sk] of keys) expect([pk, await writerOf(pk, sk)]).toEqual([pk, expect.stringMatching(/^sweep-hint-/)]);
    });
  });
}

interface Both {
  readonly source: IdentityRegistry;
  readonly destination: IdentityRegistry;
}

/** A thing that is made here, and what the names of its policies begin with. */
const HINTED = 'hinted-';

/** What `change` has made. */
interface Changed {
  readonly names: World['existing']['policyNames'] & { readonly created: string };
  readonly ordinary: FleetDevice;
  /** The device with its next certificate. */
  readonly rotated: FleetDevice;
  readonly inactive: FleetDevice;
  readonly renewed: FleetDevice;
  readonly exclusive: FleetDevice;
  /** The same certificate, of another thing. */
  readonly moved: FleetDevice;
  readonly claimId: string;
  readonly furtherId: string;
}

/** Changes everything that can change of the identities of a fleet, once, in the source. */
async function change({ source: { iot, identities }, existing }: World): Promise<Changed> {
  const { ordinary, exclusive, revoked, inactive, further, claim, groupName } = existing;
  const names = { ...existing.policyNames, created: `${EXISTING_PREFIX}created` };
  const publish = (topic: string) => documentOf({ Action: 'iot:Publish', Resource: identities.arn(`topic/${topic}`) });
  const detachPolicy = (policyName: string, resource: string) => iot.send(new DetachPolicyCommand({ policyName, target: identities.arn(resource) }));
  const detachThing = ({ thingName, certificateId }: FleetDevice) => iot.send(new DetachThingPrincipalCommand({ thingName, principal: identities.arn(`cert/${certificateId}`) }));
  const deleteCertificate = async (device: FleetDevice) => {
    await detachThing(device);
    await iot.send(new DeleteCertificateCommand({ certificateId: device.certificateId, forceDelete: true }));
  };

  await identities.createPolicy(names.created, publish('created'));
  await identities.replacePolicy(names.own, publish('service-2'));
  await iot.send(new SetDefaultPolicyVersionCommand({ policyName: names.ofClaims, policyVersionId: '1' }));
  await identities.attachPolicy(names.created, `thinggroup/${groupName}`);
  await detachPolicy(names.ofGroup, `thinggroup/${groupName}`);
  await iot.send(new DeletePolicyCommand({ policyName: names.ofGroup }));

  const { requestPem, privateKeyPem } = await makeSigningRequest(ordinary.thingName);
  const { certificateId, certificatePem } = await iot.send(new CreateCertificateFromCsrCommand({ certificateSigningRequest: requestPem, setAsActive: true }));
  for (const name of [names.created, names.shared]) await identities.attachPolicy(name, `cert/${certificateId}`);
  await identities.attachThing(ordinary.thingName, certificateId!);
  await detachPolicy(names.own, `cert/${ordinary.certificateId}`);
  await identities.setStatus(ordinary.certificateId, 'INACTIVE');
  await identities.setStatus(inactive.certificateId, 'ACTIVE');
  await identities.setStatus(claim.certificateId, 'REVOKED');
  await identities.setStatus(further.certificateId, 'INACTIVE');
  await deleteCertificate(further);
  await deleteCertificate(revoked);
  const renewed = await identities.register(revoked.thingName, revoked.identity, [names.shared]);
  const moved = { ...exclusive, thingName: `${EXISTING_PREFIX}sensor-06` };
  await detachThing(exclusive);
  await identities.attachThing(moved.thingName, moved.certificateId, ThingPrincipalType.EXCLUSIVE_THING);
  return {
    names,
    ordinary,
    rotated: { thingName: ordinary.thingName, certificateId: certificateId!, identity: { certificatePem: certificatePem!, privateKeyPem } },
    inactive,
    renewed,
    exclusive,
    moved,
    claimId: claim.certificateId,
    furtherId: further.certificateId,
  };
}

function ofNames<T>(entries: Readonly<Record<string, T>>, isNamed: (name: string) => boolean): Record<string, T> {
  return Object.fromEntries(Object.entries(entries).filter(([name]) => isNamed(name)));
}
