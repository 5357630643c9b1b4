import { ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Receives what the command prints, besides the lines that the error contains. */
  readonly logFile?: string;
  readonly timeoutMillis?: number;
}

/** A command that ended with another exit code than 0. The message ends with the last lines that it printed. */
export class CommandFailedError extends Error {
  constructor(what: string, public readonly output: string) {
    super(`${what}\n${lastLines(output, 25)}`);
  }
}

/** The process groups that this process has started and must not leave behind. */
const running = new Set<ChildProcess>();

/** Runs a command to its end and returns what it printed. */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  // A group of its own, so that everything that the command starts can be ended with it.
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

/** Ends the commands that are still running, for a clean early exit. */
export function endRunningCommands(): void {
  for (const child of running) signalGroup(child.pid, 'SIGTERM');
}

/** Signals a process group; it may already have ended. */
export function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Whether any process of the group still exists. */
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
