import * as fs from 'node:fs';
import * as path from 'node:path';
import { CommandFailedError, run } from '../emulator/child-process';
import { ROOT, WORK } from '../emulator/paths';
import { packingEnv, packLibrary } from '../packages/library';

const BOUND_MILLIS = 240_000;

/** The handwritten pages whose snippets are compiled: the README that the package contains, and the pages of `docs`. */
const PAGES = ['README.md', ...fs.readdirSync(path.join(ROOT, 'docs')).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)];

function read(page: string): string {
  return fs.readFileSync(path.join(ROOT, page), 'utf8');
}

/**
 * Lets jsii-rosetta compile every snippet of a text and of the API's documentation against the packed library, and translate it into every language.
 *
 * @returns its errors
 */
async function complaints(markdown: string): Promise<string[]> {
  const { directory } = await packLibrary();
  const parent = path.join(WORK, 'snippets');
  fs.mkdirSync(parent, { recursive: true });
  const work = fs.mkdtempSync(path.join(parent, 'run-'));
  try {
    const library = path.join(work, 'node_modules', path.basename(directory));
    fs.cpSync(directory, library, { recursive: true });
    fs.cpSync(path.join(ROOT, 'rosetta'), path.join(library, 'rosetta'), { recursive: true });
    const assembly = JSON.parse(fs.readFileSync(path.join(library, '.jsii'), 'utf8')) as object;
    fs.writeFileSync(path.join(library, '.jsii'), JSON.stringify({ ...assembly, readme: { markdown } }));
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

test('every snippet of the README, of docs and of the API compiles, and can be translated', async () => {
  await expect(complaints(PAGES.map(read).join('\n\n'))).resolves.toEqual([]);
}, BOUND_MILLIS);

test('a prop that a snippet misspells is noticed', async () => {
  const found = await complaints(read('README.md').replace("destinationRegions: ['eu-west-1'], replicationName", "destinationRegion: ['eu-west-1'], replicationName"));
  expect(found).toEqual([expect.stringContaining("'destinationRegion' does not exist in type 'IotRegistryReplicationProps'")]);
}, BOUND_MILLIS);
