import { FunctionOptions, Tracing } from 'aws-cdk-lib/aws-lambda';
import { MonitoringEnv } from './environment';
import type { Settings } from '../settings/settings';

/** Observability of a function: the dimension of its metrics, what it logs, whether it is traced. */
export function monitoringOptions({ replicationName, logPayloads, logLevel, tracing }: Settings): Required<Pick<FunctionOptions, 'environment' | 'tracing'>> {
  return {
    environment: MonitoringEnv.write({ replicationName, logPayloads, logLevel }),
    tracing: tracing ? Tracing.ACTIVE : Tracing.DISABLED,
  };
}
