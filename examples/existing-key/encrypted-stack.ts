import { Stack, StackProps } from 'aws-cdk-lib';
import { TableEncryptionV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import { IotRegistryReplication } from 'cdk-iot-registry-replication';
import { Construct } from 'constructs';

/** Everything at rest is encrypted with keys that exist already, one in each Region. See README.md for what their policies have to allow. */
export class EncryptedStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);

    const key = Key.fromKeyArn(this, 'Key', 'arn:aws:kms:us-east-1:111122223333:key/mrk-0123456789abcdef0123456789abcdef');
    new IotRegistryReplication(this, 'Replication', {
      replicationName: 'fleet',
      destinationRegions: ['eu-west-1'],
      encryption: TableEncryptionV2.customerManagedKey(key, {
        'eu-west-1': 'arn:aws:kms:eu-west-1:111122223333:key/mrk-0123456789abcdef0123456789abcdef',
      }),
    });
  }
}
