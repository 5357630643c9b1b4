import type { Clock } from './clock';
import { ACCOUNT_ID, SOURCE_REGION } from './definition';
import { perform, START, SUBSCRIBED, type EmittedEvent, type History, type Rules } from './history';
import { InMemoryRegistry, type EventKind, type IdentitySnapshot, type Operation, type Snapshot } from './registry';

export interface LiveSourceOptions {
  readonly history: History;
  readonly rules: Rules;
  readonly clock: Clock;
  readonly onEvent: (event: EmittedEvent) => void;
  /** Milliseconds by which a call that reads is behind. */
  readonly readLag: (operation: Operation) => number;
  /** Milliseconds by which the Region's clock is ahead. */
  readonly ahead?: () => number;
  /** Kinds of events, and whether they are on. @default those that the pipeline subscribes to are */
  readonly events?: Partial<Record<EventKind, boolean>>;
}

/** The source Region while its history happens, each operation at its time: what is read from it is what is there then. */
export class LiveSource {
  public readonly registry: InMemoryRegistry;
  /** When the last operation happens. */
  public readonly end: number;
  private toCome: number;

  constructor({ history, rules: { facts, limits, unsubscribedEvents, idPrefix }, clock, onEvent, readLag, ahead = () => 0, events }: LiveSourceOptions) {
    this.registry = new InMemoryRegistry({
      region: SOURCE_REGION,
      accountId: ACCOUNT_ID,
      now: () => clock.now() + ahead(),
      steadyNow: () => clock.now(),
      facts,
      limits,
      idPrefix,
      events: events ?? (unsubscribedEvents ? {} : SUBSCRIBED),
      onEvent: (_topic, payload) => onEvent({ at: clock.now(), payload }),
      readLag,
    });
    this.toCome = history.length;
    let time = START;
    for (const step of history) {
      time += step.after;
      clock.at(time, () => {
        this.toCome -= 1;
        perform(this.registry, step);
      });
    }
    this.end = time;
  }

  /** Whether the whole history has happened. */
  public get isOver(): boolean {
    return this.toCome === 0;
  }

  public snapshot(): Snapshot {
    return this.registry.snapshot();
  }

  public identitySnapshot(): IdentitySnapshot {
    return this.registry.identitySnapshot();
  }
}
