import { Stack, StackProps } from 'aws-cdk-lib';
import { BuildSpec } from 'aws-cdk-lib/aws-codebuild';
import { CodePipeline, CodePipelineSource, ManualApprovalStep, ShellStep } from 'aws-cdk-lib/pipelines';
import { Construct } from 'constructs';
import { RegistryStage } from './registry-stage';

/** Deploys the replication to an account for tests, and once somebody has looked at it, to the one for production. */
export class PipelineStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);

    const pipeline = new CodePipeline(this, 'Pipeline', {
      // The stages are in other accounts.
      crossAccountKeys: true,
      synth: new ShellStep('Synth', {
        input: CodePipelineSource.connection('my-organization/my-repository', 'main', {
          connectionArn: 'arn:aws:codestar-connections:us-east-1:111122223333:connection/00000000-0000-0000-0000-000000000000',
        }),
        commands: ['npm ci', 'npx cdk synth'],
      }),
      codeBuildDefaults: { partialBuildSpec: BuildSpec.fromObject({ phases: { install: { 'runtime-versions': { nodejs: '22' } } } }) },
    });
    pipeline.addStage(new RegistryStage(this, 'Beta', { env: { account: '222233334444', region: 'us-east-1' } }));
    pipeline.addStage(new RegistryStage(this, 'Prod', { env: { account: '333344445555', region: 'us-east-1' } }), {
      pre: [new ManualApprovalStep('LookAtBeta')],
    });
  }
}
