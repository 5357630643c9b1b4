import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { TableDescription } from 'dynalite/db';
import type { StateMachineDefinition } from './workflow';
import { selectionDigest, selectionOf } from '../../src/comparison/selection-of';
import type { Feature } from '../../src/kinds/kind';
import { knownKinds } from '../../src/kinds/register';
import { NamePrefixes } from '../../src/name-prefixes';
import { Entrance, PersistenceWorkflow } from '../../src/persistence/persistence-workflow';
import { RegistryKind } from '../../src/registry-kind';
import { RegistryTable } from '../../src/table/registry-table';
import { destination, replicate, resourcesOf } from '../apps';

export const SOURCE_REGION = 'us-east-1';
export const DESTINATION_REGION = 'eu-west-1';
export const ACCOUNT_ID = '111122223333';
export const TABLE_NAME = 'registry';
export const STATE_TABLE_NAME = 'registry-state';
export const TOMBSTONE_RETENTION = Duration.days(30);

export interface DefinitionOptions {
  readonly namePrefixes?: NamePrefixes;
  readonly withRouter?: boolean;
  /** @default 'v1' */
  readonly routerVersion?: string;
  readonly confirmDeletions?: boolean;
  readonly features?: Feature[];
  /** @default 1 */
  readonly heartbeatMinutes?: number;
  /** Whether heartbeats ask for topic rules. @default false */
  readonly withRules?: boolean;
}

/** The two workflows that persist, by who may start them. */
export interface Definitions {
  /** Topic rules, for events. */
  readonly rules: StateMachineDefinition;
  /** The schedule of heartbeats, and sweeps. */
  readonly observers: StateMachineDefinition;
}

/** The workflows as they are deployed. */
export function synthesizeWorkflow(options: DefinitionOptions = {}): Definitions {
  return { rules: synthesize(Entrance.RULES, options), observers: synthesize(Entrance.OBSERVERS, options) };
}

function synthesize(entrance: Entrance, options: DefinitionOptions): StateMachineDefinition {
  const stack = newStack();
  const arn = (service: string, resource: string) => `arn:aws:${service}:${SOURCE_REGION}:${ACCOUNT_ID}:${resource}`;
  const { withRouter, routerVersion = 'v1', confirmDeletions, features, namePrefixes = {}, heartbeatMinutes = 1, withRules } = options;
  const prefixes = { thing: namePrefixes.things, group: namePrefixes.thingGroups, type: namePrefixes.thingTypes };
  new PersistenceWorkflow(stack, 'Persistence', {
    confirmDeletions,
    features,
    prefixes,
    entrance,
    replicationName: 'fleet',
    stateMachineName: 'persistence',
    table: TableV2.fromTableName(stack, 'Table', TABLE_NAME),
    deadLetterQueue: Queue.fromQueueArn(stack, 'DeadLetterQueue', arn('sqs', 'dead-letters')),
    sourceRegion: SOURCE_REGION,
    kinds: Object.values(RegistryKind),
    selection: selectionDigest({ kinds: knownKinds(), prefixes }),
    identitySelection: features?.includes('identities') ? selectionDigest(selectionOf({ kinds: Object.values(RegistryKind), prefixes, features }, 'identities')) : undefined,
    tombstoneRetention: TOMBSTONE_RETENTION,
    heartbeatInterval: Duration.minutes(heartbeatMinutes),
    topicRules: withRules ? Object.values(RegistryKind).map((kind) => ({ kind, name: `fleet_${kind.toLowerCase()}`, arn: arn('iot', `rule/fleet_${kind.toLowerCase()}`) })) : undefined,
    router: withRouter ? LambdaFunction.fromFunctionArn(stack, 'Router', arn('lambda', 'function:router')) : undefined,
    routerVersion: withRouter ? routerVersion : undefined,
    logRetention: RetentionDays.ONE_MONTH,
    logPayloads: false,
    tracing: false,
  });
  const [machine] = Object.values(Template.fromStack(stack).findResources('AWS::StepFunctions::StateMachine')) as { Properties: { DefinitionString: unknown } }[];
  return JSON.parse(resolve(machine.Properties.DefinitionString)) as StateMachineDefinition;
}

/** Keys and indexes of the table as it is deployed. */
export function synthesizeTable(): TableDescription {
  const stack = newStack();
  new RegistryTable(stack, 'Registry', { tableName: TABLE_NAME, replicaRegions: [DESTINATION_REGION], removalPolicy: RemovalPolicy.DESTROY, pointInTimeRecovery: true });
  const [table] = Object.values(Template.fromStack(stack).findResources('AWS::DynamoDB::GlobalTable')) as { Properties: TableDescription }[];
  return table.Properties;
}

/** Whether Lambda lets the retry function of a destination send to the queue that invokes it for more than a few times, as it is deployed. */
export function synthesizeRetryLoop(): boolean {
  const functions = resourcesOf(destination(replicate({ replicationName: 'fleet' })).toJSON(), 'AWS::Lambda::Function');
  return functions.some(({ Properties }) => Properties.FunctionName === 'fleet-retry' && Properties.RecursiveLoop === 'Allow');
}

function newStack(): Stack {
  return new Stack(new App(), 'Source', { env: { account: ACCOUNT_ID, region: SOURCE_REGION } });
}

/** What CloudFormation does with the intrinsic functions of a text. */
function resolve(value: unknown): string {
  if (typeof value === 'string') return value;
  const intrinsic = value as Readonly<Record<string, unknown>>;
  if (Array.isArray(intrinsic['Fn::Join'])) {
    const [separator, parts] = intrinsic['Fn::Join'] as [string, unknown[]];
    return parts.map(resolve).join(separator);
  }
  if (intrinsic.Ref === 'AWS::Partition') return 'aws';
  if (intrinsic.Ref === 'AWS::URLSuffix') return 'amazonaws.com';
  throw new Error(`the definition of the workflow has an intrinsic that is not resolved here: ${JSON.stringify(value)}`);
}
