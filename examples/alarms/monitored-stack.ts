import { Duration, Stack, StackProps } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { IotRegistryReplication, ReplicationAlarm } from 'cdk-iot-registry-replication';
import { Construct } from 'constructs';

interface MonitoredStackProps extends StackProps {
  /** Who is told of alarms. */
  readonly email: string;
}

/** A replication that calls for help: alarms in each Region, with a topic of that Region, and a dashboard over all of them. */
export class MonitoredStack extends Stack {
  constructor(scope: Construct, id: string, props: MonitoredStackProps) {
    super(scope, id, props);

    const replication = new IotRegistryReplication(this, 'Replication', {
      replicationName: 'fleet',
      destinationRegions: ['eu-west-1', 'ap-southeast-1'],
    });

    // An alarm can only tell topics of its own Region: one beside the source, one in the stack of each destination.
    const stacks = [this, ...replication.destinations.map(({ stack }) => stack)];
    const topics = stacks.map((stack) => new Topic(stack, 'Alarms'));
    for (const topic of topics) topic.addSubscription(new EmailSubscription(props.email));

    replication.addAlarms({
      topics,
      overrides: [
        // Whole factories are registered at once here: nobody is to be called before a quarter of an hour, and only if it lasts.
        { alarm: ReplicationAlarm.REPLICATION_LAG, threshold: Duration.minutes(15).toMilliseconds(), evaluationPeriods: 10 },
      ],
    });
    replication.addDashboard({ dashboardName: 'fleet-replication', defaultInterval: Duration.hours(6) });
  }
}
