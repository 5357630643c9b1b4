import { ChildProcess, spawn } from 'node:child_process';
import * as path from 'node:path';
import { Emulator } from '../../emulator/emulator';
import { emulatorPython } from '../../emulator/python-environment';
import { bundleOf } from '../../packages/bundle';
import { COMMAND_LINE } from '../../packages/inlined';

export interface Called {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

export interface CallOptions {
  readonly region: string;
  /** Of whoever calls it; by default somebody who may do everything. */
  readonly credentials?: Credentials;
  /** Called with all that it has noted so far: a signal is sent once this returns it. */
  readonly interruptAt?: (stderr: string) => boolean;
}

export interface TerminalOptions extends Pick<CallOptions, 'region' | 'credentials'> {
  /** What a person answers to a question. */
  readonly line?: string;
}

/** The command line of the packed library, as `npx` runs it. */
export class Program {
  private readonly file: string;

  /** @param nodePath the `node_modules` that the package is unpacked in */
  constructor(private readonly emulator: Emulator, nodePath: string) {
    this.file = path.join(nodePath, 'cdk-iot-registry-replication', bundleOf(COMMAND_LINE));
  }

  /** Runs it in a pipe. */
  public async call(args: readonly string[], { region, credentials, interruptAt }: CallOptions): Promise<Called> {
    const env = { ...this.emulator.env(region), ...credentials ? environmentOf(credentials) : {} };
    const child = spawn(process.execPath, [this.file, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let noted = '';
    let isInterrupted = false;
    child.stderr.on('data', (chunk: Buffer) => {
      noted += chunk.toString();
      if (isInterrupted || !interruptAt?.(noted)) return;
      // Once: a process that is about to exit listens to no signal any more, and would be killed by the next.
      isInterrupted = true;
      child.kill('SIGINT');
    });
    return ended(child);
  }

  /** Runs it in a pseudo-terminal, where a person answers a question with a line. What is noted is on the screen too. */
  public async inTerminal(args: readonly string[], { region, credentials, line = '' }: TerminalOptions): Promise<Pick<Called, 'exitCode' | 'stdout'>> {
    const env = { ...this.emulator.env(region), ...credentials ? environmentOf(credentials) : {}, TERM: 'xterm', PAGER: 'cat' };
    const child = spawn(await emulatorPython(), [path.join(__dirname, 'terminal.py'), line, process.execPath, this.file, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    return ended(child);
  }
}

async function ended(child: ChildProcess): Promise<Called> {
  const [stdout, stderr]: [string[], string[]] = [[], []];
  child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk.toString()));
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { exitCode, stdout: stdout.join(''), stderr: stderr.join('') };
}

function environmentOf({ accessKeyId, secretAccessKey, sessionToken }: Credentials): NodeJS.ProcessEnv {
  return { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken };
}
