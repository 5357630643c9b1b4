import { MARGIN_MS } from '../../../src/table/margin';
import { HEARTBEAT_EVENT, SIGNAL_PK, SignalKind } from '../../../src/table/signal';
import type { Definitions } from '../definition';
import type { Item } from '../guarded-table';
import type { Pipeline } from '../pipeline';

/** The request for a table that a workflow ended with, and when it began. */
interface Written {
  readonly request: string;
  readonly startedAt: number;
}

/**
 * Heartbeats, as the synthesized workflow writes them.
 *
 * A world has hundreds, and two that find the same differ in their time alone. So the workflow itself runs for the first that finds something, and the
 * request that it ended with is used for the others, with their time: it goes through the table's guard as any other.
 */
export class Heartbeats {
  private static readonly written = new WeakMap<Definitions, Map<string, Written>>();

  /** @param mayFail whether the workflow's tasks do: then each heartbeat is an execution of its own */
  constructor(private readonly pipeline: Pipeline, private readonly mayFail: boolean) {}

  /**
   * @param found what AWS IoT answers; nothing if it fails
   * @param timestamp the time of the source
   */
  public async send(definition: Definitions, found: object | undefined, timestamp: number): Promise<void> {
    const { written } = Heartbeats;
    const known = written.get(definition) ?? written.set(definition, new Map()).get(definition)!;
    const key = JSON.stringify(found);
    const before = known.get(key);
    if (found && before && !this.mayFail && this.put(before, timestamp)) return;
    const { sourceTable } = this.pipeline;
    const put = sourceTable.put.bind(sourceTable);
    if (found && !before && !this.mayFail) {
      sourceTable.put = (request) => {
        const { pk, sk } = (request as { readonly Item: Item }).Item;
        if (pk.S === SIGNAL_PK && sk.S === SignalKind.HEARTBEAT) {
          sourceTable.put = put;
          known.set(key, { request: JSON.stringify(request), startedAt: timestamp });
        }
        return put(request);
      };
    }
    await this.pipeline.persist(HEARTBEAT_EVENT, 'observers');
  }

  /** @returns whether the table took it; else the workflow itself sees to what it says */
  private put({ request, startedAt }: Written, timestamp: number): boolean {
    const { sourceTable, replica } = this.pipeline;
    const text = [0, MARGIN_MS].reduce((each, ahead) => each.replaceAll(`"${startedAt + ahead}"`, `"${timestamp + ahead}"`), request);
    try {
      replica.send(sourceTable.put(JSON.parse(text) as object));
      return true;
    } catch {
      return false;
    }
  }
}
