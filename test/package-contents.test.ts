import * as fs from 'node:fs';
import { isBuiltin } from 'node:module';
import * as path from 'node:path';
import { run } from '../emulator/child-process';
import { ROOT } from '../emulator/paths';
import { emulatorPython } from '../emulator/python-environment';
import { bundleOf } from '../packages/bundle';
import { entryPointsIn } from '../packages/inlined';
import { MAX_TARBALL_BYTES, packLibrary, PackedLibrary } from '../packages/library';
import { NOTICES } from '../packages/notices';

/** Modules of `src`, as `record/record`, but for what the bundles contain. */
const published = filesIn(path.join(ROOT, 'src')).map((file) => file.replace(/\.ts$/, '')).filter((module) => !/(^|\/)handler\/|^runtime\/|^cli\/|\.lambda$/.test(module));

let library: PackedLibrary;
/** All that is in it, relative to the package, as tar's letter of the kind of file followed by its path. */
let entries: string[];

beforeAll(async () => {
  library = await packLibrary();
  const script = 'import sys, tarfile; print("\\n".join(f"{m.type.decode()} {m.name}" for m in tarfile.open(sys.argv[1])))';
  const listing = await run(await emulatorPython(), ['-c', script, library.tarball]);
  entries = listing.trim().split('\n').map((line) => line.replace(' package/', ' ')).sort();
}, 600_000);

test('the npm package holds what Construct Hub and its users need, and nothing else', () => {
  const bundles = entryPointsIn(ROOT).map(bundleOf);
  expect(bundles).toContain('assets/cli/main.js');
  expect(bundles.length).toBeGreaterThan(1);
  const modules = published.flatMap((module) => [`lib/${module}.js`, `lib/${module}.d.ts`]);
  // All of them plain files: no link, no folder.
  expect(entries).toEqual(['.jsii', 'LICENSE', 'README.md', 'THIRD-PARTY-NOTICES', 'package.json', ...bundles, ...modules].map((file) => `0 ${file}`).sort());
});

test('every module that the package loads or names is in it', () => {
  const needed = loadedFrom('index');
  expect(needed).toContain('iot-registry-replication-props');
  expect(published).toEqual(expect.arrayContaining(needed));
});

test('a handler is in the package once: as a bundle that has no source map', () => {
  for (const file of filesIn(path.join(library.directory, 'assets'))) {
    expect(fs.readFileSync(path.join(library.directory, 'assets', file), 'utf8')).not.toContain('sourceMappingURL');
  }
});

test('the package contains the notices of what its bundles contain', () => {
  expect(fs.readFileSync(path.join(library.directory, NOTICES), 'utf8')).toBe(fs.readFileSync(path.join(ROOT, NOTICES), 'utf8'));
});

test('the npm package is no larger than 5 MB', () => {
  expect(fs.statSync(library.tarball).size).toBeLessThanOrEqual(MAX_TARBALL_BYTES);
});

test('the package installs nothing, and runs nothing when it is installed', () => {
  const { dependencies, bundledDependencies, peerDependencies, scripts } = JSON.parse(fs.readFileSync(path.join(library.directory, 'package.json'), 'utf8'));
  expect(dependencies ?? {}).toEqual({});
  expect(bundledDependencies ?? []).toEqual([]);
  expect(Object.keys(peerDependencies).sort()).toEqual(['aws-cdk-lib', 'constructs']);
  expect(Object.keys(scripts).filter((name) => /^(pre|post)?install$|^prepare$/.test(name))).toEqual([]);
});

test('synthesis loads nothing that a consumer has not got: the constructs leave what handlers need to the bundles', () => {
  const requires = (module: string) => [...fs.readFileSync(path.join(library.directory, 'lib', `${module}.js`), 'utf8').matchAll(/require\("([^"]+)"\)/g)].map(([, target]) => target);
  const modules = ['index'];
  const packages = new Map<string, string>();
  for (const module of modules) {
    for (const target of requires(module)) {
      const inside = target.startsWith('.') ? moduleAt(path.join(path.dirname(module), target)) : undefined;
      if (inside && !modules.includes(inside)) modules.push(inside);
      if (!inside) packages.set(target, module);
    }
  }
  const foreign = [...packages].filter(([name]) => !/^(aws-cdk-lib|constructs)(\/|$)/.test(name) && !isBuiltin(name));
  expect(modules.length).toBeGreaterThan(30);
  expect(foreign).toEqual([]);
});

/** Modules that a module loads or whose types it names, in the package as it is installed, and those that they do. */
function loadedFrom(module: string, seen = new Set<string>()): string[] {
  if (!seen.has(module)) {
    seen.add(module);
    for (const end of ['.js', '.d.ts']) {
      const code = fs.readFileSync(path.join(library.directory, 'lib', `${module}${end}`), 'utf8');
      for (const [, target] of code.matchAll(/(?:require\(|from |import\()["'](\.[^"']*)["']/g)) loadedFrom(moduleAt(path.join(path.dirname(module), target)), seen);
    }
  }
  return [...seen];
}

/** A folder stands for its index. */
function moduleAt(target: string): string {
  return fs.existsSync(path.join(library.directory, 'lib', `${target}.js`)) ? target : path.join(target, 'index');
}

function filesIn(directory: string): string[] {
  return fs.readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory()).map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)));
}
