import { S3Client } from '@aws-sdk/client-s3';
import type { Workflow } from './workflow';
import type { Difference } from '../../comparison/handler/differences';
import { Objects } from '../../comparison/handler/objects';
import type { Clients } from '../clients';
import { shownKey } from '../entities';
import { CommandError } from '../errors';
import { EXIT } from '../exit-codes';

/** Which differences of a report are shown; those without a condition are all. */
export interface Filter {
  readonly kinds?: readonly string[];
  /** With `*` for any characters: `lamp-*`, `thing/lamp-*`. */
  readonly entity?: string;
  readonly differences?: readonly string[];
}

/** Entities that are no differences, and can be many. */
const NO_DIFFERENCES: readonly string[] = ['unmanaged', 'outside'];

export function matches({ kinds, entity, differences }: Filter): (difference: Difference) => boolean {
  const pattern = entity === undefined ? undefined : patternOf(entity);
  return (each) => (!kinds || kinds.includes(each.kind))
    && (differences ? differences.includes(each.difference) : !NO_DIFFERENCES.includes(each.difference))
    && (!pattern || shownKey(each).split('/').some((_, i, parts) => pattern.test(parts.slice(i).join('/'))));
}

/** Matches from the beginning of any part: of `membership/lamp-1/hall`, `lamp-1/hall` and `hall` too. */
function patternOf(text: string): RegExp {
  return new RegExp(`^${text.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`);
}

/**
 * The differences in the report of a run, in the order in which it found them.
 *
 * @param uri `report` of its summary
 */
export async function* differencesIn(clients: Clients, { region, bucket }: Workflow, uri: string): AsyncGenerator<Difference> {
  const [, name, prefix] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
  if (name !== bucket.name) throw new CommandError(`the run names the report ${uri}, expected one in the bucket ${bucket.name}`, EXIT.failed);
  const s3 = clients.of(S3Client, region);
  const objects = new Objects(s3, bucket);
  let after: string | undefined;
  for (;;) {
    const { keys, isLast } = await objects.keys(prefix, after);
    for (const key of keys.filter((each) => each.endsWith('.jsonl'))) {
      for (const line of (await objects.read(key)).split('\n')) if (line !== '') yield JSON.parse(line) as Difference;
    }
    if (isLast) return;
    after = keys.at(-1);
  }
}
