import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { IdentitiesConfig } from './identities-config';
import { arnPrefixOf, partitionOf } from '../settings/regions';
import type { Settings } from '../settings/settings';

/** Undefined where identities are not replicated. */
export function identitiesConfigOf(scope: Construct, settings: Settings): IdentitiesConfig | undefined {
  const { features, identities, prefixes, sourceRegion } = settings;
  if (!identities) return undefined;
  const { region } = Stack.of(scope);
  return {
    features,
    arnPrefix: `${arnPrefixOf(scope, 'iot')}:`,
    relocation: { partition: partitionOf(region), sourceRegion, destinationRegion: region, domainNames: identities.domainNames[region] },
    adoptsPolicies: identities.adoptPolicies,
    policyPrefixes: prefixes.policy,
  };
}
