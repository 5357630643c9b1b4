import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteThingCommand, IoTClient } from '@aws-sdk/client-iot';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { Devices } from './devices';
import { DriftSummary, INTRUDER, mishaps, readReport } from './drift';
import { execute, Execution, firstExecution, workflowArn } from './executions';
import { FleetIdentities, Identities, makeFleetIdentities } from './identities';
import { readIdentities } from './identity-reader';
import { peekIntoQueues, Site, waitForQuiet } from './quiet';
import { readRegistry, Registry } from './registry-reader';
import { latencySummary, sideBySide } from './report';
import { fleetCreation, fleetScenario, Latency, make, missing, play } from './scenario';
import { readStatus, statusTableName } from './status';
import { CdkCli } from '../emulator/cdk';
import { endRunningCommands } from '../emulator/child-process';
import { endpointOf } from '../emulator/device';
import { Emulator, startEmulator } from '../emulator/emulator';
import { shown } from '../emulator/paths';
import { waitFor } from '../emulator/waiting';
import { packLibrary } from '../packages/library';

const SOURCE = 'us-east-1';
const DESTINATION = 'eu-west-1';

const USAGE = `npm run demo [-- --keep]

Deploys the example app to an emulator on this machine, beside an existing fleet in ${SOURCE}. Shows how the fleet and its changes are replicated to ${DESTINATION},
how devices connect to both Regions, and how a drift check reports and repairs drift. Prints both registries side by side.

  --keep   leaves the emulator running and prints commands to try`;

/** The fleet that exists before the deployment. */
const EXISTING = { prefix: 'old-', things: 8 } as const;

/** The name of a thing that the scenario deletes in the source. */
const DELETED = 'legacy-22';

/** Exit codes of a process that a signal has ended. */
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
    const { cdk, fleet } = await prepare(keep);
    const failures = [...await showBackfill(), ...await showChanges(), ...await showDrift(), ...await showDevices(fleet)];
    await showRegistries(failures);
    await showStatus();
    console.log(`\nTook ${elapsed()}.`);
    if (keep) console.log(whatToTry(emulator!, cdk));
    if (keep) emulator!.leaveRunning();
  } finally {
    await emulator?.stop();
  }
}

/** A running emulator with a fleet and the app deployed in it. */
async function prepare(keep: boolean): Promise<{ readonly cdk: CdkCli; readonly fleet: FleetIdentities }> {
  progress('compiling the library, installing and starting the emulator');
  // Compiling takes longest and needs no emulator.
  const packing = step('compiled and packed the library', packLibrary);
  packing.catch(() => undefined);
  emulator = await step('installed and started the emulator, IAM enforced', () => startEmulator({ detached: keep }));
  const cdk = new CdkCli(emulator);
  progress(`logs are in ${shown(emulator.logFile)} and ${shown(cdk.logFile)}`);
  const { iot } = site(emulator, SOURCE);
  await step(`created a fleet of ${EXISTING.things} things in ${SOURCE}, before the deployment`, () => make(fleetCreation(EXISTING), iot));
  const identities = new Identities(iot, { account: emulator.account, region: SOURCE });
  const fleet = await step('created keys, certificates and policies of six devices', () => makeFleetIdentities(identities, EXISTING.prefix));
  // A sweep leaves the memberships of groups that were created a moment ago to the next one.
  await emulator.ageRegistry(SOURCE);
  await step(`bootstrapped ${SOURCE} and ${DESTINATION}`, () => cdk.bootstrap([SOURCE, DESTINATION]));
  const { nodePath } = await packing;
  await step('deployed the app with cdk deploy --all', () => cdk.deployAll({ app: 'demo/app.ts', nodePath }, SOURCE));
  return { cdk, fleet };
}

/** The first act: the sweep that runs after the first deployment copies the existing fleet. */
async function showBackfill(): Promise<string[]> {
  heading('A fleet that existed before the deployment');
  const [source, destination] = sites();
  const firstOf = async (workflow: string) => {
    const execution = await firstExecution(source.sfn, await workflowArn(source.sfn, workflow));
    return outputOf(execution) as { counts: Record<string, number>; durationSeconds: number };
  };
  const first = await step('waited for the first sweep, which the deployment has started', () => firstOf('-sweep'));
  progress(`it listed ${first.counts.listed} entities and persisted ${first.counts.persisted} that had no record, in ${first.durationSeconds} s`);
  const ofIdentities = await step('waited for the first sweep of identities', () => firstOf('-identity-sweep'));
  progress(`it persisted ${ofIdentities.counts.persisted} policies, certificates and sets of attachments, in ${ofIdentities.durationSeconds} s`);
  const finding = await step(`waited for them in ${DESTINATION}`, () => waitForQuiet(source, destination));
  return [...finding.differences, ...await missing(fleetCreation(EXISTING), destination.iot)];
}

