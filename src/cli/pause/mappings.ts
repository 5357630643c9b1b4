import { EventSourceMappingConfiguration, LambdaClient, paginateListEventSourceMappings, UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import { PhysicalNames } from '../../record/physical-names';
import type { Clients } from '../clients';
import type { Surroundings } from '../surroundings';

/** Lambda switches a mapping within seconds, mostly. */
const LOOK_MS = 1_000;
const BOUND_MS = 120_000;

/** What feeds one of the functions that write to the registry. */
export interface Mapping {
  readonly id: string;
  readonly functionName: string;
  /** `Enabled`, `Disabled`, or one of the states between. */
  readonly state: string;
}

/** The event source mappings of a destination: of the function that consumes the stream, and of the one that retries. */
export class Mappings {
  private readonly lambda: LambdaClient;
  private readonly functions: readonly string[];

  constructor(clients: Clients, region: string, replication: string) {
    const { replicator, retryFunction } = new PhysicalNames(replication);
    this.lambda = clients.of(LambdaClient, region);
    this.functions = [replicator, retryFunction];
  }

  public async all(): Promise<readonly Mapping[]> {
    const found = await Promise.all(this.functions.map(async (FunctionName) => {
      const mappings: EventSourceMappingConfiguration[] = [];
      const pages = paginateListEventSourceMappings({ client: this.lambda }, { FunctionName });
      for await (const { EventSourceMappings = [] } of pages) mappings.push(...EventSourceMappings);
      return mappings.map(({ UUID, State }): Mapping => ({ id: UUID!, functionName: FunctionName, state: State ?? 'unknown' }));
    }));
    return found.flat();
  }

  public async set({ id: UUID }: Mapping, Enabled: boolean): Promise<void> {
    await this.lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled }));
  }

  /** Looks until all are in a state, or two minutes are over. */
  public async once(state: 'Enabled' | 'Disabled', { now, pause, signal }: Pick<Surroundings, 'now' | 'pause' | 'signal'>): Promise<readonly Mapping[]> {
    const end = now() + BOUND_MS;
    for (;;) {
      const found = await this.all();
      if (found.every((each) => each.state === state) || now() >= end) return found;
      await pause(LOOK_MS);
      signal.throwIfAborted();
    }
  }

  /** Functions of which none feeds on anything: then it is not paused, but broken. */
  public without(mappings: readonly Mapping[]): readonly string[] {
    return this.functions.filter((name) => mappings.every(({ functionName }) => functionName !== name));
  }
}
