import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateCertificateFromCsrCommand, CreateThingCommand, DeleteCertificateCommand, DeletePolicyCommand, DeleteThingCommand, DetachPolicyCommand,
  DetachThingPrincipalCommand, SetDefaultPolicyVersionCommand, ThingPrincipalType,
} from '@aws-sdk/client-iot';
import { SFNClient, StartSyncExecutionCommand } from '@aws-sdk/client-sfn';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { PLAIN } from './names';
import { provision, Provisioned, Way } from './provisioning';
import { EXISTING_PREFIX, Site, World } from './world';
import { firstExecution } from '../../demo/executions';
import { documentOf, FleetDevice, ownTopics, PolicyStatement } from '../../demo/identities';
import { IdentityRegistry } from '../../demo/identity-reader';
import { Device, endpointOf } from '../../emulator/device';
import { DeviceIdentity, makeSigningRequest } from '../../emulator/identity';
import { waitFor } from '../../emulator/waiting';
import { OBSERVATION_EVENT } from '../../src/kinds/observation';

const SWEEP = `${PLAIN.name}-identity-sweep`;
const CHECK = `${PLAIN.name}-certificate-check`;
/** What hints bring is there within seconds. */
const ARRIVAL = { boundMillis: 60_000 };
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
    }, ARRIVAL);
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
    const [own, more] = [`${HINTED}own`, `${HINTED}more`];
    let made: Provisioned;
    let provisioned: Both;
    /** Whether the devices could connect, before anything changed. */
    const connected: Record<string, readonly boolean[]> = {};
    let whilePending: { readonly recorded?: string; readonly connects: boolean; readonly copied: readonly string[] };
    let recreated: Recreated;
    let changed: Both;

    const itemOf = async (pk: string, sk: string) => {
      const { Item } = await world().dynamodb.send(new GetItemCommand({ TableName: PLAIN.name, Key: { pk: { S: pk }, sk: { S: sk } }, ConsistentRead: true }));
      return Item && unmarshall(Item) as Item;
    };
    const principalsIn = async (site: Site, thingName: string) => (await site.readIdentities({ things: { [thingName]: { attributes: {} } }, groups: {} })).principals[thingName];

    beforeAll(async () => {
      const { source, source: { iot, identities }, destination, emulator } = world();
      for (const body of ['this is not JSON {', '{"certificateId":7}', JSON.stringify({ certificateId: '0'.repeat(64) })]) await source.send(`${PLAIN.name}-hints`, body);
      await identities.createPolicy(own, ownTopics(identities.place));
      made = await provision({ emulator, iot, identities }, HINTED, own);
      provisioned = await onceEqualOf(HINTED, []);
      for (const each of [...Object.values(made.devices), made.inactive]) connected[each.thingName] = await canConnect(each);
      const { certificateId } = made.pending;
      // Not in the source: each attempt there is a hint, and the reader rests for a minute after a reading, by a clock that the shortened delays do not follow.
      whilePending = {
        recorded: await waitFor(async () => (await itemOf(`cert#${certificateId}`, 'cert'))?.state.status, ARRIVAL),
        connects: await Device.canConnect(optionsOf(PLAIN.destination, made.pending.thingName, made.pending.identity)),
        copied: Object.keys((await destination.readIdentities({ things: {}, groups: {} })).certificates),
      };

      const { JITP: same, CreateKeysAndCertificate: other, RegisterCertificate: bare } = made.devices;
      const formerOf = async ({ thingName }: FleetDevice) => ({ thingName, item: (await itemOf(`thing#${thingName}`, 'principals'))! });
      const former = [await formerOf(same), await formerOf(other), await formerOf(bare)];
      // Nobody reads what the thing has now, unless a reading for the former one comes late: its set is what the former one had.
      await recreate(world(), bare);
      await destination.registryOnce(({ things }) => things[bare.thingName]?.attributes.life === '2');
      expect(await world().differences()).toEqual([]);
      expect(await principalsIn(destination, bare.thingName)).toEqual([]);

      await emulator.startTrail(PLAIN.source);
      for (const each of [same, other]) await recreate(world(), each);
      const next = { thingName: other.thingName, ...await identities.issue([own]) };
      for (const each of [same, next]) await identities.attachThing(each.thingName, each.certificateId);
      recreated = { same, other, next, bare, former };

      // What the function of its owner does when a device has registered itself.
      await iot.send(new CreateThingCommand({ thingName: made.pending.thingName }));
      await identities.attachPolicy(own, `cert/${certificateId}`);
      await identities.attachThing(made.pending.thingName, certificateId);

      await identities.setStatus(made.devices.CreateCertificateFromCsr.certificateId, 'INACTIVE');
      await identities.createPolicy(more, documentOf({ Action: 'iot:Publish', Resource: identities.arn('topic/more') }));
      await identities.attachPolicy(more, `cert/${made.devices.RegisterCertificateWithoutCA.certificateId}`);
      await identities.replacePolicy(own, documentOf(...statementsOf(ownTopics(identities.place)), { Action: 'iot:Publish', Resource: identities.arn('topic/replaced') }));
      await identities.setStatus(certificateId, 'ACTIVE');
      changed = await onceEqualOf(HINTED, [other, bare].map((each) => each.certificateId));
    }, 180_000);

    test.each<Way>(['CreateKeysAndCertificate', 'CreateCertificateFromCsr', 'RegisterCertificate', 'RegisterCertificateWithoutCA', 'JITP', 'fleet-provisioning'])(
      'a certificate that exists by %s arrives with its policy and its thing, and its device connects', (way) => {
        const { thingName, certificateId } = made.devices[way];
        expect(provisioned.destination.certificates[certificateId]).toEqual({ status: 'ACTIVE', policies: [own] });
        expect(provisioned.destination.principals[thingName]).toEqual([certificateId]);
        expect(connected[thingName]).toEqual([true, true]);
      },
    );

    test('an inactive certificate arrives inactive', () => {
      const { thingName, certificateId } = made.inactive;
      expect(provisioned.destination.certificates[certificateId]).toEqual({ status: 'INACTIVE', policies: [own] });
      expect(provisioned.destination.principals[thingName]).toEqual([certificateId]);
      expect(connected[thingName]).toEqual([false, false]);
    });

    test('what was provisioned is in the destination, and nothing else', () => {
      expect(provisioned.destination).toEqual(provisioned.source);
    });

    test('a certificate that a device has registered itself, with its CA, arrives once it is activated, and not before', async () => {
      const { thingName, certificateId } = made.pending;
      expect(whilePending).toEqual({ recorded: 'PENDING_ACTIVATION', connects: false, copied: expect.not.arrayContaining([certificateId]) });
      expect(changed.destination.certificates[certificateId]).toEqual({ status: 'ACTIVE', policies: [own] });
      expect(changed.destination.principals[thingName]).toEqual([certificateId]);
      expect(await canConnect(made.pending)).toEqual([true, true]);
    });

    test('a thing that is deleted and created again has what the new one has: its certificate again, another one, or none', async () => {
      const { same, other, bare, next } = recreated;
      const { principals } = changed.destination;
      expect([same, other, bare].map(({ thingName }) => principals[thingName])).toEqual([[same.certificateId], [next.certificateId], []]);
      expect([await canConnect(same), await canConnect(next)]).toEqual([[true, true], [true, true]]);
      expect([await canConnect(other), await canConnect(bare)]).toEqual([[false, false], [false, false]]);
    });

    test('what an observer says late of the certificates of the former thing touches nothing', async () => {
      const sfn = new SFNClient({ ...world().emulator.clientConfig(PLAIN.source), disableHostPrefix: true });
      for (const { thingName, item } of recreated.former) {
        const now = await itemOf(`thing#${thingName}`, 'principals');
        if (thingName !== recreated.bare.thingName) expect(now).toMatchObject({ deleted: false, thingId: expect.not.stringContaining(item.thingId) });
        const input = JSON.stringify({ eventType: OBSERVATION_EVENT, kind: 'principals', record: item });
        const { status, output } = await sfn.send(new StartSyncExecutionCommand({ stateMachineArn: world().source.workflowArn(`${PLAIN.name}-observations`), input }));
        expect([status, JSON.parse(output!)]).toEqual(['SUCCEEDED', expect.objectContaining({ outcome: 'stale' })]);
        expect(await itemOf(`thing#${thingName}`, 'principals')).toEqual(now);
      }
      expect(await world().differences()).toEqual([]);
      const { principals } = (await ofFleet(HINTED, [])).destination;
      expect(principals).toEqual(changed.source.principals);
    });

    test('calls that CloudTrail has recorded have changes arrive: a deactivation, a policy that is attached, and a new version of another', async () => {
      const { CreateCertificateFromCsr: deactivated, RegisterCertificateWithoutCA: device } = made.devices;
      expect(changed.destination).toEqual(changed.source);
      expect(changed.destination).toMatchObject({
        policies: { [own]: expect.stringContaining('topic/replaced'), [more]: expect.any(String) },
        certificates: { [device.certificateId]: { policies: [more, own] }, [deactivated.certificateId]: { status: 'INACTIVE' } },
      });
      expect(await canConnect(device)).toEqual([true, true]);
      expect(await canConnect(deactivated)).toEqual([false, false]);
      for (const region of REGIONS) expect(await mayPublish(region, device, 'more')).toBe(true);
    });

    test('neither sweeps nor checks had to find them', async () => {
      const devices = [...Object.values(made.devices), made.inactive, made.pending];
      const keys = [
        ...[own, more].map((name) => [`policy#${name}`, 'policy'] as const),
        ...devices.flatMap(({ thingName, certificateId }) => [[`cert#${certificateId}`, 'cert'], [`thing#${thingName}`, 'principals']] as const),
      ];
      for (const [pk, sk] of keys) expect([pk, (await itemOf(pk, sk))?.eventId]).toEqual([pk, expect.stringMatching(/^sweep-hint-/)]);
    });
  });
}

