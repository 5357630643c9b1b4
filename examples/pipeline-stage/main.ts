import { App } from 'aws-cdk-lib';
import { PipelineStack } from './pipeline-stack';

const app = new App();
new PipelineStack(app, 'Pipeline', { env: { account: '111122223333', region: 'us-east-1' } });
