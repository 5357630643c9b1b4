import { AttachPolicyCommand, CreateKeysAndCertificateCommand, CreatePolicyCommand, IoTClient } from '@aws-sdk/client-iot';
import { connectAsync, MqttClient } from 'mqtt';
import { Emulator } from '../../emulator/emulator';

/** A policy as it should be in no fleet, and is in many. */
const ANYTHING = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iot:*', Resource: '*' }] });
const POLICY_NAME = 'anything';

const ANSWER_BOUND_MILLIS = 10_000;

/** A device with a certificate of its own and a policy that allows it everything, connected by MQTT over TLS. */
export class Device {
  /** Makes a certificate for it in a Region, and connects. */
  public static async connect(emulator: Emulator, region: string, clientId: string): Promise<Device> {
    const iot = new IoTClient(emulator.clientConfig(region));
    await iot.send(new CreatePolicyCommand({ policyName: POLICY_NAME, policyDocument: ANYTHING })).catch((error: Error) => {
      if (error.name !== 'ResourceAlreadyExistsException') throw error;
    });
    const { certificateArn, certificatePem, keyPair } = await iot.send(new CreateKeysAndCertificateCommand({ setAsActive: true }));
    await iot.send(new AttachPolicyCommand({ policyName: POLICY_NAME, target: certificateArn }));
    const client = await connectAsync({
      protocol: 'mqtts',
      host: new URL(emulator.endpoint).hostname,
      port: emulator.mqttPort,
      ca: await emulator.certificateAuthority(),
      cert: certificatePem,
      key: keyPair!.PrivateKey,
      clientId,
      reconnectPeriod: 0,
    });
    return new Device(client);
  }

  private constructor(private readonly client: MqttClient) {}

  /** @returns whether AWS IoT took the message; it closes the connection where it does not */
  public async publish(topic: string, message: object): Promise<boolean> {
    let onClose = () => undefined as void;
    const refused = new Promise<boolean>((resolve) => {
      onClose = () => resolve(false);
      this.client.once('close', onClose);
    });
    const taken = this.client.publishAsync(topic, JSON.stringify(message), { qos: 1 }).then(() => true);
    taken.catch(() => undefined);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`${topic}: neither taken nor refused within ${ANSWER_BOUND_MILLIS / 1000} s`)), ANSWER_BOUND_MILLIS);
    });
    try {
      return await Promise.race([taken, refused, late]);
    } finally {
      clearTimeout(timer);
      this.client.off('close', onClose);
    }
  }

  public async disconnect(): Promise<void> {
    await this.client.endAsync(true);
  }
}
