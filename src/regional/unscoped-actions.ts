import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/**
 * Allows actions for which AWS defines no resource. A resource ARN contains its Region; `*` means every Region, so a condition requires this one. Further
 * condition keys have to equal the given values.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-requestedregion
 */
export function allowUnscoped(scope: Construct, actions: string[], conditions: Record<string, string> = {}): PolicyStatement {
  return new PolicyStatement({ actions, resources: ['*'], conditions: { StringEquals: { 'aws:RequestedRegion': Stack.of(scope).region, ...conditions } } });
}
