import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Function, FunctionOptions } from 'aws-cdk-lib/aws-lambda';
import { IBucket } from 'aws-cdk-lib/aws-s3';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct, IDependable } from 'constructs';
import { AfterSummary, ComparisonWorkflow, PhaseState } from './comparison-workflow';
import { comparisonEnvironment } from './environment-of';
import { FirstRun } from './first-run';
import { SCHEDULED } from './input';
import { readPermissions } from './permissions';
import { Plan } from './phases';
import type { Selection } from './selection';
import { selectionOf, selectionDigest } from './selection-of';
import { monitoredHandlerOptions } from '../regional/handler-options';
import { ReportsBucket } from '../regional/reports-bucket';
import { RunSchedule } from '../regional/run-schedule';
import { MemorySize } from '../settings/memory-sizes';
import { arnOf } from '../settings/regions';
import { Settings } from '../settings/settings';

/**
 * A slice and its last unit: as long as a function may take. Each slice costs events of the 25,000 that an execution may have, and a
 * million things at a share of 0.01 take weeks.
 */
const TIMEOUT = Duration.minutes(15);

/** How often it runs automatically. */
export interface OwnRuns {
  readonly schedule: ScheduleExpression;
  readonly description: string;
  /** Whether the first deployment starts one too. */
  readonly atFirstDeployment: boolean;
  /** Further values whose change starts a run, besides the table and the names. */
  readonly occasion?: string;
  /** What has to exist before the first run. */
  readonly after: IDependable[];
}

export interface ComparisonProps {
  readonly settings: Settings;
  /** ARN of the replica in this Region. */
  readonly tableArn: string;
  /** Physical name of the workflow and of its function. */
  readonly workflowName: string;
  /** Physical name of the bucket of its reports. */
  readonly bucketName: string;
  readonly comment: string;
  readonly plan: Plan;
  /** What precedes the phases, side by side. @default none */
  readonly lanes?: readonly (readonly PhaseState[])[];
  readonly phases: readonly PhaseState[];
  /** Title of the wait before the first phase of a run that a deployment starts, if such a run waits. */
  readonly deploymentWait?: string;
  readonly afterSummary?: AfterSummary;
  readonly createHandler: (scope: Construct, id: string, options: FunctionOptions) => Function;
  readonly handlerDescription: string;
  /** Environment variables of the function, besides those that all comparisons have. */
  readonly environment: Readonly<Record<string, string>>;
  /** The permissions of the function besides reading. */
  readonly permissions: PolicyStatement[];
  /** Version of the router, if a run depends on it. */
  readonly routerVersion?: string;
  /** The object of the bucket in which a run stores state for the next one. */
  readonly memory?: string;
  /** Absent: it only starts by hand. */
  readonly ownRuns?: OwnRuns;
}

/** The resources of sweeps and drift checks: a bucket for reports, a function that runs the steps, a workflow that invokes it, and what starts that. */
export abstract class Comparison extends Construct {
  public readonly workflow: IStateMachine;
  public readonly bucket: IBucket;

  protected constructor(scope: Construct, id: string, props: ComparisonProps) {
    super(scope, id);
    const { settings, bucketName, plan } = props;
    const selection = selectionOf(settings, plan.feature);
    const reports = new ReportsBucket(this, 'Reports', { bucketName, logRetention: settings.logRetention });
    this.bucket = reports.bucket;
    const handler = this.createHandler(props);
    // Nothing writes to the bucket any more when it is emptied.
    handler.node.addDependency(reports);
    this.workflow = new ComparisonWorkflow(this, 'Workflow', {
      stateMachineName: props.workflowName,
      comment: props.comment,
      handler,
      handlerTimeout: TIMEOUT,
      lanes: props.lanes,
      phases: props.phases,
      deploymentWait: props.deploymentWait,
      afterSummary: props.afterSummary,
      scope: selection,
      replicated: {
        selection: selectionDigest(selection),
        ...props.routerVersion === undefined ? {} : { routerVersion: props.routerVersion },
      },
      monitoring: settings,
    }).stateMachine;
    if (props.ownRuns) this.runByItself(props.ownRuns, selection, settings);
  }

  private createHandler({ settings, workflowName, createHandler, handlerDescription, memory, ...props }: ComparisonProps): Function {
    // Built from its name: the workflow refers to the function.
    const workflowArn = arnOf(this, 'states', `stateMachine:${workflowName}`);
    const permissions = [
      // Kinds that are listed by their owners: these are listed and read too.
      ...readPermissions(this, props.plan.listings.map(({ kind }) => kind), props.tableArn, this.bucket),
      ...props.permissions,
      ...memory ? [new PolicyStatement({ actions: ['s3:GetObject', 's3:PutObject'], resources: [this.bucket.arnForObjects(memory)] })] : [],
      // To see whether another run is in progress.
      new PolicyStatement({ actions: ['states:ListExecutions'], resources: [workflowArn] }),
    ];
    const environment = { ...props.environment, ...comparisonEnvironment(this, settings, this.bucket, workflowArn) };
    return createHandler(this, 'Function', {
      ...monitoredHandlerOptions(this, settings, { permissions, environment }),
      functionName: workflowName,
      description: handlerDescription,
      memorySize: props.plan.feature === undefined ? MemorySize.COMPARISON : MemorySize.IDENTITY_COMPARISON,
      timeout: TIMEOUT,
    });
  }

  private runByItself({ schedule, description, atFirstDeployment, occasion, after }: OwnRuns, scope: Selection, settings: Settings): void {
    const { workflow } = this;
    const first = atFirstDeployment ? new FirstRun(this, 'FirstRun', {
      workflow,
      tableName: settings.tableName,
      scope,
      occasion,
      logRetention: settings.logRetention,
      after: [workflow, ...after],
    }) : workflow;
    new RunSchedule(this, 'Schedule', {
      target: (options) => new StepFunctionsStartExecution(workflow, options), schedule, description, input: { [SCHEDULED]: true }, after: [first],
    });
  }
}
