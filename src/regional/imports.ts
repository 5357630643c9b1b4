import { Stack } from 'aws-cdk-lib';
import { ITable, ITableV2, Table, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { Function, IFunction } from 'aws-cdk-lib/aws-lambda';
import { Bucket, IBucket } from 'aws-cdk-lib/aws-s3';
import { IQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { IStateMachine, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { customerKeyOf } from './customer-key';
import { arnOf, domainSuffixOf, partitionOf } from '../settings/regions';

/**
 * Resources of the scope's stack that every stack may refer to: by ARN, without a reference of CloudFormation.
 *
 * Using the resource itself from a stack of another Region causes a cycle, an error, or hidden export and reader resources.
 * The scope's Region has to be concrete, and the resource needs its physical name.
 */
export class Imports extends Construct {
  public table(tableName: string): ITableV2 {
    return importTable(this, 'Table', { tableName, encryptionKey: customerKeyOf(this) });
  }

  /** A table of this Region alone. */
  public localTable(id: string, tableName: string): ITable {
    return Table.fromTableAttributes(this, id, { tableArn: arnOf(this, 'dynamodb', `table/${tableName}`), encryptionKey: customerKeyOf(this) });
  }

  public queue(id: string, queueName: string): IQueue {
    const { account, region } = Stack.of(this);
    return Queue.fromQueueAttributes(this, id, {
      queueArn: arnOf(this, 'sqs', queueName),
      keyArn: customerKeyOf(this)?.keyArn,
      queueUrl: `https://sqs.${region}.${domainSuffixOf(region)}/${account}/${queueName}`,
    });
  }

  public function(id: string, functionName: string): IFunction {
    // The account is this one even if it is unknown, so that permissions granted to services are created.
    return Function.fromFunctionAttributes(this, id, { functionArn: arnOf(this, 'lambda', `function:${functionName}`), sameEnvironment: true });
  }

  public bucket(id: string, bucketName: string): IBucket {
    const { account, region } = Stack.of(this);
    const bucketArn = `arn:${partitionOf(region)}:s3:::${bucketName}`;
    return Bucket.fromBucketAttributes(this, id, { bucketArn, account, region, encryptionKey: customerKeyOf(this) });
  }

  public stateMachine(id: string, name: string): IStateMachine {
    return StateMachine.fromStateMachineArn(this, id, arnOf(this, 'states', `stateMachine:${name}`));
  }
}

export interface ImportedTableProps {
  readonly tableName: string;
  /** Without it the table is no event source. */
  readonly tableStreamArn?: string;
  /** Grants on the table include it. */
  readonly encryptionKey?: IKey;
}

/** The replica of the scope's Region. */
export function importTable(scope: Construct, id: string, { tableName, ...others }: ImportedTableProps): ITableV2 {
  return TableV2.fromTableAttributes(scope, id, {
    ...others,
    tableArn: arnOf(scope, 'dynamodb', `table/${tableName}`),
    grantIndexPermissions: true,
  });
}
