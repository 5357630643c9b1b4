import * as path from 'node:path';
import { Duration, Stack, StackProps } from 'aws-cdk-lib';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { IotRegistryReplication } from 'cdk-iot-registry-replication';
import { Construct } from 'constructs';

/** A function decides on every change, before it is persisted: see router/index.js. */
export class RoutedStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);

    const router = new Function(this, 'Router', {
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      timeout: Duration.seconds(10),
      code: Code.fromAsset(path.join(__dirname, 'router')),
    });
    new IotRegistryReplication(this, 'Replication', { destinationRegions: ['eu-west-1'], router });
  }
}
