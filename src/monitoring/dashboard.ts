import { Duration, Token } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, IMetric, IWidget, Metric, Stats, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { MONITORING_URL, RUNBOOK_URL } from './alarms/runbook';
import { Monitored, MonitoredReplication } from './monitored';
import { TopicRuleMetrics, tableMetric } from './service-metrics';
import { PhysicalNames } from '../record/physical-names';
import { RegistryDestination } from '../registry-destination';
import { ReplicationDashboardOptions } from '../replication-dashboard-options';
import { expectMinutes } from '../settings/checks';
import { invalid, shown } from '../settings/errors';
import { expectStruct } from '../settings/prop-names';

const ID = 'Dashboard';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html */
const DASHBOARD_NAME = /^[A-Za-z0-9_-]{1,255}$/;

const DASHBOARD_WIDTH = 24;

/**
 * A dashboard in the stack of the source, with a row for each Region. Dashboards show metrics of every Region, so you can use it while the
 * source Region is down.
 *
 * @throws Error if an option is invalid, or if the dashboard exists already
 */
export function addDashboard(monitored: Monitored, options: ReplicationDashboardOptions = {}): Dashboard {
  const { replication, source, settings } = monitored;
  if (source.node.tryFindChild(ID)) throw invalid('addDashboard', 'a second call', 'one call', 'use the dashboard that the first one returned');
  expectStruct('ReplicationDashboardOptions', options, 'options');
  const { dashboardName = `${replication.replicationName}-${replication.sourceRegion}`, defaultInterval = Duration.hours(3) } = options;
  validate(dashboardName, defaultInterval);
  const dashboard = new Dashboard(source, ID, { dashboardName, defaultInterval });
  addRow(dashboard, `source of \`${replication.replicationName}\``, replication.sourceRegion, [sourceGraphs(monitored), identityGraphsOf(monitored)]);
  for (const destination of replication.destinations) {
    const { region } = destination;
    const state = settings.pausedRegions.includes(region) ? ', **paused**: changes are not applied' : '';
    const lines = [destinationGraphs(destination), identityGraphsIn(destination)];
    addRow(dashboard, `destination of \`${replication.replicationName}\`${state}`, region, lines);
  }
  return dashboard;
}

function validate(dashboardName: string, defaultInterval: Duration): void {
  if (typeof dashboardName !== 'string' || Token.isUnresolved(dashboardName) || !DASHBOARD_NAME.test(dashboardName)) {
    throw invalid('dashboardName', shown(dashboardName), '1 to 255 letters, digits, hyphens and underscores, known at synthesis', 'choose another name or leave it out');
  }
  expectMinutes('defaultInterval', defaultInterval, 'write `Duration.hours(…)`, or leave it out for three hours');
}

/** The metrics of one graph; the second list on the right axis. */
type Graph = readonly [title: string, left: readonly IMetric[], right?: readonly IMetric[]];

function addRow(dashboard: Dashboard, purpose: string, region: string, lines: readonly (readonly Graph[])[]): void {
  dashboard.addWidgets(new TextWidget({
    width: DASHBOARD_WIDTH,
    height: 2,
    markdown: `## ${region}\n${purpose} · [metrics](${MONITORING_URL}) · [runbook](${RUNBOOK_URL})`,
  }));
  for (const line of lines.filter(({ length }) => length > 0)) dashboard.addWidgets(...widgetsOf(region, line));
}

function widgetsOf(region: string, graphs: readonly Graph[]): IWidget[] {
  const width = DASHBOARD_WIDTH / graphs.length;
  return graphs.map(([title, left, right = []]) => new GraphWidget({ title, region, width, left: [...left], right: [...right] }));
}

function sourceGraphs(monitored: Monitored): Graph[] {
  const { replication } = monitored;
  const {
    persistenceWorkflow, observationWorkflow, sweepWorkflow, deadLetterQueue, table: { tableName }, sourceRegion, destinationRegions,
  } = replication;
  const rules = new TopicRuleMetrics(monitored);
  const latencies = destinationRegions.map((ReceivingRegion) => tableMetric('ReplicationLatency', tableName, sourceRegion, {
    label: ReceivingRegion, dimensionsMap: { ReceivingRegion }, statistic: Stats.AVERAGE,
  }));
  return [
    ['Rules', [rules.topicMatch(), rules.throttled(), rules.failures(), replication.metricRegistryEventsOff(), replication.metricRegistryEventsUnknown()]],
    ['Executions', [
      persistenceWorkflow.metricStarted({ label: 'events' }), observationWorkflow.metricStarted({ label: 'signals and sweeps' }),
      ...[persistenceWorkflow, observationWorkflow].flatMap((workflow) => [workflow.metricFailed(), workflow.metricTimedOut()]),
      deadLetterQueue.metricApproximateNumberOfMessagesVisible({ label: 'dead letters' }),
    ]],
    ['Sweep', [replication.metricSweepDuration()], [replication.metricSweepRecordsWritten(), sweepWorkflow.metricFailed()]],
    ['Table', [
      tableMetric('ConsumedWriteCapacityUnits', tableName, sourceRegion),
      tableMetric('ConditionalCheckFailedRequests', tableName, sourceRegion, { label: 'stale or doubled' }),
    ]],
    ['Replication of the table', latencies],
    ['Cost drivers', [
      persistenceWorkflow.metricStarted({ label: 'executions for events' }),
      observationWorkflow.metricStarted({ label: 'executions for signals and sweeps' }),
      tableMetric('ConsumedWriteCapacityUnits', tableName, sourceRegion, { label: 'write units' }),
    ], [persistenceWorkflow, observationWorkflow].map((workflow) => workflow.metric('ExpressExecutionBilledDuration', { statistic: Stats.SUM }))],
  ];
}

