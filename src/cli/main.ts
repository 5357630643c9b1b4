#!/usr/bin/env node
import { setTimeout as sleep } from 'node:timers/promises';
import { Clients } from './clients';
import { EXIT } from './exit-codes';
import { interruptionOf } from './interruption';
import { run } from './program';
import { terminalOf } from './terminal';

// The SDK tells everybody who runs an older Node.js so, in the middle of an answer.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

const { signal, impatience } = interruptionOf(process);
// `status | head` closes the pipe: there is nobody to answer any more.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.yes);
  throw error;
});

async function main(): Promise<void> {
  process.exitCode = await run(process.argv.slice(2), {
    terminal: terminalOf(process, process.env),
    env: process.env,
    signal,
    impatience,
    now: Date.now,
    pause: async (milliseconds, until = signal) => {
      await sleep(milliseconds, undefined, { signal: until }).catch((error: unknown) => { if (!until.aborted) throw error; });
    },
    clients: (connection) => new Clients(connection, process.env),
  });
}

void main();
