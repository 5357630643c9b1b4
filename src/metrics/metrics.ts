import { Metric, MetricOptions, Unit } from 'aws-cdk-lib/aws-cloudwatch';
import { Dimension, EmittedMetric, NAMESPACE } from './metric-names';

/** CloudWatch's names of units are the values of CDK's enum. */
const UNITS: Readonly<Record<EmittedMetric['unit'], Unit>> = { Count: Unit.COUNT, Milliseconds: Unit.MILLISECONDS, Seconds: Unit.SECONDS };

/** The replication and the Region of a metric. */
export interface MetricOrigin {
  readonly replicationName: string;
  readonly region: string;
}

/** A metric as it is emitted in a Region. It can be shown anywhere; an alarm on it has to be in its Region. */
export function metricOf({ name, unit, statistic }: EmittedMetric, { replicationName, region }: MetricOrigin, options?: MetricOptions): Metric {
  return new Metric({
    namespace: NAMESPACE,
    metricName: name,
    unit: UNITS[unit],
    statistic,
    region,
    ...options,
    dimensionsMap: { [Dimension.REPLICATION_NAME]: replicationName, [Dimension.REGION]: region, ...options?.dimensionsMap },
  });
}
