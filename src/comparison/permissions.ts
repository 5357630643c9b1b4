import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { EntityKind } from '../kinds';
import { readPermissions as registryPermissions } from '../kinds/permissions';
import { keyPermissions } from '../regional/customer-key';
import { registryStatement } from '../regional/registry-statement';

/**
 * The permissions of a comparison of some kinds: to read the registry of the scope's Region and its replica of the table, and to keep a journal and a report.
 *
 * Whole listings are read, whatever the prefixes: AWS has none that is restricted to some names.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsiot.html
 */
export function readPermissions(scope: Construct, kinds: readonly EntityKind[], tableArn: string, bucket: IBucket): PolicyStatement[] {
  return [
    ...registryPermissions(kinds).map((permission) => registryStatement(scope, permission)),
    new PolicyStatement({ actions: ['dynamodb:BatchGetItem', 'dynamodb:Scan'], resources: [tableArn] }),
    new PolicyStatement({ actions: ['s3:ListBucket'], resources: [bucket.bucketArn] }),
    new PolicyStatement({ actions: ['s3:GetObject', 's3:PutObject'], resources: [bucket.arnForObjects('runs/*')] }),
    new PolicyStatement({ actions: ['s3:PutObject'], resources: [bucket.arnForObjects('reports/*')] }),
    ...keyPermissions(scope, { decrypt: ['dynamodb', 's3'], generate: ['s3'] }),
  ];
}
