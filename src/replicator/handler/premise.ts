import { RegistryRecord } from '../../kinds';
import { Change, Premise } from '../../kinds/handler/apply-context';
import { dependantsOf, EntityRecord, isEntity, kindOf } from '../../kinds/register';

const HISTORIES: readonly unknown[] = ['new', 'plain', 'kept'] satisfies Premise['history'][];

/** The premise that a change of the stream passes to its retry; undefined if the destination may be in any state. */
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

/** Updates overwrite the fields that they name; fields that the record lacks have to be removed by name. */
function losesSomething(old: EntityRecord, record: EntityRecord): boolean {
  const { clearable } = kindOf(record.kind);
  if (!clearable) return false;
  const left = clearable(record.state);
  return Object.entries(clearable(old.state)).some(([field, before]) => before && !left[field]);
}

/** The change that results from a message: by its premise if that still holds; otherwise the state of the destination is unknown. */
export function changeBy(premise: Premise | undefined, record: RegistryRecord): Change {
  const unknown: Change = { record, history: 'unknown', createFirst: false };
  if (!premise || !isEntity(record) || record.deleted || record.incarnation !== premise.incarnation) return unknown;
  switch (premise.history) {
    case 'new': return { record, history: 'new', createFirst: true, premise };
    // If it removes nothing, the record names everything that an update has to overwrite, even if an earlier change failed. A newer record may
    // lack fields of this one, and its own change knows only this one.
    case 'plain': {
      const namesAll = !premise.loses && premise.revision === writtenOf(record);
      return { record, history: 'plain', createFirst: false, premise, old: namesAll ? record : undefined };
    }
    case 'kept': return { ...unknown, premise };
  }
}

/** For an applied entity whose dependants are complete, or follow on their own. */
export function keptOf(record: RegistryRecord): Premise | undefined {
  const owns = isEntity(record) && !record.deleted && dependantsOf(record.kind).length > 0;
  return owns ? { incarnation: record.incarnation, history: 'kept' } : undefined;
}

/** @param isFresh whether the stream's knowledge may still count; that of a drift check does not age */
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

/** The premise of one attempt. Apply rules void it before they do anything that a retry could not distinguish from an earlier state. */
export class Footing {
  constructor(public premise?: Premise) {}

  public void(): void {
    this.premise = undefined;
  }
}
