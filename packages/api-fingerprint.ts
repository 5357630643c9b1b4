import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { ROOT } from '../emulator/paths';

/** Tells of which API, documentation included, the committed pages are: making them takes half a minute, comparing this takes none. */
export const FINGERPRINT = path.join(ROOT, 'docs', 'api', 'fingerprint');

/** What a library's API and its documentation come to. */
export function fingerprintOf(directory: string): string {
  const { types } = JSON.parse(fs.readFileSync(path.join(directory, '.jsii'), 'utf8')) as { types: Record<string, unknown> };
  return createHash('sha256').update(JSON.stringify(types, withoutPlaces)).digest('hex');
}

/** Lines of the source move without the API. */
function withoutPlaces(name: string, value: unknown): unknown {
  return name === 'locationInModule' ? undefined : value;
}
