import { IoTClient } from '@aws-sdk/client-iot';
import { SQSClient } from '@aws-sdk/client-sqs';
import { peekIntoQueues, Site, waitForQuiet } from './quiet';
import { Registry } from './registry-reader';
import { latencySummary, sideBySide } from './report';
import { fleetScenario, Latency, play } from './scenario';
import { CdkCli } from '../emulator/cdk';
import { endRunningCommands } from '../emulator/child-process';
import { Emulator, startEmulator } from '../emulator/emulator';
import { packLibrary } from '../emulator/library';
import { shown } from '../emulator/paths';

const SOURCE = 'us-east-1';
const DESTINATION = 'eu-west-1';

const USAGE = `npm run demo [-- --keep]

Deploys the example app to an emulator on this machine, changes the registry of ${SOURCE} and shows that of ${DESTINATION} beside it.

  --keep   leaves the emulator running and prints commands to try`;

/** Exit codes of a process that was ended by a signal. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

const started = performance.now();
let emulator: Emulator | undefined;
let interrupted = false;

async function main(args: readonly string[]): Promise<void> {
  const keep = args.includes('--keep');
  const unknown = args.filter((arg) => arg !== '--keep');
  if (unknown.length > 0) {
    console.log(USAGE);
    process.exitCode = unknown.every((arg) => arg === '--help' || arg === '-h') ? 0 : 2;
    return;
  }
  for (const [signal, code] of Object.entries(SIGNALS)) process.on(signal, () => void stopOn(signal, code));
  try {
    const cdk = await prepare(keep);
    await runScenario();
    if (keep) console.log(whatToTry(emulator!, cdk));
    if (keep) emulator!.leaveRunning();
  } finally {
    await emulator?.stop();
  }
}

/** A running emulator with the example deployed in it. */
async function prepare(keep: boolean): Promise<CdkCli> {
  progress('compiling the library, installing and starting the emulator');
  // Compiling takes longest and needs no emulator.
  const packing = step('compiled and packed the library', packLibrary);
  packing.catch(() => undefined);
  emulator = await step('installed and started the emulator, IAM enforced', () => startEmulator({ detached: keep }));
  const cdk = new CdkCli(emulator);
  progress(`logs are in ${shown(emulator.logFile)} and ${shown(cdk.logFile)}`);
  await step(`bootstrapped ${SOURCE} and ${DESTINATION}`, () => cdk.bootstrap([SOURCE, DESTINATION]));
  const { nodePath } = await packing;
  await step('deployed the example app with cdk deploy --all', () => cdk.deployAll({ app: 'demo/app.ts', nodePath }, SOURCE));
  return cdk;
}

async function runScenario(): Promise<void> {
  const [source, destination] = [SOURCE, DESTINATION].map((region) => site(emulator!, region));
  const latencies: Latency[] = [];
  const failures: string[] = [];
  try {
    await play(fleetScenario({ deleteType: true }), source.iot, destination.iot, {
      onPhase: (phase, each) => {
        latencies.push(...each);
        progress(`${phase.title} (${each.length})`);
      },
    });
  } catch (error) {
    // A change that does not arrive ends the scenario; what has become of the registries is worth seeing all the more.
    failures.push((error as Error).message);
  }
  const finding = await step('looked until nothing moved any more', () => waitForQuiet(source, destination));

  console.log(`\n${sideBySide(finding.source, finding.destination, [SOURCE, DESTINATION])}\n`);
  if (latencies.length > 0) console.log(latencySummary(latencies));
  failures.push(...finding.differences);
  if (failures.length > 0) {
    const messages = await Promise.all([source, destination].map((each) => peekIntoQueues(each)));
    console.log(`NOT EQUAL:\n${[...failures, ...messages.flat()].map((each) => `  ${each}`).join('\n')}`);
    process.exitCode = 1;
  } else {
    console.log(`EQUAL: ${counts(finding.source)}; no message is left in any queue.`);
  }
  console.log(`Took ${elapsed()}.`);
}

function site(of: Emulator, region: string): Site {
  return { region, iot: new IoTClient(of.clientConfig(region)), sqs: new SQSClient(of.clientConfig(region)) };
}

function counts(registry: Registry): string {
  const [types, groups, things] = [registry.types, registry.groups, registry.things].map((each) => Object.keys(each).length);
  const memberships = Object.values(registry.groups).reduce((sum, group) => sum + group.members.length, 0);
  return `${types} thing types, ${groups} thing groups, ${things} things, ${memberships} memberships`;
}

async function step<T>(what: string, work: () => Promise<T>): Promise<T> {
  const result = await work();
  progress(what);
  return result;
}

function progress(what: string): void {
  console.log(`${elapsed().padStart(7)}  ${what}`);
}

function elapsed(): string {
  return `${((performance.now() - started) / 1000).toFixed(1)} s`;
}

async function stopOn(signal: string, code: number): Promise<void> {
  // A second signal, or a third, changes nothing: stopping takes a second.
  if (interrupted) return;
  interrupted = true;
  console.log(`\n${signal}: stopping what was started`);
  endRunningCommands();
  await emulator?.stop();
  process.exit(code);
}

function whatToTry({ endpoint, account, pid, logFile }: Emulator, cdk: CdkCli): string {
  return `
The emulator is still running. To talk to it:

  export AWS_ENDPOINT_URL=${endpoint} AWS_ACCESS_KEY_ID=${account} AWS_SECRET_ACCESS_KEY=test
  aws iot create-thing --thing-name my-thing --region ${SOURCE}
  aws iot describe-thing --thing-name my-thing --region ${DESTINATION}
  aws iot list-thing-groups --region ${DESTINATION}

or, without the AWS CLI, in this directory and with the same variables:

  node -e "const { IoT } = require('@aws-sdk/client-iot'); const [a, b] = ['${SOURCE}', '${DESTINATION}'].map((region) => new IoT({ region })); a.createThing({ thingName: 'your-thing' }).then(() => setTimeout(async () => console.log(await b.describeThing({ thingName: 'your-thing' })), 1000))"

Logs: ${shown(logFile)}, ${shown(cdk.logFile)}
Stop: kill -- -${pid}`;
}

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
main(process.argv.slice(2)).catch((error: Error) => {
  // What was ended in the middle fails.
  if (interrupted) return;
  console.error(`\nThe demo failed after ${elapsed()}: ${error.message}`);
  process.exitCode = 1;
});
