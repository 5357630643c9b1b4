import { App, CliCredentialsStackSynthesizer } from 'aws-cdk-lib';
import { RegistryStack } from '../examples/typescript/registry-stack';

// The unchanged example, deployed with the credentials of the CLI: the emulator enforces IAM and refuses the asset roles of the bootstrap stack.
const app = new App({ defaultStackSynthesizer: new CliCredentialsStackSynthesizer() });
new RegistryStack(app, 'Registry', { env: { account: process.env.CDK_DEFAULT_ACCOUNT, region: 'us-east-1' } });
