import { FleetDevice } from './identities';
import { Device } from '../emulator/device';
import type { Emulator } from '../emulator/emulator';

/** One attempt of a device at something that it may do, or not. */
export interface Attempt {
  /** Such as `sensor-01 publishes to sensor-01/light`. */
  readonly what: string;
  readonly region: string;
  readonly isAllowed: boolean;
  readonly isExpected: boolean;
}

/** Whoever connects: a thing with its identity. */
type Client = Pick<FleetDevice, 'thingName' | 'identity'>;

/** Devices of a fleet that connect to the endpoints of two Regions, each attempt on a connection of its own. */
export class Devices {
  public readonly attempts: Attempt[] = [];

  /**
   * @param endpoints by Region
   * @param onAttempt is called after each attempt
   */
  constructor(
    private readonly emulator: Emulator,
    private readonly endpoints: Readonly<Record<string, string>>,
    private readonly onAttempt: (attempt: Attempt) => void,
  ) {}

  public async connects(region: string, client: Client, expected: boolean): Promise<void> {
    const isAllowed = await Device.canConnect(this.optionsOf(region, client));
    this.note({ what: `${client.thingName} connects`, region, isAllowed, isExpected: isAllowed === expected });
  }

  public async publishes(region: string, client: Client, topic: string, expected: boolean): Promise<void> {
    const device = await this.connect(region, client);
    const isAllowed = await device.publish(topic, { from: client.thingName });
    await device.disconnect();
    this.note({ what: `${client.thingName} publishes to ${topic}`, region, isAllowed, isExpected: isAllowed === expected });
  }

  /** A connection that stays. */
  public connect(region: string, client: Client): Promise<Device> {
    return Device.connect(this.optionsOf(region, client));
  }

  /** Attempts that ended otherwise than expected, one sentence each. */
  public get failures(): string[] {
    return this.attempts.filter(({ isExpected }) => !isExpected).map((attempt) => `${attempt.what} in ${attempt.region}: ${attempt.isAllowed ? 'allowed' : 'refused'}`);
  }

  private optionsOf(region: string, { thingName, identity }: Client) {
    return { emulator: this.emulator, endpoint: this.endpoints[region], clientId: thingName, identity };
  }

  private note(attempt: Attempt): void {
    this.attempts.push(attempt);
    this.onAttempt(attempt);
  }
}
