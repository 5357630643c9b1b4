import { GetParametersByPathCommand, Parameter } from '@aws-sdk/client-ssm';
import { FailedLook, isoTime, OtherReplication, OtherReplicationsFacts } from './facts';
import type { Log } from '../../metrics/handler/log';
import { Marker, markerIn, MarkerRole, MARKER_PATH } from '../../regional/marker';
import type { SsmSender } from '../../runtime/senders';

/** The replication that looks for others. */
export interface OwnReplication {
  readonly replicationName: string;
  readonly sourceRegion: string;
  /** Names of acknowledged replications. */
  readonly acknowledged: readonly string[];
}

export interface LookDependencies {
  readonly ssm: SsmSender;
  readonly own: OwnReplication;
  readonly logger: Log;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Looks for other replications whose changes can overlap with those of this one in the registry of the Region.
 *
 * A failure is reported and is no error: the status matters most on a day when services fail.
 */
export async function lookForOthers({ ssm, own, logger, now }: LookDependencies): Promise<OtherReplicationsFacts | FailedLook> {
  const lookedAt = isoTime(now());
  try {
    const parameters = await parametersOf(ssm);
    const markers = parameters.flatMap(({ Name, Value }) => markerIn(Name ?? '', Value ?? '') ?? []);
    return { lookedAt, ...othersAmong(markers, own) };
  } catch (error) {
    const { name, message } = error as Error;
    logger.warn('other replications could not be looked up', { error: name, message });
    return { lookedAt, failure: name };
  }
}

/** The markers of replications that write here, or that replicate changes of this registry back to its source. */
export function othersAmong(markers: readonly Marker[], { replicationName, sourceRegion, acknowledged }: OwnReplication): Omit<OtherReplicationsFacts, 'lookedAt'> {
  const others = markers.filter((marker) => marker.replicationName !== replicationName);
  const found = others
    .filter(({ role, destinationRegions }) => role === MarkerRole.DESTINATION || destinationRegions?.includes(sourceRegion))
    .map((other): OtherReplication => ({
      replicationName: other.replicationName,
      does: other.role === MarkerRole.DESTINATION ? 'WRITES_HERE' : 'REPLICATES_BACK',
      sourceRegion: other.sourceRegion,
      stackName: other.stackName,
      isPaused: other.isPaused ?? false,
      isAcknowledged: acknowledged.includes(other.replicationName),
    }));
  return { found, notFound: acknowledged.filter((name) => found.every((other) => other.replicationName !== name)) };
}

async function parametersOf(ssm: SsmSender): Promise<Parameter[]> {
  const parameters: Parameter[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ssm.send(new GetParametersByPathCommand({ Path: MARKER_PATH, Recursive: true, NextToken }));
    parameters.push(...page.Parameters ?? []);
    NextToken = page.NextToken;
  } while (NextToken);
  return parameters;
}
