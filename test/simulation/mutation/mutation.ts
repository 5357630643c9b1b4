import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unfitness, verdictOf, type Verdict } from './fate';
import { runJest, type Limits, type Run } from './jest-run';
import type { Killer, Mutant } from '../mutants/mutant';

const AT_ONCE = 2;

const LIMITS: Limits = { startMs: 60_000, testMs: 120_000 };

export interface Mutation {
  /** The tree that is copied; nothing is written to it. */
  readonly root: string;
  /** A folder for copies. It is removed in the end. */
  readonly scratch: string;
  /** Files and folders of `root` that mutants and their tests are in. */
  readonly copied: readonly string[];
  /** Folders of `root` that tests read. */
  readonly linked: readonly string[];
  readonly mutants: readonly Mutant[];
  /** @default - a minute to start, and two for a test */
  readonly limits?: Limits;
  /** Notified of each outcome. */
  readonly onOutcome?: (outcome: Outcome) => void;
}

export interface Outcome extends Verdict {
  readonly mutant: Mutant;
  readonly seconds: number;
}

/**
 * Puts each mutant into a copy of the tree and runs the tests that have to notice.
 *
 * All the tests that mutants name run first without any mutant, those of a file together. What does not pass, or does not end, runs once more on its own, since one
 * slow test keeps a file from ending; after that it kills nothing.
 */
export async function mutate(mutation: Mutation): Promise<Outcome[]> {
  const { scratch, mutants, onOutcome = () => undefined } = mutation;
  const trees = Array.from({ length: AT_ONCE }, (_, worker) => copyOf(mutation, String(worker)));
  const outcomes: Outcome[] = [];
  const report = (outcome: Outcome) => {
    outcomes.push(outcome);
    onOutcome(outcome);
  };
  try {
    const misplaced = mutants.filter(({ file, find }) => occurrences(readFileSync(join(mutation.root, file), 'utf8'), find) !== 1);
    for (const mutant of misplaced) report({ mutant, fate: 'broken', note: 'its text is not in its file exactly once', seconds: 0 });
    const placed = mutants.filter((mutant) => !misplaced.includes(mutant));
    const unfit = new Map<string, string | undefined>();
    await share(killersByFile(placed), trees, async (killers, tree) => {
      const together = await run(tree, killers, mutation);
      for (const killer of killers) unfit.set(keyOf(killer), unfitness(together, killer) && unfitness(await run(tree, [killer], mutation), killer));
    });
    await share(placed, trees, async (mutant, tree) => {
      const began = Date.now();
      const fault = unfit.get(keyOf(mutant.killedBy));
      const verdict: Verdict = fault === undefined ? await put(mutant, tree, mutation) : { fate: 'broken', note: fault };
      report({ mutant, ...verdict, seconds: Math.round((Date.now() - began) / 1000) });
    });
    return outcomes;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function put(mutant: Mutant, tree: string, mutation: Mutation): Promise<Verdict> {
  const path = join(tree, mutant.file);
  const original = readFileSync(path, 'utf8');
  writeFileSync(path, original.replace(mutant.find, () => mutant.replace));
  try {
    return verdictOf(await run(tree, [mutant.killedBy], mutation), mutant.killedBy);
  } finally {
    writeFileSync(path, original);
  }
}

/** @param killers of one file */
function run(tree: string, killers: readonly Killer[], { limits = LIMITS }: Mutation): Promise<Run> {
  const names = killers.map(({ testName }) => testName);
  return runJest({ tree, testFile: killers[0].testFile, names: names.every((name) => name !== undefined) ? names : undefined, limits });
}

/** The tests that mutants name, each of them once. */
function killersByFile(mutants: readonly Mutant[]): Killer[][] {
  const distinct = [...new Map(mutants.map(({ killedBy }) => [keyOf(killedBy), killedBy])).values()];
  const files = new Map<string, Killer[]>();
  for (const killer of distinct) files.set(killer.testFile, [...files.get(killer.testFile) ?? [], killer]);
  return [...files.values()];
}

function keyOf({ testFile, testName = '' }: Killer): string {
  return `${testFile} ${testName}`;
}

/** Works through a list, one at a time in each tree. */
async function share<T>(list: readonly T[], trees: readonly string[], work: (each: T, tree: string) => Promise<void>): Promise<void> {
  const left = [...list];
  await Promise.all(trees.map(async (tree) => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await work(next, tree);
  }));
}

function copyOf({ root, scratch, copied, linked }: Mutation, name: string): string {
  const tree = join(scratch, name);
  mkdirSync(tree, { recursive: true });
  for (const each of copied) cpSync(join(root, each), join(tree, each), { recursive: true });
  for (const each of linked) if (existsSync(join(root, each))) symlinkSync(join(root, each), join(tree, each));
  return tree;
}

function occurrences(text: string, part: string): number {
  return text.split(part).length - 1;
}
