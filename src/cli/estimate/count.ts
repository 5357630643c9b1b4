import {
  GetIndexingConfigurationCommand, GetStatisticsCommand, IoTClient, ListCertificatesCommand, ListPoliciesCommand, ListThingGroupsCommand,
  ListThingsCommand, ListThingTypesCommand, ThingIndexingMode,
} from '@aws-sdk/client-iot';
import { FleetSize, PAGE } from '../../estimate/fleet';
import type { Clients } from '../clients';
import { asCommandError } from '../errors';

/** What can be counted; memberships can't, without reading each group. */
export type Counted = Omit<FleetSize, 'memberships'>;

/** Counts what a Region has. */
export class FleetCounter {
  private readonly iot: IoTClient;

  constructor(clients: Clients, region: string, private readonly signal: AbortSignal) {
    this.iot = clients.of(IoTClient, region);
  }

  /** Whether one query counts the things, because they are indexed. @throws CommandError if that can't be read */
  public async isIndexed(): Promise<boolean> {
    return this.asked(async () => {
      const { thingIndexingConfiguration } = await this.iot.send(new GetIndexingConfigurationCommand({}), { abortSignal: this.signal });
      return (thingIndexingConfiguration?.thingIndexingMode ?? ThingIndexingMode.OFF) !== ThingIndexingMode.OFF;
    });
  }

  /** @throws CommandError if something can't be listed */
  public async count(isIndexed: boolean): Promise<Counted> {
    const { iot, signal: abortSignal } = this;
    return this.asked(async () => {
      const things = isIndexed
        ? (await iot.send(new GetStatisticsCommand({ queryString: 'thingName:*' }), { abortSignal })).statistics?.count ?? 0
        : await this.all(async (nextToken) => {
          const page = await iot.send(new ListThingsCommand({ nextToken, maxResults: PAGE }), { abortSignal });
          return { count: page.things?.length, next: page.nextToken };
        });
      return {
        things,
        groups: await this.all(async (nextToken) => {
          const page = await iot.send(new ListThingGroupsCommand({ nextToken, maxResults: PAGE }), { abortSignal });
          return { count: page.thingGroups?.length, next: page.nextToken };
        }),
        types: await this.all(async (nextToken) => {
          const page = await iot.send(new ListThingTypesCommand({ nextToken, maxResults: PAGE }), { abortSignal });
          return { count: page.thingTypes?.length, next: page.nextToken };
        }),
        certificates: await this.all(async (marker) => {
          const page = await iot.send(new ListCertificatesCommand({ marker, pageSize: PAGE }), { abortSignal });
          return { count: page.certificates?.length, next: page.nextMarker };
        }),
        policies: await this.all(async (marker) => {
          const page = await iot.send(new ListPoliciesCommand({ marker, pageSize: PAGE }), { abortSignal });
          return { count: page.policies?.length, next: page.nextMarker };
        }),
      };
    });
  }

  private async all(page: (cursor: string | undefined) => Promise<{ readonly count?: number; readonly next?: string }>): Promise<number> {
    let total = 0;
    let cursor: string | undefined;
    do {
      this.signal.throwIfAborted();
      const { count = 0, next } = await page(cursor);
      total += count;
      cursor = next || undefined;
    } while (cursor !== undefined);
    return total;
  }

  private async asked<T>(work: () => Promise<T>): Promise<T> {
    return work().catch((error: unknown) => {
      this.signal.throwIfAborted();
      throw asCommandError(error);
    });
  }
}