/** Nothing is shown that does not exist. */
function identityGraphsOf({ replication, settings: { identities } }: Monitored): Graph[] {
  const { identitySweepWorkflow, certificateCheckWorkflow } = replication;
  if (!identitySweepWorkflow || !certificateCheckWorkflow) return [];
  // Most checks are no executions.
  const { certificateCheck } = new PhysicalNames(replication.replicationName);
  return [
    ['Sweep of identities', [replication.metricIdentitySweepDuration()], [replication.metricIdentitySweepRecordsWritten(), identitySweepWorkflow.metricFailed()]],
    ['Certificate checks', [replication.metricCertificateCheckDuration()], [
      replication.metricCertificatesDeactivated(), replication.metricDeactivationsRefused(), certificateCheckWorkflow.metricFailed(),
      functionErrors(certificateCheck, replication.sourceRegion),
    ]],
    hintsGraph(replication, identities?.cloudTrailHints ?? false),
  ];
}

/** How long hints wait: the oldest of each queue. A replication has no attributes for these queues. */
function hintsGraph({ replicationName, sourceRegion: region }: MonitoredReplication, hasUrgent: boolean): Graph {
  const { hints, urgentHints } = new PhysicalNames(replicationName);
  const ageOf = (QueueName: string, label: string) => new Metric({
    namespace: 'AWS/SQS', metricName: 'ApproximateAgeOfOldestMessage', label, dimensionsMap: { QueueName }, statistic: Stats.MAXIMUM, region,
  });
  return ['Hints', [...hasUrgent ? [ageOf(urgentHints, 'oldest urgent hint')] : [], ageOf(hints, 'oldest of the others')], [functionErrors(hints, region)]];
}

/** Of a function that a replication has no attribute for. */
function functionErrors(FunctionName: string, region: string): Metric {
  return new Metric({ namespace: 'AWS/Lambda', metricName: 'Errors', label: 'errors', dimensionsMap: { FunctionName }, statistic: Stats.SUM, region });
}

function identityGraphsIn(destination: RegistryDestination): Graph[] {
  const { identityDriftWorkflow } = destination;
  if (!identityDriftWorkflow) return [];
  return [
    ['Revocations', [destination.metricRevocationLag()], [destination.metricForeignPolicies()]],
    ['Drift of identities', [
      destination.metricIdentityDriftFound(), destination.metricIdentityDriftRepaired(), destination.metricIdentityDriftAfterRepair(),
      identityDriftWorkflow.metricFailed(),
    ], [destination.metricIdentityDriftCheckAge(), destination.metricIdentitySweepAge(), destination.metricCertificateCheckAge()]],
  ];
}

function destinationGraphs(destination: RegistryDestination): Graph[] {
  const { replicator, retryQueue, deadLetterQueue, driftWorkflow, table: { tableName }, region } = destination;
  return [
    ['Lag', [
      destination.metricReplicationLag({ statistic: 'p50', label: 'lag p50' }), destination.metricReplicationLag({ label: 'lag p95' }),
      replicator.metric('IteratorAge', { statistic: Stats.MAXIMUM }),
    ], [destination.metricHeartbeats(), destination.metricOtherReplications()]],
    ['Applied', [destination.metricRecordsApplied(), destination.metricUnchanged(), destination.metricRegistryCalls()], [
      ...functionsOf(destination).flatMap(([name, metric]) => [metric('Errors', `${name}: errors`), metric('Throttles', `${name}: throttles`)]),
    ]],
    ['Waiting and rejected', [
      destination.metricWaiting(), destination.metricRejected(), destination.metricThrottled(), destination.metricDeletionsPaused(),
    ]],
    ['Queues', [
      retryQueue.metricApproximateNumberOfMessagesVisible({ label: 'to be retried now' }),
      retryQueue.metricApproximateNumberOfMessagesDelayed({ label: 'to be retried later' }),
      deadLetterQueue.metricApproximateNumberOfMessagesVisible({ label: 'dead letters' }),
    ]],
    ['Drift', [destination.metricDriftFound(), destination.metricDriftRepaired(), destination.metricDriftAfterRepair(), driftWorkflow.metricFailed()], [
      destination.metricDriftCheckAge(), destination.metricSweepAge(),
    ]],
    ['Cost drivers', [
      destination.metricRegistryCalls({ label: 'registry calls' }),
      tableMetric('ConsumedWriteCapacityUnits', tableName, region, { label: 'write units' }),
      ...functionsOf(destination).map(([name, metric]) => metric('Invocations', `${name}: invocations`)),
    ], functionsOf(destination).map(([name, metric]) => metric('Duration', `${name}: duration`))],
  ];
}

/** The functions that apply records, by what they consume. A destination has no attribute for the retry function. */
function functionsOf({ replicationName, region }: RegistryDestination): [string, (metricName: string, label: string) => Metric][] {
  const { replicator, retryFunction } = new PhysicalNames(replicationName);
  return ([['stream', replicator], ['retries', retryFunction]] as const).map(([name, FunctionName]) => [name, (metricName, label) => new Metric({
    namespace: 'AWS/Lambda', metricName, label, dimensionsMap: { FunctionName }, statistic: Stats.SUM, region,
  })]);
}
