import * as fs from 'node:fs';
import * as path from 'node:path';
import { ROOT } from '../emulator/paths';

const FOLDER = path.join(ROOT, '.github', 'workflows');
const PUBLISHING = path.join(ROOT, '.github', 'publishing');
const INSTALL_PUBLISHER = 'cd .repo/.github/publishing && npm ci --ignore-scripts';

interface Job { readonly name: string; readonly text: string }

const jobs: readonly Job[] = fs.readdirSync(FOLDER).sort().flatMap((file) => {
  const [, ...texts] = fs.readFileSync(path.join(FOLDER, file), 'utf8').split(/^jobs:$/m)[1].split(/^ {2}(?=[\w-]+:$)/m);
  return texts.map((text) => ({ name: `${file} ${text.slice(0, text.indexOf(':'))}`, text }));
});

/** Each permission that a job asks for, as `contents: read`. */
function permissionsOf({ text }: Job): string[] {
  const [, block = ''] = /^ {4}permissions:\n((?: {6}.+\n)*)/m.exec(text) ?? [];
  return block.trim().split(/\n */).filter(Boolean);
}

/** What a job runs in a shell, step by step. */
function stepsOf({ text }: Job): string[][] {
  const runs = text.matchAll(/^ {6}(?:- | {2})run: (?:\|-\n((?: {10}.*\n)+)|(.*)\n)/gm);
  return [...runs].map(([, block, line]) => (block ?? line).split('\n').map((each) => each.trim()).filter(Boolean));
}

function scriptsOf(job: Job): string[] {
  return stepsOf(job).flat();
}

/** Whether what runs in a job could change, sign or publish something in our name. */
function isTrusted(job: Job): boolean {
  return permissionsOf(job).some((permission) => permission.endsWith('write')) || job.text.includes('secrets.');
}

function namesOf(found: readonly Job[]): string[] {
  return found.map(({ name }) => name);
}

test('the workflows are read as they are written', () => {
  expect(namesOf(jobs)).toEqual(expect.arrayContaining(['build.yml build', 'build.yml package-js', 'release.yml release', 'release.yml release_npm', 'upgrade-inlined.yml upgrade', 'upgrade-inlined.yml pr']));
  expect(namesOf(jobs.filter(isTrusted)).sort()).toEqual([
    ...['github', 'golang', 'maven', 'npm', 'nuget', 'pypi'].map((place) => `release.yml release_${place}`), 'upgrade-inlined.yml pr',
  ]);
  for (const job of jobs) expect([job.name, stepsOf(job).length]).toEqual([job.name, job.text.match(/\brun: /g)?.length ?? 0]);
});

test('every action is at a commit, and none at a tag that can be moved', () => {
  const uses = jobs.flatMap(({ text }) => [...text.matchAll(/uses: (.*)/g)].map(([, action]) => action));
  expect(uses.length).toBeGreaterThan(50);
  expect(uses.filter((action) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(action))).toEqual([]);
});

test('every job says what it may do, and may read the repository unless it has to do more', () => {
  for (const job of jobs) expect([job.name, permissionsOf(job)]).toEqual([job.name, expect.arrayContaining([expect.stringMatching(/^contents: /)])]);
  for (const job of jobs.filter((each) => !isTrusted(each))) expect([job.name, permissionsOf(job)]).toEqual([job.name, ['contents: read']]);
});

test('a job that may publish builds nothing and installs the publisher alone, without scripts', () => {
  for (const job of jobs.filter(isTrusted)) {
    const installing = scriptsOf(job).filter((script) => /\b(npm|npx|node|projen|pip)\b/.test(script) && !script.startsWith('.repo/.github/publishing/node_modules/.bin/publib-'));
    expect([job.name, installing]).toEqual([job.name, /release_(?!github)/.test(job.name) ? [INSTALL_PUBLISHER] : []]);
  }
});

test('what is published waits for the environment `release`, and was packaged by a job without any permission', () => {
  const publishing = jobs.filter(({ name }) => name.startsWith('release.yml release_'));
  expect(publishing).toHaveLength(6);
  for (const { text } of publishing) expect(text).toMatch(/^ {4}environment: release$/m);
  for (const language of ['npm', 'maven', 'pypi', 'nuget', 'golang']) {
    const packaging = jobs.find(({ name }) => name === `release.yml package_${language}`)!;
    expect(permissionsOf(packaging)).toEqual(['contents: read']);
    expect(scriptsOf(packaging)).toContainEqual(expect.stringMatching(/^cd \.repo && npx projen package:\w+$/));
    const { text } = publishing.find(({ name }) => name === `release.yml release_${language}`)!;
    expect(text).toContain(`artifact-ids: \${{ needs.package_${language}.outputs.artifact_id }}`);
    expect(text).not.toContain('needs.release.outputs.artifact_id');
  }
});

