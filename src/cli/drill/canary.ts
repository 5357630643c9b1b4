import { CreateThingCommand, DeleteThingCommand, DescribeThingCommand, IoTClient, ResourceNotFoundException, UpdateThingCommand } from '@aws-sdk/client-iot';
import type { Clients } from '../clients';

/** The only attribute of a canary. */
const ATTRIBUTE = 'drill';

/** A thing that a drill makes, and nobody else has. */
export class Canary {
  constructor(private readonly clients: Clients, public readonly name: string) {}

  /** Makes calls about it before it is there, so that a missing permission is found before anything is changed. @throws errors of the clients */
  public async rehearse(source: string, destination: string): Promise<void> {
    // Deleting what is not there is no error, and neither is any version.
    for (const region of [source, destination]) {
      await this.delete(region);
      await this.change(region, 'none').catch((error: unknown) => {
        if (!(error instanceof ResourceNotFoundException)) throw error;
      });
    }
  }

  public async create(region: string, value: string): Promise<void> {
    await this.iot(region).send(new CreateThingCommand({ thingName: this.name, attributePayload: { attributes: { [ATTRIBUTE]: value } } }));
  }

  public async change(region: string, value: string): Promise<void> {
    await this.iot(region).send(new UpdateThingCommand({ thingName: this.name, attributePayload: { attributes: { [ATTRIBUTE]: value } } }));
  }

  public async delete(region: string): Promise<void> {
    await this.iot(region).send(new DeleteThingCommand({ thingName: this.name }));
  }

  /** The value that it has in a Region; undefined if it is not there. */
  public async valueIn(region: string): Promise<string | undefined> {
    try {
      const { attributes } = await this.iot(region).send(new DescribeThingCommand({ thingName: this.name }));
      return attributes?.[ATTRIBUTE] ?? '';
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  }

  private iot(region: string): IoTClient {
    return this.clients.of(IoTClient, region);
  }
}