/** A record as it is in the table. */
interface Item {
  readonly thingId: string;
  readonly eventId: string;
  readonly deleted: boolean;
  readonly state: { readonly status?: string };
}

/** Things that were deleted and created again. */
interface Recreated {
  /** Its certificate is attached again. */
  readonly same: FleetDevice;
  /** The device as it was, whose thing has another certificate. */
  readonly other: FleetDevice;
  /** The same thing, with the other certificate. */
  readonly next: FleetDevice;
  /** Nothing is attached. */
  readonly bare: FleetDevice;
  /** The records of the certificates of the things that were deleted. */
  readonly former: readonly { readonly thingName: string; readonly item: Item }[];
}

/** Deletes the thing of a device in the source, and creates it again at once, without its certificate. */
async function recreate({ source: { iot, identities } }: World, { thingName, certificateId }: FleetDevice): Promise<void> {
  await iot.send(new DetachThingPrincipalCommand({ thingName, principal: identities.arn(`cert/${certificateId}`) }));
  await iot.send(new DeleteThingCommand({ thingName }));
  await iot.send(new CreateThingCommand({ thingName, attributePayload: { attributes: { life: '2' } } }));
}

function statementsOf(document: string): PolicyStatement[] {
  return (JSON.parse(document) as { readonly Statement: PolicyStatement[] }).Statement;
}

interface Both {
  readonly source: IdentityRegistry;
  readonly destination: IdentityRegistry;
}

/** What the names of the things and policies begin with that are made while hints are looked at. */
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
