import { createHash } from 'crypto';
import { Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/** Leaves room for the longest suffix within 64 characters, the shortest of the limits (Lambda functions). */
export const MAX_REPLICATION_NAME_LENGTH = 40;

const HASH_LENGTH = 8;

/** What an account and the longest name of a Region leave of a bucket's name. */
const MAX_BUCKET_PREFIX_LENGTH = 63 - '-111122223333'.length - '-us-isof-south-1'.length;

/**
 * Unique for every construct of every app, and the same at each synthesis.
 *
 * `Names.uniqueResourceName` starts at the innermost stack, so that two nested stacks of one id share a name. The stack's name is part of
 * it for apps that deploy one tree under several names, the Region for those that deploy it in several Regions.
 */
export function defaultReplicationName(scope: Construct, sourceRegion: string): string {
  const stack = topLevelStack(scope);
  const below = scope.node.scopes.slice(stack.node.scopes.length).map((each) => each.node.id);
  const hash = hashOf([stack.stackName, scope.node.path, sourceRegion].join('\n'));
  const readable = [stack.stackName, ...below].join('-').replace(/[^A-Za-z0-9-]/g, '').slice(0, MAX_REPLICATION_NAME_LENGTH - HASH_LENGTH - 1);
  return `${readable}-${hash}`;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, HASH_LENGTH);
}

/** Tells places within a stack apart, wherever that is in the app. */
export function hashOfPlace(scope: Construct): string {
  return hashOf(scope.node.scopes.slice(Stack.of(scope).node.scopes.length).map(({ node }) => node.id).join('/'));
}

/** The stack that CloudFormation deploys on its own: a nested stack has neither tags nor a name that is known at synthesis. */
export function topLevelStack(scope: Construct): Stack {
  let stack = Stack.of(scope);
  while (stack.nestedStackParent) stack = stack.nestedStackParent;
  return stack;
}

/** The Region of the enclosing stack, if it is known at synthesis. */
export function concreteRegion(scope: Construct): string | undefined {
  const { region } = Stack.of(scope);
  return Token.isUnresolved(region) ? undefined : region;
}

/** The account of the enclosing stack, if it is known at synthesis. */
export function concreteAccount(scope: Construct): string | undefined {
  const { account } = Stack.of(scope);
  return Token.isUnresolved(account) ? undefined : account;
}

/** The prefix keeps the resource policy of CloudWatch Logs from growing with every workflow of the account. */
export function workflowLogGroupName(stateMachineName: string): string {
  return `/aws/vendedlogs/states/${stateMachineName}`;
}

/**
 * Every physical name of a replication. Source and destinations are never in one Region, so that both can have a dead-letter queue of one name.
 *
 * Roles have none: they are global, and a name of one Region would collide in the next.
 */
export class PhysicalNames {
  constructor(private readonly replicationName: string) {}

  /**
   * With the source in it: of two apps with one name and different sources, the second would update the destination's stack of the first to its own. So it makes
   * one beside it, which fails with the first queue, whose name is taken, and leaves the other alone.
   */
  public stack(region: string, sourceRegion: string): string {
    return region === sourceRegion ? `${this.replicationName}-${region}` : `${this.replicationName}-${region}-from-${sourceRegion}`;
  }

  public get deadLetterQueue(): string { return `${this.replicationName}-dead-letters`; }
  public get persistenceWorkflow(): string { return `${this.replicationName}-persistence`; }
  public get observationWorkflow(): string { return `${this.replicationName}-observations`; }
  public get registryEventsFunction(): string { return `${this.replicationName}-registry-events`; }
  public get sweep(): string { return `${this.replicationName}-sweep`; }
  public get drift(): string { return `${this.replicationName}-drift`; }
  public get replicator(): string { return `${this.replicationName}-replicator`; }
  public get retryFunction(): string { return `${this.replicationName}-retry`; }
  public get stateTable(): string { return `${this.replicationName}-state`; }
  public get statusFunction(): string { return `${this.replicationName}-status`; }
  public get retryQueue(): string { return `${this.replicationName}-retry`; }

  /** The names of buckets are global, at most 63 characters long and in lower case: the hash tells names apart that are alike so far. */
  public reportsBucket({ account, region }: Stack): string {
    const readable = this.replicationName.toLowerCase().slice(0, MAX_BUCKET_PREFIX_LENGTH - HASH_LENGTH - 1);
    return `${readable}-${hashOf(this.replicationName)}-${account}-${region}`;
  }

  /** The names of topic rules take underscores, not hyphens; a replication's name has none, so that this stays unique. */
  public get topicRulePrefix(): string { return this.replicationName.replace(/-/g, '_'); }
}
