import { Logger } from '@aws-lambda-powertools/logger';
import type { Environment } from '../../settings/environment';
import { MonitoringEnv } from '../environment';

/** The used part of the logger. Logs contain no names unless `logPayloads` is set. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn'>;

/** What a function writes to its log. */
export interface Logging {
  readonly logger: Log;
  readonly logPayloads: boolean;
  /** Whether the log contains lines of the level DEBUG. */
  readonly logsCalls: boolean;
}

/** The logger itself reads the level from the environment. */
export function loggingFrom(env: Environment): Logging {
  const { logPayloads, logLevel } = MonitoringEnv.read(env);
  return {
    logger: new Logger({ serviceName: 'iot-registry-replication' }),
    logPayloads,
    logsCalls: ['DEBUG', 'TRACE'].includes(logLevel),
  };
}
