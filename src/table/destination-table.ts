import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryptionV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { StateAttribute, WaitingIndex } from '../record/state-keys';
import { customerKeyOf } from '../regional/customer-key';

/**
 * State that the consumers of one destination share, such as the number of deletions in a minute. It is not replicated, and useless
 * once its stack is gone.
 */
export class StateTable extends Table {
  constructor(scope: Construct, id: string, tableName: string, encryption?: TableEncryptionV2) {
    super(scope, id, {
      tableName,
      partitionKey: { name: StateAttribute.PK, type: AttributeType.STRING },
      timeToLiveAttribute: StateAttribute.EXPIRES_AT,
      encryption: encryption?.type,
      encryptionKey: customerKeyOf(scope),
      billingMode: BillingMode.PAY_PER_REQUEST,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.addGlobalSecondaryIndex({
      indexName: WaitingIndex.NAME,
      partitionKey: { name: WaitingIndex.PARTITION_KEY, type: AttributeType.STRING },
      sortKey: { name: WaitingIndex.SORT_KEY, type: AttributeType.NUMBER },
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: [...WaitingIndex.PROJECTED],
    });
  }
}
