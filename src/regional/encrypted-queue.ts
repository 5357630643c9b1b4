import { CfnQueue, Queue, QueueEncryption, QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { customerKeyOf } from './customer-key';

/** An encrypted queue, with the customer managed key if there is one, which refuses unencrypted transport. */
export class EncryptedQueue extends Queue {
  constructor(scope: Construct, id: string, props: QueueProps) {
    const key = customerKeyOf(scope);
    super(scope, id, { ...props, encryption: key ? undefined : QueueEncryption.SQS_MANAGED, enforceSSL: true });
    // The queue does not know the key, because its grants would allow more than is used: `keyPermissions` allows exactly that.
    if (key) (this.node.defaultChild as CfnQueue).kmsMasterKeyId = key.keyArn;
  }
}
