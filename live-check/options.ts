import { Belief, TOPICS } from './belief';
import { isRunId } from './names';
import type { LiveCheckOptions } from '../src/cli/live-check';

export interface CheckOptions {
  readonly sourceRegion: string;
  readonly destinationRegion: string;
  /** Ids and topics; all if none are given. */
  readonly only: readonly string[];
  readonly report?: string;
  readonly profile?: string;
  readonly yes: boolean;
  readonly switchEventsOn: boolean;
}

export type Command =
  | { readonly what: 'list'; readonly only: readonly string[] }
  | { readonly what: 'clean'; readonly runId: string; readonly profile?: string }
  | { readonly what: 'check'; readonly options: CheckOptions };

/** The arguments are invalid. */
export class UsageError extends Error {
  public override readonly name = 'UsageError';
}

const REGION = /^[a-z]{2,}(-[a-z]+)+-\d+$/;

/** @throws UsageError with what was given and what is expected */
export function commandOf(options: Omit<LiveCheckOptions, 'libraryVersion'>, beliefs: readonly Pick<Belief, 'id' | 'topic'>[]): Command {
  const { only = [], clean, profile } = options;
  for (const name of only) mustBeKnown(name, beliefs);
  if (options.list) return { what: 'list', only };
  if (clean !== undefined) {
    if (!isRunId(clean)) throw new UsageError(`--clean: got ${clean}, expected the id of a run: eight lowercase letters and digits, as in live-check-<run>-…`);
    return { what: 'clean', runId: clean, profile };
  }
  const [sourceRegion, destinationRegion] = [region('--source-region', options.sourceRegion), region('--destination-region', options.destinationRegion)];
  if (sourceRegion === destinationRegion) throw new UsageError(`--destination-region: got ${destinationRegion}, which is also the source, expected another Region`);
  return {
    what: 'check',
    options: {
      sourceRegion,
      destinationRegion,
      only,
      report: options.report,
      profile,
      yes: options.yes ?? false,
      switchEventsOn: options.switchEventsOn ?? false,
    },
  };
}

function region(option: string, given: string | undefined): string {
  if (given === undefined) throw new UsageError(`${option}: got nothing, expected a Region such as us-east-1`);
  if (!REGION.test(given)) throw new UsageError(`${option}: got ${given}, expected a Region such as us-east-1`);
  return given;
}

function mustBeKnown(name: string, beliefs: readonly Pick<Belief, 'id' | 'topic'>[]): void {
  if (beliefs.some(({ id, topic }) => id === name || topic === name)) return;
  throw new UsageError(`--only: got ${name}, expected a topic (${TOPICS.join(', ')}) or a belief; --list shows all`);
}
