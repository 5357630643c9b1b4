import { App } from 'aws-cdk-lib';
import { RegistryStack } from './registry-stack';

const app = new App();
new RegistryStack(app, 'Registry', { env: { account: process.env.CDK_DEFAULT_ACCOUNT, region: 'us-east-1' } });
