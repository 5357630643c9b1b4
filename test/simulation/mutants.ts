/**
 * Takes each rule out of a copy of the code and runs the test that has to notice:
 *
 *   mutants [part of a name …]
 *
 * Ends with an error if a mutant survives, or if its text is not in the code exactly once.
 */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MUTANTS, type Mutant } from './mutants/index';

const ROOT = join(__dirname, '..', '..');
/** One of its own, so that two runs at once do not meet. */
const SCRATCH = join(ROOT, '.work', 'mutants', String(process.pid));
const COPIED = ['src', 'test', 'package.json', 'tsconfig.json', 'tsconfig.dev.json'];
const LINKED = ['node_modules', 'assets'];
const AT_ONCE = 2;
const TIMEOUT = 90_000;

type Fate = 'killed' | 'survived' | 'broken';
interface Outcome { readonly mutant: Mutant; readonly fate: Fate; readonly seconds: number; readonly note: string }
interface Report { readonly numFailedTests: number; readonly numPassedTests: number; readonly numRuntimeErrorTestSuites: number }

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** A copy of the tree that a mutant can live in. */
function scratchTree(worker: number): string {
  const tree = join(SCRATCH, String(worker));
  mkdirSync(tree, { recursive: true });
  for (const each of COPIED) cpSync(join(ROOT, each), join(tree, each), { recursive: true });
  for (const each of LINKED) if (existsSync(join(ROOT, each))) symlinkSync(join(ROOT, each), join(tree, each));
  return tree;
}

function occurrences(text: string, part: string): number {
  return text.split(part).length - 1;
}

function misplaced(mutants: readonly Mutant[]): string[] {
  return mutants.flatMap(({ name, file, find }) => {
    const found = occurrences(readFileSync(join(ROOT, file), 'utf8'), find);
    return found === 1 ? [] : [`${name}: its text is ${found} times in ${file}, expected once`];
  });
}

async function put(mutant: Mutant, tree: string): Promise<Outcome> {
  const path = join(tree, mutant.file);
  const original = readFileSync(path, 'utf8');
  const began = Date.now();
  writeFileSync(path, original.replace(mutant.find, () => mutant.replace));
  try {
    const report = await test(mutant, tree);
    const seconds = Math.round((Date.now() - began) / 1000);
    if (report === 'timeout') return { mutant, fate: 'killed', seconds, note: 'by time' };
    if (!report || report.numRuntimeErrorTestSuites > 0) return { mutant, fate: 'broken', seconds, note: 'its tests do not run' };
    if (report.numFailedTests > 0) return { mutant, fate: 'killed', seconds, note: '' };
    return { mutant, fate: report.numPassedTests > 0 ? 'survived' : 'broken', seconds, note: report.numPassedTests > 0 ? '' : 'no test has this name' };
  } finally {
    writeFileSync(path, original);
  }
}

/** @returns nothing if the tests did not run */
function test({ killedBy: { testFile, testName } }: Mutant, tree: string): Promise<Report | 'timeout' | undefined> {
  const report = join(tree, 'report.json');
  rmSync(report, { force: true });
  const named = testName === undefined ? [] : ['--testNamePattern', testName.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')];
  const options = ['--runInBand', '--silent', '--json', '--outputFile', report, '--runTestsByPath', testFile, ...named];
  return new Promise((resolve) => {
    execFile(process.execPath, [join(ROOT, 'node_modules', '.bin', 'jest'), ...options], { cwd: tree, timeout: TIMEOUT, maxBuffer: 2 ** 28 }, (error) => {
      if (error?.killed) resolve('timeout');
      else resolve(existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) as Report : undefined);
    });
  });
}

async function work(queue: Mutant[], worker: number, outcomes: Outcome[]): Promise<void> {
  const tree = scratchTree(worker);
  for (let mutant = queue.shift(); mutant; mutant = queue.shift()) {
    const outcome = await put(mutant, tree);
    outcomes.push(outcome);
    print(`${outcome.fate.padEnd(8)} ${String(outcome.seconds).padStart(4)} s  ${mutant.name}${outcome.note ? ` (${outcome.note})` : ''}`);
  }
}

async function main(): Promise<void> {
  const parts = process.argv.slice(2);
  const mutants = MUTANTS.filter(({ name }) => parts.length === 0 || parts.some((part) => name.includes(part)));
  const wrong = misplaced(mutants);
  if (wrong.length > 0) {
    for (const line of wrong) print(line);
    process.exitCode = 1;
    return;
  }
  const outcomes: Outcome[] = [];
  const queue = [...mutants];
  const began = Date.now();
  await Promise.all(Array.from({ length: AT_ONCE }, (_, worker) => work(queue, worker, outcomes)));
  rmSync(SCRATCH, { recursive: true, force: true });
  const of = (fate: Fate) => outcomes.filter((each) => each.fate === fate);
  print(`${outcomes.length} mutants in ${Math.round((Date.now() - began) / 1000)} s: ${of('killed').length} killed, ${of('survived').length} survived, ${of('broken').length} broken`);
  for (const { mutant, fate } of [...of('survived'), ...of('broken')]) print(`${fate}: ${mutant.name}; the rule is "${mutant.rule}", in ${mutant.file}`);
  process.exitCode = of('killed').length === outcomes.length ? 0 : 1;
}

void main();
