import { Stack, StackProps } from 'aws-cdk-lib';
import { IotRegistryReplication } from 'cdk-iot-registry-replication';
import { Construct } from 'constructs';

/** Lives in the source Region; the destination gets a stack of its own, inside the construct. */
export class RegistryStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);

    new IotRegistryReplication(this, 'Replication', { destinationRegions: ['eu-west-1'] });
  }
}
