import type { Feature } from '../record/feature';

/** What the consumers have to know of identities, in the environment of their functions. */
export interface IdentitiesConfig {
  /** What is replicated beside things, groups and types. */
  readonly features: readonly Feature[];
  /** What the ARNs of the destination's registry begin with: `arn:<partition>:iot:<region>:<account>:`. */
  readonly arnPrefix: string;
  /** How documents of policies are rewritten, and by which source those are marked that were created here. */
  readonly relocation: {
    readonly partition: string;
    readonly sourceRegion: string;
    readonly destinationRegion: string;
    /** The destination's domain name for each one of the source. */
    readonly domainNames?: Readonly<Record<string, string>>;
  };
  readonly adoptsPolicies: boolean;
  /** Prefixes of the names of policies that are replicated; absent means any name. */
  readonly policyPrefixes?: readonly string[];
}
