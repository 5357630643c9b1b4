import { App } from 'aws-cdk-lib';
import { EncryptedStack } from './encrypted-stack';

const app = new App();
new EncryptedStack(app, 'Encrypted', { env: { account: process.env.CDK_DEFAULT_ACCOUNT, region: 'us-east-1' } });
