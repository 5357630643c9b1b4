import { identityCalls, registryWrites, secondsOf } from './bounds';
import { Cost, costOf, EXPRESS_GIGABYTE_SECONDS, MONTH_SECONDS, timesAMonth, Use } from './cost';
import { Calls, FleetSize, PAGE, pagesOf, RateOf } from './fleet';
import { PRICES } from './prices';
import { DIRECT_SHARE } from '../certificate-check/handler/direct-check';
import { DefaultIntervalSeconds } from '../settings/default-intervals';
import { MemorySize } from '../settings/memory-sizes';

/** A run does something else before and after its listings, too. Measured by the bench: 5 to 17 seconds. */
const BESIDE_SECONDS = 10;
/** States of a workflow besides its slices, and how long a slice is. */
const STATES = 20;
const SLICE_SECONDS = 13 * 60;
/** Calls whose results are in one object of the journal. */
const CALLS_PER_OBJECT = 100;
/** Read units for each record: it is compared with what was listed, and found by a scan. Records of certificates have about 2 KB, and are read with those of things. */
const UNITS_PER_RECORD = { registry: 0.6, identities: 1.1 } as const;
/** As `shared-listing.ts` has it. */
const MAX_SHARED_POLICIES = 50_000;
/** Milliseconds of the replicator for a change, measured by the bench part `calls`. */
const REPLICATOR_MS = 51;

/** The fewest calls that list things, types, groups and members. */
export function registryReads(
  { things, types, groups, memberPages }: Pick<FleetSize, 'things' | 'types' | 'groups'> & { readonly memberPages: number },
): Calls {
  return {
    ListThings: pagesOf(things),
    ListThingTypes: pagesOf(types),
    ListThingGroups: pagesOf(groups),
    DescribeThingGroup: groups,
    ListThingsInThingGroup: memberPages,
  };
}

/** Something that is done on a schedule, or once. */
export interface Run {
  readonly name: string;
  readonly seconds: number;
  readonly timesAMonth: number;
  /** Dollars a time. */
  readonly cost: Cost;
}

export interface ScheduledRuns {
  readonly source: readonly Run[];
  /** Of each one. */
  readonly destination: readonly Run[];
}

/** What runs on a schedule, as it is deployed by default, while nothing changes: in the source, and in each destination. */
export function scheduledRuns(
  fleet: FleetSize, identities: boolean, { source, destination }: { readonly source: RateOf; readonly destination: RateOf },
): ScheduledRuns {
  const { things, memberships, groups, types, certificates, policies } = fleet;
  const memberPages = groups * pagesOf(groups === 0 ? 0 : memberships / groups);
  const registry = [registryReads({ things, types, groups, memberPages })];
  const registryUnits = (things + memberships + groups + types) * UNITS_PER_RECORD.registry;
  const lanesOf = (rateOf: RateOf): Calls[] => [
    { ListPolicies: pagesOf(policies), GetPolicy: policies },
    { ListCertificates: pagesOf(certificates), ...policiesOfCertificates(fleet, rateOf) },
    { ListThings: pagesOf(things), ListThingPrincipalsV2: things },
    { ListThingGroups: pagesOf(groups), ListAttachedPolicies: groups },
  ];
  const identityUnits = (certificates + policies + things + groups) * UNITS_PER_RECORD.identities;
  const { SWEEP, DRIFT_CHECK, IDENTITY_SWEEP, IDENTITY_DRIFT_CHECK } = DefaultIntervalSeconds;
  return {
    source: [
      comparison('sweep', registry, registryUnits, source, SWEEP, 'in turn', MemorySize.COMPARISON),
      ...identities ? [
        comparison('sweep of identities', lanesOf(source), identityUnits, source, IDENTITY_SWEEP, 'side by side', MemorySize.IDENTITY_COMPARISON),
        certificateCheck(certificates, source),
      ] : [],
    ],
    destination: [
      comparison('drift check', registry, registryUnits, destination, DRIFT_CHECK, 'in turn', MemorySize.COMPARISON),
      ...identities ? [
        comparison('drift check of identities', lanesOf(destination), identityUnits, destination, IDENTITY_DRIFT_CHECK, 'in turn', MemorySize.IDENTITY_COMPARISON),
      ] : [],
    ],
  };
}

/** A run asks each certificate, or each policy if that takes less time and there are not too many. */
function policiesOfCertificates({ certificates, policies }: FleetSize, rateOf: RateOf): Calls {
  const each = { ListAttachedPolicies: certificates };
  const shared = { ListPolicies: pagesOf(policies), ListTargetsForPolicy: policies + certificates / PAGE };
  return policies <= MAX_SHARED_POLICIES && secondsOf(shared, rateOf) < secondsOf(each, rateOf) ? shared : each;
}

