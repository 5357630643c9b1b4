import { randomBytes } from 'node:crypto';
import { Canary } from './canary';
import { Drill } from './drill';
import { isolationOf } from './isolation';
import { protocolOf } from './protocol';
import { inSameWay } from '../advice';
import { asCommandError, CommandError } from '../errors';
import { EXIT, ExitCode } from '../exit-codes';
import { isPausedByDeployment } from '../pause/command';
import { Mappings } from '../pause/mappings';
import { mayGoOn } from '../questions';
import { findReplication } from '../replication';
import { destinationOf } from '../runs/workflow';
import type { CommonOptions, Surroundings } from '../surroundings';

export interface DrillOptions extends CommonOptions {
  readonly yes?: boolean;
  readonly prefix?: string;
}

/** Names of things: https://docs.aws.amazon.com/iot/latest/apireference/API_CreateThing.html */
const THING_NAME = /^[a-zA-Z0-9:_-]{1,128}$/;

/** Rehearses a failover. Exit code 0 if every step went well. */
export async function drill({ name, json, yes, prefix = '', ...connection }: DrillOptions, surroundings: Surroundings): Promise<ExitCode> {
  const { terminal, signal, env } = surroundings;
  const canaryName = `${prefix}drill-${randomBytes(4).toString('hex')}`;
  if (!THING_NAME.test(canaryName)) throw new CommandError(`--prefix: got '${prefix}', expected up to 114 letters, digits, colons, underscores and hyphens`);
  const clients = surroundings.clients(connection);
  const replication = await findReplication(clients, name, signal);
  const { sourceRegion } = replication;
  const region = destinationOf(replication, connection.region);
  const mappings = new Mappings(clients, region, replication.name);
  await mustRun(mappings, region, await isPausedByDeployment(clients, replication.name, region, signal));
  const isolation = await isolationOf(sourceRegion, env);
  await mayGoOn([
    `Rehearse a failover of ${replication.name} from ${sourceRegion} to ${region}: creates ${canaryName} in ${sourceRegion}, pauses ${region}, changes ${canaryName} there, ends the pause, and deletes ${canaryName}.`,
    `During the pause, some seconds, nothing of ${replication.name} is written to the registry of ${region}. ${isolation.by === 'emulator' ? `The emulator isolates ${sourceRegion} meanwhile.` : `Nothing else changes, and ${sourceRegion} stays as it is.`}`,
  ].join(' '), { yes }, surroundings);
  await new Canary(clients, canaryName).rehearse(sourceRegion, region).catch((error: unknown) => { throw asCommandError(error); });
  signal.throwIfAborted();
  const report = await new Drill({
    clients,
    replication,
    region,
    canaryName,
    canaryIn: (through) => new Canary(through, canaryName),
    mappings,
    isolation,
    surroundings,
    resumeCommand: `npx cdk-iot-registry-replication ${inSameWay(`resume ${replication.name} --region ${region}`, connection)}`,
  }).run();
  terminal.print(json ? JSON.stringify(report, undefined, 2) : protocolOf(report));
  if (report.left.length > 0) return EXIT.failed;
  if (signal.aborted) return EXIT.interrupted;
  return report.ok ? EXIT.yes : EXIT.no;
}

/** A drill ends the pause, so it must not be somebody else's. */
async function mustRun(mappings: Mappings, region: string, byDeployment: boolean): Promise<void> {
  const found = await mappings.all();
  const missing = mappings.without(found);
  const stopped = found.filter(({ state }) => state !== 'Enabled');
  if (missing.length > 0) throw new CommandError(`${missing.join(' and ')} in ${region} has no event source mapping, expected one each: it is no day for a drill`);
  if (byDeployment || stopped.length > 0) throw new CommandError(`${region} is paused${byDeployment ? ' by a deployment' : ''}, expected a destination that is not: a drill would end the pause`);
}
