import { GetParameterCommand, GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { MarkerContent, markerName, MarkerRole } from '../../src/regional/marker';

/** The Region of the client that a mocked call was made with. */
export async function regionOf(getClient: () => unknown): Promise<string> {
  return (getClient() as { readonly config: { region(): Promise<string> } }).config.region();
}

/** An error as a client throws it. */
export function awsError(name: string, message: string, fields: object = {}): Error {
  return Object.assign(new Error(message), { name, ...fields });
}

export const UNREACHABLE = awsError('TimeoutError', 'socket hang up');

export interface FakeReplication {
  readonly name: string;
  readonly sourceRegion: string;
  readonly destinationRegions: readonly string[];
}

export const FLEET: FakeReplication = { name: 'fleet', sourceRegion: 'us-east-1', destinationRegions: ['eu-west-1', 'ap-southeast-2'] };

/** The markers of replications, in each of their Regions. */
export function mockMarkers(replications: readonly FakeReplication[], unreachable: readonly string[] = []) {
  const ssm = mockClient(SSMClient);
  const markersIn = (region: string) => replications.flatMap(({ name, sourceRegion, destinationRegions }) => {
    const stackName = `${name}-${region}`;
    const as = (role: MarkerRole, content: MarkerContent) => ({ Name: markerName(role, name), Value: JSON.stringify(content) });
    return [
      ...region === sourceRegion ? [as(MarkerRole.SOURCE, { sourceRegion, destinationRegions, stackName })] : [],
      ...destinationRegions.includes(region) ? [as(MarkerRole.DESTINATION, { sourceRegion, isPaused: false, stackName })] : [],
    ];
  });
  ssm.on(GetParametersByPathCommand).callsFake(async (_, getClient) => {
    const region = await regionOf(getClient);
    if (unreachable.includes(region)) throw UNREACHABLE;
    return { Parameters: markersIn(region) };
  });
  ssm.on(GetParameterCommand).callsFake(async ({ Name }: { readonly Name: string }, getClient) => {
    const region = await regionOf(getClient);
    if (unreachable.includes(region)) throw UNREACHABLE;
    const Parameter = markersIn(region).find((each) => each.Name === Name);
    if (!Parameter) throw awsError('ParameterNotFound', 'no such parameter');
    return { Parameter };
  });
  return ssm;
}
