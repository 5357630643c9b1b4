import { Ordered } from './ordered';
import type { Context } from './state';

/** The entities of a registry, with all that they refer to. */
export type Entities = Pick<Context, 'things' | 'groups' | 'types' | 'holders' | 'certificates' | 'authorities' | 'policies' | 'cognito'>;

/** A registry without anything in it. */
export function noEntities(): Entities {
  return {
    things: new Map(), groups: new Map(), types: new Map(), holders: new Map(), certificates: new Ordered(), authorities: new Ordered(), policies: new Ordered(), cognito: new Map(),
  };
}

/** Nobody is told what was longer ago than this, in milliseconds. */
const LONGEST_LAG = 60_000;

/** Remembers what a registry was like, for list calls that have not heard of the latest changes. */
export class Past {
  private readonly moments: { readonly at: number; readonly entities: Entities }[] = [];
  /** Whether moments were forgotten. */
  private isCut = false;

  constructor(private readonly present: Entities, private readonly now: () => number) {}

  /** Takes note of a change that has just been made. */
  public remember(): void {
    const { things, groups, types, holders, certificates, authorities, policies, cognito } = this.present;
    const moment = { at: this.now(), entities: cloned({ things, groups, types, holders, certificates, authorities, policies, cognito }) };
    if (this.moments.at(-1)?.at === moment.at) this.moments.pop();
    this.moments.push(moment);
    // One that is older is still what there was a minute ago.
    const old = this.moments.findIndex(({ at }) => at > moment.at - LONGEST_LAG) - 1;
    if (old <= 0) return;
    this.moments.splice(0, old);
    this.isCut = true;
  }

  /** What there was at a time: after all that happened in its millisecond, and not before what is remembered. */
  public asOf(time: number): Entities {
    for (let i = this.moments.length - 1; i >= 0; i--) if (this.moments[i].at <= time) return this.moments[i].entities;
    return this.isCut ? this.moments[0].entities : noEntities();
  }
}

/** As `structuredClone` has it, for what entities are made of. That one's arrays are of another realm in jest, and deeply equal to none that code under test makes. */
function cloned<T>(value: T, known = new Map<unknown, unknown>()): T {
  if (typeof value !== 'object' || value === null) return value;
  if (known.has(value)) return known.get(value) as T;
  const clone = emptied(value);
  known.set(value, clone);
  if (value instanceof Map) for (const [key, each] of value) (clone as Map<unknown, unknown>).set(cloned(key, known), cloned(each, known));
  else if (value instanceof Set) for (const each of value) (clone as Set<unknown>).add(cloned(each, known));
  else for (const [key, each] of Object.entries(value)) (clone as Record<string, unknown>)[key] = cloned(each, known);
  return clone as T;
}

function emptied(value: object): object {
  if (value instanceof Map) return new Map<unknown, unknown>();
  if (value instanceof Set) return new Set<unknown>();
  return Array.isArray(value) ? [] : Object.create(Object.getPrototypeOf(value) as object) as object;
}
