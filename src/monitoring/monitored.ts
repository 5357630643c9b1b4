import { Construct } from 'constructs';
import type { IotRegistryReplication } from '../iot-registry-replication';
import { Settings } from '../settings/settings';

/** What alarms and dashboards are made for. */
export interface Monitored {
  readonly replication: IotRegistryReplication;
  /** The scope that holds the source, in its Region. */
  readonly source: Construct;
  readonly settings: Settings;
}
