import * as path from 'node:path';

/** Root of the repository. */
export const ROOT = path.dirname(__dirname);

/** Everything that demo and tests install, build and log; ignored by git, and safe to delete when nothing runs. */
export const WORK = path.join(ROOT, '.work');

/** A path as a person reads it. */
export function shown(file: string): string {
  return path.relative(process.cwd(), file) || '.';
}
