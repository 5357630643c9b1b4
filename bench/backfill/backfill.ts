/**
 * How long an existing fleet takes to reach an empty destination, and how live changes are delayed meanwhile, in simulated time: the real steps
 * of the sweep with their real paces, in slices of two minutes; the real consumers of the destination behind four shards; AWS's quotas on both
 * sides. See `comparison/` for what is simulated.
 */
/* eslint-disable-next-line import/order -- first, because the SDK takes hold of the timers when it is loaded */
import { sleep } from '../quota/simulated-clock';
import { LiveChanges } from './live-changes';
import { costRows } from '../comparison/cost-of-run';
import { boundSeconds } from '../comparison/fewest';
import { expectSameAsWorkflow } from '../comparison/sample';
import { SHARE, World } from '../comparison/world';
import { median, Part, percentile, progress, Row, runPart, shown } from '../part';

const SIZES = (process.env.BACKFILL_THINGS ?? '10000,100000,1000000').split(',').map(Number);
/** A sample of the fleet, for which the stand-in has to make the same records as the workflow. */
const SAMPLE_THINGS = Number(process.env.BACKFILL_SAMPLE_THINGS ?? 1000);
const AT_MOST = 1.1;
/** What the archived solution of AWS creates in a second at most: https://github.com/awslabs/disaster-recovery-for-aws-iot */
const ARCHIVED_PER_SECOND = 12.5;

const LIVE_THINGS = Number(process.env.BACKFILL_LIVE_THINGS ?? 10_000);
const LIVE_SECONDS = Number(process.env.BACKFILL_LIVE_SECONDS ?? 200);
/** By then the destination has the types; before, it accepts no thing with a type. */
const LIVE_AFTER_MS = 20_000;
const LAG_AT_MOST = 1.5;

async function measure(): Promise<Part> {
  const compared = await expectSameAsWorkflow(new World({ things: SAMPLE_THINGS }).sample());
  progress(`backfill: the stand-in for the persistence workflow makes the same of ${compared} events`);
  const rows: Row[] = [];
  for (const things of SIZES) rows.push(...await backfill(things));
  rows.push(...await live());
  return { rows, figures: undefined };
}

async function backfill(things: number): Promise<Row[]> {
  progress(`backfill: ${shown(things)} things in simulated time`);
  // The SDK takes too much of the time for more.
  const world = new World({ things, withSdk: things <= 10_000 });
  const start = Date.now();
  const summary = await world.run(() => world.sweep('backfill'));
  const { fleet, destination, meter } = world;
  const seconds = (destination.registry.lastWriteAt - start) / 1000;
  const bound = boundSeconds(fleet, SHARE);
  const differences = world.differences();
  const isWhole = differences === 0 && summary.counts.persisted === fleet.size + fleet.memberships + fleet.groups + fleet.types;
  return [
    {
      what: `backfill of ${shown(things)} things, 10 % in groups`,
      mustReach: `<= ${AT_MOST} of the quotas' bound at a share of ${SHARE}`,
      measured: `${inTime(seconds)}, bound ${inTime(bound)}: ${shown(seconds / bound, 3)}`,
      ok: seconds / bound <= AT_MOST && isWhole,
    },
    { what: '  beside it, the archived AWS solution at its ceiling, devices alone', measured: `${inTime(things / ARCHIVED_PER_SECOND)} or more` },
    {
      what: '  differences afterwards, dead letters',
      mustReach: '0, 0',
      measured: `${differences}, ${destination.deadLetters} (${shown(destination.registry.quotas.throttled)} calls throttled, ${shown(destination.requeued)} keys requeued)`,
      ok: isWhole && destination.deadLetters === 0,
    },
    ...costRows('  sweep and replication', meter, destination.registry.writes, fleet.memberships),
  ];
}

async function live(): Promise<Row[]> {
  progress('backfill: live changes with and without a backfill');
  const usual = await lagsOf(false);
  const during = await lagsOf(true);
  const ratio = (of: (lags: readonly number[]) => number) => of(during) / of(usual);
  const p95 = (lags: readonly number[]) => percentile(lags, 0.95);
  return [
    ['median', median] as const, ['95th percentile', p95] as const,
  ].map(([name, of]) => ({
    what: `lag of ${during.length} live changes, one a second, while ${shown(LIVE_THINGS)} things are backfilled, ${name}`,
    mustReach: `<= ${LAG_AT_MOST} of the usual`,
    measured: `${shown(of(during))} ms against ${shown(of(usual))} ms: ${shown(ratio(of), 3)}`,
    ok: ratio(of) <= LAG_AT_MOST,
  }));
}

/** Milliseconds from each change to its visibility in the destination. */
async function lagsOf(isBackfilling: boolean): Promise<number[]> {
  const changes = new LiveChanges();
  const world = new World({ things: LIVE_THINGS, withSdk: true, onThing: (thingName, firmware) => changes.seen(thingName, firmware) });
  if (!isBackfilling) world.converge();
  await world.run(async () => {
    const sweep = isBackfilling ? world.sweep('backfill') : Promise.resolve();
    await sleep(LIVE_AFTER_MS);
    await changes.make(world, LIVE_SECONDS);
    await sweep;
  });
  return changes.lags();
}

function inTime(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${shown(seconds % 60, 0)} s`;
}

runPart(measure);
