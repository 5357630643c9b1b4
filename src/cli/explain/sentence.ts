import type { PlaceFacts } from './facts';
import { DriftKind } from '../../drift/drift-kind';
import { shownDuration } from '../times';

/** A change that is younger may have a message of its own in a queue, which nobody can look for. */
const YOUNG_MS = 5 * 60_000;

type Facts = Omit<PlaceFacts, 'sentence' | 'advice' | 'fine'>;
type Sentence = Pick<PlaceFacts, 'sentence' | 'advice' | 'fine'>;

/** Why an entity is as it is in a Region: the first cause that explains it. */
export function sentenceOf(facts: Facts, replication: string, entity: string, now: number): Sentence {
  if (facts.problem !== undefined) return { sentence: `it could not be read: ${facts.problem}`, fine: false };
  return facts.role === 'source' ? ofSource(facts, replication, entity) : ofDestination(facts, replication, entity, now);
}

function ofSource({ registry, record, difference, letters, region }: Facts, replication: string, entity: string): Sentence {
  const sweep = `sweep ${replication}`;
  const [letter] = letters;
  if (letter) {
    return {
      sentence: `an event about it is a dead letter since ${letter.sentAt}: ${whyOf(letter)}; a sweep repairs the entity too`,
      advice: `letters ${replication} --in ${region}`,
      fine: false,
    };
  }
  if (record === 'unreadable') return { sentence: 'the item under its key is no record: somebody wrote to the table', advice: sweep, fine: false };
  if (registry?.exists && record === null) {
    return { sentence: 'it exists and has no record: a prefix, a kind or the router excludes it, or its event was lost', advice: sweep, fine: false };
  }
  if (record?.routed && difference === DriftKind.DIFFERENT) return { sentence: 'it is recorded as the router wants it', fine: true };
  if (difference === DriftKind.MISSING) return { sentence: 'it is gone, and its record is alive: its deletion is on its way, or was lost', advice: sweep, fine: false };
  if (difference === DriftKind.DIFFERENT) return { sentence: 'it differs from its record: a change is on its way, or was lost', advice: sweep, fine: false };
  if (difference === DriftKind.SHOULD_BE_GONE) return { sentence: 'it exists, and is recorded as deleted: its creation is on its way, or was lost', advice: sweep, fine: false };
  if (difference !== undefined) return { sentence: `it is ${difference}: its record is not one of this source`, advice: `diff ${replication} --source --entity ${entity}`, fine: false };
  if (!registry?.exists) return { sentence: record ? 'it was deleted, and that is recorded' : 'it does not exist, and nothing is recorded of it', fine: true };
  return { sentence: 'it is recorded as it is', fine: true };
}

function ofDestination(facts: Facts, replication: string, entity: string, now: number): Sentence {
  const { registry, record, difference, letters, waiting, hasNewest, region } = facts;
  const repair = `repair ${replication} --region ${region}`;
  const [letter] = letters;
  if (difference === undefined) {
    const same = registry?.exists ? 'it is as its record says' : record ? 'it does not exist, as its record says' : 'it does not exist, and nothing is recorded of it';
    if (hasNewest === false) return { sentence: `${same}, and the source has a newer record: that is on its way`, advice: `status ${replication}`, fine: false };
    if (letter) return { sentence: `${same}; a dead letter of it is left`, advice: `letters ${replication} --in ${region} --entity ${entity} --delete`, fine: false };
    return { sentence: same, fine: true };
  }
  if (difference === DriftKind.UNMANAGED) return { sentence: 'it exists here and has no record of this source: nothing changes or deletes it', fine: true };
  if (difference === DriftKind.RETAINED) return { sentence: 'the source deleted it while deletions were retained: it stays', advice: `${repair} --delete-retained`, fine: true };
  if (waiting?.for !== undefined) {
    const since = `since ${waiting.since}`;
    const advice = `explain ${replication} ${waiting.for}`;
    if (waiting.lettered) return { sentence: `it waited three days for ${waiting.for}, which does not exist here, and is a dead letter; it is applied by itself once that exists`, advice, fine: false };
    return { sentence: `it waits ${since} for ${waiting.for}, which does not exist here, and is applied by itself once it does`, advice, fine: false };
  }
  if (letter) {
    return {
      sentence: `its change is a dead letter since ${letter.sentAt}: ${whyOf(letter)}; redrive it once the cause is mended`,
      advice: `letters ${replication} --in ${region} --entity ${entity} --redrive`,
      fine: false,
    };
  }
  if (waiting) return { sentence: `it differs from its record, and has been tried again since ${waiting.since}: something there has to change first`, advice: `status ${replication}`, fine: false };
  const what = difference === DriftKind.SHOULD_BE_GONE ? 'here and should be gone' : difference;
  // For the first minute, a change that waits for something has a message and no note.
  const age = record && record !== 'unreadable' ? now - Date.parse(record.changedAt) : Infinity;
  if (age < YOUNG_MS) return { sentence: `it is ${what}: its change of ${shownDuration(age)} ago may be on its way, so repair only what is still so in some minutes`, advice: repair, fine: false };
  return { sentence: `it is ${what}, and nothing is known to be on its way: somebody changed it here, or a change was lost`, advice: repair, fine: false };
}

function whyOf({ class: of, error, reason }: { readonly class?: string; readonly error?: string; readonly reason?: string }): string {
  return [[of, error].filter((part) => part !== undefined).join(' '), reason].filter((part) => part).join(': ');
}
