import * as fs from 'node:fs';
import * as path from 'node:path';

const SRC = path.join(__dirname, '..', 'src');

/** Modules of `src`, as `table/record`, that the package's users load or whose types they see: those that `index.ts` imports, and so on. */
export function publishedModules(): string[] {
  return [...importedFrom('index', new Set())].sort();
}

/** The others, which only handlers import: the bundles have them, and the package's users have not installed what they import. */
export function handlerModules(): string[] {
  const published = publishedModules();
  const all = fs.readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts')).map((file) => file.replace(/\.ts$/, ''));
  return all.filter((module) => !published.includes(module)).sort();
}

function importedFrom(module: string, seen: Set<string>): Set<string> {
  if (seen.has(module)) return seen;
  seen.add(module);
  for (const [, target] of fs.readFileSync(path.join(SRC, `${module}.ts`), 'utf8').matchAll(/(?:from|import|import\() ?'(\.[^']*)'/g)) {
    importedFrom(path.join(path.dirname(module), target), seen);
  }
  return seen;
}
