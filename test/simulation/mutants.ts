/**
 * Takes each rule out of a copy of the code and runs the test that has to notice:
 *
 *   mutants [part of a name …]
 *
 * Ends with an error unless each mutant is killed: by a failed assertion of a test that passes without it.
 */
import { join } from 'node:path';
import { MUTANTS } from './mutants/index';
import { FATES } from './mutation/fate';
import { mutate, type Outcome } from './mutation/mutation';

const ROOT = join(__dirname, '..', '..');

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function onOutcome({ fate, seconds, mutant: { name }, note }: Outcome): void {
  print(`${fate.padEnd(8)} ${String(seconds).padStart(4)} s  ${name}${note === undefined ? '' : ` (${note})`}`);
}

async function main(): Promise<void> {
  const parts = process.argv.slice(2);
  const mutants = MUTANTS.filter(({ name }) => parts.length === 0 || parts.some((part) => name.includes(part)));
  const began = Date.now();
  const outcomes = await mutate({
    root: ROOT,
    // One of its own, so that two runs at once do not meet.
    scratch: join(ROOT, '.work', 'mutants', String(process.pid)),
    copied: ['src', 'test', 'live-check', 'bench', 'emulator/paths.ts', 'package.json', 'tsconfig.json', 'tsconfig.dev.json'],
    linked: ['node_modules', 'assets', 'docs'],
    mutants,
    onOutcome,
  });
  const counts = FATES.map((fate) => `${outcomes.filter((each) => each.fate === fate).length} ${fate}`);
  print(`${outcomes.length} mutants in ${Math.round((Date.now() - began) / 1000)} s: ${counts.join(', ')}`);
  const alive = outcomes.filter(({ fate }) => fate !== 'killed');
  for (const { mutant, fate, note } of alive) print(`${fate}: ${mutant.name}; the rule is "${mutant.rule}", in ${mutant.file}${note === undefined ? '' : `; ${note}`}`);
  process.exitCode = outcomes.length > 0 && alive.length === 0 ? 0 : 1;
}

void main();
