import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { keepNewest } from './atomic-directory';
import { groupIsAlive, lastLines, signalGroup } from './child-process';
import { ROOT, WORK, shown } from './paths';
import { emulatorPython } from './python-environment';
import { waitFor } from './waiting';

export interface EmulatorOptions {
  /** Twelve digits. Each account is empty until something is created in it. Default 000000000000. */
  readonly account?: string;
  /** Makes `leaveRunning` possible. Default false: the emulator ends with this process, however that ends. */
  readonly detached?: boolean;
  /** Further environment variables of the emulator's process; the functions that it runs inherit them. */
  readonly environment?: Record<string, string>;
}

/** The part of an SDK client's configuration that makes it talk to the emulator. */
export interface EmulatorClientConfig {
  readonly region: string;
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export interface Emulator {
  readonly endpoint: string;
  /** Where devices connect by MQTT over TLS, on the host of the endpoint: with a certificate that is active, and as its policies allow. */
  readonly mqttPort: number;
  readonly account: string;
  /** Leader of the process group that holds the emulator and the functions that it runs. */
  readonly pid: number;
  readonly logFile: string;
  /** Environment of a child process (CDK CLI, AWS CLI, an app) that is to talk to the emulator, and to it alone. */
  env(region: string): NodeJS.ProcessEnv;
  clientConfig(region: string): EmulatorClientConfig;
  /**
   * Makes a Region unreachable: every request to it fails, and its replicas of tables neither send nor receive. What continues inside of it continues, as far as
   * it needs no request.
   */
  isolate(region: string): Promise<void>;
  /** Makes an isolated Region reachable again; its replicas of tables catch up. */
  rejoin(region: string): Promise<void>;
  /** The certificate of the authority that vouches for the emulator to devices, as PEM. */
  certificateAuthority(): Promise<string>;
  /** Makes what is in a Region's registry a day older than it is. */
  ageRegistry(region: string): Promise<void>;
  /** Takes away what the streams of a Region's tables hold, as if 24 hours had passed. */
  expireStreams(region: string): Promise<void>;
  /** Whether functions are done with all that the streams of a Region's tables hold. */
  streamsAreRead(region: string): Promise<boolean>;
  /** Lets the minute pass in which the names of a Region's deleted queues are not free. */
  freeQueueNames(region: string): Promise<void>;
  /** Creates a CloudTrail trail that logs the management events of a Region: EventBridge receives them from then on. */
  startTrail(region: string): Promise<void>;
  /** Lets a minute pass for the schedules of a Region that have a rate; those that are due start. */
  passMinute(region: string): Promise<void>;
  /** Ends this emulator's processes, and no others. Can be called more than once. */
  stop(): Promise<void>;
  /** From now on neither `stop` nor the end of this process ends the emulator. Needs the option `detached`. */
  leaveRunning(): void;
}

const READY_BOUND_MILLIS = 60_000;
const STOP_BOUND_MILLIS = 5_000;

/**
 * Starts the pinned emulator with IAM enforced on a free port of the loopback interface, and returns when it answers.
 *
 * @throws Error with the log's last lines if it does not get that far
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const account = options.account ?? '000000000000';
  if (!/^\d{12}$/.test(account)) throw new Error(`account: expected 12 digits, got ${account}`);
  const python = await emulatorPython();
  // Between finding a free port and binding it another process can take it; then the next one is tried.
  for (let attempt = 1; ; attempt++) {
    const emulator = new MiniStack(python, await freePort(), await freePort(), account, options);
    const failure = await emulator.whyNotReady();
    if (!failure) return emulator;
    await emulator.stop();
    if (attempt === 3 || !failure.includes('already in use')) throw new Error(failure);
  }
}

class MiniStack implements Emulator {
  public readonly endpoint: string;
  public readonly pid: number;
  public readonly logFile: string;
  private exitCode: number | string | undefined;
  private left = false;

  constructor(
    python: string, port: number, public readonly mqttPort: number, public readonly account: string, private readonly options: EmulatorOptions,
  ) {
    // By address, so that S3 clients put the bucket into the path.
    this.endpoint = `http://127.0.0.1:${port}`;
    const directory = path.join(WORK, 'run', `${new Date().toISOString().replace(/[:.]/g, '-')}-${port}`);
    fs.mkdirSync(path.join(directory, 'tmp'), { recursive: true });
    keepNewest(path.dirname(directory));
    this.logFile = path.join(directory, 'emulator.log');
    const log = fs.openSync(this.logFile, 'a');
    const child = spawn(python, ['-B', path.join(ROOT, 'emulator', 'serve.py')], {
      cwd: directory,
      env: { ...emulatorEnvironment({ port, mqttPort }, account, directory, options), ...options.environment },
      stdio: [options.detached ? 'ignore' : 'pipe', log, log],
      detached: true,
    });
    fs.closeSync(log);
    child.once('error', (error) => { this.exitCode = error.message; });
    child.once('exit', (code, signal) => { this.exitCode = code ?? signal ?? 'unknown'; });
    // Neither the process nor the pipe that tells it of our end keeps us from ending.
    child.unref();
    (child.stdin as net.Socket | null)?.unref();
    this.pid = child.pid ?? -1;
    process.once('exit', this.endNow);
  }

  public env(region: string): NodeJS.ProcessEnv {
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_') && !name.startsWith('CDK_'));
    return {
      ...Object.fromEntries(inherited),
      AWS_ENDPOINT_URL: this.endpoint,
      AWS_ACCESS_KEY_ID: this.account,
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      // No profile of the person who runs this may lead anything to a real account.
      AWS_CONFIG_FILE: os.devNull,
      AWS_SHARED_CREDENTIALS_FILE: os.devNull,
      AWS_EC2_METADATA_DISABLED: 'true',
    };
  }

  public clientConfig(region: string): EmulatorClientConfig {
    return { region, endpoint: this.endpoint, credentials: { accessKeyId: this.account, secretAccessKey: 'test' } };
  }

  /** Waits until the emulator answers; a reason if it does not. */
  public async whyNotReady(): Promise<string | undefined> {
    const answer = await waitFor(async () => {
      if (this.exitCode !== undefined) return 'ended';
      const response = await fetch(`${this.endpoint}/_ministack/ready`).catch(() => undefined);
      return response?.ok ? 'ready' : undefined;
    }, { boundMillis: READY_BOUND_MILLIS });
    if (answer === 'ready') return undefined;
    const what = answer === 'ended' ? `ended (${this.exitCode}) while it started` : `did not answer within ${READY_BOUND_MILLIS / 1000} s`;
    return `the emulator ${what}; the last lines of ${shown(this.logFile)}:\n${lastLines(fs.readFileSync(this.logFile, 'utf8'), 20)}`;
  }

