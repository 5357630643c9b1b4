import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { onceFilled } from './atomic-directory';
import { CommandFailedError, lastLines, run } from './child-process';
import { ROOT, WORK } from './paths';

const OLDEST_PYTHON = [3, 10] as const;

/** A pinned Python program. */
export interface PythonProgram {
  /** What messages call it. */
  readonly name: string;
  /** The file that pins it and all of its dependencies, relative to the repository. */
  readonly requirements: string;
  /** The folder of its environments, below `.work`. */
  readonly folder: string;
}

const EMULATOR: PythonProgram = { name: 'the emulator', requirements: 'emulator/requirements.txt', folder: 'emulator' };

/** The Python interpreter of a virtual environment that contains the pinned emulator; installs it on first use. */
export async function emulatorPython(): Promise<string> {
  return pythonWith(EMULATOR);
}

/**
 * The Python interpreter of a virtual environment that contains the pinned program; installs it on first use.
 *
 * @param python the interpreter that creates it; the environment variable `PYTHON` or `python3` by default
 * @throws Error with what to install or to set
 */
export async function pythonWith(program: PythonProgram, python = process.env.PYTHON || 'python3'): Promise<string> {
  const version = await pythonVersion(program, python);
  const requirements = createHash('sha256').update(fs.readFileSync(path.join(ROOT, program.requirements))).digest('hex').slice(0, 8);
  const environment = await onceFilled(path.join(WORK, program.folder, `python${version}-${requirements}`), async (target) => {
    await makeEnvironment(python, target);
    await install(program, target);
  });
  return interpreterOf(environment);
}

function interpreterOf(environment: string): string {
  return path.join(environment, 'bin', 'python');
}

async function pythonVersion({ name }: PythonProgram, python: string): Promise<string> {
  const wanted = `Python ${OLDEST_PYTHON.join('.')} or newer with its venv module`;
  let printed: string;
  try {
    printed = await run(python, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])']);
  } catch (error) {
    throw new Error(`${name} needs ${wanted}, and \`${python}\` does not run (${(error as Error).message.split('\n')[0]}); ` +
      'install it, or set PYTHON to where it is');
  }
  const version = lastLines(printed, 1);
  const [major, minor] = version.split('.').map(Number);
  if (major < OLDEST_PYTHON[0] || (major === OLDEST_PYTHON[0] && minor < OLDEST_PYTHON[1])) {
    throw new Error(`${name} needs ${wanted}, and \`${python}\` is ${version}; install a newer one, or set PYTHON to where it is`);
  }
  return version;
}

async function makeEnvironment(python: string, target: string): Promise<void> {
  try {
    await run(python, ['-m', 'venv', target]);
  } catch (error) {
    throw new Error(`\`${python} -m venv\` failed; on Debian and Ubuntu it is a package of its own: apt install python3-venv\n${output(error)}`);
  }
}

async function install({ name, requirements }: PythonProgram, environment: string): Promise<void> {
  const args = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input', '--requirement', path.join(ROOT, requirements)];
  try {
    await run(interpreterOf(environment), args);
  } catch (error) {
    throw new Error(`pip could not install ${name} (${requirements}); it needs the Python package index or a mirror, ` +
      `as pip is configured on this machine. Its last lines:\n${output(error)}`);
  }
}

function output(error: unknown): string {
  return error instanceof CommandFailedError ? lastLines(error.output, 15) : (error as Error).message;
}
