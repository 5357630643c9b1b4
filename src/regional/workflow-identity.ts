import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { LogLevel, LogOptions } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { customerKeyOf } from './customer-key';
import { workflowLogGroupName } from '../settings/naming';
import { arnOf } from '../settings/regions';

/**
 * A role that only this workflow can take on.
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

/** A workflow's log, which has no data of executions in it: they name things. */
export function workflowLogs(scope: Construct, stateMachineName: string, level: LogLevel, retention: RetentionDays): LogOptions {
  return {
    level,
    includeExecutionData: false,
    destination: new LogGroup(scope, 'Logs', {
      logGroupName: workflowLogGroupName(stateMachineName),
      retention,
      encryptionKey: customerKeyOf(scope),
      removalPolicy: RemovalPolicy.DESTROY,
    }),
  };
}
