import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateCertificateFromCsrCommand, CreateProvisioningClaimCommand, CreateProvisioningTemplateCommand, CreateThingCommand, GetRegistrationCodeCommand, IoTClient,
  RegisterCACertificateCommand, RegisterCertificateCommand, TemplateType,
} from '@aws-sdk/client-iot';
import type { FleetDevice, Identities } from '../../demo/identities';
import { Device, endpointOf } from '../../emulator/device';
import type { Emulator } from '../../emulator/emulator';
import { certificateIdOf, DeviceIdentity, makeIdentities, makeSigningRequest } from '../../emulator/identity';

/** The ways in which AWS IoT gets to know a certificate that are over when they return. */
export type Way = 'CreateKeysAndCertificate' | 'CreateCertificateFromCsr' | 'RegisterCertificate' | 'RegisterCertificateWithoutCA' | 'JITP' | 'fleet-provisioning';

export interface Provisioned {
  /** Each with the policy, and attached to its thing. */
  readonly devices: Readonly<Record<Way, FleetDevice>>;
  /** Issued by AWS IoT, and deactivated. */
  readonly inactive: FleetDevice;
  /** It has connected, and is registered just in time: PENDING_ACTIVATION, without a thing and a policy. */
  readonly pending: FleetDevice;
}

/** Where devices are provisioned. */
export interface ProvisioningSite {
  readonly emulator: Emulator;
  readonly iot: IoTClient;
  readonly identities: Identities;
}

/** What a template refers to for the name of a thing. */
const COMMON_NAME = 'AWS::IoT::Certificate::CommonName';
const SERIAL_NUMBER = 'SerialNumber';

/** A template that makes a thing, attaches a policy that is there, and activates the certificate. */
export function provisioningTemplate(nameOfThing: string, PolicyName: string): string {
  const id = 'AWS::IoT::Certificate::Id';
  return JSON.stringify({
    Parameters: { [nameOfThing]: { Type: 'String' }, [id]: { Type: 'String' } },
    Resources: {
      thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: { Ref: nameOfThing } } },
      certificate: { Type: 'AWS::IoT::Certificate', Properties: { CertificateId: { Ref: id }, Status: 'Active' } },
      policy: { Type: 'AWS::IoT::Policy', Properties: { PolicyName } },
    },
  });
}

/** The role with which AWS IoT provisions. */
export async function makeProvisioningRole(emulator: Emulator, region: string, RoleName: string): Promise<string> {
  const iam = new IAMClient(emulator.clientConfig(region));
  const documentOf = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
  const trust = documentOf({ Principal: { Service: 'iot.amazonaws.com' }, Action: 'sts:AssumeRole' });
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
  await iam.send(new PutRolePolicyCommand({
    RoleName,
    PolicyName: 'provisions',
    PolicyDocument: documentOf({ Action: ['iot:CreateThing', 'iot:AttachThingPrincipal', 'iot:AttachPolicy', 'iot:UpdateCertificate'], Resource: '*' }),
  }));
  return Role!.Arn!;
}

/**
 * Has devices registered in each way, in one Region: their owner calls AWS IoT, or the devices connect.
 *
 * @param prefix of the names of things and of the template
 */
