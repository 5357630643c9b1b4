import { Metrics } from '@aws-lambda-powertools/metrics';
import { Environment, text } from '../../settings/environment';
import { MonitoringEnv } from '../environment';
import { Dimension, EmittedMetric, NAMESPACE } from '../metric-names';

/** Counts and measurements; for a metric that is measured several times, each value, so that percentiles are correct. */
export type Measurement = readonly [metric: EmittedMetric, value: number | readonly number[]];

/** Emits the counts of an invocation. */
export interface Meter {
  publish(measurements: readonly Measurement[]): void;
}

/**
 * Metrics in the embedded metric format: lines of the log that CloudWatch turns into metrics. That needs no call, no permission and no time of the
 * invocation.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format.html
 */
export class EmbeddedMeter implements Meter {
  private readonly metrics: Metrics;

  constructor(replicationName: string, region: string) {
    this.metrics = new Metrics({ namespace: NAMESPACE });
    // The logging library adds a dimension, `service`, which would result in different metrics.
    this.metrics.clearDefaultDimensions();
    this.metrics.setDefaultDimensions({ [Dimension.REPLICATION_NAME]: replicationName, [Dimension.REGION]: region });
  }

  public publish(measurements: readonly Measurement[]): void {
    // Single values first: a line with a hundred values of one metric is full, and is written.
    const sorted = [...measurements].sort(([, a], [, b]) => Number(Array.isArray(a)) - Number(Array.isArray(b)));
    for (const [{ name, unit }, value] of sorted) {
      for (const each of Array.isArray(value) ? value as readonly number[] : [value as number]) this.metrics.addMetric(name, unit, each);
    }
    if (this.metrics.hasStoredMetrics()) this.metrics.publishStoredMetrics();
  }
}

/** Set by Lambda. */
const AWS_REGION = text('AWS_REGION');

/** The meter of a function. */
export function meterFrom(env: Environment): Meter {
  return new EmbeddedMeter(MonitoringEnv.read(env).replicationName, AWS_REGION.read(env));
}
