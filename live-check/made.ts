import * as fs from 'node:fs';
import * as path from 'node:path';

/** Kinds of resources, in the order of their removal: what lets a device in goes before what takes minutes. */
export const KINDS = [
  'registry events', 'certificate', 'topic rule', 'workflow', 'stack', 'thing', 'dynamic thing group', 'thing group', 'queue', 'role', 'table', 'policy', 'thing type',
] as const;
export type Kind = typeof KINDS[number];

export interface Made {
  readonly kind: Kind;
  readonly region: string;
  /** Its name; the id of a certificate, which has none; for the registry's event configurations the kinds of events that were switched on, separated by commas. */
  readonly name: string;
}

interface Beginning {
  readonly run: string;
  /** Identifies the account without revealing it. */
  readonly accountHash: string;
}

/**
 * The resources that a run has created and not yet removed, in a file: each entry is written before the creation, so that the resources of a killed run can be found.
 * A recorded resource may not exist, but every created resource is recorded.
 */
export class MadeRecord {
  /** @throws Error if that run already has a record */
  public static begin(directory: string, run: string, accountHash: string): MadeRecord {
    fs.mkdirSync(directory, { recursive: true });
    const file = fileOf(directory, run);
    const beginning: Beginning = { run, accountHash };
    fs.writeFileSync(file, `${JSON.stringify(beginning)}\n`, { flag: 'wx' });
    return new MadeRecord(file, beginning, []);
  }

  /** @returns undefined if that run has no record, such as once everything has been removed */
  public static read(directory: string, run: string): MadeRecord | undefined {
    const file = fileOf(directory, run);
    if (!fs.existsSync(file)) return undefined;
    // The last line of a killed run may be incomplete: that resource was not created.
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

  /** Remaining resources, in the order of their creation. */
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