export async function provision({ emulator, iot, identities }: ProvisioningSite, prefix: string, policyName: string): Promise<Provisioned> {
  const { region } = identities.place;
  const endpoint = await endpointOf(emulator, region);
  const thingOf = (way: string) => `${prefix}${way}`;
  const { registrationCode } = await iot.send(new GetRegistrationCodeCommand({}));
  const [authority, ofTemplate] = await makeIdentities({ commonName: 'maker of devices', authority: true }, { commonName: 'maker of devices by a template', authority: true });
  const [verification, registered, ofNobody, justInTime, byTemplate] = await makeIdentities(
    { commonName: registrationCode!, issuer: authority }, { commonName: 'registered', issuer: authority }, { commonName: 'of nobody' },
    { commonName: 'just in time', issuer: authority }, { commonName: thingOf('JITP'), issuer: ofTemplate },
  );
  const provisioningRoleArn = await makeProvisioningRole(emulator, region, `${prefix}provisioning`);
  const makeTemplate = async (templateName: string, type: TemplateType, nameOfThing: string) => {
    await iot.send(new CreateProvisioningTemplateCommand({ templateName, type, provisioningRoleArn, enabled: true, templateBody: provisioningTemplate(nameOfThing, policyName) }));
    return templateName;
  };
  const trusted = { setAsActive: true, allowAutoRegistration: true };
  await iot.send(new RegisterCACertificateCommand({ ...trusted, caCertificate: authority.certificatePem, verificationCertificate: verification.certificatePem }));
  await iot.send(new RegisterCACertificateCommand({
    ...trusted,
    caCertificate: ofTemplate.certificatePem,
    certificateMode: 'SNI_ONLY',
    registrationConfig: { templateName: await makeTemplate(`${prefix}JITP`, TemplateType.JITP, COMMON_NAME) },
  }));

  /** As provisioning does: the thing first. */
  const makeThing = async (way: string) => {
    await iot.send(new CreateThingCommand({ thingName: thingOf(way) }));
    return thingOf(way);
  };
  const attached = async (way: string, device: Omit<FleetDevice, 'thingName'>): Promise<FleetDevice> => {
    const thingName = await makeThing(way);
    await identities.attachPolicy(policyName, `cert/${device.certificateId}`);
    await identities.attachThing(thingName, device.certificateId);
    return { thingName, ...device };
  };
  /** The first connection registers the certificate, and is refused. */
  const connectFirst = async (thingName: string, identity: DeviceIdentity): Promise<FleetDevice> => {
    if (await Device.canConnect({ emulator, endpoint, clientId: thingName, identity })) throw new Error(`${thingName} was let in before its certificate was registered`);
    return { thingName, identity, certificateId: certificateIdOf(identity.certificatePem) };
  };
  const signed = async () => {
    const { requestPem, privateKeyPem } = await makeSigningRequest('of a request');
    const { certificateId, certificatePem } = await iot.send(new CreateCertificateFromCsrCommand({ certificateSigningRequest: requestPem, setAsActive: true }));
    return { certificateId: certificateId!, identity: { certificatePem: certificatePem!, privateKeyPem } };
  };
  await iot.send(new RegisterCertificateCommand({ certificatePem: registered.certificatePem, status: 'ACTIVE' }));
  const inactive = await identities.issue([]);
  await identities.setStatus(inactive.certificateId, 'INACTIVE');
  return {
    devices: {
      'CreateKeysAndCertificate': await attached('CreateKeysAndCertificate', await identities.issue([])),
      'CreateCertificateFromCsr': await attached('CreateCertificateFromCsr', await signed()),
      'RegisterCertificate': await attached('RegisterCertificate', { certificateId: certificateIdOf(registered.certificatePem), identity: registered }),
      'RegisterCertificateWithoutCA': await identities.register(await makeThing('RegisterCertificateWithoutCA'), ofNobody, [policyName]),
      'JITP': await connectFirst(thingOf('JITP'), byTemplate),
      'fleet-provisioning': await provisionByClaim(
        emulator, iot, endpoint, await makeTemplate(`${prefix}fleet`, TemplateType.FLEET_PROVISIONING, SERIAL_NUMBER), thingOf('fleet-provisioning'),
      ),
    },
    inactive: await attached('inactive', inactive),
    pending: await connectFirst(thingOf('JITR'), justInTime),
  };
}

/** What AWS IoT sends to a device that is provisioned. */
interface Issued {
  readonly certificateId: string;
  readonly certificatePem: string;
  readonly privateKey: string;
  readonly certificateOwnershipToken: string;
}

/** A device connects with a claim certificate, asks for a key and a certificate, and has the template make the rest. */
async function provisionByClaim(emulator: Emulator, iot: IoTClient, endpoint: string, templateName: string, thingName: string): Promise<FleetDevice> {
  const { certificatePem, keyPair } = await iot.send(new CreateProvisioningClaimCommand({ templateName }));
  const claim = { certificatePem: certificatePem!, privateKeyPem: keyPair!.PrivateKey! };
  const device = await Device.connect({ emulator, endpoint, clientId: thingName, identity: claim });
  const ask = async (topic: string, message: object) => {
    await device.subscribe(`${topic}/accepted`);
    await device.publish(topic, message);
    return device.message(`${topic}/accepted`);
  };
  try {
    const issued = await ask('$aws/certificates/create/json', {}) as Issued;
    const { certificateOwnershipToken } = issued;
    await ask(`$aws/provisioning-templates/${templateName}/provision/json`, { certificateOwnershipToken, parameters: { [SERIAL_NUMBER]: thingName } });
    return { thingName, certificateId: issued.certificateId, identity: { certificatePem: issued.certificatePem, privateKeyPem: issued.privateKey } };
  } finally {
    await device.disconnect();
  }
}
