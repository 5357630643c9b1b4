import { Duration } from 'aws-cdk-lib';

/** The name of the dashboard, and the period that it shows. */
export interface ReplicationDashboardOptions {
  /**
   * Name of the dashboard: letters, digits, hyphens and underscores, at most 255. The name is unique in the account, across Regions.
   *
   * @default - `replicationName`, a hyphen, and the source Region
   */
  readonly dashboardName?: string;

  /**
   * The period that the dashboard shows when it is opened: whole minutes.
   *
   * @default Duration.hours(3)
   */
  readonly defaultInterval?: Duration;
}
