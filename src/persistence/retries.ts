import { Duration } from 'aws-cdk-lib';
import { JitterType, RetryProps } from 'aws-cdk-lib/aws-stepfunctions';

/** The stored item is as new or newer: no error. */
export const CONDITION_FAILED = 'DynamoDB.ConditionalCheckFailedException';

/** Retries after up to 1, 2, 4 seconds and so on, with full jitter; all of them end within the five minutes of an Express execution. */
export function retries(maxAttempts: number): RetryProps {
  return { errors: ['States.ALL'], interval: Duration.seconds(1), backoffRate: 2, maxAttempts, maxDelay: Duration.seconds(20), jitterStrategy: JitterType.FULL };
}
