import { Duration, Stack, StackProps } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { IotRegistryReplication, ReplicationAlarm } from 'cdk-iot-registry-replication';
import { Construct } from 'constructs';

/** Alarms in every Region, each told to a topic of its Region, and one dashboard for all of them. */
export class WatchedStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);

    const replication = new IotRegistryReplication(this, 'Replication', { replicationName: 'fleet', destinationRegions: ['eu-west-1', 'ap-southeast-1'] });

    // Subscribe to them whoever is on call: CloudWatch tells no topic of another Region.
    const topics = [this, ...replication.destinations.map(({ stack }) => stack)].map((stack) => new Topic(stack, 'OnCall'));
    replication.addAlarms({
      topics,
      overrides: [
        // Ten seconds are late for this fleet.
        { alarm: ReplicationAlarm.REPLICATION_LAG, threshold: 10_000, period: Duration.minutes(1), evaluationPeriods: 5 },
      ],
    });
    replication.addDashboard();
  }
}
