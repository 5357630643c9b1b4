export interface RegistryEvent extends Readonly<Record<string, unknown>> {
  readonly topic: string;
  readonly eventType?: string;
  readonly eventId?: string;
  readonly operation?: string;
}

/** The registry events of a run's own entities. */
export interface RecordedEvents {
  /** Whether events were off, and the run has switched them on. */
  readonly wereSwitchedOn: boolean;
  /** Whether a change of one kind of event left the others unchanged; absent if it was not tried. */
  readonly merged?: boolean;
  /** Whether the first change, a second after rule and events were switched on, caused an event. */
  firstChange(): Promise<{ readonly isTold: boolean; readonly unheard: number }>;
  /**
   * Events about an entity, once they are as expected and unexpected ones have had time to arrive. Otherwise all received events.
   *
   * @param name the name of a thing, group or type of this run
   */
  about(name: string, areAll: (events: readonly RegistryEvent[]) => boolean, boundSeconds?: number): Promise<RegistryEvent[]>;
}
