import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { onceFilled } from '../emulator/atomic-directory';
import { run } from '../emulator/child-process';
import { ROOT, WORK } from '../emulator/paths';
import { emulatorPython } from '../emulator/python-environment';

export interface PackedLibrary {
  /** The file that `npm publish` would upload. */
  readonly tarball: string;
  /** The folder of the unpacked package, as in a consumer's `node_modules`. */
  readonly directory: string;
  /** For `NODE_PATH`: the `node_modules` around it. `aws-cdk-lib` and `constructs` are found in the repository's own, next on the way up. */
  readonly nodePath: string;
  /** Its own. */
  readonly version: string;
  /** Identifies the state of the sources that it was made from. */
  readonly key: string;
}

/** The maximum size of the upload of `npm publish`. */
export const MAX_TARBALL_BYTES = 5 * 1024 * 1024;

/** Everything that the package is made from. */
const SOURCES = ['src', 'live-check', 'packages/bundle.ts', 'packages/inlined.ts', 'packages/notices.ts', 'package.json', 'tsconfig.json', 'tsconfig.dev.json', '.projen/tasks.json', 'README.md', 'LICENSE'];

/**
 * Bundles, compiles and packs the library like a release, and unpacks the result like an installation, once for each state of the sources.
 *
 * It works on a copy: concurrent tests may use the tree's own `lib` and `assets`.
 */
export async function packLibrary(): Promise<PackedLibrary> {
  const { name, version } = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { name: string; version: string };
  const sources = SOURCES.filter((source) => fs.existsSync(path.join(ROOT, source)));
  const key = keyOf(sources);
  const directory = await onceFilled(path.join(WORK, 'library', key), async (target) => {
    // The copy is inside the repository, so that it finds its node_modules.
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

/** The project's own tools for packing, found from every directory. */
export function packingEnv(): NodeJS.ProcessEnv {
  const tools = path.join(ROOT, 'node_modules', '.bin');
  return { ...process.env, CI: '1', JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: 'true', PATH: `${tools}${path.delimiter}${process.env.PATH}` };
}

/** Identifies the state of files and folders of the repository: the name changes with their content. */
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

/** The oldest versions that the package supports: those that it is built with. */
export function floorOf(dependency: 'aws-cdk-lib' | 'constructs'): string {
  const { peerDependencies } = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { peerDependencies: Record<string, string> };
  return peerDependencies[dependency].replace('^', '');
}
