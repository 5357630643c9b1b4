import type { Feature } from '../record/feature';

/** What the consumers have to know of identities, in the environment of their functions. */
export interface IdentitiesConfig {
  /** What is replicated beside things, groups and types. */
  readonly features: readonly Feature[];
  /** What the ARNs of the destination's registry begin with: `arn:<partition>:iot:<region>:<account>:`. */
  readonly arnPrefix: string;
  /** How documents of policies are rewritten. */
  readonly relocation: {
    readonly partition: string;
    readonly sourceRegion: string;
    readonly destinationRegion: string;
    /** The destination's domain name for each one of the source. */
    readonly domainNames?: Readonly<Record<string, string>>;
  };
  /** The name of the replication, which marks the policies that it has created. */
  readonly owner: string;
  readonly adoptsPolicies: boolean;
  /** Prefixes of the names of policies that are replicated; absent means any name. */
  readonly policyPrefixes?: readonly string[];
}
