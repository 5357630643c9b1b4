import { Logger } from '@aws-lambda-powertools/logger';
import { MonitoringEnv } from './environment';
import { EmbeddedMeter } from './meter';
import { Environment, readVariable } from '../regional/environment';

/** The part of the logger that is used. What is logged names nothing and nobody, unless `logPayloads` is set. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn'>;

/** What a function tells of itself, and how. */
export interface Monitoring {
  readonly logger: Log;
  readonly meter: EmbeddedMeter;
  readonly logPayloads: boolean;
  /** Whether the log has lines of the level DEBUG. */
  readonly logsCalls: boolean;
}

/** The level is read from the environment by the logger itself. */
export function monitoringFrom(env: Environment): Monitoring {
  return {
    logger: new Logger({ serviceName: 'iot-registry-replication' }),
    meter: new EmbeddedMeter(readVariable(env, MonitoringEnv.REPLICATION_NAME), readVariable(env, 'AWS_REGION')),
    logPayloads: readVariable(env, MonitoringEnv.LOG_PAYLOADS) === 'true',
    logsCalls: ['DEBUG', 'TRACE'].includes(readVariable(env, MonitoringEnv.LOG_LEVEL)),
  };
}
