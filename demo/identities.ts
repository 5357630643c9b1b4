import {
  AttachPolicyCommand, AttachThingPrincipalCommand, CreateKeysAndCertificateCommand, CreatePolicyCommand, CreatePolicyVersionCommand,
  IoTClient, RegisterCertificateWithoutCACommand, ThingPrincipalType, UpdateCertificateCommand,
} from '@aws-sdk/client-iot';
import { DeviceIdentity, makeIdentities } from '../emulator/identity';

/** A device with its own key and certificate, and the thing that it is. */
export interface FleetDevice {
  readonly thingName: string;
  readonly identity: DeviceIdentity;
  readonly certificateId: string;
}

/** Where a registry is. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

export interface PolicyStatement {
  readonly Effect?: 'Allow' | 'Deny';
  readonly Action: string | string[];
  readonly Resource: string | string[];
  readonly Condition?: object;
}

export function arnIn({ account, region }: Place, resource: string): string {
  return `arn:aws:iot:${region}:${account}:${resource}`;
}

/** The document of a policy. */
export function documentOf(...statements: readonly PolicyStatement[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements.map((each) => ({ Effect: 'Allow', ...each })) });
}

/** The policy of most fleets: a device connects as its thing, and uses topics below the name of the thing. */
export function ownTopics(place: Place): string {
  const name = '${iot:Connection.Thing.ThingName}';
  return documentOf(
    { Action: 'iot:Connect', Resource: arnIn(place, `client/${name}`), Condition: { Bool: { 'iot:Connection.Thing.IsAttached': 'true' } } },
    { Action: ['iot:Publish', 'iot:Receive'], Resource: arnIn(place, `topic/${name}/*`) },
    { Action: 'iot:Subscribe', Resource: arnIn(place, `topicfilter/${name}/*`) },
  );
}

/** Policies, certificates and attachments of one Region, as their owner makes them. */
export class Identities {
  constructor(private readonly iot: IoTClient, public readonly place: Place) {}

  public async createPolicy(policyName: string, policyDocument: string): Promise<void> {
    await this.iot.send(new CreatePolicyCommand({ policyName, policyDocument }));
  }

  /** Its next version, as the default. */
  public async replacePolicy(policyName: string, policyDocument: string): Promise<void> {
    await this.iot.send(new CreatePolicyVersionCommand({ policyName, policyDocument, setAsDefault: true }));
  }

  /** @param resource such as `cert/<id>` or `thinggroup/<name>` */
  public async attachPolicy(policyName: string, resource: string): Promise<void> {
    await this.iot.send(new AttachPolicyCommand({ policyName, target: this.arn(resource) }));
  }

  /** Registers the certificate of a device, with its policies and its thing, and activates it. */
  public async register(thingName: string, identity: DeviceIdentity, policyNames: readonly string[]): Promise<FleetDevice> {
    const { certificateId } = await this.iot.send(new RegisterCertificateWithoutCACommand({ certificatePem: identity.certificatePem, status: 'ACTIVE' }));
    for (const policyName of policyNames) await this.attachPolicy(policyName, `cert/${certificateId}`);
    await this.attachThing(thingName, certificateId!);
    return { thingName, identity, certificateId: certificateId! };
  }

  /** Has AWS IoT issue a key and a certificate. */
  public async issue(policyNames: readonly string[]): Promise<Omit<FleetDevice, 'thingName'>> {
    const { certificateId, certificatePem, keyPair } = await this.iot.send(new CreateKeysAndCertificateCommand({ setAsActive: true }));
    for (const policyName of policyNames) await this.attachPolicy(policyName, `cert/${certificateId}`);
    return { certificateId: certificateId!, identity: { certificatePem: certificatePem!, privateKeyPem: keyPair!.PrivateKey! } };
  }

  public async attachThing(thingName: string, certificateId: string, thingPrincipalType?: ThingPrincipalType): Promise<void> {
    await this.iot.send(new AttachThingPrincipalCommand({ thingName, principal: this.arn(`cert/${certificateId}`), thingPrincipalType }));
  }

  public async setStatus(certificateId: string, newStatus: 'ACTIVE' | 'INACTIVE' | 'REVOKED'): Promise<void> {
    await this.iot.send(new UpdateCertificateCommand({ certificateId, newStatus }));
  }

  public arn(resource: string): string {
    return arnIn(this.place, resource);
  }
}

/** The identities of a small fleet. */
export interface FleetIdentities {
  /** With a policy of all devices, and one of its own; its thing is in a group with a policy. */
  readonly ordinary: FleetDevice;
  /** Issued by AWS IoT, and attached to its thing exclusively. */
  readonly exclusive: FleetDevice;
  readonly revoked: FleetDevice;
  readonly inactive: FleetDevice;
  readonly further: FleetDevice;
  /** Of no thing: with it devices connect that have no certificate of their own yet. */
  readonly claim: Omit<FleetDevice, 'thingName'>;
  readonly policyNames: { readonly shared: string; readonly own: string; readonly ofGroup: string; readonly ofClaims: string };
  /** The group with a policy: it allows to publish to the topic that is called as the group. */
  readonly groupName: string;
}

/** Gives a fleet that `fleetCreation` has made its identities. */
export async function makeFleetIdentities(identities: Identities, prefix: string): Promise<FleetIdentities> {
  const { place } = identities;
  const thing = (number: number) => `${prefix}sensor-0${number}`;
  const groupName = `${prefix}maintenance`;
  const policyNames = { shared: `${prefix}own-topics`, own: `${prefix}service-topic`, ofGroup: `${prefix}group-topic`, ofClaims: `${prefix}claims` };
  const publish = (topic: string) => ({ Action: 'iot:Publish', Resource: arnIn(place, `topic/${topic}`) });
  await identities.createPolicy(policyNames.shared, ownTopics(place));
  await identities.createPolicy(policyNames.own, documentOf(publish('service')));
  await identities.createPolicy(policyNames.ofGroup, documentOf(publish(groupName)));
  const claims = { Action: 'iot:Connect', Resource: arnIn(place, 'client/claim-*') };
  await identities.createPolicy(policyNames.ofClaims, documentOf(claims));
  await identities.replacePolicy(policyNames.ofClaims, documentOf(claims, publish('claims')));
  const [ordinary, revoked, inactive, further] = await makeIdentities(...[1, 3, 4, 5].map((number) => ({ commonName: thing(number) })));
  const issued = await identities.issue([policyNames.shared]);
  await identities.attachThing(thing(2), issued.certificateId, ThingPrincipalType.EXCLUSIVE_THING);
  const fleet = {
    ordinary: await identities.register(thing(1), ordinary, [policyNames.shared, policyNames.own]),
    exclusive: { ...issued, thingName: thing(2) },
    revoked: await identities.register(thing(3), revoked, [policyNames.shared]),
    inactive: await identities.register(thing(4), inactive, [policyNames.shared]),
    further: await identities.register(thing(5), further, [policyNames.shared]),
    claim: await identities.issue([policyNames.ofClaims]),
    policyNames,
    groupName,
  };
  await identities.attachPolicy(policyNames.ofGroup, `thinggroup/${groupName}`);
  await identities.setStatus(fleet.revoked.certificateId, 'REVOKED');
  await identities.setStatus(fleet.inactive.certificateId, 'INACTIVE');
  return fleet;
}
