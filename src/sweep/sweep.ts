import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Architecture } from 'aws-cdk-lib/aws-lambda';
import { IBucket } from 'aws-cdk-lib/aws-s3';
import { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct, IDependable } from 'constructs';
import { SweepEnv } from './environment';
import { SweepPhase } from './phases';
import { SweepFunction } from './sweep-function';
import { ConvergenceWorkflow, PhaseState } from '../convergence/convergence-workflow';
import { FirstRun } from '../convergence/first-run';
import { readPermissions } from '../convergence/permissions';
import { RunSchedule } from '../convergence/run-schedule';
import { scopeOf } from '../convergence/scope-of';
import { HandlerIdentity } from '../regional/handler-identity';
import { ReportsBucket } from '../regional/reports-bucket';
import { PhysicalNames } from '../settings/naming';
import { arnOf, arnPrefixOf } from '../settings/regions';
import { Settings } from '../settings/settings';

/** A slice and the unit that is under way when it ends. */
const TIMEOUT = Duration.minutes(3);

/** A million keys take 25 MB; its share of CPU is what the memory is for: the journal's entries are read in thousands. */
const MEMORY_SIZE = 1024;

const STATES: readonly (PhaseState & { readonly phase: SweepPhase })[] = [
  { phase: 'types', title: 'List thing types' },
  { phase: 'groups', title: 'List thing groups' },
  { phase: 'things', title: 'List things' },
  { phase: 'persist', title: 'Persist what differs' },
  { phase: 'deprecate', title: 'Deprecate types whose things are there' },
  { phase: 'memberships', title: 'List memberships' },
  { phase: 'persist-memberships', title: 'Persist memberships that differ' },
  { phase: 'records', title: 'Find records of what was not listed' },
  { phase: 'confirm', title: 'Look whether it is gone' },
  { phase: 'bury', title: 'Persist deletions' },
];

export interface SweepProps {
  readonly settings: Settings;
  readonly names: PhysicalNames;
  readonly tableArn: string;
  readonly persistenceWorkflow: IStateMachine;
  /** What has to stand before the first sweep: registry events among it, so that what changes after the sweep is told. */
  readonly after: IDependable[];
}

/** Compares the source registry with the table, and has what differs persisted: by itself after the first deployment, on a schedule, on demand. */
export class Sweep extends Construct {
  public readonly workflow: IStateMachine;
  public readonly bucket: IBucket;
  private readonly reports: ReportsBucket;

  constructor(scope: Construct, id: string, private readonly props: SweepProps) {
    super(scope, id);
    const { settings, names } = props;
    this.reports = new ReportsBucket(this, 'Reports', { bucketName: names.reportsBucket(Stack.of(this)), logRetention: settings.logRetention });
    this.bucket = this.reports.bucket;
    const { stateMachine } = new ConvergenceWorkflow(this, 'Workflow', {
      stateMachineName: names.sweep,
      comment: 'Compares the registry with its records, and has what differs persisted',
      handler: this.createFunction(),
      handlerTimeout: TIMEOUT,
      phases: STATES,
      scope: scopeOf(settings),
      logRetention: settings.logRetention,
    });
    this.workflow = stateMachine;
    if (settings.sweepEnabled) this.runByItself();
  }

  private runByItself(): void {
    const { settings, after } = this.props;
    const first = new FirstRun(this, 'FirstRun', {
      workflow: this.workflow,
      tableName: settings.tableName,
      scope: scopeOf(settings),
      logRetention: settings.logRetention,
      after: [this.workflow, ...after],
    });
    new RunSchedule(this, 'Schedule', {
      workflow: this.workflow, schedule: settings.sweepSchedule, description: `Sweeps the registry for the replication ${settings.replicationName}`, after: first,
    });
  }

  private createFunction(): SweepFunction {
    const { settings, names, persistenceWorkflow } = this.props;
    const identity = new HandlerIdentity(this, 'Identity', settings.logRetention);
    for (const statement of this.permissions()) identity.role.addToPolicy(statement);
    const handler = new SweepFunction(this, 'Function', {
      functionName: names.sweep,
      description: 'Does the steps of a sweep',
      role: identity.role,
      logGroup: identity.logGroup,
      architecture: Architecture.ARM_64,
      memorySize: MEMORY_SIZE,
      timeout: TIMEOUT,
      environment: {
        [SweepEnv.TABLE_NAME]: settings.tableName,
        [SweepEnv.BUCKET_NAME]: this.bucket.bucketName,
        [SweepEnv.PERSISTENCE_WORKFLOW_ARN]: persistenceWorkflow.stateMachineArn,
        [SweepEnv.SWEEP_WORKFLOW_ARN]: this.ownArn,
        [SweepEnv.ARN_PREFIX]: arnPrefixOf(this, 'iot'),
        [SweepEnv.HAS_ROUTER]: String(settings.router !== undefined),
        [SweepEnv.READ_SHARE]: String(settings.registryReadShare),
        [SweepEnv.WRITE_SHARE]: String(settings.registryWriteShare),
        ...settings.maxDeletionsPerSweep === undefined ? {} : { [SweepEnv.MAX_DELETIONS]: String(settings.maxDeletionsPerSweep) },
        [SweepEnv.MAX_DELETIONS_PER_MINUTE]: String(settings.maxDeletionsPerMinute),
      },
    });
    // Nobody writes to the bucket any more when it is emptied.
    handler.node.addDependency(this.reports);
    return handler;
  }

  private permissions(): PolicyStatement[] {
    const { tableArn, persistenceWorkflow } = this.props;
    return [
      ...readPermissions(this, tableArn, this.bucket),
      new PolicyStatement({ actions: ['states:StartSyncExecution'], resources: [persistenceWorkflow.stateMachineArn] }),
      // Whether another sweep is running.
      new PolicyStatement({ actions: ['states:ListExecutions'], resources: [this.ownArn] }),
    ];
  }

  /** By its name: the workflow refers to the function. */
  private get ownArn(): string {
    return arnOf(this, 'states', `stateMachine:${this.props.names.sweep}`);
  }
}
