import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { ROOT } from '../emulator/paths';

/** The page of each language. API.md is where everybody looks for it. */
export const PAGES = { typescript: 'API.md', python: 'docs/api/python.md', java: 'docs/api/java.md', csharp: 'docs/api/csharp.md', go: 'docs/api/go.md' } as const;

/** Identifies the API and the content of the committed pages: generating them takes half a minute, comparing this takes no time. */
export const FINGERPRINT = path.join(ROOT, 'docs', 'api', 'fingerprint');

/** The fingerprints of a library's API with its documentation, and of the existing pages: one line each. */
export function fingerprintOf(directory: string): string {
  const { types } = JSON.parse(fs.readFileSync(path.join(directory, '.jsii'), 'utf8')) as { types: Record<string, unknown> };
  const pages = Object.values(PAGES).map((page) => `${digest(fs.readFileSync(path.join(ROOT, page)))}  ${page}`);
  return [`${digest(JSON.stringify(types, withoutPlaces))}  API`, ...pages, ''].join('\n');
}

function digest(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Line numbers change without the API. */
function withoutPlaces(name: string, value: unknown): unknown {
  return name === 'locationInModule' ? undefined : value;
}
