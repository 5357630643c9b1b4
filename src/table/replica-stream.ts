import { Duration } from 'aws-cdk-lib';
import { ITableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import { HandlerIdentity } from '../regional/handler-identity';
import { importTable } from '../regional/imports';
import { arnOf } from '../settings/regions';

const STREAM_ARN = 'Table.LatestStreamArn';

export interface ReplicaStreamProps {
  readonly tableName: string;
  /** Every Region of the table, the source included. */
  readonly regions: string[];
  readonly logRetention: RetentionDays;
}

/**
 * The replica of this stack's Region with the ARN of its stream.
 *
 * CloudFormation knows the stream of the replica in the Region of the table's own stack only, and the ARN can't be made up: it ends with
 * the time at which the stream was made.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-dynamodb-globaltable.html
 */
export class ReplicaStream extends Construct {
  public readonly table: ITableV2;

  constructor(scope: Construct, id: string, props: ReplicaStreamProps) {
    super(scope, id);
    const tableArn = arnOf(this, 'dynamodb', `table/${props.tableName}`);
    const identity = new HandlerIdentity(this, 'Identity', props.logRetention);
    const lookUp = new AwsCustomResource(this, 'LookUp', {
      resourceType: 'Custom::ReplicaStream',
      onUpdate: {
        service: 'DynamoDB',
        action: 'describeTable',
        parameters: { TableName: props.tableName },
        outputPaths: [STREAM_ARN],
        // A replica that was removed and added again has another stream; a new id when the Regions change has it read again.
        physicalResourceId: PhysicalResourceId.of([props.tableName, ...[...props.regions].sort()].join(' ')),
      },
      policy: AwsCustomResourcePolicy.fromStatements([new PolicyStatement({ actions: ['dynamodb:DescribeTable'], resources: [tableArn] })]),
      role: identity.role,
      logGroup: identity.logGroup,
      installLatestAwsSdk: false,
      timeout: Duration.minutes(1),
    });
    this.table = importTable(this, 'Replica', { tableName: props.tableName, tableStreamArn: lookUp.getResponseField(STREAM_ARN) });
  }
}
