import { App } from 'aws-cdk-lib';
import { FleetStack } from './fleet-stack';

const app = new App();
new FleetStack(app, 'Fleet', { env: { account: process.env.CDK_DEFAULT_ACCOUNT, region: 'us-east-1' } });
