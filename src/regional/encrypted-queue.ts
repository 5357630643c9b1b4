import { CfnQueue, Queue, QueueEncryption, QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { customerKeyOf } from './customer-key';

/** A queue that is encrypted, with the customer's key if there is one, and refuses what is not encrypted on its way. */
export class EncryptedQueue extends Queue {
  constructor(scope: Construct, id: string, props: QueueProps) {
    const key = customerKeyOf(scope);
    super(scope, id, { ...props, encryption: key ? undefined : QueueEncryption.SQS_MANAGED, enforceSSL: true });
    // Unknown to the queue, whose grants would allow more with the key than is used: `keyPermissions` allows what is.
    if (key) (this.node.defaultChild as CfnQueue).kmsMasterKeyId = key.keyArn;
  }
}
