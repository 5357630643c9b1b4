import { Stack } from 'aws-cdk-lib';
import { ITable, ITableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { IQueue } from 'aws-cdk-lib/aws-sqs';
import { StatusEnv } from './environment';
import { intervalSeconds, proofDays } from './proof';
import { rewritingDigest } from '../kinds/policy/rewriting';
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
  const { tableName, sourceRegion, deletionMode, heartbeatInterval, pausedRegions } = settings;
  const { sweepEnabled, sweepSchedule, driftEnabled, driftSchedule, identities } = settings;
  const { stateTable, retryQueue, deadLetterQueue } = sources;
  return StatusEnv.write({
    tableName,
    sourceRegion,
    deletionMode,
    stateTableName: stateTable.tableName,
    retryQueueUrl: retryQueue.queueUrl,
    deadLetterQueueUrl: deadLetterQueue.queueUrl,
    isPaused: pausedRegions.includes(Stack.of(stateTable).region),
    heartbeatIntervalMinutes: heartbeatInterval.toMinutes(),
    sweepProofDays: proofDays(sweepSchedule),
    driftProofDays: proofDays(driftSchedule),
    identitySweepProofDays: identities && proofDays(identities.sweepSchedule),
    identityDriftProofDays: identities && proofDays(identities.driftSchedule),
    rewriting: identities && rewritingDigest({
      domainNames: identities.domainNames[Stack.of(stateTable).region], adoptsPolicies: identities.adoptPolicies,
    }),
    sweepSeconds: sweepEnabled ? intervalSeconds(sweepSchedule) : undefined,
    driftSeconds: driftEnabled ? intervalSeconds(driftSchedule) : undefined,
    identitySweepSeconds: sweepEnabled && identities ? intervalSeconds(identities.sweepSchedule) : undefined,
    identityDriftSeconds: driftEnabled && identities ? intervalSeconds(identities.driftSchedule) : undefined,
    certificateCheckMinutes: sweepEnabled ? identities?.certificateCheckInterval.toMinutes() : undefined,
  });
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
