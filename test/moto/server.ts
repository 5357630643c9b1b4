import { spawn } from 'node:child_process';
import * as http from 'node:http';
import * as net from 'node:net';
import * as path from 'node:path';
import { IoTClient, IoTClientConfig } from '@aws-sdk/client-iot';
import { groupIsAlive, lastLines, signalGroup } from '../../emulator/child-process';
import { PythonProgram, pythonWith } from '../../emulator/python-environment';
import { waitFor } from '../../emulator/waiting';

const MOTO: PythonProgram = { name: 'moto', requirements: 'test/moto/requirements.txt', folder: 'moto' };
const READY_BOUND_MILLIS = 60_000;
const STOP_BOUND_MILLIS = 5_000;
/** Enough of what it printed to tell why it does not work. */
const KEPT_OUTPUT = 16_384;

/** A server of moto: one registry that nobody here wrote. */
export interface Moto {
  readonly pid: number;
  /** Talks to it, without the retries of the SDK: what moto does not know it answers with a fault of its own, each time again. */
  readonly client: IoTClient;
  /** The part of a client's configuration that makes it talk to this server, one request at a time. */
  readonly clientConfig: IoTClientConfig;
  /** Empties the registry. */
  reset(): Promise<void>;
  /** Ends this server, and no other. */
  stop(): Promise<void>;
}

/**
 * Starts the pinned moto on a free port of the loopback interface, and returns when it answers. Installs it on first use.
 *
 * @throws Error with what it printed last if it does not get that far
 */
export async function startMoto(): Promise<Moto> {
  const python = await pythonWith(MOTO);
  const child = spawn(python, ['-B', path.join(__dirname, 'serve.py')], {
    // Nothing of the person who runs this: moto takes some of its settings from the environment.
    env: { PATH: process.env.PATH, HOME: process.env.HOME, LANG: process.env.LANG, PYTHONUNBUFFERED: '1' },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  let ended: string | undefined;
  const keep = (chunk: Buffer) => { output = (output + chunk.toString()).slice(-KEPT_OUTPUT); };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  child.once('error', (error) => { ended = error.message; });
  child.once('exit', (code, signal) => { ended = String(code ?? signal); });
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr]) (stream as unknown as net.Socket).unref();

  const stop = async () => {
    const { pid } = child;
    if (pid === undefined) return;
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      signalGroup(pid, signal);
      if (await waitFor(() => groupIsAlive(pid) ? undefined : true, { boundMillis: STOP_BOUND_MILLIS })) return;
    }
  };
  const endpoint = await waitFor(async () => {
    if (ended !== undefined) return 'ended';
    const port = /^port (\d+)$/m.exec(output)?.[1];
    const answer = port && await fetch(`http://127.0.0.1:${port}/moto-api/`).catch(() => undefined);
    return answer && answer.ok ? `http://127.0.0.1:${port}` : undefined;
  }, { boundMillis: READY_BOUND_MILLIS });
  if (!endpoint || endpoint === 'ended') {
    await stop();
    const what = endpoint ? `ended (${ended}) while it started` : `did not answer within ${READY_BOUND_MILLIS / 1000} s`;
    throw new Error(`moto ${what}; it printed last:\n${lastLines(output, 20)}`);
  }

  // moto's models are not made for several threads at once.
  const httpAgent = new http.Agent({ maxSockets: 1 });
  const clientConfig: IoTClientConfig = {
    region: 'eu-west-1', endpoint, credentials: { accessKeyId: 'moto', secretAccessKey: 'moto' }, maxAttempts: 1, requestHandler: { httpAgent },
  };
  return {
    pid: child.pid!,
    clientConfig,
    client: new IoTClient(clientConfig),
    reset: async () => {
      const answer = await fetch(`${endpoint}/moto-api/reset`, { method: 'POST' });
      if (!answer.ok) throw new Error(`moto did not reset: ${answer.status}`);
    },
    stop,
  };
}
