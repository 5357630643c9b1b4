/** The size of the handlers' bundles, and how long Node takes to load one beside the same handler with the SDK left out and resolved from node_modules. */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { ROOT, WORK } from '../../emulator/paths';
import { bundle } from '../../packages/bundle';
import { ComparisonEnv } from '../../src/comparison/environment';
import { DriftEnv } from '../../src/drift/environment';
import { MonitoringEnv } from '../../src/metrics/environment';
import { ReplicatorEnv } from '../../src/replicator/environment';
import { OwnReplicationEnv, StatusEnv, WatchEnv } from '../../src/status/environment';
import { SweepEnv } from '../../src/sweep/environment';
import { median, Part, progress, Row, runPart, shown } from '../part';

const MAX_BYTES = 600 * 1024;
const STARTS = 15;
const ASSETS = path.join(ROOT, 'assets');

/** The variables that handlers read when they are loaded. */
const VARIABLES = [MonitoringEnv, ReplicatorEnv, ComparisonEnv, SweepEnv, DriftEnv, StatusEnv, WatchEnv, OwnReplicationEnv]
  .flatMap(({ names }) => names);
const ENVIRONMENT = { ...process.env, AWS_REGION: 'eu-west-1', ...Object.fromEntries(VARIABLES.map((name) => [name, '1'])), POWERTOOLS_LOG_LEVEL: 'INFO' };

async function measure(): Promise<Part> {
  const handlers = bundled();
  const unbundled = await Promise.all(handlers.map(withoutSdk));
  const loads = timeLoads([undefined, ...handlers.map(bundleOf), ...unbundled]);
  const [bare, ...rest] = loads;
  const rows = handlers.flatMap((handler, i): Row[] => {
    const bytes = fs.statSync(bundleOf(handler)).size;
    return [
      { what: `bundle of ${handler}, SDK included`, mustReach: `<= ${shown(MAX_BYTES)} B`, measured: `${shown(bytes)} B`, ok: bytes <= MAX_BYTES },
      {
        what: '  its init time, beside that with the unbundled SDK',
        measured: `${shown(rest[i] - bare, 0)} ms beside ${shown(rest[handlers.length + i] - bare, 0)} ms (median of ${STARTS} starts of Node, less ${shown(bare, 0)} ms of Node itself)`,
      },
    ];
  });
  return { rows, figures: undefined };
}

/** Handlers, such as `events/event-configurations.lambda`. */
function bundled(): string[] {
  const handlers = fs.existsSync(ASSETS) ? fs.readdirSync(ASSETS, { recursive: true, encoding: 'utf8' }).filter((file) => path.basename(file) === 'index.js') : [];
  if (handlers.length === 0) throw new Error('there are no bundles in assets/: run `npx projen bundle`');
  return handlers.map((file) => path.dirname(file)).sort();
}

function bundleOf(handler: string): string {
  return path.join(ASSETS, handler, 'index.js');
}

/** The handler, bundled like in the project but without the SDK. */
async function withoutSdk(handler: string): Promise<string> {
  const outfile = path.join(WORK, 'bench', handler, 'index.js');
  await bundle(ROOT, handler, outfile, ['@aws-sdk/*', '@smithy/*']);
  return outfile;
}

/** Milliseconds from the start of a process to its end, in turns, so that other work of the machine affects all alike. */
function timeLoads(files: readonly (string | undefined)[]): number[] {
  const times: number[][] = files.map(() => []);
  for (let start = 0; start <= STARTS; start++) {
    if (start % 5 === 0) progress(`bundle: start ${start} of ${STARTS}`);
    files.forEach((file, i) => {
      const before = performance.now();
      const { status, stderr } = spawnSync(process.execPath, ['--eval', file ? `require(${JSON.stringify(file)})` : '0'], { env: ENVIRONMENT, encoding: 'utf8' });
      if (status !== 0) throw new Error(`${file ?? 'Node'} can't be loaded: ${stderr}`);
      // The first round fills the file cache.
      if (start > 0) times[i].push(performance.now() - before);
    });
  }
  return times.map(median);
}

runPart(measure);
