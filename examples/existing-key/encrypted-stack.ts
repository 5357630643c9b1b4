import { Stack, StackProps } from 'aws-cdk-lib';
import { TableEncryptionV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import { IotRegistryReplication } from 'cdk-iot-registry-replication';
import { Construct } from 'constructs';

/** Keys that exist already, one in each Region: replicas of a multi-Region key, or not. */
const KEY_ID = 'mrk-1234abcd12ab34cd56ef1234567890ab';

/** Everything that the replication keeps is encrypted with them: table, queues, logs, reports, status. */
export class EncryptedStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);

    const arnIn = (region: string) => `arn:aws:kms:${region}:${this.account}:key/${KEY_ID}`;
    new IotRegistryReplication(this, 'Replication', {
      replicationName: 'fleet',
      destinationRegions: ['eu-west-1'],
      encryption: TableEncryptionV2.customerManagedKey(Key.fromKeyArn(this, 'Key', arnIn('us-east-1')), { 'eu-west-1': arnIn('eu-west-1') }),
    });
  }
}
