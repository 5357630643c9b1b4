import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Architecture, FunctionOptions, Tracing } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { HandlerIdentity } from './handler-identity';
import { MonitoringEnv } from '../metrics/environment';
import type { Settings } from '../settings/settings';

/** What differs between functions. */
export interface Handler {
  readonly permissions: readonly PolicyStatement[];
  /** Id of its role and log group, for a scope with several functions. @default 'Identity' */
  readonly identityId?: string;
}

export interface MonitoredHandler extends Handler {
  /** Environment variables besides those for metrics and logs. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Options that every function has; a function that only runs while something is deployed has no more than these. */
export function handlerOptions(scope: Construct, logRetention: RetentionDays, { permissions, identityId = 'Identity' }: Handler): FunctionOptions {
  const { role, logGroup } = new HandlerIdentity(scope, identityId, logRetention);
  for (const statement of permissions) role.addToPolicy(statement);
  return { role, logGroup, architecture: Architecture.ARM_64 };
}

/** Options of a function that emits metrics, logs as the user chose, and can be traced. */
export function monitoredHandlerOptions(scope: Construct, settings: Settings, handler: MonitoredHandler): FunctionOptions {
  const { replicationName, logPayloads, logLevel, logRetention, tracing } = settings;
  return {
    ...handlerOptions(scope, logRetention, handler),
    tracing: tracing ? Tracing.ACTIVE : Tracing.DISABLED,
    environment: { ...MonitoringEnv.write({ replicationName, logPayloads, logLevel }), ...handler.environment },
  };
}
