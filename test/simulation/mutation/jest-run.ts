import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const JEST = join(__dirname, '..', '..', '..', 'node_modules', '.bin', 'jest');

/** What jest prints if something, a timer for one, keeps a process alive whose tests are over. */
const DID_NOT_EXIT = 'Jest did not exit';

/** How long a process may take to end after its last test. */
const EXIT_MS = 5_000;

/** How a test ended. Only `assertion` says that the test looked at something and found it wrong. */
export type Ending = 'passed' | 'assertion' | 'timeout' | 'error';

export interface TestRun {
  readonly fullName: string;
  readonly ending: Ending;
}

/** What came of one jest process. */
export interface Run {
  /** The tests that ran, without those that the name left out. */
  readonly tests: readonly TestRun[];
  /** Why a file could not be loaded. */
  readonly loadError?: string;
  /** Whether the process ended on its own. */
  readonly ended: boolean;
}

/** Long enough for a machine that does other work too: a test that is ended early says nothing. */
export interface Limits {
  /** What a process takes at most besides its tests. */
  readonly startMs: number;
  /** What one test takes at most, unless it has a limit of its own. */
  readonly testMs: number;
}

export interface Order {
  /** A folder with a `package.json` that configures jest. */
  readonly tree: string;
  readonly testFile: string;
  /** Parts of names of tests. @default - all tests of the file */
  readonly names?: readonly string[];
  readonly limits: Limits;
}

interface Assertion {
  readonly fullName: string;
  readonly status: string;
  readonly failureMessages: readonly string[];
  readonly failureDetails: readonly { readonly matcherResult?: object }[];
}

interface Report {
  readonly testResults: readonly { readonly status: string; readonly message: string; readonly assertionResults: readonly Assertion[] }[];
}

/** Runs tests of one file in a process of its own. */
export async function runJest({ tree, testFile, names, limits: { startMs, testMs } }: Order): Promise<Run> {
  const report = join(tree, 'report.json');
  rmSync(report, { force: true });
  const ended = await finish(tree, startMs + (names?.length ?? 1) * testMs, [
    '--runInBand', '--silent', '--ci', '--json', '--outputFile', report, `--testTimeout=${testMs}`, `--openHandlesTimeout=${EXIT_MS}`, '--cacheDirectory', join(tree, '.jest-cache'),
    '--runTestsByPath', testFile, ...(names ? ['--testNamePattern', patternOf(names).source] : []),
  ]);
  // Written after the last test, so that a process which continues nevertheless has it too.
  if (!existsSync(report)) return { tests: [], ended };
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report;
  return {
    tests: testResults.flatMap(({ assertionResults }) => assertionResults.filter(({ status }) => status === 'passed' || status === 'failed').map(testRunOf)),
    loadError: testResults.find(({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0)?.message,
    ended,
  };
}

/** Matches what jest matches if it is asked for tests with one of these parts in their names. */
export function patternOf(names: readonly string[]): RegExp {
  return new RegExp(names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'), 'i');
}

/** @returns whether the process ended on its own in time */
function finish(cwd: string, limitMs: number, options: readonly string[]): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const jest = spawn(process.execPath, [JEST, ...options], { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
    let stopped = false;
    // A test that never yields hears no other signal.
    const stop = () => {
      stopped = true;
      jest.kill('SIGKILL');
    };
    const limit = setTimeout(stop, limitMs);
    let printed = '';
    jest.stderr.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      if (printed.includes(DID_NOT_EXIT)) stop();
    });
    jest.on('error', reject);
    jest.on('close', () => {
      clearTimeout(limit);
      resolve(!stopped);
    });
  });
}

function testRunOf({ fullName, status, failureMessages, failureDetails }: Assertion): TestRun {
  if (status === 'passed') return { fullName, ending: 'passed' };
  const messages = failureMessages.map((message) => message.replace(/\u001b\[\d+m/g, ''));
  if (failureDetails.some(({ matcherResult }) => matcherResult) || messages.some((message) => /^(Error: )?(expect|assert)[.(]/.test(message))) return { fullName, ending: 'assertion' };
  return { fullName, ending: messages.some((message) => message.includes('Exceeded timeout of')) ? 'timeout' : 'error' };
}
