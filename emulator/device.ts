import { DescribeEndpointCommand, IoTClient } from '@aws-sdk/client-iot';
import { connectAsync, MqttClient } from 'mqtt';
import { Emulator } from './emulator';
import type { DeviceIdentity } from './identity';
import { waitFor } from './waiting';

const ANSWER_BOUND_MILLIS = 10_000;

/** A server that ends the connection before it answers to CONNECT refuses the device: AWS IoT says no more. */
const CLOSED = 'Couldn\'t connect to server';
/** What a client of TLS sees of a server that does not accept its certificate. */
const TLS_REFUSAL = /^(ECONNRESET|EPIPE|ERR_SSL_.*)$/;

/** AWS IoT, or TLS before it, does not let the device in. */
export class DeviceRefusedError extends Error {}

/** Where a device connects, as whom, and with what. */
export interface DeviceOptions {
  readonly emulator: Emulator;
  /** The name that it asks for (SNI), see `endpointOf`: the Region is that of the name. */
  readonly endpoint: string;
  readonly clientId: string;
  readonly identity: DeviceIdentity;
}

/** The endpoint of a Region, as DescribeEndpoint returns it. A device knows it before it connects, and connects while the Region's API is unreachable. */
export async function endpointOf(emulator: Emulator, region: string): Promise<string> {
  const { endpointAddress } = await new IoTClient(emulator.clientConfig(region)).send(new DescribeEndpointCommand({ endpointType: 'iot:Data-ATS' }));
  return endpointAddress!;
}

/** A device that is connected by MQTT 3.1.1 over TLS, with a key and a certificate of its own. */
export class Device {
  /**
   * Connects once.
   *
   * @throws DeviceRefusedError if the device is not let in
   */
  public static async connect({ emulator, endpoint, clientId, identity }: DeviceOptions): Promise<Device> {
    try {
      // No name leads to the loopback interface: the device dials its address, and asks for the name.
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

  /** Whether a device is let in. It leaves at once. */
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

  /** @returns whether AWS IoT took the message; it closes the connection where it does not */
  public publish(topic: string, message: object): Promise<boolean> {
    return this.isTaken(`publish to ${topic}`, this.client.publishAsync(topic, JSON.stringify(message), { qos: 1 }));
  }

  /** @returns whether AWS IoT accepted the subscription; it closes the connection where it does not */
  public subscribe(filter: string): Promise<boolean> {
    return this.isTaken(`subscribe to ${filter}`, this.client.subscribeAsync(filter, { qos: 1 }));
  }

  /** The oldest message to a topic that was not asked for yet. */
  public async message(topic: string): Promise<unknown> {
    const isOf = (each: { readonly topic: string }) => each.topic === topic;
    const found = await waitFor(() => this.received.find(isOf), { boundMillis: ANSWER_BOUND_MILLIS, intervalMillis: 10 });
    if (!found) throw new Error(`no message to ${topic} within ${ANSWER_BOUND_MILLIS / 1000} s`);
    this.received.splice(this.received.indexOf(found), 1);
    return found.message;
  }

  /** Topics of the messages that were received and not asked for. */
  public get otherTopics(): string[] {
    return this.received.map(({ topic }) => topic);
  }

  /** Waits until the other side has ended the connection. */
  public async isDisconnected(): Promise<boolean> {
    return await waitFor(() => !this.client.connected || undefined, { boundMillis: ANSWER_BOUND_MILLIS, intervalMillis: 10 }) ?? false;
  }

  public async disconnect(): Promise<void> {
    await this.client.endAsync(true);
  }

  private async isTaken(what: string, asked: Promise<unknown>): Promise<boolean> {
    let onClose = () => undefined as void;
    const refused = new Promise<boolean>((resolve) => {
      onClose = () => resolve(false);
      this.client.once('close', onClose);
    });
    const taken = asked.then(() => true);
    // The answer of a connection that was closed comes when nobody waits for it any more.
    taken.catch(() => undefined);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`${what}: neither taken nor refused within ${ANSWER_BOUND_MILLIS / 1000} s`)), ANSWER_BOUND_MILLIS);
    });
    try {
      return await Promise.race([taken, refused, late]);
    } finally {
      clearTimeout(timer);
      this.client.off('close', onClose);
    }
  }
}
