import { ReplicationAlarm } from '../../replication-alarm';

/** The documentation of the repository that `package.json` names. */
const DOCUMENTATION_URL = 'https://github.com/iot-registry-replication/cdk-iot-registry-replication/blob/main/docs';

export const MONITORING_URL = `${DOCUMENTATION_URL}/monitoring.md`;
export const RUNBOOK_URL = `${DOCUMENTATION_URL}/runbook.md`;

/** The link of an alarm's description: what the alarm means, what to look at and what to do. */
export function runbookOf(alarm: ReplicationAlarm): string {
  return `Runbook: ${RUNBOOK_URL}#alarm-${alarm}`;
}
