import { RegionInfo } from 'aws-cdk-lib/region-info';

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
