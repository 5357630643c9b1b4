import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetParameterCommand, paginateGetParametersByPath, ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm';
import { Clients, within } from './clients';
import { asCommandError, CommandError, failureOf } from './errors';
import { EXIT } from './exit-codes';
import { Marker, markerIn, markerName, MarkerRole, MARKER_PATH } from '../regional/marker';

/** A replication as its markers describe it. */
export interface Replication {
  readonly name: string;
  readonly sourceRegion: string;
  readonly destinationRegions: readonly string[];
  /** Why there may be more destinations: a sentence. */
  readonly incomplete?: string;
}

/**
 * Finds a replication from any of its Regions, by the parameters that each of its stacks has.
 *
 * @param name without one, the only replication of the Region
 * @throws CommandError if there is none, if there are several and none is named, or if the Region can't be asked
 */
export async function findReplication(clients: Clients, name: string | undefined, signal: AbortSignal): Promise<Replication> {
  const home = await clients.homeRegion(SSMClient);
  if (home === undefined) throw new CommandError('got no Region, expected --region, AWS_REGION, or a Region in the profile: any Region of the replication');
  await clients.authenticate(SSMClient, home).catch((error: unknown) => { throw asCommandError(error); });
  const markers = await markersIn(clients, home, signal);
  const names = [...new Set(markers.map(({ replicationName }) => replicationName))].sort();
  if (name === undefined && names.length > 1) throw new CommandError(`got no name, expected one of ${names.join(', ')}: ${home} has several replications`);
  const found = markers.filter(({ replicationName }) => replicationName === (name ?? names[0]));
  if (found.length === 0) {
    const others = names.length > 0 ? `there: ${names.join(', ')}` : 'it has no replication at all';
    throw new CommandError(`got ${name === undefined ? 'no name' : `'${name}'`}, expected a replication with a stack in ${home}; ${others}; --region names another Region of the replication, its source or a destination`);
  }
  const source = found.find(({ role }) => role === MarkerRole.SOURCE);
  return source ? ofSource(source, home) : ofDestination(clients, found[0], home, signal);
}

function ofSource({ replicationName, destinationRegions }: Marker, region: string): Replication {
  return {
    name: replicationName,
    sourceRegion: region,
    destinationRegions: destinationRegions ?? [],
    ...destinationRegions ? {} : { incomplete: `the parameter ${markerName(MarkerRole.SOURCE, replicationName)} in ${region} does not list the destinations` },
  };
}

/** A destination knows its source. The source knows all destinations; while it can't be asked, the local replica of the table does. */
async function ofDestination(clients: Clients, { replicationName, sourceRegion }: Marker, region: string, signal: AbortSignal): Promise<Replication> {
  const name = markerName(MarkerRole.DESTINATION, replicationName);
  if (sourceRegion === undefined) throw new CommandError(`the parameter ${name} in ${region} does not name the source: deploy that stack again, or use --region with the source`, EXIT.failed);
  try {
    const { Parameter } = await clients.of(SSMClient, sourceRegion).send(
      new GetParameterCommand({ Name: markerName(MarkerRole.SOURCE, replicationName) }), { abortSignal: within(signal) },
    );
    const marker = markerIn(Parameter!.Name!, Parameter!.Value!);
    const known = marker && ofSource(marker, sourceRegion);
    if (known && known.destinationRegions.includes(region)) return known;
    return { name: replicationName, sourceRegion, destinationRegions: [region], incomplete: `the source does not list ${region} as a destination: its stack was left behind, or the source is not deployed yet` };
  } catch (error) {
    signal.throwIfAborted();
    const why = error instanceof ParameterNotFound ? `it has no parameter ${markerName(MarkerRole.SOURCE, replicationName)}` : failureOf(error).text;
    const replicas = await replicasOf(clients, replicationName, region, signal);
    const destinationRegions = [...new Set([region, ...(replicas ?? []).filter((each) => each !== sourceRegion)])];
    return {
      name: replicationName,
      sourceRegion,
      destinationRegions,
      incomplete: `the source ${sourceRegion} could not be asked for its destinations: ${why}${replicas ? '; these have replicas of the table' : ''}`,
    };
  }
}

/** The Regions of the global table, where it has the name of the replication, as by default. */
async function replicasOf(clients: Clients, TableName: string, region: string, signal: AbortSignal): Promise<readonly string[] | undefined> {
  try {
    const { Table } = await clients.of(DynamoDBClient, region).send(new DescribeTableCommand({ TableName }), { abortSignal: within(signal) });
    return Table?.Replicas?.map(({ RegionName }) => RegionName!);
  } catch {
    signal.throwIfAborted();
    // The report says that the list may be incomplete.
    return undefined;
  }
}

async function markersIn(clients: Clients, region: string, signal: AbortSignal): Promise<readonly Marker[]> {
  try {
    const markers: Marker[] = [];
    const pages = paginateGetParametersByPath(
      { client: clients.of(SSMClient, region) }, { Path: MARKER_PATH, Recursive: true }, { abortSignal: within(signal) },
    );
    for await (const { Parameters = [] } of pages) {
      markers.push(...Parameters.flatMap(({ Name, Value }) => markerIn(Name!, Value!) ?? []));
    }
    return markers;
  } catch (error) {
    signal.throwIfAborted();
    const { kind, text } = failureOf(error);
    if (kind === 'credentials') throw new CommandError(text);
    const advice = kind === 'unreachable' ? '; --region names another Region of the replication, its source or a destination' : '';
    throw new CommandError(`${region} can't be asked which replications it has: ${text}${advice}`, kind === 'denied' ? EXIT.notDone : EXIT.failed);
  }
}
