import type { PlaceFacts, RecordFacts } from './facts';
import { isIdentity, statusIn } from './state';
import { DriftKind } from '../../drift/drift-kind';
import type { Entity } from '../../kinds';
import { Status } from '../../kinds/certificate/certificate';
import { kindOf } from '../../kinds/register';
import { shownEntity } from '../entities';
import { shownDuration } from '../times';

/** A change that is younger may have a message of its own in a queue, which nobody can look for. */
const YOUNG_MS = 5 * 60_000;

type Facts = Omit<PlaceFacts, 'sentence' | 'advice' | 'fine'>;
type Sentence = Pick<PlaceFacts, 'sentence' | 'advice' | 'fine'>;

/** Why an entity is as it is in a Region: the first cause that explains it. */
export function sentenceOf(facts: Facts, replication: string, entity: Entity, now: number): Sentence {
  if (facts.problem !== undefined) return { sentence: `it could not be read: ${facts.problem}`, fine: false };
  return facts.role === 'source' ? ofSource(facts, replication, entity) : ofDestination(facts, replication, entity, now);
}

function ofSource({ registry, record, difference, letters, region }: Facts, replication: string, entity: Entity): Sentence {
  // Those of certificates take minutes.
  const sweep = `sweep ${replication}${kindOf(entity.kind).isCredential ? ' --certificates' : optionOf(entity)}`;
  const lost = isIdentity(entity) ? 'no sweep or check has recorded it yet' : 'is on its way, or was lost';
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
    const why = isIdentity(entity) ? `a prefix or the options of identities exclude it, or ${lost}` : 'a prefix, a kind or the router excludes it, or its event was lost';
    return { sentence: `it exists and has no record: ${why}`, advice: sweep, fine: false };
  }
  const changed = (what: string, change: string) => ({ sentence: isIdentity(entity) ? `${what}: ${lost}` : `${what}: ${change} ${lost}`, advice: sweep, fine: false });
  if (record?.routed && difference === DriftKind.DIFFERENT) return { sentence: 'it is recorded as the router wants it', fine: true };
  if (difference === DriftKind.MISSING) return changed('it is gone, and its record is alive', 'its deletion');
  if (difference === DriftKind.DIFFERENT) return changed('it differs from its record', 'a change');
  if (difference === DriftKind.SHOULD_BE_GONE) return changed('it exists, and is recorded as deleted', 'its creation');
  if (difference !== undefined) {
    const advice = `diff ${replication} --source${optionOf(entity)} --entity ${shownEntity(entity)}`;
    return { sentence: `it is ${difference}: its record is not one of this source`, advice, fine: false };
  }
  if (!registry?.exists) return { sentence: record ? 'it was deleted, and that is recorded' : 'it does not exist, and nothing is recorded of it', fine: true };
  const status = statusIn(registry.state);
  return { sentence: `it is recorded as it is${status === undefined ? '' : `: ${status}`}`, fine: true };
}

function ofDestination(facts: Facts, replication: string, entity: Entity, now: number): Sentence {
  const { registry, record, difference, letters, waiting, region, rejected, withoutIdentities } = facts;
  const named = shownEntity(entity);
  const repair = `repair ${replication} --region ${region}${optionOf(entity)}`;
  const [letter] = letters;
  if (withoutIdentities && record) return { sentence: 'it is not replicated here: the Region is deployed without `identities`; deploy it again if it is meant to have them', fine: false };
  if (rejected !== undefined) {
    return {
      sentence: `it is rejected, because ${rejected}; certificates that need it stay inactive${registry?.exists ? ', and what is here stays' : ''}; sweep once it is corrected in the source`,
      advice: `sweep ${replication} --identities`,
      fine: false,
    };
  }
  if (difference === undefined) return asRecorded(facts, replication, named);
  if (difference === DriftKind.UNMANAGED) return { sentence: 'it exists here and has no record of this source: nothing changes or deletes it', fine: true };
  if (difference === DriftKind.RETAINED) return { sentence: 'the source deleted it while deletions were retained: it stays', advice: `${repair} --delete-retained`, fine: true };
  if (waiting?.for !== undefined) {
    const advice = `explain ${replication} ${waiting.for}`;
    // A policy has to be as its record says before a certificate gets it.
    const [isAbsent, comes] = isIdentity(entity) ? ['is not here as recorded', 'is'] : ['does not exist here', 'does'];
    if (waiting.lettered) {
      return { sentence: `it waited three days for ${waiting.for}, which ${isAbsent}, and is a dead letter; it is applied by itself once that ${isIdentity(entity) ? 'is' : 'exists'}`, advice, fine: false };
    }
    return { sentence: `it waits since ${waiting.since} for ${waiting.for}, which ${isAbsent}, and is applied by itself once it ${comes}`, advice, fine: false };
  }
  if (letter) {
    return {
      sentence: `its change is a dead letter since ${letter.sentAt}: ${whyOf(letter)}; redrive it once the cause is mended`,
      advice: `letters ${replication} --in ${region} --entity ${named} --redrive`,
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

/** There is no difference, and what may still come. */
function asRecorded({ registry, record, letters: [letter], hasNewest, region }: Facts, replication: string, named: string): Sentence {
  const same = sameOf(registry, record);
  if (hasNewest === false) return { sentence: `${same}, and the source has a newer record: that is on its way`, advice: `status ${replication}`, fine: false };
  if (letter) return { sentence: `${same}; a dead letter of it is left`, advice: `letters ${replication} --in ${region} --entity ${named} --delete`, fine: false };
  return { sentence: same, fine: true };
}

function sameOf(registry: Facts['registry'], record: Facts['record']): string {
  const [here, there] = [statusIn(registry?.state), isReadable(record) && !record.deleted ? statusIn(record.state) : undefined];
  if (there === Status.PENDING_ACTIVATION) return `the source has not activated it (${there}), so it is not copied`;
  if (registry?.exists) return here === undefined ? 'it is as its record says' : `it is ${here}, as its record says${here === there ? `: it is ${there} in the source` : ''}`;
  return record ? 'it does not exist, as its record says' : 'it does not exist, and nothing is recorded of it';
}

function isReadable(record: Facts['record']): record is RecordFacts {
  return record !== undefined && record !== null && record !== 'unreadable';
}

/** What selects the workflows that compare the entity. */
function optionOf(entity: Entity): string {
  return isIdentity(entity) ? ' --identities' : '';
}

function whyOf({ class: of, error, reason }: { readonly class?: string; readonly error?: string; readonly reason?: string }): string {
  return [[of, error].filter((part) => part !== undefined).join(' '), reason].filter((part) => part).join(': ');
}
