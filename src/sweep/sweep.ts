import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct, IDependable } from 'constructs';
import { SweepEnv } from './environment';
import { LEFT_KEY } from './left-key';
import { lanesOf } from './phases';
import { SweepFunction } from './sweep-function';
import { Comparison } from '../comparison/comparison';
import { PhaseState } from '../comparison/comparison-workflow';
import { phaseOf, Plan, planFor, planOf, RECORDS_PHASE } from '../comparison/phases';
import { selectionOf } from '../comparison/selection-of';
import { kindOf } from '../kinds/register';
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
    });
  }

  /** Certificates, policies and what they are attached to. */
  public static ofIdentities(scope: Construct, id: string, identities: IdentitySettings, props: SweepProps): Sweep {
    const { names } = props;
    return new Sweep(scope, id, props, {
      plan: planFor(selectionOf(props.settings, 'identities')),
      workflowName: names.identitySweep,
      bucketName: names.identityReportsBucket(Stack.of(scope)),
      comment: 'Compares certificates, policies and their attachments with their records and persists differences',
      handlerDescription: 'Does the steps of a sweep of certificates and policies',
      schedule: identities.sweepSchedule,
      maxDeactivations: identities.maxDeactivationsPerSweep,
      swept: 'certificates and policies',
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
      ...statesOf(plan),
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

/** What a sweep does after all kinds are compared. */
const LAST_PHASES: readonly PhaseState[] = [
  { phase: RECORDS_PHASE, title: 'Find records of unlisted entities' },
  { phase: 'confirm', title: 'Confirm deletions' },
  { phase: 'bury', title: 'Persist deletions' },
  { phase: 'settle-replaced', title: 'End replaced incarnations' },
];

/** Lanes side by side, or all phases one after the other. */
function statesOf(plan: Plan): { readonly lanes?: readonly (readonly PhaseState[])[]; readonly phases: readonly PhaseState[] } {
  const lanes = lanesOf(plan).map((lane) => lane.map((phase) => ({ phase, title: titleOf(phase, plan) })));
  return lanes.length > 1 ? { lanes, phases: LAST_PHASES } : { phases: [...lanes.flat(), ...LAST_PHASES] };
}

const TITLES: Readonly<Partial<Record<string, string>>> = {
  'persist': 'Persist differences', 'deprecate': 'Deprecate thing types', 'persist-memberships': 'Persist differing memberships',
};

function titleOf(phase: string, { kinds, listings }: Plan): string {
  const persisted = kinds.find((kind) => phase === `persist-${phaseOf(kind)}`);
  return TITLES[phase] ?? listings.find((each) => each.phase === phase)?.title ?? `Persist differing ${kindOf(persisted!).plural}`;
}
