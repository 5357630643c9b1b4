import * as fs from 'node:fs';
import * as path from 'node:path';
import { Project } from './stranger';
import { floorOf, packLibrary } from '../../packages/library';
import { compare, Effect } from '../changes/comparison';
import { Deployed } from '../changes/fleet';

/** The newest aws-cdk-lib, and constructs, that this version of the library is known to work with. Look for newer ones before a release. */
const NEWEST = { 'aws-cdk-lib': '2.276.0', 'constructs': '10.8.1' } as const;
const BOUND_MILLIS = 300_000;
const APP = 'every-option.js';

/** Of its stacks, without the nested one: 3 and 2, 2, 2 of a Stage, and 3 where the source has one of its own. */
const STACKS = 12;

/** What an app with every option and in every place comes to. */
interface Synthesized {
  readonly version: string;
  /** Names of the feature flags that it has. */
  readonly flags: readonly string[];
  /** Of the constructs: warnings and errors. */
  readonly messages: readonly string[];
  readonly deployed: Deployed;
  /** What a person sees, deprecations and findings of CDK's own rules among it. */
  readonly printed: string;
}

let floor: Synthesized;
let newest: Synthesized;
let newestWithFlags: Synthesized;

beforeAll(async () => {
  const library = await packLibrary();
  // The repository's own aws-cdk-lib is the floor.
  floor = await synthesized(__dirname, { NODE_PATH: library.nodePath });
  const project = new Project();
  try {
    fs.copyFileSync(path.join(__dirname, APP), path.join(project.directory, APP));
    project.write('package.json', '{ "private": true }');
    const pins = Object.entries(NEWEST).map(([name, version]) => `${name}@${version}`);
    await project.run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel', 'error', library.tarball, ...pins]);
    newest = await synthesized(project.directory);
    newestWithFlags = await synthesized(project.directory, { FLAGS: 'true' });
  } finally {
    fs.rmSync(project.directory, { recursive: true });
  }
}, BOUND_MILLIS);

async function synthesized(directory: string, environment: Record<string, string> = {}): Promise<Synthesized> {
  const project = new Project();
  try {
    const result = path.join(project.directory, 'result.json');
    const options = { JSII_DEPRECATED: 'fail', CDK_OUTDIR: path.join(project.directory, 'cdk.out'), RESULT: result, ...environment };
    const printed = await project.run(process.execPath, [path.join(directory, APP)], options);
    return { ...JSON.parse(fs.readFileSync(result, 'utf8')) as Omit<Synthesized, 'printed'>, printed };
  } finally {
    fs.rmSync(project.directory, { recursive: true });
  }
}

test('the floor and the newest aws-cdk-lib warn of nothing and use nothing that is deprecated, with and without the flags of `cdk init`', () => {
  const said = [floor, newest, newestWithFlags].map(({ version, flags, printed, messages }) => ({ version, hasFlags: flags.length > 0, printed, messages }));
  expect(said).toEqual([
    { version: floorOf('aws-cdk-lib'), hasFlags: false, printed: '', messages: [] },
    { version: NEWEST['aws-cdk-lib'], hasFlags: false, printed: '', messages: [] },
    { version: NEWEST['aws-cdk-lib'], hasFlags: true, printed: '', messages: [] },
  ]);
  // Findings of CDK's own rules are errors with it.
  expect(newestWithFlags.flags).toContain('@aws-cdk/core:validateAgainstDefaultRules');
});

test('a newer aws-cdk-lib, and the flags of `cdk init`, change what is deployed in place', () => {
  expect(Object.keys(floor.deployed)).toHaveLength(STACKS);
  for (const [before, after] of [[floor, newest], [newest, newestWithFlags]]) {
    const { effect, replaced, collisions, stacksLeft, stacksAdded } = compare(before.deployed, after.deployed);
    expect({ effect, replaced, collisions, stacksLeft, stacksAdded }).toEqual({ effect: Effect.IN_PLACE, replaced: [], collisions: [], stacksLeft: [], stacksAdded: [] });
  }
});
