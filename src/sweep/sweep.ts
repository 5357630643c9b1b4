import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct, IDependable } from 'constructs';
import { SweepEnv } from './environment';
import { LEFT_KEY } from './left-key';
import { hasLastSteps } from './phases';
import { SweepFunction } from './sweep-function';
import { Comparison } from '../comparison/comparison';
import { PhaseState } from '../comparison/comparison-workflow';
import { Plan, planOf, RECORDS_PHASE, splitListings } from '../comparison/phases';
import { PhysicalNames } from '../record/physical-names';
import { arnPrefixOf } from '../settings/regions';
import { IdentitySettings, Settings } from '../settings/settings';

export interface SweepProps {
  readonly settings: Settings;
  readonly names: PhysicalNames;
  readonly tableArn: string;
  readonly observationWorkflow: IStateMachine;
  /** What has to exist before the first sweep, including registry events, so that they report changes after the sweep. */
  readonly after: IDependable[];
}

/** How the sweeps of some kinds differ from the others. */
interface Part {
  readonly plan: Plan;
  readonly workflowName: string;
  readonly bucketName: string;
  readonly comment: string;
  readonly handlerDescription: string;
  readonly schedule: ScheduleExpression;
  /** What a schedule sweeps. */
  readonly swept: string;
  /** Title of the phase that persists what kinds with owners differ in. */
  readonly persistDependants: string;
  /** Absent: the calls of the sweep contain no ARNs. */
  readonly arnPrefix?: string;
  /** Of certificates; absent where the default applies. */
  readonly maxDeactivations?: number;
}

/** Compares one part of the source's registry with the table and persists differences: after the first deployment, on a schedule, on demand. */
export class Sweep extends Comparison {
  /** Things, groups, types, memberships. */
  public static ofRegistry(scope: Construct, id: string, props: SweepProps): Sweep {
    const { settings, names } = props;
    return new Sweep(scope, id, props, {
      plan: planOf(),
      workflowName: names.sweep,
      bucketName: names.reportsBucket(Stack.of(scope)),
      comment: 'Compares the registry with its records and persists differences',
      handlerDescription: 'Does the steps of a sweep',
      schedule: settings.sweepSchedule,
      swept: 'the registry',
      persistDependants: 'Persist differing memberships',
    });
  }

  /** Certificates, policies and what they are attached to. */
  public static ofIdentities(scope: Construct, id: string, identities: IdentitySettings, props: SweepProps): Sweep {
    const { names } = props;
    return new Sweep(scope, id, props, {
      plan: planOf('identities'),
      workflowName: names.identitySweep,
      bucketName: names.identityReportsBucket(Stack.of(scope)),
      comment: 'Compares certificates, policies and their attachments with their records and persists differences',
      handlerDescription: 'Does the steps of a sweep of certificates and policies',
      schedule: identities.sweepSchedule,
      maxDeactivations: identities.maxDeactivationsPerSweep,
      swept: 'certificates and policies',
      persistDependants: 'Persist differing attachments',
      arnPrefix: `${arnPrefixOf(scope, 'iot')}:`,
    });
  }

  private constructor(scope: Construct, id: string, { settings, tableArn, observationWorkflow: { stateMachineArn }, after }: SweepProps, part: Part) {
    const { maxDeletionsPerSweep, replicationName } = settings;
    const { plan, schedule, workflowName, bucketName, comment, handlerDescription, arnPrefix, maxDeactivations } = part;
    super(scope, id, {
      settings,
      tableArn,
      workflowName,
      bucketName,
      comment,
      plan,
      phases: phasesOf(part),
      deploymentWait: 'Let the deployment take effect',
      createHandler: (...args) => new SweepFunction(...args),
      handlerDescription,
      environment: SweepEnv.write({
        observationWorkflowArn: stateMachineArn,
        routerVersion: settings.routerVersion,
        maxDeletions: maxDeletionsPerSweep,
        maxDeactivations,
        maxDeletionsPerMinute: settings.maxDeletionsPerMinute,
        arnPrefix,
      }),
      permissions: [new PolicyStatement({ actions: ['states:StartSyncExecution'], resources: [stateMachineArn] })],
      routerVersion: settings.routerVersion,
      memory: LEFT_KEY,
      ownRuns: settings.sweepEnabled
        ? { schedule, description: `Sweeps ${part.swept} for the replication ${replicationName}`, atFirstDeployment: true, occasion: settings.routerVersion, after }
        : undefined,
    });
  }
}

function phasesOf({ plan, persistDependants }: Part): readonly PhaseState[] {
  const { entities, dependants } = splitListings(plan);
  return [
    ...entities,
    { phase: 'persist', title: 'Persist differences' },
    ...hasLastSteps(plan) ? [{ phase: 'deprecate', title: 'Deprecate thing types' }] : [],
    ...dependants,
    { phase: 'persist-memberships', title: persistDependants },
    { phase: RECORDS_PHASE, title: 'Find records of unlisted entities' },
    { phase: 'confirm', title: 'Confirm deletions' },
    { phase: 'bury', title: 'Persist deletions' },
    { phase: 'settle-replaced', title: 'End replaced incarnations' },
  ];
}
