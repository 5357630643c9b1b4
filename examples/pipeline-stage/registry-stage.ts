import { Stack, Stage, StageProps } from 'aws-cdk-lib';
import { IotRegistryReplication } from 'cdk-iot-registry-replication';
import { Construct } from 'constructs';

/** Source and destination belong together: the pipeline deploys both, the source first. */
export class RegistryStage extends Stage {
  constructor(scope: Construct, id: string, props: StageProps) {
    super(scope, id, props);

    const stack = new Stack(this, 'Registry');
    new IotRegistryReplication(stack, 'Replication', { destinationRegions: ['eu-west-1'], replicationName: 'fleet' });
  }
}
