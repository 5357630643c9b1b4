/** Writes the pages of the API, one for each language: API.md and docs/api. Run it when the API or its documentation has changed. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { fingerprintOf, FINGERPRINT, PAGES } from './api-fingerprint';
import { packingEnv, packLibrary } from './library';
import { run } from '../emulator/child-process';
import { ROOT, WORK } from '../emulator/paths';

const BOUND_MILLIS = 300_000;

async function writePages(): Promise<void> {
  const { directory } = await packLibrary();
  const parent = path.join(WORK, 'api-pages');
  fs.mkdirSync(parent, { recursive: true });
  const work = fs.mkdtempSync(path.join(parent, 'run-'));
  try {
    fs.cpSync(directory, work, { recursive: true });
    // The packages that the API refers to.
    fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(work, 'node_modules'));
    const languages = Object.keys(PAGES).flatMap((language) => ['--language', language]);
    await run('jsii-docgen', ['--output', path.join(work, 'page'), ...languages], { cwd: work, env: packingEnv(), timeoutMillis: BOUND_MILLIS });
    fs.mkdirSync(path.join(ROOT, 'docs', 'api'), { recursive: true });
    for (const [language, file] of Object.entries(PAGES)) fs.copyFileSync(path.join(work, `page.${language}.md`), path.join(ROOT, file));
    fs.writeFileSync(FINGERPRINT, fingerprintOf(directory));
  } finally {
    fs.rmSync(work, { recursive: true });
  }
}

writePages().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
