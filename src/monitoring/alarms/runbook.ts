import { ReplicationAlarm } from '../../replication-alarm';

/** Where the library lives, as the package tells too. */
const REPOSITORY_URL = 'https://github.com/iot-registry-replication/cdk-iot-registry-replication';

export const README_URL = `${REPOSITORY_URL}/blob/main/README.md`;

/** Where an alarm says what it means, what to look at and what to do. */
export function runbookOf(alarm: ReplicationAlarm): string {
  return `Runbook: README, 'Alarm: ${alarm}', ${README_URL}#alarm-${alarm}`;
}
