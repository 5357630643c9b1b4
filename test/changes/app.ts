import { App, CliCredentialsStackSynthesizer, Stack, Stage } from 'aws-cdk-lib';
import { SHAPE, Shape } from './shape';
import { IotRegistryReplication } from 'cdk-iot-registry-replication';

/** An app with one replication, in the shape that its environment says. */
const { stage, stackId, id, source, destination, name, tableName, identities } = JSON.parse(process.env[SHAPE]!) as Shape;

const app = new App({ defaultStackSynthesizer: new CliCredentialsStackSynthesizer() });
const stack = new Stack(stage === undefined ? app : new Stage(app, stage), stackId, {
  stackName: stackId,
  env: { account: process.env.CDK_DEFAULT_ACCOUNT, region: source },
});
new IotRegistryReplication(stack, id, {
  replicationName: name, destinationRegions: [destination], identities, ...tableName ? { tableName } : {},
});
