import { PRICES } from '../../src/estimate/prices';
import { DestinationMetrics, SourceMetrics } from '../../src/metrics/metric-names';
import { DESTINATION_ALARMS, SOURCE_ALARMS } from '../../src/monitoring/alarms/definitions';
import type { ReplicatorUse } from '../calls/calls';
import { Row, shown } from '../part';

const MILLION = 1e6;
const GIGABYTE = 1024 ** 3;
const AT_MOST = 0.15;
const MINUTES_A_MONTH = 60 * 24 * 30;

/** The replicator's work for each heartbeat, and the scheduled work without one. */
const STATUS_WRITERS = 2;
/** A read and a write of the status, half a kilobyte each, reads of two signals, and two questions about queues. */
const STATUS_COST = PRICES.writeUnit + 2 * 3 * PRICES.readUnit + 2 * PRICES.sqsRequest;
/** At 256 MB; the rest of the time it waits for five answers. */
const STATUS_SECONDS = 0.05;
const STATUS_GIGABYTES = 0.25;

/** Metrics that a healthy replication always emits: others cost only in hours in which they have values. */
const STEADY_METRICS = [
  'REPLICATION_LAG', 'HEARTBEATS', 'RECORDS_APPLIED', 'REGISTRY_CALLS', 'DRIFT_FOUND', 'DRIFT_REPAIRED', 'DRIFT_AFTER_REPAIR',
] as const satisfies (keyof typeof DestinationMetrics)[];
const STEADY_SOURCE_METRICS = ['SWEEP_DURATION', 'SWEEP_RECORDS_WRITTEN'] as const satisfies (keyof typeof SourceMetrics)[];

/**
 * The cost of observability, apart from the work itself: for each change, the lines that metrics and logger write; for each month,
 * heartbeats, the status, metrics and alarms.
 *
 * @param perChange dollars of the whole pipeline, without observability
 */
export function monitoringRows(thing: ReplicatorUse, perChange: number): Row[] {
  const logs = thing.logBytes / GIGABYTE * PRICES.logGigabyte;
  const share = logs / perChange;
  const beat = perChange - thing.registryCalls * PRICES.registryOperation + PRICES.schedule + logs;
  const write = STATUS_COST + PRICES.schedule + PRICES.lambdaRequest + STATUS_SECONDS * STATUS_GIGABYTES * PRICES.lambdaGigabyteSecond;
  const heartbeats = MINUTES_A_MONTH * (beat + STATUS_WRITERS * write);
  const metrics = (STEADY_METRICS.length + STEADY_SOURCE_METRICS.length) * PRICES.metricMonth;
  const alarms = (DESTINATION_ALARMS.length + SOURCE_ALARMS.length) * PRICES.alarmMonth;
  const fixed = heartbeats + metrics + alarms + PRICES.dashboardMonth;
  return [
    {
      what: "observability's own cost of a million changed things, one destination",
      mustReach: `<= ${AT_MOST} of the pipeline's`,
      measured: `$${shown(logs * MILLION)} (${shown(thing.logBytes, 0)} B of log a change that comes alone): ${shown(share, 3)}`,
      ok: share <= AT_MOST,
    },
    {
      what: '  and a month, whatever the number of changes',
      measured: `heartbeats and status $${shown(heartbeats)}, metrics ${shown(metrics)}, alarms ${shown(alarms)}, dashboard ${shown(PRICES.dashboardMonth)}; `
        + `with it all the share is ${AT_MOST} from ${shown(fixed / (AT_MOST - share) / perChange / MILLION, 1)} million changes a month on`,
    },
  ];
}
