import { DriftHarness } from './harness';
import { record } from '../replicator/harness';

/** A destination of two things, one of which somebody has changed by hand. */
async function drifted(): Promise<DriftHarness> {
  const harness = new DriftHarness();
  await harness.destination.replicate(record.thing('a', { attributes: { v: '1' } }), record.thing('b'));
  harness.destination.registry.execute('UpdateThing', { thingName: 'a', attributePayload: { attributes: { v: 'other' } } });
  return harness;
}

test('what was repaired, and is as its record says by then, does not remain', async () => {
  const harness = await drifted();
  harness.beforePhase = async (phase) => { if (phase === 'verify') await harness.destination.drain(); };
  const summary = await harness.check();
  expect(summary).toMatchObject({ inSync: false, counts: { different: 1, repaired: 1, differsAfterRepair: 0 } });
});

test('what was repaired and differs all the same remains, is reported once, and is not repaired again', async () => {
  const harness = await drifted();
  const summary = await harness.check();
  expect(summary.counts).toMatchObject({ different: 1, repaired: 1, differsAfterRepair: 1 });
  expect(harness.queued).toHaveLength(1);
  expect(harness.bucket.keys('reports/').filter((key) => key.endsWith('.jsonl'))).toHaveLength(1);
});

test('what changes in the source meanwhile does not remain: it is under way', async () => {
  const harness = await drifted();
  harness.beforePhase = (phase) => {
    if (phase === 'verify') harness.destination.write({ ...record.thing('a', { attributes: { v: '2' } }, { version: 2 }), timestamp: harness.destination.now });
  };
  const summary = await harness.check();
  expect(summary.counts).toMatchObject({ repaired: 1, differsAfterRepair: 0 });
});

test('nothing is looked at again if nothing was repaired', async () => {
  const harness = await drifted();
  const reads = await harness.destination.calls(() => harness.check({ mode: 'report' }));
  expect(reads.DescribeThing).toBe(1);
});

test('types among what was repaired are counted, because they may take longer; the summary does not have that', async () => {
  const harness = new DriftHarness();
  await harness.destination.replicate(record.thing('a'), record.type('t'));
  harness.destination.registry.execute('DeprecateThingType', { thingTypeName: 't' });
  harness.destination.registry.execute('DeleteThing', { thingName: 'a' });
  const summary = await harness.check();
  expect(summary.counts).toMatchObject({ repaired: 2 });
  expect(Object.keys(summary.counts).filter((name) => name.startsWith('candidates'))).toEqual([]);
  const last = harness.bucket.keys('runs/').filter((key) => key.includes('/settle/')).pop()!;
  expect(JSON.parse(harness.bucket.read(last))).toMatchObject({ total: { 'candidates': 2, 'candidates.type': 1 } });
});
