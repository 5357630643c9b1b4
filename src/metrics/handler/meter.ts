import { Metrics } from '@aws-lambda-powertools/metrics';
import { Environment, readVariable } from '../../runtime/environment';
import { MonitoringEnv } from '../environment';
import { Dimension, EmittedMetric, NAMESPACE } from '../metric-names';

/** What was counted or measured; of a metric that is measured several times, each value, so that percentiles are right. */
export type Measurement = readonly [metric: EmittedMetric, value: number | readonly number[]];

/** Takes what an invocation has counted. */
export interface Meter {
  publish(measurements: readonly Measurement[]): void;
}

/**
 * Metrics in the embedded metric format: lines of the log that CloudWatch makes metrics of. That takes no call, no permission and no time of the
 * invocation.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format.html
 */
export class EmbeddedMeter implements Meter {
  private readonly metrics: Metrics;

  constructor(replicationName: string, region: string) {
    this.metrics = new Metrics({ namespace: NAMESPACE });
    // The library adds a dimension of its own, `service`, which would make other metrics of these.
    this.metrics.clearDefaultDimensions();
    this.metrics.setDefaultDimensions({ [Dimension.REPLICATION_NAME]: replicationName, [Dimension.REGION]: region });
  }

  public publish(measurements: readonly Measurement[]): void {
    // Single values come first: a line is full, and written, with a hundred values of one metric.
    const sorted = [...measurements].sort(([, a], [, b]) => Number(Array.isArray(a)) - Number(Array.isArray(b)));
    for (const [{ name, unit }, value] of sorted) {
      for (const each of Array.isArray(value) ? value as readonly number[] : [value as number]) this.metrics.addMetric(name, unit, each);
    }
    if (this.metrics.hasStoredMetrics()) this.metrics.publishStoredMetrics();
  }
}

/** The meter of a function. */
export function meterFrom(env: Environment): Meter {
  return new EmbeddedMeter(readVariable(env, MonitoringEnv.REPLICATION_NAME), readVariable(env, 'AWS_REGION'));
}
