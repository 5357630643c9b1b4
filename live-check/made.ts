import * as fs from 'node:fs';
import * as path from 'node:path';

/** Kinds of what is made, in the order in which they are removed. */
export const KINDS = [
  'registry events', 'topic rule', 'workflow', 'stack', 'thing', 'dynamic thing group', 'thing group', 'queue', 'role', 'table', 'thing type',
] as const;
export type Kind = typeof KINDS[number];

export interface Made {
  readonly kind: Kind;
  readonly region: string;
  /** What it is called; of the registry's event configurations the kinds of events that were switched on, with commas. */
  readonly name: string;
}

interface Beginning {
  readonly run: string;
  /** Whether another run is of the same account, without telling the account. */
  readonly accountHash: string;
}

/**
 * What a run has made and not yet removed, in a file: each entry is written before the thing is made, so that what a killed run leaves can be found.
 * What is in it may not exist, and nothing that a run made is not in it.
 */
export class MadeRecord {
  /** @throws Error if there is a record of that run */
  public static begin(directory: string, run: string, accountHash: string): MadeRecord {
    fs.mkdirSync(directory, { recursive: true });
    const file = fileOf(directory, run);
    const beginning: Beginning = { run, accountHash };
    fs.writeFileSync(file, `${JSON.stringify(beginning)}\n`, { flag: 'wx' });
    return new MadeRecord(file, beginning, []);
  }

  /** @returns nothing if there is no record of that run, as there is none once everything has been removed */
  public static read(directory: string, run: string): MadeRecord | undefined {
    const file = fileOf(directory, run);
    if (!fs.existsSync(file)) return undefined;
    // The last line of a run that was killed may be half of one: that entry was not made.
    const lines = fs.readFileSync(file, 'utf8').split('\n').slice(0, -1).map((line) => JSON.parse(line) as Beginning | Entry);
    const [beginning, ...entries] = lines as [Beginning, ...Entry[]];
    const left: Made[] = [];
    for (const { removed, ...made } of entries) {
      const index = left.findIndex((each) => isSame(each, made));
      if (removed) left.splice(index, index < 0 ? 0 : 1);
      else if (index < 0) left.push(made);
    }
    return new MadeRecord(file, beginning, left);
  }

  private constructor(public readonly file: string, private readonly beginning: Beginning, private entries: Made[]) {}

  public get accountHash(): string {
    return this.beginning.accountHash;
  }

  /** Not yet removed, in the order in which it was made. */
  public get left(): readonly Made[] {
    return this.entries;
  }

  public add(made: Made): void {
    if (this.entries.some((each) => isSame(each, made))) return;
    this.append(made);
    this.entries.push(made);
  }

  public remove(made: Made): void {
    this.append({ ...made, removed: true });
    this.entries = this.entries.filter((each) => !isSame(each, made));
  }

  /** Deletes the file, if nothing is left. */
  public end(): void {
    if (this.entries.length === 0) fs.rmSync(this.file, { force: true });
  }

  private append(entry: Entry): void {
    fs.appendFileSync(this.file, `${JSON.stringify(entry)}\n`, { flush: true });
  }
}

type Entry = Made & { readonly removed?: true };

function fileOf(directory: string, run: string): string {
  return path.join(directory, `${run}.made.jsonl`);
}

function isSame(a: Made, b: Made): boolean {
  return a.kind === b.kind && a.region === b.region && a.name === b.name;
}
