import * as fs from 'node:fs';
import * as path from 'node:path';
import { packingEnv, PackedLibrary } from './library';
import { CommandFailedError, run } from '../emulator/child-process';
import { ROOT, WORK } from '../emulator/paths';

/** The API of the last release, as compiled by jsii, without its documentation. */
export const BASELINE = path.join(ROOT, 'api', 'baseline.jsii');

/** Attributes of an assembly that do not describe its API. */
const LEFT_OUT = ['readme', 'dependencyClosure', 'fingerprint', 'locationInModule', 'symbolId'];

type Json = { readonly [name: string]: Json } | readonly Json[] | string | number | boolean | null;

/**
 * The changes that would break an app written against the baseline, according to jsii-diff, one line each; none if everything was only added.
 *
 * Experimental APIs count like stable ones.
 */
export async function breakingChanges(library: PackedLibrary, baseline = fs.readFileSync(BASELINE, 'utf8')): Promise<string[]> {
  // A package needs its package.json beside its assembly, and finds those of its dependencies in the folders above.
  const parent = path.join(WORK, 'api');
  fs.mkdirSync(parent, { recursive: true });
  const directory = fs.mkdtempSync(path.join(parent, 'baseline-'));
  try {
    fs.writeFileSync(path.join(directory, '.jsii'), baseline);
    fs.copyFileSync(path.join(library.directory, 'package.json'), path.join(directory, 'package.json'));
    await run('jsii-diff', ['--error-on', 'all', directory, library.directory], { env: packingEnv() });
    return [];
  } catch (error) {
    const found = error instanceof CommandFailedError ? error.output.split('\n').filter((line) => /^err\b/.test(line)) : [];
    if (found.length === 0) throw error;
    return found;
  } finally {
    fs.rmSync(directory, { recursive: true });
  }
}

/** The version of the last release. */
export function releasedVersion(): string {
  return (JSON.parse(fs.readFileSync(BASELINE, 'utf8')) as { version: string }).version;
}

/** Makes a library's API the baseline, with this version: the sources have no version of their own. Returns the file. */
export function writeBaseline({ directory }: PackedLibrary, version: string): string {
  const assembly = JSON.parse(fs.readFileSync(path.join(directory, '.jsii'), 'utf8')) as Record<string, Json>;
  fs.mkdirSync(path.dirname(BASELINE), { recursive: true });
  fs.writeFileSync(BASELINE, `${JSON.stringify(apiOf({ ...assembly, version }), undefined, 1)}\n`);
  return BASELINE;
}

function apiOf(value: Json): Json {
  if (Array.isArray(value)) return value.map(apiOf);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([name]) => !LEFT_OUT.includes(name));
  return Object.fromEntries(kept.map(([name, each]) => [name, name === 'docs' ? promises(each as Record<string, Json>) : apiOf(each)]));
}

/** The part of the documentation that jsii-diff checks. */
function promises({ stability, deprecated }: Record<string, Json>): Json {
  return { ...stability ? { stability } : {}, ...deprecated ? { deprecated } : {} };
}
