import { DestinationGap } from './gap';
import { unreadGap } from './gaps';
import type { MappingSettings } from '../../record/mapping-settings';
import type { StreamMapping } from '../../runtime/stream-mapping';

export interface StreamWatchOptions {
  readonly mapping: StreamMapping;
  readonly settings: MappingSettings;
  /** Whether the Region is left as it is. */
  readonly isPaused: boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What is wrong with the reading of the stream, and what mends it. */
export interface StreamFinding {
  /** What may be missing because of it. */
  readonly gap?: DestinationGap;
  /** To be called once the gap is known to the status: from then on heartbeats arrive. */
  readonly follow: () => Promise<void>;
}

/**
 * Sees to it that the replicator reads the stream that the replica has now. A Region that is taken out of the table and put back has another one, which
 * no deployment has to know of: the templates of its stack are the same as before.
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
