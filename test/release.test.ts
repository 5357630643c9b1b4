import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { ROOT } from '../emulator/paths';

const WORKFLOW = fs.readFileSync(path.join(ROOT, '.github', 'workflows', 'release.yml'), 'utf8');
/** The jobs of the workflow, by their names. */
const JOBS = Object.fromEntries(WORKFLOW.split(/^ {2}(?=\w+:$)/m).slice(1).map((job) => [job.slice(0, job.indexOf(':')), job]));

test('a release is published in every language, and begun by hand alone', () => {
  expect(Object.keys(JOBS)).toEqual(expect.arrayContaining(['release', 'release_npm', 'release_pypi', 'release_maven', 'release_nuget', 'release_golang']));
  expect(WORKFLOW).toMatch(/^on:\n {2}workflow_dispatch:\n/m);
  expect(WORKFLOW).not.toMatch(/^ {2}(push|schedule|pull_request):/m);
});

test.each(['release_npm', 'release_pypi', 'release_nuget'])('%s proves who it is, and has no token', (job) => {
  expect(JOBS[job]).toContain('id-token: write');
  expect(JOBS[job]).not.toMatch(/secrets\.(NPM|TWINE|NUGET_API)/);
});

test('a release passes every test first', () => {
  const { tasks } = JSON.parse(fs.readFileSync(path.join(ROOT, '.projen', 'tasks.json'), 'utf8')) as { tasks: Record<string, { steps: { spawn?: string }[] }> };
  expect(JOBS.release).toContain('npx projen release');
  expect(tasks.release.steps.map(({ spawn }) => spawn)).toContain('build');
  expect(tasks.build.steps.map(({ spawn }) => spawn)).toContain('test');
});

// One that does ties everybody to it, whatever mirror they are behind. The words are in parts, for this file is looked at too.
test('no file names the host of a registry of packages, or a folder of somebody\'s machine', () => {
  const hosts = ['registry\\.npm' + 'js', 'npm' + 'js\\.(org|com)/', 'files\\.python' + 'hosted', 'pypi' + '\\.org/simple', 'repo1?\\.maven' + '\\.', 'api\\.nu' + 'get', 'proxy\\.go' + 'lang'];
  const folders = ['/ro' + 'ot/', '/ho' + 'me/[a-z]', '/Use' + 'rs/[A-Za-z]'];
  const pattern = [...hosts, ...folders].join('|');
  // It ends with 1 if it finds nothing, and with more if it fails.
  const { status, stdout, stderr } = spawnSync('git', ['grep', '-nIE', pattern, '--', '.'], { cwd: ROOT, encoding: 'utf8' });
  expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: '', stderr: '' });
});
