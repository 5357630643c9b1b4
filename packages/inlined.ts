import * as fs from 'node:fs';
import * as path from 'node:path';

/** A package of which esbuild has put at least a part into a bundle. */
export interface InlinedPackage {
  readonly name: string;
  readonly version: string;
  /** As SPDX names it. */
  readonly license: string;
  /** The entry points whose bundles contain it, as `sweep/sweep.lambda`. */
  readonly handlers: readonly string[];
  /** The texts of its licence and notice. @default - it has none and needs none */
  readonly text?: string;
}

/** The used part of esbuild's metafile. */
interface Metafile {
  readonly outputs: Record<string, { readonly inputs: Record<string, { readonly bytesInOutput: number }> }>;
}

/** Where the tasks that bundle write esbuild's metafiles. */
export const METAFILES = path.join('.work', 'bundles');

/** The entry point of the command line. */
export const COMMAND_LINE = 'cli/main';

/** The entry point of the live check: the command line loads its bundle, when it is asked for, from beside its own. */
export const LIVE_CHECK = 'cli/live-check';

/** Entry points that are not in `src`, and their files. */
const ELSEWHERE: Readonly<Record<string, string>> = { [LIVE_CHECK]: 'live-check/program.ts' };

/** The file of an entry point, relative to the root of a tree. */
export function fileOf(entryPoint: string): string {
  return ELSEWHERE[entryPoint] ?? path.join('src', `${entryPoint}.ts`);
}

/** Licences that do not require passing on their text. Packages often come without it. */
const WITHOUT_TEXT: ReadonlySet<string> = new Set(['MIT-0', '0BSD', 'Unlicense', 'CC0-1.0']);

/** The licence of this package, whose text names nobody: that of a package that is under it too and comes without it. */
const OWN_LICENSE = 'Apache-2.0';

/** The folder of a package, at the beginning of the path of one of its files. */
const PACKAGE_FOLDER = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/;

/**
 * The packages that the bundles of a tree contain, by name and version.
 *
 * @param root a tree whose entry points have been bundled
 * @throws Error if an entry point has not been bundled, or if a package does not contain the text of its licence
 */
export function inlinedPackages(root: string): InlinedPackage[] {
  const handlersByFolder = new Map<string, string[]>();
  for (const handler of entryPointsIn(root)) {
    for (const folder of foldersIn(path.join(root, METAFILES, `${handler}.json`), handler)) handlersByFolder.set(folder, [...handlersByFolder.get(folder) ?? [], handler]);
  }
  const packages = new Map<string, InlinedPackage>();
  for (const [folder, handlers] of handlersByFolder) {
    const found = packageIn(root, folder, handlers);
    const key = `${found.name} ${found.version}`;
    // Several packages can each have a copy of their own.
    packages.set(key, { ...found, handlers: [...new Set([...handlers, ...packages.get(key)?.handlers ?? []])].sort() });
  }
  return [...packages].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
}

/** The handlers of a tree, such as `events/event-configurations.lambda`. */
export function handlersIn(root: string): string[] {
  const files = fs.readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' });
  return files.filter((file) => file.endsWith('.lambda.ts')).map((file) => file.replace(/\.ts$/, '')).sort();
}

/** Everything that is bundled: the handlers, and the command line and the live check where a tree has them. */
export function entryPointsIn(root: string): string[] {
  const programs = [COMMAND_LINE, LIVE_CHECK].filter((entryPoint) => fs.existsSync(path.join(root, fileOf(entryPoint))));
  return [...programs, ...handlersIn(root)];
}

/** Folders of packages from which a bundle contains code; code removed by tree shaking has no bytes in it. */
function foldersIn(metafile: string, handler: string): Set<string> {
  if (!fs.existsSync(metafile)) throw new Error(`got no metafile of ${handler}, expected ${metafile}; run \`npx projen bundle\``);
  const { outputs } = JSON.parse(fs.readFileSync(metafile, 'utf8')) as Metafile;
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  return new Set(inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).flatMap(([file]) => PACKAGE_FOLDER.exec(file)?.[0] ?? []));
}

function packageIn(root: string, inside: string, handlers: readonly string[]): InlinedPackage {
  const folder = path.join(root, inside);
  const { name, version, license } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8')) as { name: string; version: string; license: string };
  const files = fs.readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)(-[a-z0-9]+)?(\.(txt|md))?$/i.test(file)).sort();
  const hasLicense = files.some((file) => !/^notice/i.test(file));
  const isOwn = !hasLicense && license === OWN_LICENSE;
  if (!hasLicense && !isOwn && !WITHOUT_TEXT.has(license)) throw new Error(`${name} ${version}: got no file with the text of its licence (${license}), which bundles have to pass on; replace the package`);
  const sources = [...files.map((file) => path.join(folder, file)), ...isOwn ? [path.join(root, 'LICENSE')] : []];
  const texts = sources.map((file) => fs.readFileSync(file, 'utf8').replace(/\r\n/g, '\n').trim());
  return { name, version, license, handlers, text: texts.length > 0 ? texts.join('\n\n') : undefined };
}
