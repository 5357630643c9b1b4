import { Stack } from 'aws-cdk-lib';
import { ITable, ITableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { IQueue } from 'aws-cdk-lib/aws-sqs';
import { StatusEnv } from './environment';
import { proofDays } from './proof';
import { SIGNAL_PK } from '../record/signal';
import { stateKeyOf, WaitingIndex } from '../record/state-keys';
import type { Settings } from '../settings/settings';

/** What the status depends on, and where it is stored. */
export interface StatusSources {
  /** The local replica. */
  readonly table: ITableV2;
  readonly stateTable: ITable;
  readonly retryQueue: IQueue;
  readonly deadLetterQueue: IQueue;
}

/** Only the signals of the replica. */
export function signalPermission({ table }: StatusSources): PolicyStatement {
  return new PolicyStatement({
    actions: ['dynamodb:GetItem'],
    resources: [table.tableArn],
    conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [SIGNAL_PK] } },
  });
}

/** Variables of a function that writes the status. */
export function statusEnvironment(sources: StatusSources, settings: Settings): Record<string, string> {
  const { tableName, sourceRegion, deletionMode, heartbeatInterval, pausedRegions, sweepSchedule, driftSchedule } = settings;
  const { stateTable, retryQueue, deadLetterQueue } = sources;
  return {
    [StatusEnv.TABLE_NAME]: tableName,
    [StatusEnv.SOURCE_REGION]: sourceRegion,
    [StatusEnv.DELETION_MODE]: deletionMode,
    [StatusEnv.STATE_TABLE_NAME]: stateTable.tableName,
    [StatusEnv.RETRY_QUEUE_URL]: retryQueue.queueUrl,
    [StatusEnv.DEAD_LETTER_QUEUE_URL]: deadLetterQueue.queueUrl,
    [StatusEnv.HEARTBEAT_INTERVAL_MINUTES]: String(heartbeatInterval.toMinutes()),
    [StatusEnv.SWEEP_PROOF_DAYS]: String(proofDays(sweepSchedule)),
    [StatusEnv.DRIFT_PROOF_DAYS]: String(proofDays(driftSchedule)),
    [StatusEnv.IS_PAUSED]: String(pausedRegions.includes(Stack.of(stateTable).region)),
  };
}

/** For readers of what the status remembers. */
export function statusReading(stateTable: ITable): PolicyStatement {
  return new PolicyStatement({
    actions: ['dynamodb:GetItem'],
    resources: [stateTable.tableArn],
    conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [stateKeyOf.status] } },
  });
}

/** The permissions of a function that writes the status, besides reading the replica's signals: that one item, and the number of messages. */
export function statusPermissions({ stateTable, retryQueue, deadLetterQueue }: StatusSources): PolicyStatement[] {
  return [
    new PolicyStatement({
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem'],
      resources: [stateTable.tableArn],
      conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [stateKeyOf.status] } },
    }),
    new PolicyStatement({ actions: ['dynamodb:Query'], resources: [`${stateTable.tableArn}/index/${WaitingIndex.NAME}`] }),
    new PolicyStatement({ actions: ['sqs:GetQueueAttributes'], resources: [retryQueue.queueArn, deadLetterQueue.queueArn] }),
  ];
}
