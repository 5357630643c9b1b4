import { Stack } from 'aws-cdk-lib';
import { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { ComparisonEnv } from './environment';
import type { Settings } from '../settings/settings';

/** The variables of `ComparisonEnv`. The workflow is given by its ARN, because it refers to the function. */
export function comparisonEnvironment(scope: Construct, settings: Settings, bucket: IBucket, workflowArn: string): Record<string, string> {
  return ComparisonEnv.write({
    tableName: settings.tableName,
    bucketName: bucket.bucketName,
    bucketOwner: Stack.of(scope).account,
    workflowArn,
    readShare: settings.registryReadShare,
    writeShare: settings.registryWriteShare,
  });
}
