import * as fs from 'node:fs';
import * as path from 'node:path';
import { CommandFailedError, run } from '../emulator/child-process';
import { ROOT, WORK } from '../emulator/paths';
import { packingEnv, packLibrary } from '../packages/library';

const BOUND_MILLIS = 240_000;

/**
 * Has jsii-rosetta compile every snippet of the README and of the API's documentation against the packed library, and translate it into every
 * language; returns what it complains of.
 */
async function complaints(change: (readme: string) => string = (readme) => readme): Promise<string[]> {
  const { directory } = await packLibrary();
  const parent = path.join(WORK, 'snippets');
  fs.mkdirSync(parent, { recursive: true });
  const work = fs.mkdtempSync(path.join(parent, 'run-'));
  try {
    const library = path.join(work, 'node_modules', path.basename(directory));
    fs.cpSync(directory, library, { recursive: true });
    fs.cpSync(path.join(ROOT, 'rosetta'), path.join(library, 'rosetta'), { recursive: true });
    const assembly = JSON.parse(fs.readFileSync(path.join(library, '.jsii'), 'utf8')) as { readme: { markdown: string } };
    fs.writeFileSync(path.join(library, '.jsii'), JSON.stringify({ ...assembly, readme: { markdown: change(assembly.readme.markdown) } }));
    await run('jsii-rosetta', ['extract', '--strict', '--fail', '--compile', '--directory', work, library], { env: packingEnv(), timeoutMillis: BOUND_MILLIS });
    return [];
  } catch (error) {
    const found = error instanceof CommandFailedError ? error.output.split('\n').filter((line) => line.includes(' - error ')) : [];
    if (found.length === 0) throw error;
    return found;
  } finally {
    fs.rmSync(work, { recursive: true });
  }
}

test('every snippet of the README and of the API compiles, and can be translated', async () => {
  await expect(complaints()).resolves.toEqual([]);
}, BOUND_MILLIS);

test('a prop that a snippet misspells is noticed', async () => {
  const found = await complaints((readme) => readme.replace("destinationRegions: ['eu-west-1'], replicationName", "destinationRegion: ['eu-west-1'], replicationName"));
  expect(found).toEqual([expect.stringContaining("'destinationRegion' does not exist in type 'IotRegistryReplicationProps'")]);
}, BOUND_MILLIS);
