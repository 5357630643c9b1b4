import { Duration } from 'aws-cdk-lib';
import { JitterType, RetryProps } from 'aws-cdk-lib/aws-stepfunctions';

/** What is stored is as new or newer: no error. */
export const CONDITION_FAILED = 'DynamoDB.ConditionalCheckFailedException';

/** Another try after 1, 2, 4 seconds and so on, at random up to that; all of them end within the five minutes of an Express execution. */
export function retries(maxAttempts: number): RetryProps {
  return { errors: ['States.ALL'], interval: Duration.seconds(1), backoffRate: 2, maxAttempts, maxDelay: Duration.seconds(20), jitterStrategy: JitterType.FULL };
}
