import { App } from 'aws-cdk-lib';
import { WatchedStack } from './watched-stack';

const app = new App();
new WatchedStack(app, 'Watched', { env: { account: process.env.CDK_DEFAULT_ACCOUNT, region: 'us-east-1' } });
