import { RegistryRecord } from '../../kinds';
import { Change, Premise } from '../../kinds/handler/apply-context';
import { dependantsOf, EntityRecord, isEntity, kindOf } from '../../kinds/register';

const HISTORIES: readonly unknown[] = ['new', 'plain', 'kept'] satisfies Premise['history'][];

/** What a change of the stream lets its retry know; undefined if the destination may be in any state. */
export function premiseOf({ record, history, old }: Change): Premise | undefined {
  if (!isEntity(record) || record.deleted || history === 'unknown') return undefined;
  const { incarnation } = record;
  if (history === 'new') return { incarnation, history };
  if (!old || !isEntity(old)) return undefined;
  const { changes } = kindOf(record.kind);
  if (changes) {
    const changed = changes(old.state, record.state);
    return changed && { incarnation, history, changes: changed };
  }
  return { incarnation, history, revision: writtenOf(record), ...losesSomething(old, record) ? { loses: true } : {} };
}

function writtenOf({ version, timestamp }: RegistryRecord): string {
  return `${version} ${timestamp}`;
}

/** Updates overwrite what they name; what the record has none of has to be taken away by name. */
function losesSomething(old: EntityRecord, record: EntityRecord): boolean {
  const { clearable } = kindOf(record.kind);
  if (!clearable) return false;
  const left = clearable(record.state);
  return Object.entries(clearable(old.state)).some(([field, before]) => before && !left[field]);
}

/** The change that a message leads to: by its premise if that still holds, else nothing is known of the destination. */
export function changeBy(premise: Premise | undefined, record: RegistryRecord): Change {
  const unknown: Change = { record, history: 'unknown', createFirst: false };
  if (!premise || !isEntity(record) || record.deleted || record.incarnation !== premise.incarnation) return unknown;
  switch (premise.history) {
    case 'new': return { record, history: 'new', createFirst: true, premise };
    // If it takes nothing away, the record names all that an update has to overwrite, whatever earlier change did not get through. A newer record may
    // lack what this one had, and its own change knows only of this one.
    case 'plain': {
      const namesAll = !premise.loses && premise.revision === writtenOf(record);
      return { record, history: 'plain', createFirst: false, premise, old: namesAll ? record : undefined };
    }
    case 'kept': return { ...unknown, premise };
  }
}

/** Of what was applied, and has or gets all that belongs to it automatically. */
export function keptOf(record: RegistryRecord): Premise | undefined {
  const owns = isEntity(record) && !record.deleted && dependantsOf(record.kind).length > 0;
  return owns ? { incarnation: record.incarnation, history: 'kept' } : undefined;
}

/** @param isFresh whether what the stream knew may still count; a drift check's word has no age, for it owes nothing else */
export function premiseIn(value: unknown, isFresh: boolean): Premise | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { incarnation, history, loses, revision, changes } = value as Partial<Record<keyof Premise, unknown>>;
  if (typeof incarnation !== 'string' || !HISTORIES.includes(history)) return undefined;
  if (history !== 'kept' && !isFresh) return undefined;
  return {
    incarnation,
    history: history as Premise['history'],
    ...loses === true ? { loses } : {},
    ...typeof revision === 'string' ? { revision } : {},
    ...Array.isArray(changes) ? { changes: changes as string[] } : {},
  };
}

/** The premise of one try. Apply rules void it before they do something that a retry could not distinguish from an earlier state. */
export class Footing {
  constructor(public premise?: Premise) {}

  public void(): void {
    this.premise = undefined;
  }
}
