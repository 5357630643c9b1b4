import { Stack } from 'aws-cdk-lib';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { Construct } from 'constructs';

/** Whether aws-cdk-lib has facts about the Region; a Region newer than it can be registered with `Fact.register`. */
export function isKnownRegion(region: string): boolean {
  return RegionInfo.regions.some((each) => each.name === region);
}

/**
 * Regions with an endpoint of AWS IoT Core in AWS's list, as of November 2026. aws-cdk-lib has no such fact, and the list ages: `regionsWithIotCore` extends it.
 *
 * @see https://docs.aws.amazon.com/general/latest/gr/iot-core.html
 */
const REGIONS_WITH_IOT_CORE: readonly string[] = [
  'ap-east-1', 'ap-northeast-1', 'ap-northeast-2', 'ap-south-1', 'ap-southeast-1', 'ap-southeast-2', 'ap-southeast-5', 'ca-central-1',
  'eu-central-1', 'eu-north-1', 'eu-south-1', 'eu-south-2', 'eu-west-1', 'eu-west-2', 'eu-west-3', 'il-central-1', 'me-central-1', 'me-south-1',
  'sa-east-1', 'us-east-1', 'us-east-2', 'us-west-1', 'us-west-2',
  'cn-north-1', 'cn-northwest-1',
  'us-gov-east-1', 'us-gov-west-1',
];

/** Whether the Region is known to have AWS IoT Core. */
export function hasIotCore(region: string): boolean {
  return REGIONS_WITH_IOT_CORE.includes(region);
}

/** `aws`, `aws-cn`, …: a literal, whatever the feature flags of the app. */
export function partitionOf(region: string): string {
  return RegionInfo.get(region).partition ?? 'aws';
}

/** `amazonaws.com` and the like: a literal, whatever the feature flags of the app. */
export function domainSuffixOf(region: string): string {
  return RegionInfo.get(region).domainSuffix ?? 'amazonaws.com';
}

/** An ARN of the scope's stack, whose Region has to be concrete: a literal if the account is known too. */
export function arnOf(scope: Construct, service: string, resource: string): string {
  return `${arnPrefixOf(scope, service)}:${resource}`;
}

/** The common part of all ARNs of a service in the scope's stack, without the last colon. */
export function arnPrefixOf(scope: Construct, service: string): string {
  const { account, region } = Stack.of(scope);
  return `arn:${partitionOf(region)}:${service}:${region}:${account}`;
}