test('a workflow installs what the lockfile says, and fetches no tool besides', () => {
  const scripts = jobs.flatMap(scriptsOf);
  expect(scripts.filter((script) => /\bnpm (?!ci\b)/.test(script))).toEqual([]);
  expect(scripts.filter((script) => /\bnpx (?!projen\b)/.test(script))).toEqual([]);
  expect(scripts.filter((script) => /@latest\b/.test(script))).toEqual([]);
});

test('what a pull request contains runs without a token, and changes nothing', () => {
  const build = jobs.filter(({ name }) => name.startsWith('build.yml '));
  expect(namesOf(build)).not.toContain('build.yml self-mutation');
  for (const { text } of [...build, ...jobs.filter(({ name }) => name === 'upgrade-inlined.yml upgrade')]) {
    const checkouts = text.split(/^ {6}- /m).filter((step) => step.includes('uses: actions/checkout@'));
    expect(checkouts).toHaveLength(1);
    expect(checkouts[0]).toContain('persist-credentials: false');
  }
});

test('no package runs a script by being installed', () => {
  expect(fs.readFileSync(path.join(ROOT, '.npmrc'), 'utf8').split('\n')).toContain('ignore-scripts=true');
});

describe('what publishes', () => {
  interface Locked { readonly version?: string; readonly integrity?: string; readonly hasInstallScript?: boolean; readonly dependencies?: Record<string, string> }
  const { packages: { '': root, ...packages } } = JSON.parse(fs.readFileSync(path.join(PUBLISHING, 'package-lock.json'), 'utf8')) as { packages: Record<string, Locked> };

  test('is one version of publib, with all that it needs by hash', () => {
    expect(root.dependencies).toEqual({ publib: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
    expect(root.dependencies).toEqual(JSON.parse(fs.readFileSync(path.join(PUBLISHING, 'package.json'), 'utf8')).dependencies);
    expect(packages['node_modules/publib'].version).toBe(root.dependencies!.publib);
    expect(Object.entries(packages).filter(([, { integrity }]) => !integrity?.startsWith('sha512-'))).toEqual([]);
    expect(Object.entries(packages).filter(([, { hasInstallScript }]) => hasInstallScript)).toEqual([]);
  });

  test('installs the same versions for Python each time, and builds none of them', () => {
    const lines = fs.readFileSync(path.join(PUBLISHING, 'python.txt'), 'utf8').split('\n').filter((line) => line && !line.startsWith('#'));
    expect(lines.filter((line) => !/^[\w.-]+==[\w.]+$/.test(line))).toEqual([]);
    expect(lines.map((line) => line.split('==')[0])).toEqual(expect.arrayContaining(['twine', 'id', 'pypi-attestations']));
    for (const { text } of jobs.filter(({ name }) => /release\.yml release_(pypi|nuget)/.test(name))) {
      expect(text).toContain('PIP_CONSTRAINT: ${{ github.workspace }}/.repo/.github/publishing/python.txt');
      expect(text).toContain('PIP_ONLY_BINARY: ":all:"');
    }
  });
});

test('what handlers contain is upgraded every week, by a pull request', () => {
  const workflow = fs.readFileSync(path.join(FOLDER, 'upgrade-inlined.yml'), 'utf8');
  expect(workflow).toMatch(/^ {2}schedule:\n {4}- cron: 0 6 \* \* 1$/m);
  expect(scriptsOf(jobs.find(({ name }) => name === 'upgrade-inlined.yml upgrade')!)).toContain('npx projen upgrade:inlined');
  const { tasks } = JSON.parse(fs.readFileSync(path.join(ROOT, '.projen', 'tasks.json'), 'utf8')) as { tasks: Record<string, { steps: { spawn?: string; exec?: string }[] }> };
  expect(tasks['upgrade:inlined'].steps).toEqual([{ spawn: 'bundle' }, { exec: expect.stringContaining('packages/upgrade-inlined.ts') }]);
});
