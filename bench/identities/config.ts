import type { IdentitiesConfig } from '../../src/replicator/identities-config';
import { SOURCE_REGION } from '../comparison/stored';

/** As `definition.ts` of the tests has them, which a bundle of a step must not contain. */
export const ACCOUNT_ID = '111122223333';
export const DESTINATION_REGION = 'eu-west-1';

/** The settings of a destination. */
export const IDENTITIES: IdentitiesConfig = {
  features: ['identities'],
  arnPrefix: `arn:aws:iot:${DESTINATION_REGION}:${ACCOUNT_ID}:`,
  relocation: { partition: 'aws', sourceRegion: SOURCE_REGION, destinationRegion: DESTINATION_REGION },
  adoptsPolicies: false,
};