function comparison(
  name: string, lanes: readonly Calls[], readUnits: number, rateOf: RateOf, intervalSeconds: number, order: 'in turn' | 'side by side', megabytes: number,
): Run {
  const seconds = lanes.map((lane) => secondsOf(lane, rateOf));
  const billed = seconds.reduce((total, each) => total + each, BESIDE_SECONDS);
  const lasting = order === 'in turn' ? billed : Math.max(...seconds) + BESIDE_SECONDS;
  const calls = lanes.flatMap((lane) => Object.entries(lane));
  const counts: Record<string, number> = {};
  for (const [call, count] of calls) counts[`registry.${call}`] = (counts[`registry.${call}`] ?? 0) + count;
  const objects = calls.reduce((total, [, count]) => total + count, 0) / CALLS_PER_OBJECT;
  const use: Use = {
    ...counts,
    'lambda.requests': STATES + billed / SLICE_SECONDS,
    'lambda.ms': billed * 1000,
    'transitions': STATES + billed / SLICE_SECONDS,
    'table.readUnits': readUnits,
    's3.puts': STATES + objects,
    's3.gets': STATES + objects,
    'signals': 1,
  };
  return { name, seconds: lasting, timesAMonth: timesAMonth(lasting, intervalSeconds), cost: costOf(use, megabytes) };
}

function certificateCheck(certificates: number, rateOf: RateOf): Run {
  const pages = pagesOf(certificates);
  const seconds = secondsOf({ ListCertificates: pages }, rateOf) + BESIDE_SECONDS / 2;
  const isDirect = seconds <= DefaultIntervalSeconds.CERTIFICATE_CHECK * DIRECT_SHARE;
  const use: Use = {
    'lambda.requests': 1, 'lambda.ms': seconds * 1000, 'transitions': isDirect ? 0 : STATES, 'signals': 1, 's3.puts': STATES / 2, 's3.gets': STATES / 2 + pages / CALLS_PER_OBJECT,
  };
  return { name: 'certificate check', seconds, timesAMonth: timesAMonth(seconds, DefaultIntervalSeconds.CERTIFICATE_CHECK), cost: costOf(use, MemorySize.CERTIFICATE_CHECK) };
}

/** Dollars of one recorded change: its workflow and its write in the source, and what each destination adds. */
export function costOfChange(): { readonly source: number; readonly destination: number } {
  const express = PRICES.expressRequest + EXPRESS_GIGABYTE_SECONDS * PRICES.expressGigabyteSecond;
  const replicator = PRICES.lambdaRequest + REPLICATOR_MS / 1000 * MemorySize.REPLICATOR / 1024 * PRICES.lambdaGigabyteSecond;
  return { source: express + PRICES.writeUnit, destination: PRICES.writeUnit + replicator + PRICES.registryOperation };
}

/** Queues of hints, the requests with which Lambda waits at each at the same time, and how long one waits. */
const HINT_QUEUES = 2;
const POLLERS = 5;
const POLL_SECONDS = 20;

/** Dollars a month of waiting for hints, while none arrives: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
export const WAITING_FOR_HINTS = HINT_QUEUES * POLLERS * MONTH_SECONDS / POLL_SECONDS * PRICES.sqsRequest;

/** Dollars of what the rules of registry events add to a change: a backfill needs none. */
export const RULES = PRICES.ruleTriggered + PRICES.ruleAction;

/** Dollars of a backfill of empty destinations, without the reads that find it. */
export function costOfBackfill(
  fleet: FleetSize, identities: boolean, destinations: number,
): { readonly registry: number; readonly identities: number } {
  const { source, destination } = costOfChange();
  const each = source + destination * destinations;
  const sumOf = (calls: Calls) => Object.values(calls).reduce((total, count) => total + count, 0);
  const { certificates, policies, things, groups } = fleet;
  // The index contains memberships too.
  const index = fleet.memberships * PRICES.writeUnit * (1 + destinations);
  const records = certificates + policies + Math.min(things, certificates);
  const furtherCalls = sumOf(identityCalls({ things: Math.min(things, certificates), groups, certificates, policies }).writes) - records;
  return {
    registry: sumOf(registryWrites(fleet)) * each + index,
    identities: identities ? records * each + furtherCalls * destinations * PRICES.registryOperation : 0,
  };
}
