import * as fs from 'node:fs';
import * as path from 'node:path';

/** A package of which esbuild has put at least a part into a bundle. */
export interface InlinedPackage {
  readonly name: string;
  readonly version: string;
  /** As SPDX names it. */
  readonly license: string;
  /** The handlers whose bundles contain it, as `sweep/sweep.lambda`. */
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

/** Licences that do not require passing on their text. Packages often come without it. */
const WITHOUT_TEXT: ReadonlySet<string> = new Set(['MIT-0', '0BSD', 'Unlicense', 'CC0-1.0']);

/** The folder of a package, at the beginning of the path of one of its files. */
const PACKAGE_FOLDER = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/;

/**
 * The packages that the bundles of a tree contain, by name and version.
 *
 * @param root a tree whose handlers have been bundled
 * @throws Error if a handler has not been bundled, or if a package does not contain the text of its licence
 */
export function inlinedPackages(root: string): InlinedPackage[] {
  const handlersByFolder = new Map<string, string[]>();
  for (const handler of handlersOf(root)) {
    for (const folder of foldersIn(path.join(root, METAFILES, `${handler}.json`), handler)) handlersByFolder.set(folder, [...handlersByFolder.get(folder) ?? [], handler]);
  }
  const packages = new Map<string, InlinedPackage>();
  for (const [folder, handlers] of handlersByFolder) {
    const found = packageIn(path.join(root, folder), handlers);
    const key = `${found.name} ${found.version}`;
    // Several packages can each have a copy of their own.
    packages.set(key, { ...found, handlers: [...new Set([...handlers, ...packages.get(key)?.handlers ?? []])].sort() });
  }
  return [...packages].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
}

function handlersOf(root: string): string[] {
  const files = fs.readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' });
  return files.filter((file) => file.endsWith('.lambda.ts')).map((file) => file.replace(/\.ts$/, '')).sort();
}

/** Folders of packages from which a bundle contains code; code removed by tree shaking has no bytes in it. */
function foldersIn(metafile: string, handler: string): Set<string> {
  if (!fs.existsSync(metafile)) throw new Error(`got no metafile of ${handler}, expected ${metafile}; run \`npx projen bundle\``);
  const { outputs } = JSON.parse(fs.readFileSync(metafile, 'utf8')) as Metafile;
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  return new Set(inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).flatMap(([file]) => PACKAGE_FOLDER.exec(file)?.[0] ?? []));
}

function packageIn(folder: string, handlers: readonly string[]): InlinedPackage {
  const { name, version, license } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8')) as { name: string; version: string; license: string };
  const files = fs.readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)(\.(txt|md))?$/i.test(file)).sort();
  const hasLicense = files.some((file) => !/^notice/i.test(file));
  if (!hasLicense && !WITHOUT_TEXT.has(license)) throw new Error(`${name} ${version}: got no file with the text of its licence (${license}), which bundles have to pass on; replace the package`);
  const texts = files.map((file) => fs.readFileSync(path.join(folder, file), 'utf8').replace(/\r\n/g, '\n').trim());
  return { name, version, license, handlers, text: texts.length > 0 ? texts.join('\n\n') : undefined };
}
