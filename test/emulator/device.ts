import { AttachPolicyCommand, CreateKeysAndCertificateCommand, CreatePolicyCommand, IoTClient } from '@aws-sdk/client-iot';
import { Device, endpointOf } from '../../emulator/device';
import type { Emulator } from '../../emulator/emulator';

/** A policy as it should be in no fleet, and is in many. */
const ANYTHING = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iot:*', Resource: '*' }] });
const POLICY_NAME = 'anything';

/** Connects a device to a Region, with a certificate that AWS IoT issues and a policy that allows everything. */
export async function deviceThatMayAnything(emulator: Emulator, region: string, clientId: string): Promise<Device> {
  const iot = new IoTClient(emulator.clientConfig(region));
  await iot.send(new CreatePolicyCommand({ policyName: POLICY_NAME, policyDocument: ANYTHING })).catch((error: Error) => {
    if (error.name !== 'ResourceAlreadyExistsException') throw error;
  });
  const { certificateArn, certificatePem, keyPair } = await iot.send(new CreateKeysAndCertificateCommand({ setAsActive: true }));
  await iot.send(new AttachPolicyCommand({ policyName: POLICY_NAME, target: certificateArn }));
  const identity = { certificatePem: certificatePem!, privateKeyPem: keyPair!.PrivateKey! };
  return Device.connect({ emulator, endpoint: await endpointOf(emulator, region), clientId, identity });
}
