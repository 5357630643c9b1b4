import { setTimeout as sleep } from 'node:timers/promises';
import { Clients } from './clients';
import { EXIT } from './exit-codes';
import { interruptionOf } from './interruption';
import { run } from './program';
import type { Surroundings } from './surroundings';
import { terminalOf } from './terminal';

/**
 * Runs the program with the streams, the environment and the signals of this process, which ends with its exit code.
 *
 * @param args those after the name of the program
 */
export async function runInProcess(args: readonly string[], { liveCheck }: Pick<Surroundings, 'liveCheck'>): Promise<void> {
  // The SDK tells everybody who runs an older Node.js so, in the middle of an answer.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const { signal, impatience } = interruptionOf(process);
  // `status | head` closes the pipe: there is nobody to answer any more.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.yes);
    throw error;
  });
  process.exitCode = await run(args, {
    terminal: terminalOf(process, process.env),
    env: process.env,
    signal,
    impatience,
    now: Date.now,
    pause: async (milliseconds, until = signal) => {
      await sleep(milliseconds, undefined, { signal: until }).catch((error: unknown) => { if (!until.aborted) throw error; });
    },
    clients: (connection) => new Clients(connection, process.env),
    liveCheck,
  });
}
