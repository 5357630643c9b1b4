import { App } from 'aws-cdk-lib';
import { MonitoredStack } from './monitored-stack';

const app = new App();
new MonitoredStack(app, 'Monitored', {
  env: { account: process.env.CDK_DEFAULT_ACCOUNT, region: 'us-east-1' },
  email: 'operations@example.com',
});
