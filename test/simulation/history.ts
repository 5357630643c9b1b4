import { ACCOUNT_ID, SOURCE_REGION } from './definition';
import {
  InMemoryRegistry, type EventKind, type IdentitySnapshot, type Input, type IssuedCertificate, type Operation, type RegistryFacts, type RegistryLimits, type Snapshot,
} from './registry';
import { certificateIn } from './registry/pem';

/** One operation on the source registry. */
export interface Step {
  /** Milliseconds after the operation before it; 0 makes a tie. */
  readonly after: number;
  /** `Match` stands for what fleet indexing does with a dynamic group, `Issue` for certificates that AWS makes itself. */
  readonly call: Operation | 'Match' | 'Issue';
  readonly input: Readonly<Record<string, unknown>>;
}

export type History = readonly Step[];

/** An event as the source Region emits it. */
export interface EmittedEvent {
  readonly at: number;
  readonly payload: object;
}

export interface Rules {
  readonly facts: RegistryFacts;
  readonly limits: Partial<RegistryLimits>;
  readonly unsubscribedEvents: boolean;
  /** What each id of the source begins with. @default ids are UUIDs */
  readonly idPrefix?: string;
}

export const START = 1_700_000_000_000;

/** Kinds of events that the pipeline subscribes to. */
export const SUBSCRIBED: Partial<Record<EventKind, boolean>> = { THING_GROUP_HIERARCHY: false, THING_TYPE_ASSOCIATION: false };

/** The source Region: a registry, its clock and the events that it has emitted. */
export class Source {
  public readonly events: EmittedEvent[] = [];
  public time = START;
  private readonly registry: InMemoryRegistry;
  /** Changes that no event tells of. */
  private untold = 0;

  constructor({ facts, limits, unsubscribedEvents, idPrefix }: Rules) {
    this.registry = new InMemoryRegistry({
      region: SOURCE_REGION,
      accountId: ACCOUNT_ID,
      now: () => this.time,
      facts,
      limits,
      idPrefix,
      events: unsubscribedEvents ? {} : SUBSCRIBED,
      onEvent: (_topic, payload) => this.events.push({ at: this.time, payload }),
      onIdentityChange: () => this.untold++,
      onWrite: (operation) => { if (CHANGING_VERSIONS.has(operation)) this.untold++; },
    });
  }

  /** @returns whether it changed anything; an operation that AWS refuses does not */
  public run(step: Step): boolean {
    const before = this.events.length + this.untold;
    const time = this.time;
    this.time += step.after;
    perform(this.registry, step);
    if (this.events.length + this.untold > before) return true;
    this.time = time;
    return false;
  }

  public snapshot(): Snapshot {
    return this.registry.snapshot();
  }

  public identitySnapshot(): IdentitySnapshot {
    return this.registry.identitySnapshot();
  }
}

/** What changes no document, and how many versions there are. */
const CHANGING_VERSIONS: ReadonlySet<Operation> = new Set(['CreatePolicyVersion', 'DeletePolicyVersion']);

/** Asks a registry for what a step says. */
export function perform(registry: InMemoryRegistry, step: Step): void {
  try {
    if (step.call === 'Match') {
      const { thingName, thingGroupName, matches } = step.input as { thingName: string; thingGroupName: string; matches: boolean };
      registry.match(thingName, thingGroupName, matches);
    } else if (step.call === 'Issue') {
      registry.issue(step.input as unknown as IssuedCertificate);
    } else {
      registry.execute(step.call, step.input as Input<Operation> as never);
    }
  } catch {
    // Refused: as if nobody had asked.
  }
}

/** Runs a history to its end. */
export function emit(history: History, rules: Rules): { readonly events: readonly EmittedEvent[]; readonly snapshot: Snapshot; readonly identities: IdentitySnapshot } {
  const source = new Source(rules);
  // Steps that tell nothing still take their time, so that leaving one out of a history moves no other.
  for (const step of history) if (!source.run(step)) source.time += step.after;
  return { events: source.events, snapshot: source.snapshot(), identities: source.identitySnapshot() };
}

/** A history in the words of a person, one operation a line. */
export function describeHistory(history: History): string[] {
  return history.map(({ after, call, input }) => `+${after}ms ${call} ${JSON.stringify(input, shortened)}`);
}

/** The text of a certificate says nothing to a person. */
function shortened(_: string, value: unknown): unknown {
  return typeof value === 'string' && value.startsWith('-----BEGIN CERTIFICATE') ? `certificate ${certificateIn(value).id}` : value;
}
