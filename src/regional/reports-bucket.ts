import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

/** Reports are looked at when something has happened, which can be weeks after. A journal outlives the 14 days in which a failed execution can be redriven. */
const REPORT_RETENTION = Duration.days(90);
const JOURNAL_RETENTION = Duration.days(21);

export interface ReportsBucketProps {
  readonly bucketName: string;
  /** What becomes of the bucket, and of the reports in it, when it leaves its stack. */
  readonly removalPolicy: RemovalPolicy;
}

/** Reports of what differed, under `reports/<execution>/`, and the journals of runs, under `runs/<execution>/`. */
export class ReportsBucket extends Bucket {
  constructor(scope: Construct, id: string, { bucketName, removalPolicy }: ReportsBucketProps) {
    super(scope, id, {
      bucketName,
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      lifecycleRules: [
        { prefix: 'reports/', expiration: REPORT_RETENTION },
        { prefix: 'runs/', expiration: JOURNAL_RETENTION },
        { abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
      removalPolicy,
      autoDeleteObjects: removalPolicy === RemovalPolicy.DESTROY,
    });
  }
}
