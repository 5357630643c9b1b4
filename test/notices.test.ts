import * as fs from 'node:fs';
import * as path from 'node:path';
import { ROOT, WORK } from '../emulator/paths';
import { inlinedPackages } from '../packages/inlined';
import { NOTICES, noticesOf } from '../packages/notices';

const HANDLER = 'sweep/sweep.lambda';
const tree = path.join(WORK, 'notices', String(process.pid));

afterAll(() => fs.rmSync(tree, { recursive: true, force: true }));

/** A tree with one handler that has been bundled with files of one package. */
function treeWith(license: string, files: Record<string, string>, inputs: Record<string, number> = { 'node_modules/limiter/index.js': 7 }): string {
  fs.rmSync(tree, { recursive: true, force: true });
  write('node_modules/limiter/package.json', JSON.stringify({ name: 'limiter', version: '1.2.3', license }));
  for (const [name, text] of Object.entries(files)) write(`node_modules/limiter/${name}`, text);
  write(`src/${HANDLER}.ts`, '');
  const bytes = Object.fromEntries(Object.entries(inputs).map(([file, bytesInOutput]) => [file, { bytesInOutput }]));
  write(`.work/bundles/${HANDLER}.json`, JSON.stringify({ outputs: { 'assets/index.js': { inputs: { [`src/${HANDLER}.ts`]: { bytesInOutput: 9 }, ...bytes } } } }));
  return tree;
}

function write(file: string, text: string): void {
  fs.mkdirSync(path.dirname(path.join(tree, file)), { recursive: true });
  fs.writeFileSync(path.join(tree, file), text);
}

describe('the notices of this package', () => {
  const notices = fs.readFileSync(path.join(ROOT, NOTICES), 'utf8');

  test('are those of the bundles', () => {
    expect(notices).toBe(noticesOf(inlinedPackages(ROOT)));
  });

  // Looked up in the bundles themselves, not where the notices come from: each of these leaves its words in the code.
  test.each([
    ['p-map', 'Copyright (c) Sindre Sorhus', 'to be an integer from 1 and up'],
    ['mnemonist', 'Copyright (c) 2016 Guillaume Plique', 'mnemonist/lru-cache'],
  ])('contain the copyright of %s, whose code is in the bundles', (name, copyright, words) => {
    const bundles = filesIn(path.join(ROOT, 'assets'));
    expect(bundles.some((file) => fs.readFileSync(file, 'utf8').includes(words))).toBe(true);
    const section = notices.split(/^(?=-{80}\n[^-\n])/m).find((each) => each.includes(`\n${name} `));
    expect(section?.replace(/\s+/g, ' ')).toContain(copyright);
  });
});

test('a package is named with its version, its licence, its handlers, and the text that its code has to be passed on with', () => {
  const [found, ...others] = inlinedPackages(treeWith('MIT', { 'license': 'Copyright (c) somebody\r\n', 'NOTICE.txt': 'made by somebody', 'index.js': '' }));
  expect(others).toEqual([]);
  expect(found).toEqual({ name: 'limiter', version: '1.2.3', license: 'MIT', handlers: [HANDLER], text: 'made by somebody\n\nCopyright (c) somebody' });
  expect(noticesOf([found])).toContain(`limiter 1.2.3 (MIT), in ${HANDLER}\n`);
  expect(noticesOf([found])).toContain('\nmade by somebody\n\nCopyright (c) somebody\n');
});

test('the text of a licence may be in a file that has the name of the licence', () => {
  expect(inlinedPackages(treeWith('MIT', { 'LICENSE-MIT.txt': 'Copyright somebody' }))).toEqual([expect.objectContaining({ name: 'limiter', text: 'Copyright somebody' })]);
});

test('a package under the licence of this one may come without its text', () => {
  const root = treeWith('Apache-2.0', { NOTICE: 'made by somebody' });
  write('LICENSE', 'Apache License');
  expect(inlinedPackages(root)).toEqual([expect.objectContaining({ name: 'limiter', text: 'made by somebody\n\nApache License' })]);
});

test('a package whose code was left out of the bundle needs no notice', () => {
  expect(inlinedPackages(treeWith('MIT', {}, { 'node_modules/limiter/index.js': 0 }))).toEqual([]);
});

test('a package inside of another one is one of its own', () => {
  const root = treeWith('MIT', { 'LICENSE': 'outer', 'node_modules/@inner/part/package.json': JSON.stringify({ name: '@inner/part', version: '2.0.0', license: 'MIT-0' }) }, {
    'node_modules/limiter/index.js': 1, 'node_modules/limiter/node_modules/@inner/part/index.js': 1,
  });
  expect(inlinedPackages(root).map(({ name, version }) => `${name} ${version}`)).toEqual(['@inner/part 2.0.0', 'limiter 1.2.3']);
});

test('a package without the text of its licence fails, unless that licence asks for none', () => {
  expect(() => inlinedPackages(treeWith('MIT', { 'README.md': '' }))).toThrow('limiter 1.2.3: got no file with the text of its licence (MIT)');
  expect(inlinedPackages(treeWith('MIT-0', { 'README.md': '' }))).toEqual([expect.objectContaining({ name: 'limiter', text: undefined })]);
});

test('a handler that has not been bundled fails', () => {
  const root = treeWith('MIT', { LICENSE: 'text' });
  write('src/drift/drift.lambda.ts', '');
  expect(() => inlinedPackages(root)).toThrow('got no metafile of drift/drift.lambda');
});

function filesIn(directory: string): string[] {
  return fs.readdirSync(directory, { recursive: true, encoding: 'utf8' }).map((file) => path.join(directory, file)).filter((file) => file.endsWith('.js'));
}
