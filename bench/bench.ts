/** Measures the speed and the cost that the library promises, and prints one table. See README.md beside this file. */
import { ChildProcess, fork } from 'node:child_process';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import type { CallFigures } from './calls/calls';
import { costPart } from './cost/cost';
import type { IngestFigures } from './ingest/ingest';
import { Part, progress, Row } from './part';
import { table } from './table';

/** Parts with a process of their own: one simulates time, one needs a flag, and none may slow down another. */
const PROCESSES = [
  'calls', 'trouble', 'replacement', 'ingest', 'quota', 'throughput', 'bundle', 'synth', 'backfill', 'sync', 'shares', 'waiting', 'memory', 'certificates', 'identities', 'emulator',
] as const;
type ProcessName = (typeof PROCESSES)[number];
const PARTS = [
  'calls', 'trouble', 'replacement', 'ingest', 'quota', 'throughput', 'bundle', 'synth', 'cost', 'backfill', 'sync', 'shares', 'waiting', 'memory', 'certificates', 'identities', 'emulator',
] as const;
type PartName = (typeof PARTS)[number];

const NODE_FLAGS: Partial<Record<ProcessName, string[]>> = {
  // The part counts the warnings itself.
  throughput: ['--expose-gc', '--no-warnings'],
  // It contains the records of a million things, more than the measured functions ever have at once.
  backfill: ['--max-old-space-size=8192'],
  sync: ['--max-old-space-size=8192'],
  identities: ['--max-old-space-size=8192'],
};

/** No part may block the others forever; the longest take a quarter of an hour, or twice that on a slow machine. */
const PART_BOUND_MILLIS = 3_600_000;

const USAGE = `npm run bench [-- --only <part>]... [--json]

Measures and prints one table; fails if something that must be reached is not.

  --only <part>   one of ${PARTS.join(', ')}; can be given more than once
  --json          prints the rows as JSON`;

let running: ChildProcess | undefined;

async function main(): Promise<void> {
  const { values: { only, json, help } } = parseArgs({
    options: { only: { type: 'string', multiple: true }, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
  const unknown = (only ?? []).filter((each) => !PARTS.some((part) => part === each));
  if (help || unknown.length > 0) {
    process.stdout.write(`${unknown.map((each) => `--only ${each}: expected one of ${PARTS.join(', ')}\n\n`).join('')}${USAGE}\n`);
    process.exitCode = help ? 0 : 2;
    return;
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stopOn(signal));
  const started = performance.now();
  const rows = await measure(PARTS.filter((part) => !only || only.includes(part)));
  process.stdout.write(json ? `${JSON.stringify(rows, undefined, 2)}\n` : `${table(rows)}\n`);
  const missed = rows.filter(({ ok }) => ok === false);
  progress(`\nTook ${((performance.now() - started) / 1000).toFixed(0)} s. ${missed.length === 0 ? 'All is reached.' : `Missed: ${missed.map(({ what }) => what.trim()).join('; ')}.`}`);
  process.exitCode = missed.length === 0 ? 0 : 1;
}

async function measure(parts: readonly PartName[]): Promise<Row[]> {
  const measured = new Map<ProcessName, Promise<Part<unknown>>>();
  const once = (name: ProcessName): Promise<Part<unknown>> => {
    if (!measured.has(name)) measured.set(name, runProcess(name));
    return measured.get(name)!;
  };
  const rows: Row[] = [];
  for (const part of parts) {
    try {
      rows.push(...(part === 'cost' ? costPart((await once('calls')).figures as CallFigures, (await once('ingest')).figures as IngestFigures) : await once(part)).rows);
    } catch (error) {
      rows.push({ what: part, mustReach: 'can be measured', measured: (error as Error).message, ok: false });
    }
  }
  return rows;
}

async function runProcess(name: ProcessName): Promise<Part<unknown>> {
  const child = fork(path.join(__dirname, name, `${name}.ts`), [], {
    execArgv: [...NODE_FLAGS[name] ?? [], '--require', 'ts-node/register/transpile-only'],
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', ...process.env, TS_NODE_PROJECT: path.join(__dirname, '..', 'tsconfig.dev.json') },
    // Standard output contains only the table.
    stdio: ['ignore', process.stderr.fd, process.stderr.fd, 'ipc'],
  });
  running = child;
  let part: Part<unknown> | undefined;
  let isLate = false;
  child.on('message', (message) => { part = message as Part<unknown>; });
  const bound = setTimeout(() => {
    isLate = true;
    child.kill('SIGTERM');
  }, PART_BOUND_MILLIS);
  const end = await new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    // Its messages arrive before its disconnection, not before its end.
    child.once('disconnect', () => {
      if (child.exitCode !== null || child.signalCode !== null) resolve(child.signalCode ?? String(child.exitCode));
      else child.once('exit', (code, signal) => resolve(signal ?? String(code)));
    });
  });
  clearTimeout(bound);
  running = undefined;
  if (!part) throw new Error(isLate ? `not done after ${PART_BOUND_MILLIS / 1000} s` : `ended with ${end}, see above`);
  return part;
}

/** The running part cleans up and ends, or has nothing to clean up. */
function stopOn(signal: NodeJS.Signals): void {
  const child = running;
  if (!child) process.exit(1);
  child.once('exit', () => process.exit(1));
  child.kill(signal);
}

main().catch((error: Error) => {
  progress(error.message);
  process.exitCode = 2;
});
