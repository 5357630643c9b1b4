/** What the prices are of. */
export const PRICED = { region: 'us-east-1', month: 'November 2026' } as const;

/** List prices in US dollars. Those marked (u) could not be confirmed on the price page itself. */
export const PRICES = {
  /** https://aws.amazon.com/iot-core/pricing/ (u) */
  ruleTriggered: 0.15e-6,
  ruleAction: 0.15e-6,
  /** (u) */
  registryOperation: 1.25e-6,
  /** https://aws.amazon.com/step-functions/pricing/ */
  expressRequest: 1.00e-6,
  expressGigabyteSecond: 0.00001667,
  standardTransition: 25e-6,
  /** On demand, for each replica: https://aws.amazon.com/dynamodb/pricing/on-demand/ */
  writeUnit: 0.625e-6,
  /** (u) */
  readUnit: 0.125e-6,
  /** Writes and listings, and reads: https://aws.amazon.com/s3/pricing/ */
  s3Put: 5e-6,
  s3Get: 0.4e-6,
  /** Arm: https://aws.amazon.com/lambda/pricing/ */
  lambdaRequest: 0.20e-6,
  lambdaGigabyteSecond: 0.0000133334,
  /** Lines of a log, and metrics in them, a gigabyte: https://aws.amazon.com/cloudwatch/pricing/ (u) */
  logGigabyte: 0.50,
  /** A month: https://aws.amazon.com/cloudwatch/pricing/ (u) */
  metricMonth: 0.30,
  alarmMonth: 0.10,
  dashboardMonth: 3.00,
  /** https://aws.amazon.com/eventbridge/pricing/ (u) */
  schedule: 1.00e-6,
  /** (u) */
  sqsRequest: 0.40e-6,
} as const;
