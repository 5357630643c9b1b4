import * as fs from 'node:fs';
import * as path from 'node:path';
import { ROOT } from '../../emulator/paths';

/** Handwritten pages. The pages of the API are generated from docstrings. */
const PAGES = [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', 'emulator/README.md', 'bench/README.md', 'docs/api/README.md'],
  ...markdownIn('docs'),
  ...markdownIn('examples'),
  ...fs.readdirSync(path.join(ROOT, 'examples'), { withFileTypes: true }).filter((entry) => entry.isDirectory()).flatMap(({ name }) => markdownIn(`examples/${name}`)),
];

const REPOSITORY = (JSON.parse(read('package.json')) as { repository: { url: string } }).repository.url.replace(/\.git$/, '');
const IN_REPOSITORY = new RegExp(`^${REPOSITORY}/(?:blob|tree)/main/(.*)$`);

function markdownIn(folder: string): string[] {
  return fs.readdirSync(path.join(ROOT, folder)).filter((name) => name.endsWith('.md')).map((name) => `${folder}/${name}`);
}

function read(file: string): string {
  return fs.readFileSync(path.join(ROOT, file), 'utf8');
}

/** Without code, which contains no links. */
function proseOf(markdown: string): string {
  return markdown.replace(/^ *```[^]*?^ *```$/gm, '').replace(/`[^`\n]*`/g, 'code');
}

/** As GitHub names them. */
function anchorsOf(markdown: string): string[] {
  const headings = [...markdown.replace(/^ *```[^]*?^ *```$/gm, '').matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading);
  return headings.map((heading) => heading.toLowerCase().replace(/[^\w\- ]/g, '').replace(/ /g, '-'));
}

/** The broken links of a page: a missing file or heading, a reference without a definition, a definition without a reference. */
function wrongLinks(page: string, markdown: string): string[] {
  const prose = proseOf(markdown);
  const definitions = new Map([...prose.matchAll(/^\[([^\]]+)\]: (\S+)$/gm)].map(([, label, target]) => [label.toLowerCase(), target]));
  const rest = prose.replace(/^\[[^\]]+\]: \S+$/gm, '');
  const inline = [...rest.matchAll(/\[[^\]]*\]\(([^)\s]+)\)/g)].map(([, target]) => target);
  const labels = [...rest.matchAll(/\[([^\]]+)\](?:\[([^\]]+)\])?(?!\()/g)].map(([, text, label]) => ({ label: (label ?? text).toLowerCase().replace(/\s+/g, ' '), isFull: label !== undefined }));
  const used = new Set(labels.map(({ label }) => label));
  return [
    ...labels.filter(({ label, isFull }) => isFull && !definitions.has(label)).map(({ label }) => `[${label}] has no definition`),
    ...[...definitions.keys()].filter((label) => !used.has(label)).map((label) => `nothing refers to [${label}]`),
    ...[...inline, ...definitions.values()].flatMap((target) => wrongTarget(page, target)),
  ];
}

function wrongTarget(page: string, target: string): string[] {
  const [, own] = IN_REPOSITORY.exec(target) ?? [];
  if (own === undefined && /^(https?|mailto):/.test(target)) return [];
  const [file, anchor] = (own ?? target).split('#');
  const wanted = own !== undefined ? file : file === '' ? page : path.normalize(path.join(path.dirname(page), file));
  if (!fs.existsSync(path.join(ROOT, wanted))) return [`${target}: no such file`];
  if (anchor === undefined) return [];
  return anchorsOf(read(wanted)).includes(anchor) ? [] : [`${target}: no such heading`];
}

test.each([...new Set(PAGES)])('%s: each link leads to a file and a heading that exist', (page) => {
  expect(wrongLinks(page, read(page))).toEqual([]);
});

test('the links of the README work in a package without the other pages: each is an address, or a heading of the README', () => {
  const prose = proseOf(read('README.md'));
  const targets = [...prose.matchAll(/\]\(([^)\s]+)\)|^\[[^\]]+\]: (\S+)$/gm)].map(([, inline, defined]) => inline ?? defined);
  expect(targets.filter((target) => !target.startsWith('#') && !target.startsWith('https://'))).toEqual([]);
});

test('the README has at most 300 lines, and the first screen contains the two commands', () => {
  const lines = read('README.md').split('\n');
  expect(lines.length).toBeLessThanOrEqual(300);
  const first = lines.slice(0, 24).join('\n');
  for (const command of ['npm ci && npm run demo', 'npm ci && npm test']) expect(first).toContain(command);
});

describe('reports a link', () => {
  test.each([
    ['to a missing file', '[a](docs/nowhere.md)', 'docs/nowhere.md: no such file'],
    ['to a missing file of the repository', `[a](${REPOSITORY}/blob/main/docs/nowhere.md)`, `${REPOSITORY}/blob/main/docs/nowhere.md: no such file`],
    ['to a missing heading', '[a](docs/runbook.md#nowhere)', 'docs/runbook.md#nowhere: no such heading'],
    ['to a missing heading of its own page', '# Here\n[a](#here) [b](#nowhere)', '#nowhere: no such heading'],
    ['without a definition', '[a][b]', '[b] has no definition'],
    ['that nothing refers to', '[b]: https://example.com', 'nothing refers to [b]'],
  ])('%s', (_, markdown, complaint) => {
    expect(wrongLinks('README.md', markdown)).toContain(complaint);
  });

  test('but code contains no links', () => {
    expect(wrongLinks('README.md', '`[a](nowhere.md)`\n\n```ts\nconst a = [b][c];\n```\n')).toEqual([]);
  });
});
