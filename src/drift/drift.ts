import { Duration, Stack } from 'aws-cdk-lib';
import { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { IFunction } from 'aws-cdk-lib/aws-lambda';
import { IQueue } from 'aws-cdk-lib/aws-sqs';
import { WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct, IDependable } from 'constructs';
import { DriftFunction } from './drift-function';
import { DriftEnv } from './environment';
import { RECHECK_PHASE } from './phases';
import { repairWaitSeconds } from './repair-wait';
import { Comparison, ComparisonPart } from '../comparison/comparison';
import { PhaseState } from '../comparison/comparison-workflow';
import { candidatesOf } from '../comparison/counts';
import { Plan, planOf, RECORDS_PHASE } from '../comparison/phases';
import { PhysicalNames } from '../record/physical-names';
import { WAITING_KEY_PREFIX, WATCH_KEY_PREFIX } from '../record/state-keys';
import { keyPermissions } from '../regional/customer-key';
import type { IdentitiesConfig } from '../replicator/identities-config';
import { identitiesConfigOf } from '../replicator/identities-config-of';
import { arnOf } from '../settings/regions';
import { IdentitySettings, Settings } from '../settings/settings';
import { statusReading } from '../status/status-access';
import type { StatusRequest } from '../status/status-request';

/** A listed difference may be in flight until then: listings lag, and records are being applied. */
const LAG = Duration.seconds(10);

const phasesOf = ({ listings, kinds }: Plan, { maxDeletionsPerMinute }: Settings): readonly PhaseState[] => [
  ...listings,
  { phase: RECORDS_PHASE, title: 'Find records of unlisted entities' },
  { phase: RECHECK_PHASE, title: 'Recheck and repair differences', after: { title: 'Let changes arrive', wait: WaitTime.duration(LAG) } },
  {
    phase: 'verify',
    title: 'Verify repairs',
    after: { title: 'Let repairs arrive', wait: WaitTime.seconds(repairWaitSeconds(kinds, maxDeletionsPerMinute)) },
    ifAny: { title: 'Is there anything to verify?', count: candidatesOf() },
  },
];

export interface DriftProps {
  readonly settings: Settings;
  readonly names: PhysicalNames;
  readonly tableArn: string;
  /** Receives the keys of the entities to repair. */
  readonly retryQueue: IQueue;
  /** Contains the pending keys and the status, which says until when deletions were not replicated. */
  readonly stateTable: ITable;
  /** Writes the result of a check to the status; see `StatusRequest`. */
  readonly statusFunction: IFunction;
  /** The functions that apply what arrives, and what is to be repaired. */
  readonly consumers: IDependable[];
  /** What has to exist before the first check. */
  readonly after: IDependable[];
}

/**
 * Compares the registry of its Region with the local replica of the table, reports the differences and repairs them: automatically after the
 * destination's first deployment and after each pause, on a schedule, on demand. It needs nothing from the source Region.
 */
export class Drift extends Comparison {
  /** Things, groups, types, memberships. */
  public static ofRegistry(scope: Construct, id: string, props: DriftProps): Drift {
    const { names } = props;
    return new Drift(scope, id, props, {
      plan: planOf(),
      workflowName: names.drift,
      bucketName: names.reportsBucket(Stack.of(scope)),
      comment: 'Compares the registry with its records and repairs differences',
      handlerDescription: 'Runs the steps of a drift check',
      schedule: props.settings.driftSchedule,
      compared: 'the registry',
    });
  }

  /** Certificates, policies and what they are attached to. */
  public static ofIdentities(scope: Construct, id: string, { driftSchedule }: IdentitySettings, props: DriftProps): Drift {
    const { names } = props;
    return new Drift(scope, id, props, {
      plan: planOf('identities', props.settings.features),
      workflowName: names.identityDrift,
      bucketName: names.identityReportsBucket(Stack.of(scope)),
      comment: 'Compares certificates, policies and their attachments with their records and repairs differences',
      handlerDescription: 'Runs the steps of a drift check of certificates and policies',
      schedule: driftSchedule,
      compared: 'certificates and policies',
    }, identitiesConfigOf(scope, props.settings));
  }

  /** @param identities absent: they are not compared */
  private constructor(scope: Construct, id: string, props: DriftProps, part: ComparisonPart, identities?: IdentitiesConfig) {
    const { settings, tableArn, retryQueue, stateTable, statusFunction, consumers, after } = props;
    const statusKey: keyof StatusRequest = identities ? 'identityDriftCheck' : 'driftCheck';
    const isPaused = settings.pausedRegions.includes(Stack.of(scope).region);
    super(scope, id, {
      settings,
      part,
      outline: {
        phases: phasesOf(part.plan, settings),
        afterSummary: { title: 'Write the status', handler: statusFunction, key: statusKey },
      },
      tableArn,
      createHandler: (...args) => new DriftFunction(...args),
      environment: DriftEnv.write({
        retryQueueUrl: retryQueue.queueUrl,
        stateTableName: stateTable.tableName,
        sourceRegion: settings.sourceRegion,
        deletionMode: settings.deletionMode,
        driftMode: settings.driftMode,
        isPaused,
        heartbeatIntervalMinutes: settings.heartbeatInterval.toMinutes(),
        identities,
      }),
      permissions: [
        new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [retryQueue.queueArn] }),
        new PolicyStatement({
          actions: ['dynamodb:BatchGetItem'],
          resources: [stateTable.tableArn],
          conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${WAITING_KEY_PREFIX}*`, `${WATCH_KEY_PREFIX}*`] } },
        }),
        statusReading(stateTable),
        // Whose a policy is that differs.
        ...identities ? [new PolicyStatement({ actions: ['iot:ListTagsForResource'], resources: [arnOf(Stack.of(scope), 'iot', 'policy/*')] })] : [],
        ...keyPermissions(scope, { decrypt: ['sqs'], generate: ['sqs'] }),
      ],
      ownRuns: settings.driftEnabled ? {
        description: `Checks ${part.compared} for drift for the replication ${settings.replicationName}`,
        // It does not exist during a pause, so that the end of the pause creates it again.
        atFirstDeployment: !isPaused,
        // Other domain names, names of policies, or another way with policies of others: what was applied before is not as it is to be any more.
        occasion: identities && JSON.stringify(identities),
        after,
      } : undefined,
    });
    // The consumers pass by what is not replicated. So no check compares anything before they replicate it: what was passed by until then is in the table when such a check
    // begins, and what arrives afterwards, and what the check sends, is applied.
    this.workflow.node.addDependency(...consumers);
  }
}
