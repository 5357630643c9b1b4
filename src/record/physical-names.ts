import { createHash } from 'node:crypto';

export const HASH_LENGTH = 8;

/** The characters that an account and the longest name of a Region leave in a bucket's name. */
const MAX_BUCKET_PREFIX_LENGTH = 63 - '-111122223333'.length - '-us-isof-south-1'.length;

/** Leaves room for the longest suffix within 64 characters, the shortest of the limits (Lambda functions). */
export const MAX_REPLICATION_NAME_LENGTH = 40;

export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, HASH_LENGTH);
}

/** The prefix keeps the resource policy of CloudWatch Logs from growing with every workflow of the account. */
export function workflowLogGroupName(stateMachineName: string): string {
  return `/aws/vendedlogs/states/${stateMachineName}`;
}

/** Of a stack. */
interface Place {
  readonly account: string;
  readonly region: string;
}

/**
 * Every physical name of a replication. Source and destinations are never in the same Region, so their dead-letter queues can have the same name.
 *
 * Roles have no physical name: they are global, and the name of one Region would collide in the next.
 */
export class PhysicalNames {
  constructor(private readonly replicationName: string) {}

  /**
   * It contains the source: of two apps with one name and different sources, the second would otherwise update the destination's stack of the first. Instead, it creates
   * another stack, which fails at the first queue, because the name is taken, and leaves the other stack alone.
   */
  public stack(region: string, sourceRegion: string): string {
    return region === sourceRegion ? `${this.replicationName}-${region}` : `${this.replicationName}-${region}-from-${sourceRegion}`;
  }

  public get deadLetterQueue(): string { return `${this.replicationName}-dead-letters`; }
  public get persistenceWorkflow(): string { return `${this.replicationName}-persistence`; }
  public get observationWorkflow(): string { return `${this.replicationName}-observations`; }
  public get registryEventsFunction(): string { return `${this.replicationName}-registry-events`; }
  public get sweep(): string { return `${this.replicationName}-sweep`; }
  public get identitySweep(): string { return `${this.replicationName}-identity-sweep`; }
  public get certificateCheck(): string { return `${this.replicationName}-certificate-check`; }
  public get identityDrift(): string { return `${this.replicationName}-identity-drift`; }
  public get hints(): string { return `${this.replicationName}-hints`; }
  public get urgentHints(): string { return `${this.replicationName}-urgent-hints`; }
  public get drift(): string { return `${this.replicationName}-drift`; }
  public get replicator(): string { return `${this.replicationName}-replicator`; }
  public get retryFunction(): string { return `${this.replicationName}-retry`; }
  public get stateTable(): string { return `${this.replicationName}-state`; }
  public get statusFunction(): string { return `${this.replicationName}-status`; }
  public get retryQueue(): string { return `${this.replicationName}-retry`; }

  /** Of the sweeps of the source, and of the drift checks of a destination. */
  public reportsBucket(place: Place): string { return this.bucket(this.replicationName, place); }

  /** The same of certificates and policies. */
  public identityReportsBucket(place: Place): string { return this.bucket(this.identitySweep, place); }

  /** The names of buckets are global, at most 63 characters long and in lower case: the hash distinguishes names that are equal up to there. */
  private bucket(what: string, { account, region }: Place): string {
    const readable = this.replicationName.toLowerCase().slice(0, MAX_BUCKET_PREFIX_LENGTH - HASH_LENGTH - 1);
    return `${readable}-${hashOf(what)}-${account}-${region}`;
  }

  /** Names of topic rules may contain underscores, not hyphens; a replication's name contains no underscores, so this stays unique. */
  public get topicRulePrefix(): string { return this.replicationName.replace(/-/g, '_'); }
}
