import { App, CliCredentialsStackSynthesizer, Stack } from 'aws-cdk-lib';
import { IotRegistryReplication } from 'cdk-iot-registry-replication';

// Deployed with the credentials of the CLI: the emulator enforces IAM and refuses the asset roles of the bootstrap stack.
const app = new App({ defaultStackSynthesizer: new CliCredentialsStackSynthesizer() });
const stack = new Stack(app, 'Registry', { env: { account: process.env.CDK_DEFAULT_ACCOUNT, region: 'us-east-1' } });
// The replication of `examples/typescript`, with what lets devices in.
new IotRegistryReplication(stack, 'Replication', { destinationRegions: ['eu-west-1'], identities: {} });
