import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { EncryptedQueue } from './encrypted-queue';

/** The maximum retention of SQS. `tombstoneRetention` is longer, so that a dead letter always finds its record. */
export const DEAD_LETTER_RETENTION = Duration.days(14);

/** Messages that need a person's attention. */
export class DeadLetterQueue extends EncryptedQueue {
  constructor(scope: Construct, id: string, queueName: string) {
    super(scope, id, { queueName, retentionPeriod: DEAD_LETTER_RETENTION });
  }
}
