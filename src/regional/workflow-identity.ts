import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { LogLevel, StateMachineProps } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { customerKeyOf } from './customer-key';
import { workflowLogGroupName } from '../record/physical-names';
import { arnOf } from '../settings/regions';

/**
 * A role that only this workflow can assume.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/confused-deputy.html
 */
export function workflowRole(scope: Construct, stateMachineName: string, description: string): Role {
  return new Role(scope, 'Role', {
    description,
    assumedBy: new ServicePrincipal('states.amazonaws.com', {
      conditions: {
        StringEquals: { 'aws:SourceAccount': Stack.of(scope).account },
        ArnLike: { 'aws:SourceArn': arnOf(scope, 'states', `stateMachine:${stateMachineName}`) },
      },
    }),
  });
}

/** Logging and tracing of a workflow. */
export interface WorkflowMonitoring {
  readonly logRetention: RetentionDays;
  /** Whether the log contains the data of executions, and thereby names of things. */
  readonly logPayloads: boolean;
  /** Whether executions are traced. */
  readonly tracing: boolean;
}

/** A workflow's log and traces. */
export function workflowMonitoring(
  scope: Construct, stateMachineName: string, level: LogLevel, { logRetention, logPayloads, tracing }: WorkflowMonitoring,
): Pick<StateMachineProps, 'logs' | 'tracingEnabled'> {
  const destination = new LogGroup(scope, 'Logs', {
    logGroupName: workflowLogGroupName(stateMachineName),
    retention: logRetention,
    encryptionKey: customerKeyOf(scope),
    removalPolicy: RemovalPolicy.DESTROY,
  });
  return { logs: { level, includeExecutionData: logPayloads, destination }, tracingEnabled: tracing || undefined };
}
