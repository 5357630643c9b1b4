import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { onceFilled } from '../emulator/atomic-directory';
import { run } from '../emulator/child-process';
import { ROOT, WORK } from '../emulator/paths';
import { emulatorPython } from '../emulator/python-environment';

export interface PackedLibrary {
  /** What `npm publish` would upload. */
  readonly tarball: string;
  /** Where the package lies unpacked, as in a consumer's `node_modules`. */
  readonly directory: string;
  /** For `NODE_PATH`: the `node_modules` around it. `aws-cdk-lib` and `constructs` are found in the repository's own, next on the way up. */
  readonly nodePath: string;
  /** Its own. */
  readonly version: string;
  /** Names the state of the sources that it was made from. */
  readonly key: string;
}

/** What `npm publish` may upload at most. */
export const MAX_TARBALL_BYTES = 5 * 1024 * 1024;

/** All that the package is made from. */
const SOURCES = ['src', 'packages/bundle.ts', 'packages/inlined.ts', 'packages/notices.ts', 'package.json', 'tsconfig.json', 'tsconfig.dev.json', '.projen/tasks.json', 'README.md', 'LICENSE'];

/**
 * Bundles, compiles and packs the library as a release does, and unpacks the result as an installation does. Does it once for each state of the sources.
 *
 * It works on a copy: the tree's own `lib` and `assets` may be in use by tests that run beside it.
 */
export async function packLibrary(): Promise<PackedLibrary> {
  const { name, version } = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { name: string; version: string };
  const sources = SOURCES.filter((source) => fs.existsSync(path.join(ROOT, source)));
  const key = keyOf(sources);
  const directory = await onceFilled(path.join(WORK, 'library', key), async (target) => {
    // The stage is deep enough in the repository to find its node_modules.
    const stage = path.join(target, 'stage');
    for (const source of sources) fs.cpSync(path.join(ROOT, source), path.join(stage, source), { recursive: true });
    const env = packingEnv();
    await run('projen', ['bundle'], { cwd: stage, env });
    await run('jsii', ['--silence-warnings=reserved-word'], { cwd: stage, env });
    await run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', target], { cwd: stage, env });
    const modules = path.join(target, 'node_modules');
    fs.mkdirSync(modules);
    await run(await emulatorPython(), ['-m', 'tarfile', '--extract', path.join(target, tarballIn(target)), modules]);
    fs.renameSync(path.join(modules, 'package'), path.join(modules, name));
    fs.rmSync(stage, { recursive: true });
  });
  const nodePath = path.join(directory, 'node_modules');
  return { tarball: path.join(directory, tarballIn(directory)), directory: path.join(nodePath, name), nodePath, version, key };
}

/** Of the tools that pack: the project's own, found from every directory. */
export function packingEnv(): NodeJS.ProcessEnv {
  const tools = path.join(ROOT, 'node_modules', '.bin');
  return { ...process.env, CI: '1', JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: 'true', PATH: `${tools}${path.delimiter}${process.env.PATH}` };
}

/** Names the state of files and folders of the repository: another name, once anything in them has changed. */
export function keyOf(sources: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of sources.flatMap((source) => filesIn(path.join(ROOT, source))).sort()) {
    hash.update(path.relative(ROOT, file)).update('\0').update(fs.readFileSync(file)).update('\0');
  }
  return hash.digest('hex').slice(0, 12);
}

function tarballIn(directory: string): string {
  const found = fs.readdirSync(directory).filter((name) => name.endsWith('.tgz'));
  if (found.length !== 1) throw new Error(`expected one packed file in ${directory}, found ${found.length}`);
  return found[0];
}

function filesIn(file: string): string[] {
  if (!fs.statSync(file).isDirectory()) return [file];
  return fs.readdirSync(file).filter((name) => name !== 'node_modules').flatMap((name) => filesIn(path.join(file, name)));
}

/** Oldest versions that the package promises to work with: those that it is built with. */
export function floorOf(dependency: 'aws-cdk-lib' | 'constructs'): string {
  const { peerDependencies } = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { peerDependencies: Record<string, string> };
  return peerDependencies[dependency].replace('^', '');
}
