import { ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Gets what the command prints, beside what the error shows of it. */
  readonly logFile?: string;
  readonly timeoutMillis?: number;
}

/** A command that ended with another exit code than 0. The message ends with the last lines that it printed. */
export class CommandFailedError extends Error {
  constructor(what: string, public readonly output: string) {
    super(`${what}\n${lastLines(output, 25)}`);
  }
}

/** What this process has started and must not leave behind, as process groups. */
const running = new Set<ChildProcess>();

/** Runs a command to its end and returns what it printed. */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  // A group of its own, so that all that the command starts can be ended with it.
  const child = spawn(command, args, { cwd: options.cwd, env: options.env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  running.add(child);
  let output = '';
  const keep = (chunk: Buffer) => {
    output += chunk.toString();
    if (options.logFile) fs.appendFileSync(options.logFile, chunk);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const timeoutMillis = options.timeoutMillis ?? 300_000;
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    signalGroup(child.pid, 'SIGKILL');
  }, timeoutMillis);
  const line = [command, ...args].join(' ');
  try {
    const code = await new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (exitCode, signal) => resolve(exitCode ?? signal));
    });
    if (timedOut) throw new CommandFailedError(`\`${line}\` did not end within ${timeoutMillis / 1000} s`, output);
    if (code !== 0) throw new CommandFailedError(`\`${line}\` failed with ${code}`, output);
    return output;
  } finally {
    clearTimeout(timer);
    running.delete(child);
  }
}

/** Ends the commands that are still running, for a clean exit in the middle. */
export function endRunningCommands(): void {
  for (const child of running) signalGroup(child.pid, 'SIGTERM');
}

/** Signals a process group; one that is gone already is fine. */
export function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Whether any process of the group is left. */
export function groupIsAlive(pid: number): boolean {
  try {
    process.kill(-pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

export function lastLines(text: string, count: number): string {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
