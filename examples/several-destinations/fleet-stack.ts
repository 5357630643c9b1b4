import { CfnOutput, Duration, Stack, StackProps } from 'aws-cdk-lib';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { DeletionMode, IotRegistryReplication, RegistryKind } from 'cdk-iot-registry-replication';
import { Construct } from 'constructs';

/** Two replications of one registry: all of it into two Regions, and the factory's part of it, which nothing is ever deleted from, into a third. */
export class FleetStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);

    const fleet = new IotRegistryReplication(this, 'Replication', {
      replicationName: 'fleet',
      destinationRegions: ['eu-west-1', 'ap-southeast-1'],
      // The day after a failover to Ireland: its registry is left alone, while Singapore is kept level.
      // pausedRegions: ['eu-west-1'],
    });

    new IotRegistryReplication(this, 'Archive', {
      replicationName: 'factory-archive',
      destinationRegions: ['us-west-2'],
      kinds: [RegistryKind.THING, RegistryKind.THING_TYPE],
      namePrefixes: { things: ['factory-'] },
      deletionMode: DeletionMode.RETAIN,
      sweepSchedule: ScheduleExpression.rate(Duration.days(7)),
      driftSchedule: ScheduleExpression.rate(Duration.days(7)),
    });

    for (const { region, deadLetterQueue } of fleet.destinations) {
      new CfnOutput(this, `DeadLetters-${region}`, { value: deadLetterQueue.queueUrl });
    }
  }
}
