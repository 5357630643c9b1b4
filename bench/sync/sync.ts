/** The duration of sweeps and drift checks of a fleet in sync, and of the repair of a lost event; in simulated time, like `backfill`. */
/* eslint-disable-next-line import/order -- first, because the SDK takes hold of the timers when it is loaded */
import '../quota/simulated-clock';
import { costRows } from '../comparison/cost-of-run';
import { fewestReads } from '../comparison/fewest';
import { Fleet } from '../comparison/fleet';
import { Meter } from '../comparison/meter';
import { World } from '../comparison/world';
import { Part, progress, Row, runPart, shown } from '../part';

const SIZES = (process.env.SYNC_THINGS ?? '10000,100000,1000000').split(',').map(Number);
const READS_AT_MOST = 1.05;
const LOST_AMONG = 100_000;

/** A change that no event reports; the number is that of a thing without a group. */
const LOST_EVENTS: Readonly<Record<string, (fleet: Fleet) => unknown>> = {
  'an update': (fleet) => fleet.update(4321),
  'a creation': (fleet) => fleet.create(),
  'a member added': (fleet) => fleet.join(fleet.thing(777)!.thingName, 7),
  'a deletion': (fleet) => fleet.delete(6543),
};

async function measure(): Promise<Part> {
  const rows: Row[] = [];
  for (const things of SIZES) rows.push(...await inSync(things));
  rows.push(...await lostEvents());
  return { rows, figures: undefined };
}

async function inSync(things: number): Promise<Row[]> {
  progress(`sync: sweep and drift check of ${shown(things)} things`);
  const world = new World({ things });
  world.record();
  const swept = await world.run(() => world.sweep('sweep'));
  const sweep = world.meter.take();
  const checked = await world.run(() => world.checkDrift('drift'));
  const drift = world.meter.take();
  const fewest = fewestReads(world.fleet);
  const reads = (name: string, meter: Meter, isInSync: boolean): Row => {
    const count = meter.sum('registry.');
    return {
      what: `registry reads of a ${name} in sync, ${shown(things)} things`,
      mustReach: `<= ${READS_AT_MOST} of the fewest`,
      measured: `${shown(count)} of ${shown(fewest)}: ${shown(count / fewest, 3)}`,
      ok: isInSync && count / fewest <= READS_AT_MOST,
    };
  };
  const writes = sweep.of('table.writes') + sweep.of('express');
  return [
    reads('sweep', sweep, swept.inSync),
    { what: '  table writes of the sweep, but for the one that tells what it came to', mustReach: '0', measured: shown(writes), ok: writes === 0 },
    reads('drift check', drift, checked.inSync),
    ...costRows(`  sweep in sync, ${shown(swept.durationSeconds)} s`, sweep),
    ...costRows(`  drift check in sync, ${shown(checked.durationSeconds)} s`, drift),
  ];
}

async function lostEvents(): Promise<Row[]> {
  progress(`sync: lost events among ${shown(LOST_AMONG)} things`);
  const world = new World({ things: LOST_AMONG });
  world.converge();
  const rows: Row[] = [];
  for (const [what, lose] of Object.entries(LOST_EVENTS)) {
    const { meter, destination: { registry } } = world;
    const before = { records: meter.of('table.accepted'), attempts: meter.of('table.writes'), writes: registry.writes };
    lose(world.fleet);
    const found = world.differences();
    await world.run(() => world.sweep(what));
    const records = meter.of('table.accepted') - before.records;
    const attempts = meter.of('table.writes') - before.attempts;
    const writes = registry.writes - before.writes;
    const left = world.differences();
    rows.push({
      what: `one lost event among ${shown(LOST_AMONG)} things: ${what}`,
      mustReach: 'repaired by the next sweep, 1 record, 1 registry write',
      measured: `${found} difference before, ${left} after, ${records} record, ${writes} registry write`,
      ok: found === 1 && left === 0 && records === 1 && attempts === 1 && writes === 1,
    });
  }
  return rows;
}

runPart(measure);
