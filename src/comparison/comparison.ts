import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Function, FunctionOptions } from 'aws-cdk-lib/aws-lambda';
import { IBucket } from 'aws-cdk-lib/aws-s3';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct, IDependable } from 'constructs';
import { ComparisonWorkflow, RunOutline } from './comparison-workflow';
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

/** How the comparison of one feature differs from the others of its sort. */
export interface ComparisonPart {
  readonly plan: Plan;
  /** Physical name of the workflow and of its function. */
  readonly workflowName: string;
  /** Physical name of the bucket of its reports. */
  readonly bucketName: string;
  readonly comment: string;
  readonly handlerDescription: string;
  readonly schedule: ScheduleExpression;
  /** What is compared, in the description of the schedule. */
  readonly compared: string;
}

/** How it runs automatically. */
export interface OwnRuns {
  /** Description of the schedule. */
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
  readonly part: ComparisonPart;
  readonly outline: RunOutline;
  /** ARN of the replica in this Region. */
  readonly tableArn: string;
  readonly createHandler: (scope: Construct, id: string, options: FunctionOptions) => Function;
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

  protected constructor(scope: Construct, id: string, private readonly props: ComparisonProps) {
    super(scope, id);
    const { settings, part, outline, routerVersion, ownRuns } = props;
    const selection = selectionOf(settings, part.plan.feature);
    const reports = new ReportsBucket(this, 'Reports', { bucketName: part.bucketName, logRetention: settings.logRetention });
    this.bucket = reports.bucket;
    const handler = this.createHandler();
    // Nothing writes to the bucket any more when it is emptied.
    handler.node.addDependency(reports);
    this.workflow = new ComparisonWorkflow(this, 'Workflow', {
      ...outline,
      stateMachineName: part.workflowName,
      comment: part.comment,
      handler,
      handlerTimeout: TIMEOUT,
      scope: selection,
      replicated: {
        selection: selectionDigest(selection),
        ...routerVersion === undefined ? {} : { routerVersion },
      },
      monitoring: settings,
    }).stateMachine;
    if (ownRuns) this.runByItself(ownRuns, selection);
  }

  private createHandler(): Function {
    const { props, bucket } = this;
    const { settings, part: { plan, workflowName, handlerDescription }, memory } = props;
    // Built from its name: the workflow refers to the function.
    const workflowArn = arnOf(this, 'states', `stateMachine:${workflowName}`);
    const permissions = [
      // Kinds that are listed by their owners: these are listed and read too.
      ...readPermissions(this, plan.listings.map(({ kind }) => kind), props.tableArn, bucket),
      ...props.permissions,
      ...memory ? [new PolicyStatement({ actions: ['s3:GetObject', 's3:PutObject'], resources: [bucket.arnForObjects(memory)] })] : [],
      // To see whether another run is in progress.
      new PolicyStatement({ actions: ['states:ListExecutions'], resources: [workflowArn] }),
    ];
    const environment = { ...props.environment, ...comparisonEnvironment(this, settings, bucket, workflowArn) };
    return props.createHandler(this, 'Function', {
      ...monitoredHandlerOptions(this, settings, { permissions, environment }),
      functionName: workflowName,
      description: handlerDescription,
      memorySize: plan.feature === undefined ? MemorySize.COMPARISON : MemorySize.IDENTITY_COMPARISON,
      timeout: TIMEOUT,
    });
  }

  private runByItself({ description, atFirstDeployment, occasion, after }: OwnRuns, scope: Selection): void {
    const { workflow, props: { settings, part: { schedule } } } = this;
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