  public isolate(region: string): Promise<void> {
    return this.control('isolate', region);
  }

  public rejoin(region: string): Promise<void> {
    return this.control('rejoin', region);
  }

  public ageRegistry(region: string): Promise<void> {
    return this.control('age-registry', region);
  }

  public expireStreams(region: string): Promise<void> {
    return this.control('expire-streams', region);
  }

  public streamsAreRead(region: string): Promise<boolean> {
    return this.ask('streams-are-read', region);
  }

  public async certificateAuthority(): Promise<string> {
    const response = await fetch(`${this.endpoint}/_ministack/iot/ca.pem`);
    if (!response.ok) throw new Error(`the emulator answered ${response.status} to the question for its certificate authority`);
    return response.text();
  }

  public freeQueueNames(region: string): Promise<void> {
    return this.control('free-queue-names', region);
  }

  public startTrail(region: string): Promise<void> {
    return this.control('start-trail', region);
  }

  public passMinute(region: string): Promise<void> {
    return this.control('pass-minute', region);
  }

  private async control(what: string, region: string): Promise<void> {
    if (!await this.ask(what, region)) throw new Error(`the emulator answered no to ${what} ${region}`);
  }

  private async ask(what: string, region: string): Promise<boolean> {
    const { ok, status } = await fetch(`${this.endpoint}/_emulator/${what}/${region}`, { method: 'POST' });
    if (!ok && status !== 409) throw new Error(`the emulator answered ${status} to ${what} ${region}`);
    return ok;
  }

  public async stop(): Promise<void> {
    if (this.pid < 0 || this.left) return;
    process.off('exit', this.endNow);
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      signalGroup(this.pid, signal);
      const gone = await waitFor(() => groupIsAlive(this.pid) ? undefined : true, { boundMillis: STOP_BOUND_MILLIS });
      if (gone) return;
    }
  }

  public leaveRunning(): void {
    if (!this.options.detached) throw new Error('leaveRunning: the emulator was started without `detached`, and ends with this process');
    this.left = true;
  }

  private readonly endNow = () => {
    if (this.pid > 0 && !this.left) signalGroup(this.pid, 'SIGTERM');
  };
}

function emulatorEnvironment(
  { port, mqttPort }: { readonly port: number; readonly mqttPort: number }, account: string, directory: string, options: EmulatorOptions,
): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    LANG: process.env.LANG,
    TMPDIR: path.join(directory, 'tmp'),
    S3_DATA_DIR: path.join(directory, 's3'),
    STATE_DIR: path.join(directory, 'state'),
    BIND_HOST: '127.0.0.1',
    MINISTACK_HOST: '127.0.0.1',
    GATEWAY_PORT: String(port),
    MINISTACK_ACCOUNT_ID: account,
    // Roles are evaluated, callers by an account's id are its root.
    AUTH: 'true',
    LAMBDA_EXECUTOR: 'local',
    // What workflows wait for, and delays of messages, pass ten times as fast.
    SFN_WAIT_SCALE: '0.1',
    SQS_DELAY_SCALE: '0.1',
    // AwsCustomResource finds the SDK in Lambda's runtime; here it is the project's.
    NODE_PATH: path.join(ROOT, 'node_modules'),
    NODE_OPTIONS: ['host-prefixes.js', 'unresolved-hosts.js'].map((each) => `--require ${JSON.stringify(path.join(ROOT, 'emulator', 'functions', each))}`).join(' '),
    IOT_MTLS_ENABLED: '1',
    IOT_MTLS_PORT: String(mqttPort),
    // No further listener.
    SFTP_ENABLED: '0',
    PYTHONUNBUFFERED: '1',
    EMULATOR_STOP_ON_STDIN_CLOSED: options.detached ? '0' : '1',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
