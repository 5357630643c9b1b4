import { App } from 'aws-cdk-lib';
import { RoutedStack } from './routed-stack';

const app = new App();
new RoutedStack(app, 'Routed', { env: { account: process.env.CDK_DEFAULT_ACCOUNT, region: 'us-east-1' } });
