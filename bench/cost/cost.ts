import type { CallFigures, ReplicatorUse } from '../calls/calls';
import type { IngestFigures, IngestUse } from '../ingest/ingest';
import { WRITE_UNIT_BYTES } from '../ingest/item-size';
import { Part, Row } from '../part';
import { monitoringRows } from './monitoring';
import { EXPRESS_GIGABYTE_SECONDS, REPLICAS } from '../../src/estimate/cost';
import { PRICES } from '../../src/estimate/prices';

const MILLION = 1e6;
const AT_MOST = 0.1;

/** The seed's workflow: two tasks, each a Lambda function. Its start and end do not count, in its favour. */
const SEED_TRANSITIONS = 2;
const SEED_TRANSITIONS_WITH_START_AND_END = 4;
const SEED_LAMBDAS = 2;

/** Dollars for one change, by service. */
interface Cost {
  readonly rules: number;
  readonly workflow: number;
  readonly table: number;
  readonly replicator: number;
  readonly registry: number;
}

/** The cost of a change, from its measured usage; changes arrive one by one, so no two share an invocation. */
export function costPart(calls: CallFigures, ingest: IngestFigures): Part {
  const ours = costOf(ingest.thing, calls.thing, ingest.functionMemoryMegabytes);
  const seed = seedOf(ours, SEED_TRANSITIONS);
  const dearerSeed = seedOf(ours, SEED_TRANSITIONS_WITH_START_AND_END);
  const membership = costOf(ingest.membership, calls.membership, ingest.functionMemoryMegabytes);
  const bound = `<= ${AT_MOST} of the seed's`;
  const rows: Row[] = [
    {
      what: 'cost of a million changed things of 1 KB, whole pipeline, one destination',
      mustReach: bound,
      measured: `$${dollars(total(ours))} against $${dollars(total(seed))}: ${ratio(total(ours), total(seed))}`,
      ok: total(ours) / total(seed) <= AT_MOST,
    },
    { what: '  of that', measured: Object.entries(ours).map(([what, cost]) => `${what} ${dollars(cost as number)}`).join(', ') },
    {
      what: '  ingest alone (rules and workflow)',
      mustReach: bound,
      measured: `$${dollars(ingestOf(ours))} against $${dollars(ingestOf(seed))}: ${ratio(ingestOf(ours), ingestOf(seed))}`,
      ok: ingestOf(ours) / ingestOf(seed) <= AT_MOST,
    },
    {
      what: "  should the seed's start and end count as transitions",
      measured: `$${dollars(total(ours))} against $${dollars(total(dearerSeed))}: ${ratio(total(ours), total(dearerSeed))}`,
    },
    {
      what: 'cost of a million memberships added (the index and five readings more)',
      measured: `$${dollars(total(membership))} against $${dollars(total(seed))} to ${dollars(total(dearerSeed))}: ${ratio(total(membership), total(seed))} to ${ratio(total(membership), total(dearerSeed))}`,
    },
  ];
  return { rows: [...rows, ...monitoringRows(calls.thing, total(ours))], figures: undefined };
}

function costOf(source: IngestUse, destination: ReplicatorUse, memoryMegabytes: number): Cost {
  const writeUnits = source.writes * Math.ceil(source.itemBytes / WRITE_UNIT_BYTES) + (source.indexed ? 1 : 0);
  return {
    rules: source.rules * PRICES.ruleTriggered + source.actions * PRICES.ruleAction,
    workflow: source.executions * (PRICES.expressRequest + EXPRESS_GIGABYTE_SECONDS * PRICES.expressGigabyteSecond)
      + source.lambdaInvocations * PRICES.lambdaRequest,
    table: writeUnits * PRICES.writeUnit * REPLICAS + destination.tableReads * PRICES.readUnit,
    replicator: destination.invocations * PRICES.lambdaRequest + destination.billedMs / 1000 * memoryMegabytes / 1024 * PRICES.lambdaGigabyteSecond,
    registry: destination.registryCalls * PRICES.registryOperation,
  };
}

/**
 * The seed's design with everything else as ours, in its favour: one event per change, no time of its two functions, one registry call, one
 * write unit.
 */
function seedOf(ours: Cost, transitions: number): Cost {
  return { ...ours, workflow: transitions * PRICES.standardTransition + SEED_LAMBDAS * PRICES.lambdaRequest };
}

function total(cost: Cost): number {
  return cost.rules + cost.workflow + cost.table + cost.replicator + cost.registry;
}

function ingestOf(cost: Cost): number {
  return cost.rules + cost.workflow;
}

/** For a million. */
function dollars(cost: number): string {
  return (cost * MILLION).toFixed(2);
}

function ratio(a: number, b: number): string {
  return (a / b).toFixed(3);
}
