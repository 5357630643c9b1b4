import { DescribeEndpointCommand, IoTClient } from '@aws-sdk/client-iot';
import { connectAsync, MqttClient } from 'mqtt';
import { Emulator } from './emulator';
import type { DeviceIdentity } from './identity';
import { waitFor } from './waiting';

const ANSWER_BOUND_MILLIS = 10_000;

/** The error of mqtt when the server closes the connection instead of answering CONNECT: AWS IoT gives no reason. */
const CLOSED = 'Couldn\'t connect to server';
/** Error codes of a TLS client whose certificate the server does not accept. */
const TLS_REFUSAL = /^(ECONNRESET|EPIPE|ERR_SSL_.*)$/;

/** AWS IoT, or the TLS handshake, refused the device. */
export class DeviceRefusedError extends Error {}

/** Where a device connects, and how it identifies itself. */
export interface DeviceOptions {
  readonly emulator: Emulator;
  /** The server name that the device sends (SNI); it selects the Region. See `endpointOf`. */
  readonly endpoint: string;
  readonly clientId: string;
  readonly identity: DeviceIdentity;
}

/** The endpoint of a Region, from DescribeEndpoint. Ask before the Region is isolated: a device knows its endpoints before it connects. */
export async function endpointOf(emulator: Emulator, region: string): Promise<string> {
  const { endpointAddress } = await new IoTClient(emulator.clientConfig(region)).send(new DescribeEndpointCommand({ endpointType: 'iot:Data-ATS' }));
  return endpointAddress!;
}

/** A device that is connected by MQTT 3.1.1 over TLS, with its own key and certificate. */
export class Device {
  /**
   * Connects once.
   *
   * @throws DeviceRefusedError if AWS IoT refuses the device
   */
  public static async connect({ emulator, endpoint, clientId, identity }: DeviceOptions): Promise<Device> {
    try {
      // The endpoint's name does not resolve to the loopback interface: the device connects to the address, and sends the name.
      return new Device(await connectAsync(`mqtts://${new URL(emulator.endpoint).hostname}:${emulator.mqttPort}`, {
        servername: endpoint,
        ca: await emulator.certificateAuthority(),
        cert: identity.certificatePem,
        key: identity.privateKeyPem,
        clientId,
        reconnectPeriod: 0,
      }, false));
    } catch (error) {
      const { message, code } = error as NodeJS.ErrnoException;
      if (message !== CLOSED && !TLS_REFUSAL.test(code ?? '')) throw error;
      throw new DeviceRefusedError(`${endpoint} refuses ${clientId}`, { cause: error });
    }
  }

  /** Whether AWS IoT accepts the device. Disconnects at once. */
  public static async canConnect(options: DeviceOptions): Promise<boolean> {
    try {
      await (await Device.connect(options)).disconnect();
      return true;
    } catch (error) {
      if (error instanceof DeviceRefusedError) return false;
      throw error;
    }
  }

  private readonly received: { readonly topic: string; readonly message: unknown }[] = [];

  private constructor(private readonly client: MqttClient) {
    client.on('message', (topic, payload) => this.received.push({ topic, message: JSON.parse(payload.toString()) }));
  }

  public get isConnected(): boolean {
    return this.client.connected;
  }

  /** @returns whether AWS IoT accepted the message; otherwise it closes the connection */
  public publish(topic: string, message: object): Promise<boolean> {
    return this.isAccepted(`publish to ${topic}`, this.client.publishAsync(topic, JSON.stringify(message), { qos: 1 }));
  }

  /** @returns whether AWS IoT accepted the subscription; otherwise it closes the connection */
  public subscribe(filter: string): Promise<boolean> {
    return this.isAccepted(`subscribe to ${filter}`, this.client.subscribeAsync(filter, { qos: 1 }));
  }

  /** Waits for a message to a topic, and returns the oldest one that was not returned before. */
  public async message(topic: string): Promise<unknown> {
    const isOf = (each: { readonly topic: string }) => each.topic === topic;
    const found = await waitFor(() => this.received.find(isOf), { boundMillis: ANSWER_BOUND_MILLIS, intervalMillis: 10 });
    if (!found) throw new Error(`no message to ${topic} within ${ANSWER_BOUND_MILLIS / 1000} s`);
    this.received.splice(this.received.indexOf(found), 1);
    return found.message;
  }

  /** Topics of the received messages that `message` has not returned. */
  public get otherTopics(): string[] {
    return this.received.map(({ topic }) => topic);
  }

  /** Waits until the server has closed the connection. */
  public async isDisconnected(): Promise<boolean> {
    return await waitFor(() => !this.client.connected || undefined, { boundMillis: ANSWER_BOUND_MILLIS, intervalMillis: 10 }) ?? false;
  }

  public async disconnect(): Promise<void> {
    await this.client.endAsync(true);
  }

  private async isAccepted(what: string, asked: Promise<unknown>): Promise<boolean> {
    let onClose = () => undefined as void;
    const refused = new Promise<boolean>((resolve) => {
      onClose = () => resolve(false);
      this.client.once('close', onClose);
    });
    const accepted = asked.then(() => true);
    // A closed connection rejects the promise after the race is decided.
    accepted.catch(() => undefined);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`${what}: neither accepted nor refused within ${ANSWER_BOUND_MILLIS / 1000} s`)), ANSWER_BOUND_MILLIS);
    });
    try {
      return await Promise.race([accepted, refused, late]);
    } finally {
      clearTimeout(timer);
      this.client.off('close', onClose);
    }
  }
}
