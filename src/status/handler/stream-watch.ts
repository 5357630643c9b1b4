import { DestinationGap } from './gap';
import { unreadGap } from './gaps';
import type { MappingSettings } from '../../record/mapping-settings';
import type { StreamMapping } from '../../runtime/stream-mapping';

export interface StreamWatchOptions {
  readonly mapping: StreamMapping;
  readonly settings: MappingSettings;
  /** Whether the Region is paused. */
  readonly isPaused: boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What is wrong with the event source mapping, and what fixes it. */
export interface StreamFinding {
  /** What may be missing because of it. */
  readonly gap?: DestinationGap;
  /** Call it once the status contains the gap: from then on heartbeats arrive. */
  readonly follow: () => Promise<void>;
}

/**
 * Ensures that the replicator reads the current stream of the replica. A Region that is removed from the table and put back has another stream, without
 * any change in the templates of its stack.
 */
export class StreamWatch {
  constructor(private readonly options: StreamWatchOptions) {}

  public async look(): Promise<StreamFinding> {
    const { mapping, settings, isPaused, now } = this.options;
    const { streamArn, current, others } = await mapping.look(settings.FunctionName);
    return {
      gap: current ? undefined : unreadGap(now()),
      follow: async () => {
        // Without a replica there is nothing to follow; the existing mapping shows whether it was disabled by hand.
        if (streamArn === undefined) return;
        if (!current) await mapping.create(streamArn, settings, !isPaused && others.every(({ isEnabled }) => isEnabled));
        for (const each of others) await mapping.delete(each);
      },
    };
  }
}
