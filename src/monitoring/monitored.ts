import { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { ITableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { IQueue } from 'aws-cdk-lib/aws-sqs';
import { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct, IConstruct } from 'constructs';
import type { RegistryDestination } from '../registry-destination';
import { Settings } from '../settings/settings';

/** The part of a replication that alarms and dashboards use. */
export interface MonitoredReplication extends IConstruct {
  readonly replicationName: string;
  readonly sourceRegion: string;
  readonly destinationRegions: string[];
  readonly destinations: RegistryDestination[];
  readonly table: ITableV2;
  readonly persistenceWorkflow: IStateMachine;
  readonly observationWorkflow: IStateMachine;
  readonly sweepWorkflow: IStateMachine;
  readonly identitySweepWorkflow?: IStateMachine;
  readonly certificateCheckWorkflow?: IStateMachine;
  readonly deadLetterQueue: IQueue;
  metricSweepDuration(options?: MetricOptions): Metric;
  metricSweepRecordsWritten(options?: MetricOptions): Metric;
  metricIdentitySweepDuration(options?: MetricOptions): Metric;
  metricIdentitySweepRecordsWritten(options?: MetricOptions): Metric;
  metricCertificateCheckDuration(options?: MetricOptions): Metric;
  metricCertificatesDeactivated(options?: MetricOptions): Metric;
  metricDeactivationsRefused(options?: MetricOptions): Metric;
  metricRegistryEventsOff(options?: MetricOptions): Metric;
  metricRegistryEventsUnknown(options?: MetricOptions): Metric;
}

/** The replication that alarms and dashboards monitor. */
export interface Monitored {
  readonly replication: MonitoredReplication;
  /** The scope that contains the source, in its Region. */
  readonly source: Construct;
  readonly settings: Settings;
}
