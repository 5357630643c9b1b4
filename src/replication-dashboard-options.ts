import { Duration } from 'aws-cdk-lib';

/** What the dashboard is called, and which time it shows. */
export interface ReplicationDashboardOptions {
  /**
   * Name of the dashboard: letters, digits, hyphens and underscores, at most 255. An account has one of a name, whatever the Region.
   *
   * @default - `replicationName`, a hyphen, and the source Region
   */
  readonly dashboardName?: string;

  /**
   * The time that is shown when the dashboard is opened: whole minutes.
   *
   * @default Duration.hours(3)
   */
  readonly defaultInterval?: Duration;
}
