import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { Mapping, Mappings } from './mappings';
import { PhysicalNames } from '../../record/physical-names';
import { markerIn, markerName, MarkerRole } from '../../regional/marker';
import { inSameWay } from '../advice';
import { Clients, Connection, within } from '../clients';
import { CommandError } from '../errors';
import { EXIT, ExitCode } from '../exit-codes';
import { mayGoOn } from '../questions';
import { findReplication } from '../replication';
import { destinationOf } from '../runs/workflow';
import type { CommonOptions, Surroundings } from '../surroundings';

export interface PauseOptions extends CommonOptions {
  readonly yes?: boolean;
}

interface PauseReport {
  readonly replication: string;
  readonly region: string;
  /** Whether nothing but invocations that are running writes to the registry any more. */
  readonly paused: boolean;
  /** Whether a deployment has paused the Region: `pausedRegions`. */
  readonly pausedByDeployment: boolean;
  readonly mappings: readonly Mapping[];
}

/** Stops everything that writes to the registry of a destination. */
export function pause(options: PauseOptions, surroundings: Surroundings): Promise<ExitCode> {
  return switched(options, surroundings, false);
}

/** Ends a pause by hand. */
export function resume(options: PauseOptions, surroundings: Surroundings): Promise<ExitCode> {
  return switched(options, surroundings, true);
}

async function switched({ name, json, yes, ...connection }: PauseOptions, surroundings: Surroundings, isOn: boolean): Promise<ExitCode> {
  const { terminal, signal } = surroundings;
  const clients = surroundings.clients(connection);
  const replication = await findReplication(clients, name, signal);
  const region = destinationOf(replication, connection.region);
  const mappings = new Mappings(clients, region, replication.name);
  const before = await mappings.all();
  const missing = mappings.without(before);
  if (missing.length > 0) throw new CommandError(`${missing.join(' and ')} in ${region} has no event source mapping, expected one each: the function ${new PhysicalNames(replication.name).statusFunction} creates that of the stream again within a minute; deploy the destination for the other`, EXIT.failed);
  const pausedByDeployment = await isPausedByDeployment(clients, replication.name, region, signal);
  if (isOn && pausedByDeployment) {
    throw new CommandError(`${region} is paused by a deployment, and drift checks repair nothing until another one ends it: remove it from pausedRegions and deploy`);
  }
  const wanted = isOn ? 'Enabled' : 'Disabled';
  const toChange = before.filter(({ state }) => state !== wanted);
  if (toChange.length > 0) {
    await mayGoOn(isOn
      ? `Resume ${region}: its registry follows ${replication.sourceRegion} again; a later drift check undoes what was changed there meanwhile.`
      : `Pause ${region}: nothing of ${replication.name} writes to its registry any more, until \`resume\` or a deployment.`, { yes }, surroundings);
    for (const mapping of toChange) {
      signal.throwIfAborted();
      await mappings.set(mapping, isOn);
    }
  }
  const after = await mappings.once(wanted, surroundings);
  const isDone = after.every(({ state }) => state === wanted);
  const report: PauseReport = { replication: replication.name, region, paused: after.every(({ state }) => state === 'Disabled'), pausedByDeployment, mappings: after };
  const done: Done = { isOn, isDone, changed: toChange.length, sourceRegion: replication.sourceRegion };
  terminal.print(json ? JSON.stringify(report, undefined, 2) : shown(report, done, connection));
  return isDone ? EXIT.yes : EXIT.failed;
}

/** Whether the destination is deployed as one of `pausedRegions`. */
export async function isPausedByDeployment(clients: Clients, name: string, region: string, signal: AbortSignal): Promise<boolean> {
  const { Parameter } = await clients.of(SSMClient, region).send(
    new GetParameterCommand({ Name: markerName(MarkerRole.DESTINATION, name) }), { abortSignal: within(signal) },
  );
  return markerIn(Parameter!.Name!, Parameter!.Value!)?.isPaused ?? false;
}

interface Done {
  readonly isOn: boolean;
  readonly isDone: boolean;
  /** Mappings that were switched. */
  readonly changed: number;
  readonly sourceRegion: string;
}

function shown(report: PauseReport, { isOn, isDone, changed, sourceRegion }: Done, connection: Connection): string {
  const { replication, region, mappings, pausedByDeployment } = report;
  const states = mappings.map(({ functionName, id, state }) => `  ${functionName}   ${state}   ${id}`);
  const head = `${region}: ${isDone ? isOn ? 'resumed' : 'paused' : 'not done yet'}${changed === 0 ? ' already' : ''}`;
  const command = (text: string) => `  npx cdk-iot-registry-replication ${inSameWay(`${text} ${replication} --region ${region}`, connection)}`;
  // Whether there are identities is not asked: that needs further services on a day on which one may not answer, and a revocation that is undone is worse than a line too many.
  const notes = isOn ? [
    'The replicator continues the stream where it stopped. What differs stays different until a drift check repairs it:',
    `${command('diff')}     # what a repair would undo`,
    command('repair'),
    'With `identities`, a check of their own does it for certificates and policies. It activates a certificate again that was only deactivated here:',
    `${command('diff')} --identities`,
    `${command('repair')} --identities`,
  ] : [
    'Invocations that are running end within five minutes: change nothing in the registry before.',
    ...pausedByDeployment ? [] : ['A deployment that changes one of the functions ends this pause, unless pausedRegions contains the Region by then.'],
    'Drift checks continue to send what they want to repair to the retry queue; it is applied after the pause.',
    `With \`identities\`, a certificate that you only deactivate here is activated again after the pause: revoke it, or deactivate it in ${sourceRegion} too.`,
    'What is deleted in the source stays here if the pause outlasts tombstoneRetention, certificates as active ones.',
  ];
  return [head, ...states, '', ...notes].join('\n');
}
