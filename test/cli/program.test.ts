import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { runProgram } from './harness';
import { ROOT } from '../../emulator/paths';
import { bundleOf } from '../../packages/bundle';
import { COMMAND_LINE, LIVE_CHECK } from '../../packages/inlined';
import { hasColors } from '../../src/cli/terminal';
import { ago, shownDuration } from '../../src/cli/times';

const BUNDLE = path.join(ROOT, bundleOf(COMMAND_LINE));
const MAX_BUNDLE_BYTES = 3 * 1024 * 1024;
/** Times what Node itself takes to start: 300 ms where that takes 40. */
const MAX_START = 7.5;
/** A core that two processes share is slower for each. */
const STARTS = 3;
/** Writes the milliseconds of CPU that a process has used: the time on the clock is also that of whatever else runs on the machine. */
const METER = 'process.on("exit", () => { const { userCPUTime, systemCPUTime } = process.resourceUsage(); process.stderr.write(String((userCPUTime + systemCPUTime) / 1000)); })';

const COMMANDS = ['status', 'diff', 'sweep', 'repair', 'letters', 'explain', 'pause', 'resume', 'drill'];

test('the help shows every command', async () => {
  const { exitCode, printed } = await runProgram(['--help']);
  expect(printed).toMatchSnapshot();
  expect(exitCode).toBe(0);
  expect(printed.split('\n').flatMap((line) => /^ {2}(\w[\w-]*) .*(\[name\]|<entity...>)/.exec(line)?.[1] ?? [])).toEqual(COMMANDS);
});

test.each(COMMANDS)('the help of %s has its options and an example', async (command) => {
  const { exitCode, printed } = await runProgram([command, '--help']);
  expect(printed).toMatchSnapshot();
  expect(exitCode).toBe(0);
  for (const option of ['--json', '--profile', '--region', '--name', `\nExample:\n  npx cdk-iot-registry-replication ${command} fleet`]) expect(printed).toContain(option);
});

test('the help of the live check has its options and an example', async () => {
  const { exitCode, printed } = await runProgram(['live-check', '--help']);
  expect(printed).toMatchSnapshot();
  expect(exitCode).toBe(0);
});

test('the help of estimate, which needs no replication, has its options and an example', async () => {
  const { exitCode, printed } = await runProgram(['estimate', '--help']);
  expect(printed).toMatchSnapshot();
  expect(exitCode).toBe(0);
  expect(printed).toContain('\nExample:\n  npx cdk-iot-registry-replication estimate --things');
});

test.each<[string, readonly string[]]>([
  ['no command', []],
  ['a command that there is not', ['stats']],
  ['an option without its value', ['status', '--region']],
])('fails with exit code 2 and what is expected: %s', async (_, args) => {
  const { exitCode, printed, notes } = await runProgram(args);
  expect([exitCode, printed]).toEqual([2, '']);
  expect(notes).toContain('--help');
});

describe('the completion', () => {
  /** What bash proposes for the last word. */
  const proposed = async (...words: string[]) => {
    const { printed } = await runProgram(['completion', 'bash']);
    const script = `${printed}\nCOMP_WORDS=(${['cdk-iot-registry-replication', ...words].map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}; _cdk_iot_registry_replication; echo "\${COMPREPLY[*]}"`;
    const { status, stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    return stdout.trim().split(' ');
  };

  test.each<[readonly string[], readonly string[]]>([
    [['re'], ['repair', 'resume']],
    [['status', '--w'], ['--watch']],
    [['diff', 'fleet', '--'], ['--name', '--region', '--profile', '--json', '--follow', '--last', '--source', '--identities', '--kind', '--entity', '--difference', '--help']],
    [['unknown', '--'], ['']],
  ])('of %j is %j', async (words, expected) => {
    expect(await proposed(...words)).toEqual(expected);
  });

  test('of zsh is that of bash, which zsh is told to understand', async () => {
    const [bash, zsh] = await Promise.all(['bash', 'zsh'].map((shell) => runProgram(['completion', shell])));
    expect(zsh.printed).toBe(`autoload -Uz compinit bashcompinit\ncompinit\nbashcompinit\n${bash.printed}`);
  });

  test('fails for another shell', async () => {
    expect(await runProgram(['completion', 'fish'])).toMatchObject({ exitCode: 2, printed: '', notes: expect.stringContaining("got the shell 'fish', expected bash or zsh") });
  });
});

describe('the bundle', () => {
  test('is no larger than 3 MB, together with the live check, which it loads only if it is asked to', () => {
    expect(fs.statSync(BUNDLE).size + fs.statSync(path.join(ROOT, bundleOf(LIVE_CHECK))).size).toBeLessThanOrEqual(MAX_BUNDLE_BYTES);
    const { status, stdout, stderr } = spawnSync(process.execPath, [BUNDLE, 'live-check', '--list', '--only', 'queues'], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^(queues +[a-z-]+ +\S.*\n){3,}$/);
  });

  test('is a program, and prints the version of the package', () => {
    expect(fs.readFileSync(BUNDLE, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
    const { version } = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { readonly version: string };
    expect(spawnSync(process.execPath, [BUNDLE, '--version'], { encoding: 'utf8' })).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: '' });
  });

  test('shows its help at once, without a colour in a pipe', () => {
    const start = (...args: readonly string[]) => {
      const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', `data:text/javascript,${encodeURIComponent(METER)}`, ...args], { encoding: 'utf8' });
      expect(status).toBe(0);
      expect(stderr).toMatch(/^[\d.]+$/);
      return { stdout, milliseconds: Number(stderr) };
    };
    const starts = Array.from({ length: STARTS }, () => ({ help: start(BUNDLE, '--help'), node: start('--eval', '') }));
    for (const { help: { stdout } } of starts) {
      expect(stdout).toContain('status');
      expect(stdout).not.toContain('\u001b');
    }
    const least = (name: 'help' | 'node') => Math.min(...starts.map((each) => each[name].milliseconds));
    expect(least('help') / least('node')).toBeLessThan(MAX_START);
  });

  test('ends quietly when the reader of its answer has left', () => {
    const { status, stderr } = spawnSync('bash', ['-c', `set -o pipefail; "${process.execPath}" "${BUNDLE}" --help | true`], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});

test.each<[string, boolean, Record<string, string>, boolean]>([
  ['in a terminal', true, {}, true],
  ['not in a pipe', false, {}, false],
  ['not in a pipe of a CI job', false, { CI: '1' }, false],
  ['not with NO_COLOR', true, { NO_COLOR: '1' }, false],
  ['not in a terminal that knows none', true, { TERM: 'dumb' }, false],
])('colours are there %s', (_, isTerminal, env, expected) => {
  expect(hasColors(isTerminal, env)).toBe(expected);
});

test.each<[number, string]>([
  [0, '0.0 s'], [420, '0.4 s'], [12_000, '12 s'], [119_000, '119 s'], [900_000, '15 min'], [12_000_000, '3 h 20 min'], [7_200_000, '2 h'], [187_200_000, '2 d 4 h'], [172_800_000, '2 d'],
])('%s ms are shown as %s', (milliseconds, shown) => {
  expect(shownDuration(milliseconds)).toBe(shown);
});

test.each<[number, string]>([[-5_000, 'now'], [999, 'now'], [1_000, '1 s ago'], [12_345, '12 s ago'], [900_000, '15 min ago']])('%s ms ago is %s', (milliseconds, shown) => {
  const now = Date.UTC(2026, 10, 28);
  expect(ago(new Date(now - milliseconds).toISOString(), now)).toBe(shown);
});
