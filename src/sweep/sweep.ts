import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct, IDependable } from 'constructs';
import { SweepEnv } from './environment';
import { LEFT_KEY } from './left-key';
import { lanesOf } from './phases';
import { SweepFunction } from './sweep-function';
import { Comparison, ComparisonPart } from '../comparison/comparison';
import { PhaseState, RunOutline } from '../comparison/comparison-workflow';
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
      compared: 'the registry',
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
      compared: 'certificates and policies',
    }, identities);
  }

  /** @param identities absent: they are not compared */
  private constructor(scope: Construct, id: string, props: SweepProps, part: ComparisonPart, identities?: IdentitySettings) {
    const { settings, tableArn, observationWorkflow: { stateMachineArn }, after } = props;
    super(scope, id, {
      settings,
      part,
      outline: { ...statesOf(part.plan), deploymentWait: 'Let the deployment take effect' },
      tableArn,
      createHandler: (...args) => new SweepFunction(...args),
      environment: SweepEnv.write({
        observationWorkflowArn: stateMachineArn,
        routerVersion: settings.routerVersion,
        maxDeletions: settings.maxDeletionsPerSweep,
        maxDeactivations: identities?.maxDeactivationsPerSweep,
        maxDeletionsPerMinute: settings.maxDeletionsPerMinute,
        // Only calls of identities contain ARNs.
        arnPrefix: identities && `${arnPrefixOf(scope, 'iot')}:`,
      }),
      permissions: [new PolicyStatement({ actions: ['states:StartSyncExecution'], resources: [stateMachineArn] })],
      routerVersion: settings.routerVersion,
      memory: LEFT_KEY,
      ownRuns: settings.sweepEnabled ? {
        description: `Sweeps ${part.compared} for the replication ${settings.replicationName}`,
        atFirstDeployment: true,
        occasion: settings.routerVersion,
        after,
      } : undefined,
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
function statesOf(plan: Plan): RunOutline {
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
