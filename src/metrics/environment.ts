import { environmentOf, flag, text } from '../settings/environment';
import { Variables } from '../settings/variables';

/** The environment of every function that emits metrics or writes logs: written by the construct, read by the handlers. */
export const MonitoringEnv = environmentOf({
  replicationName: Variables.replicationName,
  /** Whether logs may contain names of things and their attributes. */
  logPayloads: flag('LOG_PAYLOADS'),
  /** Read by the logger itself. https://docs.aws.amazon.com/powertools/typescript/latest/features/logger/ */
  logLevel: text('POWERTOOLS_LOG_LEVEL'),
});
