import { SweepRun } from './begin';
import { Candidate } from '../../comparison/handler/journal';
import { Objects } from '../../comparison/handler/objects';
import { storedRevisionOf, StoredRecord, StoredRecords } from '../../comparison/handler/table-reader';
import { entityOf, isEntity, ownersOf } from '../../kinds/register';
import { MARGIN_MS } from '../../record/margin';
import { keyString, RecordKey } from '../../record/record';
import { LEFT_KEY } from '../left-key';

/** Names that are remembered, of some 150 bytes each. */
const MAX_REMEMBERED = 10_000;

/** What a sweep deferred, for the next one. */
interface LeftList {
  /** Name of the execution. */
  readonly run: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** When it was written: each entry is from before. */
  readonly writtenAt: number;
  readonly left: readonly Candidate[];
}

/** A candidate with its record at the time when it was deferred. */
export function asLeft(candidate: RecordKey, records: StoredRecords): Candidate {
  const { pk, sk } = candidate;
  const owners = ownersOf(entityOf(candidate)!);
  const ends = owners.length > 0 ? owners.map((owner) => incarnationIn(records.get(owner.key)) ?? null) : undefined;
  return { pk, sk, identity: storedRevisionOf(records.get(candidate)), ends };
}

/** The incarnation that lives, by its record. */
export function incarnationIn(record: StoredRecord | undefined): string | undefined {
  return record && record !== 'unreadable' && isEntity(record) && !record.deleted ? record.incarnation : undefined;
}

/**
 * What the previous sweep deferred: an entity that is deferred once may be changing, one that is deferred again in the same state is not.
 *
 * If there were more than can be stored, the sweep itself counted the rest as remaining.
 */
export class LeftBefore {
  private loaded?: Promise<LeftList & { readonly byKey: ReadonlyMap<string, Candidate> } | undefined>;

  constructor(private readonly objects: Objects, private readonly run: SweepRun) {}

  /** Whether the previous sweep deferred it too, and its record has not changed since. */
  public async hasLeft(candidate: Candidate): Promise<boolean> {
    const before = (await this.load())?.byKey.get(keyString(candidate));
    return before !== undefined && before.identity === candidate.identity;
  }

  /** Whether an owner was known in this incarnation for longer than the margin. */
  public async hasKnownOwner(dependant: RecordKey, incarnation: string, now: number): Promise<boolean> {
    const list = await this.load();
    return list !== undefined && list.writtenAt <= now - MARGIN_MS && (list.byKey.get(keyString(dependant))?.ends?.includes(incarnation) ?? false);
  }

  /**
   * Stores what this sweep deferred, unless a later sweep has stored its own.
   *
   * @returns how many could not be remembered
   */
  public async replace(left: readonly Candidate[], now: number): Promise<number> {
    const { name, startedAt } = this.run;
    const last = await this.read();
    const remembered = left.slice(0, MAX_REMEMBERED);
    const isNews = left.length > 0 || (last?.left.length ?? 0) > 0;
    if (isNews && (!last || last.startedAt <= startedAt)) {
      const list: LeftList = { run: name, startedAt, writtenAt: now, left: remembered };
      await this.objects.write(LEFT_KEY, JSON.stringify(list), 'application/json');
    }
    return left.length - remembered.length;
  }

  /** The list of the previous sweep. A repeated step may find the list of its own sweep, which is ignored. */
  private load(): NonNullable<typeof this.loaded> {
    this.loaded ??= this.read().then((list) => (
      list && list.run !== this.run.name ? { ...list, byKey: new Map(list.left.map((each) => [keyString(each), each])) } : undefined
    ));
    return this.loaded;
  }

  private async read(): Promise<LeftList | undefined> {
    const body = await this.objects.find(LEFT_KEY);
    return body === undefined ? undefined : listIn(body);
  }
}

/** An object that is no list of a sweep is ignored; it must not end every later sweep. */
function listIn(body: string): LeftList | undefined {
  try {
    const list = JSON.parse(body) as Partial<LeftList> | null;
    return Array.isArray(list?.left) ? list as LeftList : undefined;
  } catch {
    return undefined;
  }
}