/** Changes, one after the other; the demo waits for each to arrive. */
async function showChanges(): Promise<string[]> {
  heading('Changes');
  const [source, destination] = sites();
  const latencies: Latency[] = [];
  try {
    await play(fleetScenario({ deleteType: true }), source.iot, destination.iot, {
      onPhase: (phase, each) => {
        latencies.push(...each);
        progress(`${phase.title} (${each.length})`);
      },
    });
  } catch (error) {
    // A change that does not arrive ends the scenario; then the state of the registries is even more interesting.
    return [(error as Error).message];
  } finally {
    if (latencies.length > 0) console.log(latencySummary(latencies));
  }
  return (await waitForQuiet(source, destination)).differences;
}

/** The second act: changes by hand cause drift; a check reports and repairs it, and the next check finds none. */
async function showDrift(): Promise<string[]> {
  heading(`Changes made by hand in ${DESTINATION}`);
  const [, { iot, sfn, s3 }] = sites();
  const drift = await workflowArn(sfn, '-drift');
  const check = async (mode: 'report' | 'repair') => outputOf(await execute(sfn, drift, { mode })) as DriftSummary;
  for (const mishap of mishaps(EXISTING.prefix, DELETED)) {
    await mishap.make(iot);
    progress(mishap.what);
  }
  const report = await step('checked in mode report, which writes nothing', () => check('report'));
  const differences = await readReport(s3, report.report);
  console.log(differences.map((line) => `           ${line}`).join('\n'));
  const repair = await step('checked in mode repair, which repairs everything but unmanaged entities', () => check('repair'));
  const last = await step('checked until nothing differed', () => waitFor(async () => {
    const summary = await check('report');
    return summary.inSync ? summary : undefined;
  }, { boundMillis: 30_000 }));
  if (!last) return ['the drift check still reports differences half a minute after the repair'];
  progress(`inSync: ${last.inSync}, unmanaged: ${last.counts.unmanaged}; only a person deletes unmanaged entities`);
  await iot.send(new DeleteThingCommand({ thingName: INTRUDER }));
  const isAsExpected = repair.counts.repaired === differences.length - 1 && last.counts.unmanaged === 1;
  return isAsExpected ? [] : [`expected the repair of all but one of ${differences.length} differences, got ${repair.counts.repaired}`];
}

/** The third act: devices connect to the endpoint of either Region, to what their policies allow, and to nothing else. */
async function showDevices(fleet: FleetIdentities): Promise<string[]> {
  heading('Devices, each with its own key and certificate, by MQTT over TLS');
  const endpoints = { [SOURCE]: await endpointOf(emulator!, SOURCE), [DESTINATION]: await endpointOf(emulator!, DESTINATION) };
  const devices = new Devices(emulator!, endpoints, ({ what, region, isAllowed, isExpected }) => {
    console.log(`           ${region.padEnd(9)}  ${what}: ${isAllowed ? 'yes' : 'refused'}${isExpected ? '' : ', UNEXPECTED'}`);
  });
  const { ordinary, exclusive, revoked, groupName } = fleet;
  for (const region of [SOURCE, DESTINATION]) {
    await devices.connects(region, ordinary, true);
    await devices.publishes(region, ordinary, `${ordinary.thingName}/light`, true);
    await devices.publishes(region, ordinary, groupName, true);
    await devices.publishes(region, ordinary, 'another-device/light', false);
    await devices.connects(region, revoked, false);
  }
  const differences = [...await showRevocation(devices, exclusive), ...await identityDifferences()];
  await emulator!.isolate(SOURCE);
  progress(`nobody can reach ${SOURCE} any more`);
  await devices.connects(SOURCE, ordinary, false);
  await devices.connects(DESTINATION, ordinary, true);
  await devices.publishes(DESTINATION, ordinary, `${ordinary.thingName}/light`, true);
  await devices.connects(DESTINATION, exclusive, false);
  await emulator!.rejoin(SOURCE);
  progress(`${SOURCE} is back`);
  return [...devices.failures, ...differences];
}

