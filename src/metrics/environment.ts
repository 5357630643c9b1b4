/** Environment variables of every function that emits metrics or writes logs: set by the construct, read by the handlers, named once. */
export const MonitoringEnv = {
  REPLICATION_NAME: 'REPLICATION_NAME',
  /** `true` or `false`: whether logs may contain names of things and their attributes. */
  LOG_PAYLOADS: 'LOG_PAYLOADS',
  /** Read by the logger itself. https://docs.aws.amazon.com/powertools/typescript/latest/features/logger/ */
  LOG_LEVEL: 'POWERTOOLS_LOG_LEVEL',
} as const;
