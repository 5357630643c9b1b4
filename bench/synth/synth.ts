/** How long the smallest app takes to synthesize, compared with an empty app, and the size of the package. */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { WORK } from '../../emulator/paths';
import { MAX_TARBALL_BYTES, packLibrary } from '../../packages/library';
import { median, Part, progress, runPart, shown } from '../part';

const RUNS = 10;
const MAX_SECONDS_OVER = 1.0;
const BOUND_MILLIS = 60_000;

const STACK = "const { App, Stack } = require('aws-cdk-lib');\nconst app = new App();\nconst stack = new Stack(app, 'Registry', { env: { account: '111122223333', region: 'us-east-1' } });";

/** Programs of Node, as the CDK CLI runs them; a compiler would take the same time for both. */
const APPS = {
  empty: `${STACK}\napp.synth();\n`,
  smallest: `${STACK}
const { IotRegistryReplication } = require('cdk-iot-registry-replication');
new IotRegistryReplication(stack, 'Replication', { destinationRegions: ['eu-west-1'] });
app.synth();
`,
} as const;

async function measure(): Promise<Part> {
  progress('synth: packing the library');
  const { nodePath, tarball } = await packLibrary();
  const parent = path.join(WORK, 'synth');
  fs.mkdirSync(parent, { recursive: true });
  const work = fs.mkdtempSync(path.join(parent, 'run-'));
  try {
    for (const [name, program] of Object.entries(APPS)) fs.writeFileSync(path.join(work, `${name}.js`), program);
    const seconds: Record<keyof typeof APPS, number[]> = { empty: [], smallest: [] };
    // In turns, so that other work of the machine affects both alike; the first run of each fills the caches.
    for (let i = 0; i <= RUNS; i++) {
      for (const name of ['empty', 'smallest'] as const) {
        const took = synthesize(work, name, nodePath);
        if (i > 0) seconds[name].push(took);
      }
    }
    const [empty, smallest] = [median(seconds.empty), median(seconds.smallest)];
    const bytes = fs.statSync(tarball).size;
    return {
      rows: [
        {
          what: 'synth of the smallest app, over that of an empty one',
          mustReach: `<= ${MAX_SECONDS_OVER} s`,
          measured: `${shown(smallest - empty)} s (${shown(smallest)} s and ${shown(empty)} s, medians of ${RUNS})`,
          ok: smallest - empty <= MAX_SECONDS_OVER,
        },
        { what: 'npm tarball', mustReach: '<= 5 MB', measured: `${shown(bytes / 1024 / 1024)} MB`, ok: bytes <= MAX_TARBALL_BYTES },
      ],
      figures: undefined,
    };
  } finally {
    fs.rmSync(work, { recursive: true });
  }
}

/** Seconds, the start of Node among them. */
function synthesize(work: string, name: keyof typeof APPS, nodePath: string): number {
  const out = path.join(work, `${name}.out`);
  const env = { ...process.env, NODE_PATH: nodePath, CDK_OUTDIR: out, NODE_OPTIONS: '' };
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [path.join(work, `${name}.js`)], { env, encoding: 'utf8', timeout: BOUND_MILLIS });
  const took = (performance.now() - started) / 1000;
  if (status !== 0) throw new Error(`the ${name} app ended with ${status}: ${stderr}`);
  const stacks = fs.readdirSync(out).filter((file) => file.endsWith('.template.json')).length;
  if (stacks !== (name === 'empty' ? 1 : 2)) throw new Error(`the ${name} app made ${stacks} stacks`);
  fs.rmSync(out, { recursive: true });
  return took;
}

runPart(measure);