/** A device is connected to the destination when its certificate is revoked in the source. */
async function showRevocation(devices: Devices, device: FleetIdentities['exclusive']): Promise<string[]> {
  const [source] = sites();
  const connection = await devices.connect(DESTINATION, device);
  progress(`${device.thingName} is connected to ${DESTINATION}`);
  await new Identities(source.iot, { account: emulator!.account, region: SOURCE }).setStatus(device.certificateId, 'REVOKED');
  const check = await workflowArn(source.sfn, '-certificate-check');
  await step(`revoked its certificate in ${SOURCE}, and checked certificates, as a schedule does every 15 minutes`, async () => outputOf(await execute(source.sfn, check, {})));
  const isDisconnected = await step(`waited until ${DESTINATION} closed the connection`, () => connection.isDisconnected());
  await connection.disconnect();
  for (const region of [SOURCE, DESTINATION]) await devices.connects(region, device, false);
  return isDisconnected ? [] : [`${device.thingName} is revoked, and still connected to ${DESTINATION}`];
}

/** Kinds of identities that differ, once nothing changes any more. */
async function identityDifferences(): Promise<string[]> {
  const look = async () => {
    const [there, here] = await Promise.all(sites().map(async ({ iot }) => readIdentities(iot, emulator!.account, await readRegistry(iot))));
    return (Object.keys(there) as (keyof typeof there)[]).filter((kind) => JSON.stringify(there[kind]) !== JSON.stringify(here[kind])).map((kind) => `${kind} differ`);
  };
  const isEqual = await waitFor(async () => (await look()).length === 0 || undefined, { boundMillis: 30_000 });
  return isEqual ? [] : look();
}

/** The status for an operator: one item of one table of the destination. */
async function showStatus(): Promise<void> {
  heading(`The status of ${DESTINATION}, one read of one item`);
  const [source, { dynamodb }] = sites();
  const table = await statusTableName(dynamodb);
  const since = new Date().toISOString();
  // A heartbeat arrives once a minute on its own.
  const stateMachineArn = await workflowArn(source.sfn, '-observations');
  await source.sfn.send(new StartExecutionCommand({ stateMachineArn, input: JSON.stringify({ eventType: 'REPLICATION_HEARTBEAT' }) }));
  const status = await waitFor(async () => {
    const found = await readStatus(dynamodb, table);
    return found && found.asOf > since && found.state === 'IN_SYNC' ? found : undefined;
  }, { boundMillis: 30_000 }) ?? await readStatus(dynamodb, table);
  const lines = JSON.stringify(status, undefined, 2).split('\n');
  console.log(lines.map((line) => `           ${line}`).join('\n'));
  if (status?.registryInSync) return;
  console.log(`NOT IN SYNC: ${status?.reasons.join('; ')}`);
  process.exitCode = 1;
}

async function showRegistries(failures: readonly string[]): Promise<void> {
  const [source, destination] = sites();
  const finding = await waitForQuiet(source, destination);
  console.log(`\n${sideBySide(finding.source, finding.destination, [SOURCE, DESTINATION])}\n`);
  const all = [...failures, ...finding.differences];
  if (all.length > 0) {
    const messages = await Promise.all([source, destination].map((each) => peekIntoQueues(each)));
    console.log(`NOT EQUAL:\n${[...all, ...messages.flat()].map((each) => `  ${each}`).join('\n')}`);
    process.exitCode = 1;
  } else {
    console.log(`EQUAL: ${counts(finding.source)}; no message is left in any queue.`);
  }
}

function outputOf({ status, output, error, cause }: Execution): unknown {
  if (status !== 'SUCCEEDED') throw new Error(`a workflow ended as ${status}: ${error}: ${cause}`);
  return output;
}

interface DemoSite extends Site {
  readonly sfn: SFNClient;
  readonly s3: S3Client;
  readonly dynamodb: DynamoDBClient;
}

function sites(): DemoSite[] {
  return [SOURCE, DESTINATION].map((region) => site(emulator!, region));
}

function site(of: Emulator, region: string): DemoSite {
  const config = of.clientConfig(region);
  const [iot, sqs, dynamodb] = [new IoTClient(config), new SQSClient(config), new DynamoDBClient(config)];
  return { region, iot, sqs, sfn: new SFNClient(config), s3: new S3Client(config), dynamodb };
}

function heading(text: string): void {
  console.log(`\n${text}`);
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
  console.log(`\n${signal}: stopping the emulator`);
  endRunningCommands();
  await emulator?.stop();
  process.exit(code);
}

function whatToTry({ endpoint, account, pid, logFile }: Emulator, cdk: CdkCli): string {
  return `
The emulator is still running. Commands to try:

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
  // An interrupted demo fails.
  if (interrupted) return;
  console.error(`\nThe demo failed after ${elapsed()}: ${error.message}`);
  process.exitCode = 1;
});
