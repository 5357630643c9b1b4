import { parseArgs } from 'node:util';
import { Belief, TOPICS } from './belief';
import { isRunId } from './names';

export const USAGE = `npm run live-check -- --source-region REGION --destination-region REGION

Checks on a real account whether the library's assumptions about AWS are true. Creates resources with names and tags of its own, and removes
them, also after Ctrl-C. Asks before it creates anything.

  --source-region REGION        the Region of most resources
  --destination-region REGION   the Region of replicas
  --only NAME[,NAME…]           beliefs or topics (${TOPICS.join(', ')}); may be repeated. Default: all
  --list                        prints all beliefs, and checks none
  --report FILE                 the file of the report. Default: .live-check/RUN.json
  --profile NAME                as in the AWS CLI. Default: the environment, AWS_PROFILE, …
  --yes                         starts without asking
  --switch-events-on            switches registry events on without asking, where they are off, and off again afterwards
  --clean RUN                   removes what a killed run has left

Exit code: 0 every checked belief holds, 1 one does not or the check failed, 2 not started, 3 something could not be removed, 130 interrupted.`;

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
  | { readonly what: 'help' }
  | { readonly what: 'list'; readonly only: readonly string[] }
  | { readonly what: 'clean'; readonly runId: string; readonly profile?: string }
  | { readonly what: 'check'; readonly options: CheckOptions };

/** The arguments are invalid. */
export class UsageError extends Error {
  public override readonly name = 'UsageError';
}

const REGION = /^[a-z]{2,}(-[a-z]+)+-\d+$/;

/** @throws UsageError with what was given and what is expected */
export function parseCommand(args: readonly string[], beliefs: readonly Pick<Belief, 'id' | 'topic'>[]): Command {
  const values = valuesOf(args);
  if (values.help) return { what: 'help' };
  const only = (values.only ?? []).flatMap((each) => each.split(','));
  for (const name of only) mustBeKnown(name, beliefs);
  if (values.list) return { what: 'list', only };
  if (values.clean !== undefined) {
    if (!isRunId(values.clean)) throw new UsageError(`--clean: got ${values.clean}, expected the id of a run: eight lowercase letters and digits, as in live-check-<run>-…`);
    return { what: 'clean', runId: values.clean, profile: values.profile };
  }
  const [sourceRegion, destinationRegion] = [region('--source-region', values['source-region']), region('--destination-region', values['destination-region'])];
  if (sourceRegion === destinationRegion) throw new UsageError(`--destination-region: got ${destinationRegion}, which is also the source, expected another Region`);
  return {
    what: 'check',
    options: {
      sourceRegion, destinationRegion, only, report: values.report, profile: values.profile, yes: values.yes ?? false, switchEventsOn: values['switch-events-on'] ?? false,
    },
  };
}

function valuesOf(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        'source-region': { type: 'string' },
        'destination-region': { type: 'string' },
        'only': { type: 'string', multiple: true },
        'report': { type: 'string' },
        'profile': { type: 'string' },
        'clean': { type: 'string' },
        'list': { type: 'boolean' },
        'yes': { type: 'boolean' },
        'switch-events-on': { type: 'boolean' },
        'help': { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message}; --help shows what is expected`);
  }
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
