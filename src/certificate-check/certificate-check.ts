import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Function } from 'aws-cdk-lib/aws-lambda';
import { IBucket } from 'aws-cdk-lib/aws-s3';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct, IDependable } from 'constructs';
import { CertificateCheckFunction } from './certificate-check-function';
import { CertificateCheckEnv } from './environment';
import { KNOWN_KEYS } from './known-keys';
import { CHECK_PHASE } from './phases';
import { ComparisonWorkflow } from '../comparison/comparison-workflow';
import { comparisonEnvironment } from '../comparison/environment-of';
import { SCHEDULED } from '../comparison/input';
import { readPermissions } from '../comparison/permissions';
import { selectionOf } from '../comparison/selection-of';
import { ENTITY_KINDS, kindOf } from '../kinds/register';
import { PhysicalNames } from '../record/physical-names';
import { monitoredHandlerOptions } from '../regional/handler-options';
import { RunSchedule } from '../regional/run-schedule';
import { MemorySize } from '../settings/memory-sizes';
import { arnOf, arnPrefixOf } from '../settings/regions';
import { IdentitySettings, Settings } from '../settings/settings';

/** A slice and its last unit: as long as a function may take. */
const TIMEOUT = Duration.minutes(15);

export interface CertificateCheckProps {
  readonly settings: Settings;
  readonly identities: IdentitySettings;
  readonly names: PhysicalNames;
  /** ARN of the replica in this Region. */
  readonly tableArn: string;
  /** The bucket of the sweeps of identities, which note there what they write. */
  readonly bucket: IBucket;
  readonly observationWorkflow: IStateMachine;
  /** What has to exist before the first check. */
  readonly after: IDependable[];
}

/** Compares all certificates of the source with their records every few minutes, and persists what differs: status, existence and registration. */
export class CertificateCheck extends Construct {
  public readonly workflow: IStateMachine;

  constructor(scope: Construct, id: string, private readonly props: CertificateCheckProps) {
    super(scope, id);
    const { settings, names, identities: { certificateCheckInterval }, after } = props;
    const handler = this.createHandler();
    this.workflow = new ComparisonWorkflow(this, 'Workflow', {
      stateMachineName: names.certificateCheck,
      comment: 'Compares all certificates with their records and persists differences',
      handler,
      handlerTimeout: TIMEOUT,
      phases: [{ phase: CHECK_PHASE, title: 'Check certificates' }],
      scope: selectionOf(settings, 'identities'),
      replicated: {},
      monitoring: settings,
    }).stateMachine;
    if (!settings.sweepEnabled) return;
    new RunSchedule(this, 'Schedule', {
      // A late start is useless: the next one follows. The function starts the workflow for what takes longer than an invocation.
      target: (options) => new LambdaInvoke(handler, { ...options, retryAttempts: 0 }),
      schedule: ScheduleExpression.rate(certificateCheckInterval),
      description: `Checks certificates for the replication ${settings.replicationName}`,
      input: { [SCHEDULED]: true },
      after: [this.workflow, ...after],
    });
  }

  private createHandler(): Function {
    const { settings, names, identities, bucket, observationWorkflow: { stateMachineArn } } = this.props;
    const { certificateCheckInterval, maxDeactivationsPerSweep } = identities;
    const environment = {
      ...CertificateCheckEnv.write({
        observationWorkflowArn: stateMachineArn,
        sweepWorkflowArn: this.arnOf(names.identitySweep),
        routerVersion: settings.routerVersion,
        maxDeactivations: maxDeactivationsPerSweep,
        onlyReferred: selectionOf(settings, 'identities').onlyReferred ?? [],
        intervalSeconds: certificateCheckInterval.toSeconds(),
        arnPrefix: `${arnPrefixOf(this, 'iot')}:`,
      }),
      ...comparisonEnvironment(this, settings, bucket, this.arnOf(names.certificateCheck)),
    };
    const handler = new CertificateCheckFunction(this, 'Function', {
      ...monitoredHandlerOptions(this, settings, { permissions: this.permissions(), environment }),
      functionName: names.certificateCheck,
      description: 'Does the steps of a certificate check',
      memorySize: MemorySize.CERTIFICATE_CHECK,
      timeout: TIMEOUT,
      // The schedule invokes it asynchronously, and Lambda would keep what it can't begin for six hours, and repeat what has failed, beside the check that follows.
      // https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
      maxEventAge: certificateCheckInterval,
      retryAttempts: 0,
    });
    // Nothing writes to the bucket any more when it is emptied.
    handler.node.addDependency(bucket);
    return handler;
  }

  private permissions(): PolicyStatement[] {
    const { names, tableArn, bucket, observationWorkflow } = this.props;
    return [
      ...readPermissions(this, ENTITY_KINDS.filter((kind) => kindOf(kind).isCredential), tableArn, bucket),
      new PolicyStatement({ actions: ['s3:GetObject', 's3:PutObject'], resources: [bucket.arnForObjects(KNOWN_KEYS)] }),
      new PolicyStatement({ actions: ['states:StartSyncExecution'], resources: [observationWorkflow.stateMachineArn] }),
      new PolicyStatement({ actions: ['states:StartExecution'], resources: [this.arnOf(names.certificateCheck)] }),
      // To see whether another check, or a sweep, is in progress.
      new PolicyStatement({ actions: ['states:ListExecutions'], resources: [names.certificateCheck, names.identitySweep].map((name) => this.arnOf(name)) }),
    ];
  }

  /** Built from its name: the workflow refers to the function. */
  private arnOf(workflowName: string): string {
    return arnOf(this, 'states', `stateMachine:${workflowName}`);
  }
}
