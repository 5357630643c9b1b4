import { HEARTBEAT_EVENT } from '../../../src/record/signal';
import { RegistryKind } from '../../../src/registry-kind';
import type { Definitions } from '../definition';
import { SUBSCRIBED } from '../history';
import type { Pipeline } from '../pipeline';
import type { EventKind } from '../registry';
import { Workflow } from '../workflow';

/** When the executions start that requests are taken from. No other number of a request is like it, but for times that are reckoned from it. */
const STARTED_AT = 1_234_567_890_123;
const TIMES = /"(123456\d{7})"/g;
const NEVER = { now: () => STARTED_AT, sleep: async () => { throw new Error('a heartbeat without faults has nothing to wait for'); } };

/** Kinds that are switched off now and then. */
const KINDS: readonly EventKind[] = ['THING', 'THING_GROUP', 'THING_TYPE', 'THING_GROUP_MEMBERSHIP'];

type Enabled = Partial<Record<EventKind, boolean>>;

/** What AWS IoT answers where these kinds of registry events are on, or off. */
export function eventConfigurationsOf(enabled: Enabled): object {
  return { EventConfigurations: Object.fromEntries(Object.values(RegistryKind).map((type) => [type, { Enabled: enabled[type as EventKind] !== false }])) };
}

/** Each kind is on or off. */
const FINDINGS = KINDS.reduce<readonly Enabled[]>((all, kind) => all.flatMap((each) => [{ ...each, [kind]: true }, { ...each, [kind]: false }]), [SUBSCRIBED]).map(eventConfigurationsOf);

/** Requests for the table, as text, by what AWS IoT answers. */
type Requests = ReadonlyMap<string, string>;

/**
 * Heartbeats, as the synthesized workflow writes them.
 *
 * A world has hundreds, and two that find the same differ in their time alone. So the workflow itself runs once for whatever it can find, before anything
 * happens, and the requests that it ends with are used for all, with their times: they go through the table's guard as any other.
 */
export class Heartbeats {
  /** Has to be called before the first heartbeat of a deployment: worlds would depend on those before them if it was left to that. */
  public static async prepare(definition: Definitions): Promise<void> {
    if (Heartbeats.requests.has(definition)) return;
    const requests = new Map<string, string>();
    for (const found of FINDINGS) requests.set(JSON.stringify(found), await requestOf(definition, found));
    Heartbeats.requests.set(definition, requests);
  }

  private static readonly requests = new WeakMap<Definitions, Requests>();

  /** @param mayFail whether the workflow's tasks do: then each heartbeat is an execution of its own */
  constructor(private readonly pipeline: Pipeline, private readonly mayFail: boolean) {}

  /**
   * @param found what AWS IoT answers; nothing if it fails
   * @param timestamp the time of the source
   */
  public async send(definition: Definitions, found: object | undefined, timestamp: number): Promise<void> {
    const request = found && !this.mayFail ? Heartbeats.requests.get(definition)?.get(JSON.stringify(found)) : undefined;
    if (found && !this.mayFail && request === undefined) throw new Error('the heartbeats of this deployment have not been prepared');
    if (request !== undefined && this.put(request, timestamp)) return;
    await this.pipeline.persist(HEARTBEAT_EVENT, 'observers');
  }

  /** @returns whether the table took it; else the workflow itself sees to what it says */
  private put(request: string, timestamp: number): boolean {
    const { sourceTable, replica } = this.pipeline;
    const text = request.replaceAll(TIMES, (_, time: string) => `"${Number(time) - STARTED_AT + timestamp}"`);
    try {
      replica.send(sourceTable.update(JSON.parse(text) as object));
      return true;
    } catch {
      return false;
    }
  }
}

async function requestOf(definition: Definitions, found: object): Promise<string> {
  let request: string | undefined;
  await new Workflow({ definition: definition.observers, clock: NEVER }).execute(HEARTBEAT_EVENT, async (resource, taskArguments) => {
    if (resource === 'dynamodb:updateItem') request = JSON.stringify(taskArguments);
    return resource.endsWith(':describeEventConfigurations') ? found : {};
  });
  if (request === undefined) throw new Error('the workflow wrote no heartbeat');
  return request;
}
