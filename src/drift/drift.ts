import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Architecture } from 'aws-cdk-lib/aws-lambda';
import { IBucket } from 'aws-cdk-lib/aws-s3';
import { IQueue } from 'aws-cdk-lib/aws-sqs';
import { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct, IDependable } from 'constructs';
import { DriftFunction } from './drift-function';
import { DriftEnv } from './environment';
import { DriftPhase } from './phases';
import { ConvergenceWorkflow, PhaseState } from '../convergence/convergence-workflow';
import { FirstRun } from '../convergence/first-run';
import { readPermissions } from '../convergence/permissions';
import { RunSchedule } from '../convergence/run-schedule';
import { scopeOf } from '../convergence/scope-of';
import { HandlerIdentity } from '../regional/handler-identity';
import { ReportsBucket } from '../regional/reports-bucket';
import { PhysicalNames } from '../settings/naming';
import { arnOf } from '../settings/regions';
import { Settings } from '../settings/settings';

/** A slice and the unit that is under way when it ends. */
const TIMEOUT = Duration.minutes(3);

/** A million keys take 25 MB; its share of CPU is what the memory is for: the journal's entries are read in thousands. */
const MEMORY_SIZE = 1024;

/** What a listing told may be under way until then: listings are behind, and records are being applied. */
const LAG = Duration.seconds(10);

const STATES: readonly (PhaseState & { readonly phase: DriftPhase })[] = [
  { phase: 'types', title: 'List thing types' },
  { phase: 'groups', title: 'List thing groups' },
  { phase: 'things', title: 'List things' },
  { phase: 'memberships', title: 'List memberships' },
  { phase: 'records', title: 'Find records of what was not listed' },
  { phase: 'settle', title: 'Look at what differs and repair it', after: { title: 'Let changes arrive', wait: LAG } },
];

export interface DriftProps {
  readonly settings: Settings;
  readonly names: PhysicalNames;
  readonly tableArn: string;
  /** Takes the keys of what is to be repaired. */
  readonly retryQueue: IQueue;
  /** What has to stand before the first check. */
  readonly after: IDependable[];
}

/**
 * Compares the registry of its Region with the local replica of the table, names what differs and has it repaired: by itself after the
 * destination's first deployment and after each pause, on a schedule, on demand. Nothing of the source Region is needed.
 */
export class Drift extends Construct {
  public readonly workflow: IStateMachine;
  public readonly bucket: IBucket;
  private readonly reports: ReportsBucket;

  constructor(scope: Construct, id: string, private readonly props: DriftProps) {
    super(scope, id);
    const { settings, names } = props;
    this.reports = new ReportsBucket(this, 'Reports', { bucketName: names.reportsBucket(Stack.of(this)), logRetention: settings.logRetention });
    this.bucket = this.reports.bucket;
    const { stateMachine } = new ConvergenceWorkflow(this, 'Workflow', {
      stateMachineName: names.drift,
      comment: 'Compares the registry with its records, and has what differs repaired',
      handler: this.createFunction(),
      handlerTimeout: TIMEOUT,
      phases: STATES,
      scope: scopeOf(settings),
      logRetention: settings.logRetention,
    });
    this.workflow = stateMachine;
    if (settings.driftEnabled) this.runByItself();
  }

  private runByItself(): void {
    const { settings } = this.props;
    new RunSchedule(this, 'Schedule', {
      workflow: this.workflow,
      schedule: settings.driftSchedule,
      description: `Checks the registry for drift for the replication ${settings.replicationName}`,
      after: this.firstRun() ?? this.workflow,
    });
  }

  /** There is none during a pause, so that its end makes it anew. */
  private firstRun(): FirstRun | undefined {
    if (this.isPaused) return undefined;
    const { settings, after } = this.props;
    return new FirstRun(this, 'FirstRun', {
      workflow: this.workflow,
      tableName: settings.tableName,
      scope: scopeOf(settings),
      logRetention: settings.logRetention,
      after: [this.workflow, ...after],
    });
  }

  private createFunction(): DriftFunction {
    const { settings, names, retryQueue } = this.props;
    const identity = new HandlerIdentity(this, 'Identity', settings.logRetention);
    for (const statement of this.permissions()) identity.role.addToPolicy(statement);
    const handler = new DriftFunction(this, 'Function', {
      functionName: names.drift,
      description: 'Does the steps of a drift check',
      role: identity.role,
      logGroup: identity.logGroup,
      architecture: Architecture.ARM_64,
      memorySize: MEMORY_SIZE,
      timeout: TIMEOUT,
      environment: {
        [DriftEnv.TABLE_NAME]: settings.tableName,
        [DriftEnv.BUCKET_NAME]: this.bucket.bucketName,
        [DriftEnv.RETRY_QUEUE_URL]: retryQueue.queueUrl,
        [DriftEnv.WORKFLOW_ARN]: this.ownArn,
        [DriftEnv.SOURCE_REGION]: settings.sourceRegion,
        [DriftEnv.DELETION_MODE]: settings.deletionMode,
        [DriftEnv.DRIFT_MODE]: settings.driftMode,
        [DriftEnv.IS_PAUSED]: String(this.isPaused),
        [DriftEnv.READ_SHARE]: String(settings.registryReadShare),
        [DriftEnv.WRITE_SHARE]: String(settings.registryWriteShare),
      },
    });
    // Nobody writes to the bucket any more when it is emptied.
    handler.node.addDependency(this.reports);
    return handler;
  }

  private permissions(): PolicyStatement[] {
    const { tableArn, retryQueue } = this.props;
    return [
      ...readPermissions(this, tableArn, this.bucket),
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [retryQueue.queueArn] }),
      // Whether another drift check is running.
      new PolicyStatement({ actions: ['states:ListExecutions'], resources: [this.ownArn] }),
    ];
  }

  private get isPaused(): boolean {
    return this.props.settings.pausedRegions.includes(Stack.of(this).region);
  }

  /** By its name: the workflow refers to the function. */
  private get ownArn(): string {
    return arnOf(this, 'states', `stateMachine:${this.props.names.drift}`);
  }
}
