import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { BlockPublicAccess, Bucket, BucketEncryption, IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { customerKeyOf } from './customer-key';
import { addDeploymentHook } from './deployment-hook';
import { EmptyBucketFunction } from './empty-bucket-function';
import { handlerOptions } from './handler-options';
import { BUCKET_NAME_PROPERTY, BUCKET_OWNER_PROPERTY } from './properties';

/**
 * People read reports after an incident, which can be weeks later. A journal outlives its run, which takes weeks with a small share of the quotas,
 * and the 14 days in which a failed execution can be redriven.
 */
const REPORT_RETENTION = Duration.days(90);
const JOURNAL_RETENTION = Duration.days(60);

export interface ReportsBucketProps {
  readonly bucketName: string;
  readonly logRetention: RetentionDays;
}

/**
 * Reports of differences, under `reports/<execution>/`, the journals of runs, under `runs/<execution>/`, and state for the next run, under
 * `latest/`.
 *
 * It is deleted with its stack, like the dead letters: it describes a pipeline that no longer exists, and a retained bucket would block the deployment when the
 * Region is added again. CDK's own way to empty a bucket allows more than is used.
 */
export class ReportsBucket extends Construct {
  public readonly bucket: IBucket;

  constructor(scope: Construct, id: string, { bucketName, logRetention }: ReportsBucketProps) {
    super(scope, id);
    const encryptionKey = customerKeyOf(this);
    this.bucket = new Bucket(this, 'Bucket', {
      bucketName,
      encryption: encryptionKey ? BucketEncryption.KMS : BucketEncryption.S3_MANAGED,
      encryptionKey,
      // One data key for many objects: one request to KMS, and one price, for all of them.
      bucketKeyEnabled: encryptionKey ? true : undefined,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      lifecycleRules: [
        { prefix: 'reports/', expiration: REPORT_RETENTION },
        { prefix: 'runs/', expiration: JOURNAL_RETENTION },
        { abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.emptyAtTheEnd(bucketName, logRetention);
  }

  private emptyAtTheEnd(bucketName: string, logRetention: RetentionDays): void {
    const permissions = [
      new PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.bucket.bucketArn] }),
      new PolicyStatement({ actions: ['s3:DeleteObject'], resources: [this.bucket.arnForObjects('*')] }),
    ];
    const handler = new EmptyBucketFunction(this, 'Function', {
      ...handlerOptions(this, logRetention, { permissions }),
      description: 'Empties the reports bucket when its stack is deleted',
      timeout: Duration.minutes(10),
    });
    const properties = { [BUCKET_NAME_PROPERTY]: bucketName, [BUCKET_OWNER_PROPERTY]: Stack.of(this).account };
    addDeploymentHook(this, { resourceType: 'Custom::EmptyBucket', handler, properties, logRetention, after: [this.bucket] });
  }
}
