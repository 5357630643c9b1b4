import { App, Duration, Stack } from 'aws-cdk-lib';
import { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { CfnStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Entrance, PersistenceWorkflow } from '../src/persistence/persistence-workflow';
import { RegistryKind } from '../src/registry-kind';

const PREFIXES = 40;
const PREFIX_LENGTH = 128;

/** The largest workflow that the props allow, as JSON, with resources that do not exist. */
export function longestDefinition(): string {
  const app = new App({ analyticsReporting: false });
  const stack = new Stack(app, 'Stack', { env: { account: '111122223333', region: 'us-east-1' } });
  const { stateMachine } = new PersistenceWorkflow(stack, 'Persistence', {
    prefixes: { thing: prefixes('thing'), group: prefixes('group'), type: prefixes('type') },
    entrance: Entrance.RULES,
    replicationName: 'fleet',
    stateMachineName: 'persistence',
    table: TableV2.fromTableName(stack, 'Table', 'registry'),
    deadLetterQueue: Queue.fromQueueArn(stack, 'DeadLetterQueue', 'arn:aws:sqs:us-east-1:111122223333:dead-letters'),
    sourceRegion: 'us-east-1',
    selection: 'f'.repeat(16),
    kinds: Object.values(RegistryKind),
    tombstoneRetention: Duration.days(30),
    heartbeatInterval: Duration.minutes(1),
    logRetention: RetentionDays.ONE_MONTH,
    logPayloads: false,
    tracing: false,
  });
  return joined(stack.resolve((stateMachine.node.defaultChild as CfnStateMachine).definitionString));
}

/** The state with the longest expression, as the end of a workflow. */
export function longestExpression(): object {
  const { States } = JSON.parse(longestDefinition()) as { States: Record<string, object> };
  const { Next, ...state } = Object.values(statesIn(States)).find((each) => JSON.stringify(each).includes('group-39-')) as { Next?: string };
  return { ...state, End: true };
}

/** All states, those of branches too, innermost first. */
function statesIn(states: Record<string, object>): object[] {
  return Object.values(states).flatMap((state) => {
    const { Branches = [] } = state as { Branches?: { States: Record<string, object> }[] };
    return [...Branches.flatMap((branch) => statesIn(branch.States)), state];
  });
}

/** Characters that no rule shortens. */
function prefixes(kind: string): string[] {
  return Array.from({ length: PREFIXES }, (_, index) => `${kind}-${index}-`.padEnd(PREFIX_LENGTH, 'abcdefgh'));
}

/** The value that CloudFormation resolves, if it refers only to the partition and its suffix. */
function joined(value: unknown): string {
  if (typeof value === 'string') return value;
  const { 'Fn::Join': join, Ref } = value as { 'Fn::Join'?: [string, unknown[]]; 'Ref'?: string };
  if (join) return join[1].map(joined).join(join[0]);
  if (Ref === 'AWS::Partition') return 'aws';
  if (Ref === 'AWS::URLSuffix') return 'amazonaws.com';
  throw new Error(`expected only the partition and its suffix to be unknown, got ${JSON.stringify(value)}`);
}
