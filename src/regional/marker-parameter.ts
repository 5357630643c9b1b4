import { Stack } from 'aws-cdk-lib';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { MarkerContent, markerName, MarkerRole } from './marker';
import { topLevelStack } from '../settings/naming';
import { Settings } from '../settings/settings';

/**
 * Shows this replication to others that have a destination in the Region. It is deleted with its stack, so a leftover stack stays visible.
 *
 * A standard parameter costs nothing.
 *
 * @see https://aws.amazon.com/systems-manager/pricing/
 */
export class MarkerParameter extends Construct {
  constructor(scope: Construct, id: string, role: MarkerRole, { replicationName, sourceRegion, destinationRegions, pausedRegions }: Settings) {
    super(scope, id);
    const content: MarkerContent = {
      sourceRegion,
      stackName: topLevelStack(this).stackName,
      ...role === MarkerRole.SOURCE
        // Their order is irrelevant.
        ? { destinationRegions: [...destinationRegions].sort() }
        : { isPaused: pausedRegions.includes(Stack.of(this).region) },
    };
    new StringParameter(this, 'Parameter', {
      parameterName: markerName(role, replicationName),
      description: `Shows that the registry replication ${replicationName} exists in this Region`,
      stringValue: JSON.stringify(content),
    });
  }
}
