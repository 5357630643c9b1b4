import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct, IDependable } from 'constructs';
import { SweepEnv } from './environment';
import { LEFT_KEY } from './left-key';
import { SweepFunction } from './sweep-function';
import { Comparison } from '../comparison/comparison';
import { PhaseState } from '../comparison/comparison-workflow';
import { planOf, RECORDS_PHASE, splitListings } from '../comparison/phases';
import { PhysicalNames } from '../record/physical-names';
import { Settings } from '../settings/settings';

const PLAN = planOf();
const LISTINGS = splitListings(PLAN);

const PHASES: readonly PhaseState[] = [
  ...LISTINGS.entities,
  { phase: 'persist', title: 'Persist differences' },
  { phase: 'deprecate', title: 'Deprecate thing types' },
  ...LISTINGS.dependants,
  { phase: 'persist-memberships', title: 'Persist differing memberships' },
  { phase: RECORDS_PHASE, title: 'Find records of unlisted entities' },
  { phase: 'confirm', title: 'Confirm deletions' },
  { phase: 'bury', title: 'Persist deletions' },
  { phase: 'settle-replaced', title: 'End replaced incarnations' },
];

export interface SweepProps {
  readonly settings: Settings;
  readonly names: PhysicalNames;
  readonly tableArn: string;
  readonly observationWorkflow: IStateMachine;
  /** What has to exist before the first sweep, including registry events, so that they report changes after the sweep. */
  readonly after: IDependable[];
}

/** Compares the source registry with the table and persists differences: after the first deployment, on a schedule, on demand. */
export class Sweep extends Comparison {
  constructor(scope: Construct, id: string, { settings, names, tableArn, observationWorkflow: { stateMachineArn }, after }: SweepProps) {
    const { maxDeletionsPerSweep, replicationName } = settings;
    super(scope, id, {
      settings,
      names,
      tableArn,
      workflowName: names.sweep,
      comment: 'Compares the registry with its records and persists differences',
      plan: PLAN,
      phases: PHASES,
      deploymentWait: 'Let the deployment take effect',
      createHandler: (...args) => new SweepFunction(...args),
      handlerDescription: 'Does the steps of a sweep',
      environment: SweepEnv.write({
        observationWorkflowArn: stateMachineArn,
        routerVersion: settings.routerVersion,
        maxDeletions: maxDeletionsPerSweep,
        maxDeletionsPerMinute: settings.maxDeletionsPerMinute,
      }),
      permissions: [new PolicyStatement({ actions: ['states:StartSyncExecution'], resources: [stateMachineArn] })],
      routerVersion: settings.routerVersion,
      memory: LEFT_KEY,
      ownRuns: settings.sweepEnabled
        ? { schedule: settings.sweepSchedule, description: `Sweeps the registry for the replication ${replicationName}`, atFirstDeployment: true, occasion: settings.routerVersion, after }
        : undefined,
    });
  }
}
