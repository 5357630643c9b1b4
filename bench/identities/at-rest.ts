import { CHECK_INTERVAL_SECONDS, IdentityWorld } from './identity-world';
import { DIRECT_SHARE } from '../../src/certificate-check/handler/direct-check';
import { costOf, timesAMonth, totalOf } from '../../src/estimate/cost';
import { DefaultIntervalSeconds } from '../../src/settings/default-intervals';
import { functionMemories } from '../comparison/memories';
import { Meter } from '../comparison/meter';
import { progress, Row, shown, sum } from '../part';

/** What a fleet of a size may cost a month. */
const AT_MOST: Readonly<Record<number, number>> = { 10_000: 1, 100_000: 5, 1_000_000: 60 };
const SWEEP = 'sweep';
/** Days from one to the next, in place of the default. */
const RARER_SWEEPS = [2, 3] as const;

interface Run {
  readonly name: string;
  /** Calls and what else is charged, by their names in the meter. */
  readonly counts: Readonly<Record<string, number>>;
  readonly durationSeconds: number;
  /** From the start of one to that of the next, as scheduled by default. */
  readonly intervalSeconds: number;
  readonly memoryMegabytes: number;
  /** What takes its place where it takes longer than a check without an execution may. */
  readonly longer?: Run;
}

/**
 * What identities cost a month if nothing changes: sweeps, certificate checks and drift checks with their default schedules, one destination. After the measured sizes, one
 * that is ten times the largest: what grows with the fleet is taken from the difference of the last two.
 */
export async function monthRows(sizes: readonly number[]): Promise<Row[]> {
  const rows: Row[] = [];
  const runs: (readonly Run[])[] = [];
  for (const size of sizes) {
    progress(`identities: ${shown(size)} devices at rest`);
    runs.push(await measured(size));
    rows.push(...rowsOf(size, runs[runs.length - 1]));
  }
  if (sizes.length < 2) return rows;
  const [[smaller, larger], [before, last]] = [sizes.slice(-2), runs.slice(-2)];
  const size = 10 * larger;
  const lineOf = (a: number, b: number) => b + (b - a) / (larger - smaller) * (size - larger);
  const computedOf = (run: Run, ofSmaller: Run): Run => ({
    ...run,
    durationSeconds: lineOf(ofSmaller.durationSeconds, run.durationSeconds),
    counts: Object.fromEntries(Object.entries(run.counts).map(([name, count]) => [name, lineOf(ofSmaller.counts[name] ?? 0, count)])),
  });
  const computed = last.map((run, i): Run => {
    const { longer } = before[i];
    const of = computedOf(run, before[i]);
    return run.longer && longer && of.durationSeconds > DIRECT_SHARE * of.intervalSeconds ? computedOf(run.longer, longer) : of;
  });
  return [...rows, ...rowsOf(size, computed, `, computed from ${shown(smaller)} and ${shown(larger)}`)];
}

function rowsOf(size: number, runs: readonly Run[], origin = ''): Row[] {
  const most = AT_MOST[size] as number | undefined;
  const costs = runs.map((run) => ({ run, times: timesOf(run), cost: costOf(run.counts, run.memoryMegabytes) }));
  const total = dollarsOf(runs);
  return [
    {
      what: `identities of ${shown(size)} devices at rest, one policy shared by all, a month, one destination${origin}`,
      ...most === undefined ? {} : { mustReach: `<= $${most}`, ok: total <= most },
      measured: `$${shown(total)}`,
    },
    ...costs.map(({ run: { name, durationSeconds }, times, cost }): Row => ({
      what: `  ${name}, ${shown(durationSeconds, 0)} s, ${shown(times, 1)} a month`,
      measured: `$${shown(times * totalOf(cost))}: reads that are charged ${shown(times * cost.registry)}, function ${shown(times * cost.functions)}, `
        + `workflow, table and S3 ${shown(times * cost.rest)}`,
    })),
    {
      what: `  with a sweep ${RARER_SWEEPS.map((days) => `every ${days} days`).join(', ')} instead`,
      measured: RARER_SWEEPS.map((days) => `$${shown(dollarsOf(runs.map((run) => (run.name === SWEEP ? { ...run, intervalSeconds: days * run.intervalSeconds } : run))))}`).join(', '),
    },
  ];
}

function dollarsOf(runs: readonly Run[]): number {
  return sum(runs.map((run) => timesOf(run) * totalOf(costOf(run.counts, run.memoryMegabytes))));
}

function timesOf({ durationSeconds, intervalSeconds }: Run): number {
  return timesAMonth(durationSeconds, intervalSeconds);
}

async function measured(devices: number): Promise<Run[]> {
  const memories = functionMemories();
  const world = new IdentityWorld(devices, 'shared');
  world.record();
  const { meter } = world;
  const swept = await world.run(() => world.sweep('sweep'));
  const sweep = meter.take();
  const drifted = await world.run(() => world.checkDrift('drift'));
  const drift = meter.take();
  // The first one knows nothing, and reads every record.
  await world.run(() => world.check('check-1'));
  meter.take();
  const executed = await world.run(() => world.check('check-2'));
  const execution = meter.take();
  const checked = await world.run(() => world.checkDirectly('check-3'));
  const direct = meter.take();
  const check = (name: string, { durationSeconds }: { readonly durationSeconds: number }, of: Meter): Run => (
    { name, counts: countsOf(of), durationSeconds, intervalSeconds: CHECK_INTERVAL_SECONDS, memoryMegabytes: memories.certificateCheck }
  );
  if (!swept.inSync || !drifted.inSync || sum([sweep, drift, execution, direct].map((each) => each.of('express'))) > 0) throw new Error('expected everything to be in sync, got differences');
  return [
    {
      name: SWEEP,
      counts: countsOf(sweep),
      durationSeconds: swept.durationSeconds,
      intervalSeconds: DefaultIntervalSeconds.IDENTITY_SWEEP,
      memoryMegabytes: memories.identitiesSweep,
    },
    { ...check('certificate check', checked, direct), longer: check('certificate check by its workflow', executed, execution) },
    {
      name: 'drift check',
      counts: countsOf(drift),
      durationSeconds: drifted.durationSeconds,
      intervalSeconds: DefaultIntervalSeconds.IDENTITY_DRIFT_CHECK,
      memoryMegabytes: memories.identitiesDrift,
    },
  ];
}

function countsOf(meter: Meter): Readonly<Record<string, number>> {
  return Object.fromEntries(meter.callsOf(''));
}
