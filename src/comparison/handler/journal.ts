import pMap from 'p-map';
import type { Counts } from '../counts';
import type { Difference } from './differences';
import type { EncodedHaving } from './name-index';
import type { ObjectStore } from './objects';
import type { RecordKey } from '../../record/record';

/** A key whose two sides may differ. */
export interface Candidate extends RecordKey {
  /** For trees: the number of its ancestors. */
  readonly depth?: number;
  /** Distinguishes the record from others of its key, as it was before the registry was read. */
  readonly identity?: string;
  /** For kinds with owners: the incarnations of its owners at that time, `null` for one without a record. */
  readonly ends?: readonly (string | null)[];
  /** Live incarnations that its record replaced. */
  readonly replaced?: readonly string[];
  /** Its record contains the last step, and it was repaired without it: the step follows. */
  readonly isOpen?: true;
  /** It differed while its record changed, so it was unknown whether that was a difference. */
  readonly isMoving?: true;
}

/** The result of one unit of a phase. */
export interface Unit {
  /** Where the phase continues; absent in its last unit. */
  readonly next?: unknown;
  /** Keys that the registry listed, encoded for a `KeySet`. */
  readonly listed?: string;
  /** Partition keys of the owners by which dependants are listed: groups that can have members. */
  readonly owners?: readonly string[];
  readonly candidates?: readonly Candidate[];
  /** Keys that records name and that are replicated only for this reason, encoded for a `KeySet`. */
  readonly referred?: string;
  /** Names of what entities can have. */
  readonly names?: readonly string[];
  /** Entities that have it, by the number of its name, encoded for a `NameIndex`. */
  readonly having?: readonly EncodedHaving[];
  /** Candidates that were left to the next run. */
  readonly left?: readonly Candidate[];
  readonly counts?: Counts;
  /** The differences. */
  readonly differences?: readonly Difference[];
}

/** A unit as the journal has it. */
export interface Entry extends Unit {
  /** Totals of the phase, up to and including this unit. */
  readonly total: Counts;
  /** The first differences of the phase. */
  readonly first: readonly Difference[];
}

const NUMBER_LENGTH = 6;
/** Reads at once: enough to hide the latency of each. */
const CONCURRENCY = 32;

/**
 * The work of a run, one object for each unit: a step that died continues after the last of them.
 *
 * S3 is consistent for reads and listings after writes: https://docs.aws.amazon.com/AmazonS3/latest/userguide/Welcome.html#ConsistencyModel
 */
export class Journal {
  constructor(private readonly objects: ObjectStore, private readonly run: string) {}

  /** The number of the phase's last entry, `from` if there is none after it. Entries count from 1. */
  public async lastNumber(phase: string, from = 0): Promise<number> {
    let last = from;
    for (;;) {
      const { keys, isLast } = await this.objects.keys(this.prefixOf(phase), last > 0 ? this.keyOf(phase, last) : undefined);
      const numbers = keys.map((key) => Number(key.slice(this.prefixOf(phase).length).split('.')[0]));
      last = numbers.length > 0 ? numbers[numbers.length - 1] : last;
      if (isLast) return last;
    }
  }

  public async read(phase: string, number: number): Promise<Entry> {
    return JSON.parse(await this.objects.read(this.keyOf(phase, number))) as Entry;
  }

  public async write(phase: string, number: number, entry: Entry): Promise<void> {
    await this.objects.write(this.keyOf(phase, number), JSON.stringify(entry), 'application/json');
  }

  /**
   * The number of the first entry from `from` to `last` up to which the phase counted more than `seen`.
   *
   * Totals only grow, so this is a binary search: among thousands of entries, few contain candidates in most runs.
   */
  public async firstOver(phase: string, count: string, seen: number, from: number, last: number): Promise<number | undefined> {
    const isOver = async (number: number) => ((await this.read(phase, number)).total[count] ?? 0) > seen;
    // If many entries contain some, it is the next one.
    if (from > last || await isOver(from)) return from > last ? undefined : from;
    if (!await isOver(last)) return undefined;
    let [low, high] = [from, last];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (await isOver(middle)) high = middle;
      else low = middle;
    }
    return high;
  }

  /** The results of `of` for each entry of a phase, in their order. */
  public async collect<T>(phase: string, of: (entry: Entry) => T): Promise<T[]> {
    const numbers = Array.from({ length: await this.lastNumber(phase) }, (_, i) => i + 1);
    return pMap(numbers, async (number) => of(await this.read(phase, number)), { concurrency: CONCURRENCY });
  }

  /** The totals of a phase; none if it had no unit. */
  public async totalsOf(phase: string): Promise<Pick<Entry, 'total' | 'first'>> {
    const last = await this.lastNumber(phase);
    return last > 0 ? this.read(phase, last) : { total: {}, first: [] };
  }

  /** Writes one part of the report: one difference per line. */
  public async writeReport(phase: string, number: number, differences: readonly Difference[]): Promise<void> {
    const name = `${phase}-${pad(number)}.jsonl`;
    await this.objects.write(this.reportKey(name), differences.map((each) => `${JSON.stringify(each)}\n`).join(''), 'application/x-ndjson');
  }

  public async writeSummary(summary: object): Promise<void> {
    await this.objects.write(this.reportKey('summary.json'), JSON.stringify(summary, undefined, 2), 'application/json');
  }

  /** The URI of the report. */
  public get reportUri(): string {
    return `s3://${this.objects.bucketName}/${this.reportKey('')}`;
  }

  private prefixOf(phase: string): string {
    return `${journalPrefixOf(this.run)}${phase}/`;
  }

  private keyOf(phase: string, number: number): string {
    return `${this.prefixOf(phase)}${pad(number)}.json`;
  }

  private reportKey(name: string): string {
    return `reports/${this.run}/${name}`;
  }
}

/** Below which the journal of a run is. */
export function journalPrefixOf(run: string): string {
  return `runs/${run}/`;
}

/** As many digits for each, so that they sort as text. */
function pad(number: number): string {
  return String(number).padStart(NUMBER_LENGTH, '0');
}
