import { Alarm, ComparisonOperator } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { AlarmDefinition, DESTINATION_ALARMS, SOURCE_ALARMS } from './definitions';
import { runbookOf } from './runbook';
import { topicsByRegion } from './topics';
import { validateLeast, validateOptions, validateRange } from './validation';
import { ReplicationAlarmOverride, ReplicationAlarmsOptions } from '../../replication-alarms-options';
import { invalid } from '../../settings/errors';
import { Settings } from '../../settings/settings';
import { warnOfRegionsWithoutTopic } from '../../settings/warnings';
import { Monitored } from '../monitored';

const ID = 'Alarms';

/**
 * Alarms of the source and of each destination, each in the stack of its Region: CloudWatch has no alarms on metrics of another Region.
 *
 * @throws Error if an option is invalid, or if the alarms exist already
 */
export function addAlarms(monitored: Monitored, options: ReplicationAlarmsOptions = {}): Alarm[] {
  const { replication, source, settings } = monitored;
  if (source.node.tryFindChild(ID)) {
    throw invalid('addAlarms', 'a second call', 'one call', 'pass all topics and overrides to the first one');
  }
  validateOptions(options);
  const regions = [replication.sourceRegion, ...replication.destinationRegions];
  const topics = topicsByRegion(options.topics ?? [], regions);
  const withoutTopic = regions.filter((region) => !topics.has(region));
  if (topics.size > 0 && withoutTopic.length > 0) warnOfRegionsWithoutTopic(replication, withoutTopic);

  const shared = { settings, overrides: options.overrides ?? [] };
  return [
    ...alarmsOf(monitored, SOURCE_ALARMS, { ...shared, scope: source, isPaused: false, topics: topics.get(replication.sourceRegion) }),
    ...replication.destinations.flatMap((destination) => alarmsOf(destination, DESTINATION_ALARMS, {
      ...shared,
      scope: destination,
      isPaused: settings.pausedRegions.includes(destination.region),
      topics: topics.get(destination.region),
    })),
  ];
}

interface Circumstances {
  readonly scope: Construct;
  readonly settings: Settings;
  readonly isPaused: boolean;
  readonly topics?: readonly ITopic[];
  readonly overrides: readonly ReplicationAlarmOverride[];
}

/** The alarms of one Region. */
function alarmsOf<Of>(of: Of, definitions: readonly AlarmDefinition<Of>[], circumstances: Circumstances): Alarm[] {
  const { scope, settings, isPaused, topics = [], overrides } = circumstances;
  const alarms = new Construct(scope, ID);
  const actions = topics.map((topic) => new SnsAction(topic));
  return definitions.flatMap((definition) => {
    const { alarm: name } = definition;
    const override = overrides.find((each) => each.alarm === name);
    if (override?.enabled === false || definition.isFor?.(settings) === false) return [];
    const period = override?.period ?? definition.period(settings);
    const evaluationPeriods = override?.evaluationPeriods ?? definition.evaluationPeriods;
    validateRange(name, period, evaluationPeriods);
    validateLeast(name, period, definition.leastPeriod?.(settings));
    const alarm = new Alarm(alarms, name, {
      alarmName: `${settings.replicationName}-${name}`,
      alarmDescription: `${definition.description} ${runbookOf(name)}`,
      metric: definition.metric(of, { period }),
      threshold: override?.threshold ?? definition.threshold(settings),
      comparisonOperator: definition.comparison ?? ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods,
      // With overridden periods, all have to reach the threshold: no other rule would be valid for every choice.
      datapointsToAlarm: override?.evaluationPeriods === undefined ? definition.datapointsToAlarm : undefined,
      treatMissingData: definition.missingData,
      actionsEnabled: !(isPaused && definition.isRaisedByPause),
    });
    alarm.addAlarmAction(...actions);
    // The notified person learns that the condition has ended.
    alarm.addOkAction(...actions);
    return [alarm];
  });
}
