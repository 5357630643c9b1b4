import type { IdentityReplicationOptions } from '../../src';

/** What of an app changes from one deployment to the next. */
export interface Shape {
  /** Id of a Stage around the stack, which keeps its name in it. */
  readonly stage?: string;
  /** Of the stack, and its name. */
  readonly stackId: string;
  /** Of the replication. */
  readonly id: string;
  readonly source: string;
  readonly destination: string;
  readonly name: string;
  readonly tableName?: string;
  /** How certificates and policies are replicated; absent: not. */
  readonly identities?: Pick<IdentityReplicationOptions, 'adoptPolicies' | 'caCertificates' | 'certificates' | 'cloudTrailHints' | 'domainNames'>;
}

/** The environment variable that has the shape, as JSON. */
export const SHAPE = 'SHAPE';
