import type { RegionQuotas } from './quotas';
import { rateOf } from './quotas';
import { Bound, identityCalls, inTurn, registryWrites, sideBySide } from '../../estimate/bounds';
import { totalOf } from '../../estimate/cost';
import type { FleetSize, RateOf } from '../../estimate/fleet';
import { costOfBackfill, costOfChange, RULES, Run, ScheduledRuns, scheduledRuns, WAITING_FOR_HINTS } from '../../estimate/runs';
import { counted } from '../../runtime/counted';

export interface Question {
  readonly fleet: FleetSize;
  /** Whether certificates and policies are replicated. */
  readonly identities: boolean;
  /** A month. */
  readonly changes: number;
  readonly source: RegionQuotas;
  /** One at least. */
  readonly destinations: readonly RegionQuotas[];
  /** Quotas that are to be assumed instead. */
  readonly given: Readonly<Record<string, number>>;
  readonly readShare: number;
  readonly writeShare: number;
}

/** How long something takes that is done once. */
export interface Backfill {
  readonly of: 'registry' | 'identities';
  readonly hours: number;
  /** The call whose quota decides. */
  readonly limitedBy: string;
  readonly dollars: number;
}

/** What costs something each month. */
export interface Monthly {
  readonly what: string;
  /** Of a scheduled run. */
  readonly hours?: number;
  readonly times?: number;
  readonly dollars: number;
}

export interface Estimate {
  readonly fleet: FleetSize;
  readonly identities: boolean;
  readonly sourceRegion: string;
  readonly destinationRegions: readonly string[];
  /** By Region: the quotas that were read, a second. All others are AWS's defaults, or given. */
  readonly quotas: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly backfill: readonly Backfill[];
  readonly month: readonly Monthly[];
  /** The sum of `month`. */
  readonly dollarsAMonth: number;
}

/** Hours of a backfill and dollars a month, by the formulas of the benchmark. */
export function estimateOf({ fleet, identities, changes, source, destinations, given, readShare, writeShare }: Question): Estimate {
  const reads = rateOf(readShare, given, source);
  const writes = slowestOf(destinations.map((each) => rateOf(writeShare, given, each)));
  const destinationReads = slowestOf(destinations.map((each) => rateOf(readShare, given, each)));
  const dollars = costOfBackfill(fleet, identities, destinations.length);
  const runs = scheduledRuns(fleet, identities, { source: reads, destination: destinationReads });
  const month = monthOf(runs, { identities, changes, destinations: destinations.length });
  return {
    fleet,
    identities,
    sourceRegion: source.region,
    destinationRegions: destinations.map(({ region }) => region),
    quotas: Object.fromEntries([source, ...destinations].map(({ region, read }) => [region, read])),
    backfill: [
      backfill('registry', inTurn(registryWrites(fleet), writes), dollars.registry),
      ...identities ? [backfill('identities', identityBound(fleet, reads, writes), dollars.identities)] : [],
    ],
    month,
    dollarsAMonth: month.reduce((total, each) => total + each.dollars, 0),
  };
}

/** The source reads while the destination writes. */
function identityBound(fleet: FleetSize, readRate: RateOf, writeRate: RateOf): Bound {
  const { reads, writes } = identityCalls(fleet);
  const bounds = [sideBySide(reads, readRate), sideBySide(writes, writeRate)];
  return bounds[0].seconds > bounds[1].seconds ? bounds[0] : bounds[1];
}

function backfill(of: Backfill['of'], { seconds, call }: Bound, dollars: number): Backfill {
  return { of, hours: seconds / 3600, limitedBy: call, dollars };
}

interface Month {
  readonly identities: boolean;
  readonly changes: number;
  readonly destinations: number;
}

function monthOf({ source, destination }: ScheduledRuns, { identities, changes, destinations }: Month): readonly Monthly[] {
  const ofRun = (times: number) => ({ name, seconds, timesAMonth, cost }: Run): Monthly => (
    { what: times === 1 ? name : `${name}, in ${times} destinations`, hours: seconds / 3600, times: timesAMonth, dollars: totalOf(cost) * timesAMonth * times }
  );
  const change = costOfChange();
  return [
    ...source.map(ofRun(1)),
    ...destination.map(ofRun(destinations)),
    ...identities ? [{ what: 'waiting for hints', dollars: WAITING_FOR_HINTS }] : [],
    ...changes > 0 ? [{ what: counted(changes, 'change'), dollars: changes * (RULES + change.source + change.destination * destinations) }] : [],
  ];
}

/** Each destination has its own quotas; the slowest is the last. */
function slowestOf(rates: readonly RateOf[]): RateOf {
  return (call) => Math.min(...rates.map((each) => each(call)));
}
