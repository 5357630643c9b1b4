import { Stack } from 'aws-cdk-lib';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { Construct } from 'constructs';

/** Whether aws-cdk-lib has facts about the Region; a Region newer than it can be registered with `Fact.register`. */
export function isKnownRegion(region: string): boolean {
  return RegionInfo.regions.some((each) => each.name === region);
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

/** What all ARNs of a service have in common in the scope's stack, without the last colon. */
export function arnPrefixOf(scope: Construct, service: string): string {
  const { account, region } = Stack.of(scope);
  return `arn:${partitionOf(region)}:${service}:${region}:${account}`;
}
