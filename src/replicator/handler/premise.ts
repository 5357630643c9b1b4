import { Change } from '../../kinds/handler/apply-context';
import { TypeChange, typeChanges } from '../../kinds/type/handler/apply';
import { RegistryRecord } from '../../record/record';

/**
 * What a message of the retry queue knows of the destination's entity, so that one call which was throttled costs one call and not one for
 * each membership too.
 *
 * The sender of a key has to apply what it knew: a consumer of the stream its change, a drift check the difference that it found.
 * A deletion ends an incarnation for good, so while the record is of the same incarnation nothing that the source deleted can have taken
 * memberships along. What apply rules take away themselves voids the premise.
 */
export interface Premise {
  /** Of the record when the key came to the queue. */
  readonly incarnation: string;
  /**
   * - `new`, `plain`: the history of the change that the stream brought
   * - `kept`: its state is unknown, but its memberships are what another one looks after: the drift check, which compares them too
   */
  readonly history: 'new' | 'plain' | 'kept';
  /** The change takes away what has to be looked for first: a description, a type, the last attributes. */
  readonly loses?: true;
  /** Of the record that the change led to; what a newer one takes away is not known here. */
  readonly revision?: string;
  /** What of a type changes. */
  readonly changes?: readonly TypeChange[];
}

const HISTORIES: readonly unknown[] = ['new', 'plain', 'kept'] satisfies Premise['history'][];

/** What a change of the stream lets its retry know; undefined if the destination may be in any state. */
export function premiseOf({ record, history, old }: Change): Premise | undefined {
  if (record.kind === 'membership' || record.deleted || history === 'unknown') return undefined;
  const { incarnation } = record;
  if (history === 'new') return { incarnation, history };
  if (record.kind === 'type') {
    const changes = old?.kind === 'type' ? typeChanges(old.state, record.state) : undefined;
    return changes && { incarnation, history, changes };
  }
  if (!old || old.kind === 'membership') return undefined;
  return { incarnation, history, revision: revisionOf(record), ...losesSomething(old, record) ? { loses: true } : {} };
}

function revisionOf({ version, timestamp }: RegistryRecord): string {
  return `${version} ${timestamp}`;
}

/** Updates overwrite what they name; what the record has none of has to be taken away by name. */
function losesSomething(old: RegistryRecord, record: RegistryRecord): boolean {
  return Object.entries(clearable(old)).some(([field, before]) => before && !clearable(record)[field]);
}

function clearable(record: RegistryRecord): Readonly<Record<string, boolean>> {
  if (record.kind !== 'thing' && record.kind !== 'group') return {};
  const single = record.kind === 'thing' ? record.state.thingTypeName : record.state.description;
  return { single: Boolean(single), attributes: Object.keys(record.state.attributes).length > 0 };
}

/** The change that a message leads to: by its premise if that still holds, else nothing is known of the destination. */
export function changeBy(premise: Premise | undefined, record: RegistryRecord): Change {
  const unknown: Change = { record, history: 'unknown', createFirst: false };
  if (!premise || record.kind === 'membership' || record.deleted || record.incarnation !== premise.incarnation) return unknown;
  switch (premise.history) {
    case 'new': return { record, history: 'new', createFirst: true, premise };
    // If it takes nothing away, the record names all that an update has to overwrite, whatever earlier change did not get through. A newer record may
    // lack what this one had, and its own change knows only of this one.
    case 'plain': {
      const namesAll = !premise.loses && premise.revision === revisionOf(record);
      return { record, history: 'plain', createFirst: false, premise, old: namesAll ? record : undefined };
    }
    case 'kept': return { ...unknown, premise };
  }
}

/** For a thing or a group that was applied, and whose memberships follow on their own. */
export function keptOf(record: RegistryRecord): Premise | undefined {
  return record.kind === 'membership' || record.kind === 'type' || record.deleted ? undefined : { incarnation: record.incarnation, history: 'kept' };
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
    ...Array.isArray(changes) ? { changes: changes as TypeChange[] } : {},
  };
}

/** The premise of one try. Apply rules void it before they do something that a retry could not distinguish from an earlier state. */
export class Footing {
  constructor(public premise?: Premise) {}

  public void(): void {
    this.premise = undefined;
  }
}
