import { DriftHarness, type DriftHarnessOptions } from './harness';
import { LOOKS } from '../../src/drift/handler/verify';
import { record } from '../replicator/harness';

/** A destination of two things, one of which somebody has changed by hand. */
async function drifted(options?: DriftHarnessOptions): Promise<DriftHarness> {
  const harness = new DriftHarness(options);
  await harness.destination.replicate(record.thing('a', { attributes: { v: '1' } }), record.thing('b'));
  harness.destination.registry.execute('UpdateThing', { thingName: 'a', attributePayload: { attributes: { v: 'other' } } });
  return harness;
}

test('what was repaired, and is as its record says by then, does not remain', async () => {
  const harness = await drifted();
  harness.beforePhase = async (phase) => { if (phase === 'verify') await harness.destination.drain(); };
  const summary = await harness.check();
  expect(summary).toMatchObject({ inSync: false, counts: { different: 1, repaired: 1, notRepaired: 0 } });
});

test('what was repaired and still differs remains, is reported once, and is not repaired again', async () => {
  const harness = await drifted();
  const summary = await harness.check();
  expect(summary.counts).toMatchObject({ different: 1, repaired: 1, notRepaired: 1 });
  expect(harness.queued).toHaveLength(1);
  expect(harness.bucket.keys('reports/').filter((key) => key.endsWith('.jsonl'))).toHaveLength(1);
});

/** Its record moves while the check is under way. */
function write({ destination }: DriftHarness, version: number, attributes: Record<string, string>): void {
  destination.write({ ...record.thing('a', { attributes }, { version }), timestamp: destination.now });
}

describe('what was repaired and changes in the source meanwhile', () => {
  test('does not remain once the change has arrived', async () => {
    const harness = await drifted();
    harness.beforePhase = (phase) => { if (phase === 'verify') write(harness, 2, { v: '2' }); };
    harness.afterPause = () => harness.destination.drain();
    expect((await harness.check()).counts).toMatchObject({ repaired: 1, notRepaired: 0 });
    expect(harness.pauses).toBe(1);
  });

  test('remains if it never does', async () => {
    const harness = await drifted();
    harness.beforePhase = (phase) => { if (phase === 'verify') write(harness, 2, { v: '2' }); };
    expect((await harness.check()).counts).toMatchObject({ repaired: 1, notRepaired: 1 });
    expect(harness.pauses).toBe(LOOKS);
  });
});

describe('what differs while its record moves', () => {
  /** A change was lost, and the record is written once more without another one. */
  async function moving(options?: DriftHarnessOptions): Promise<DriftHarness> {
    const harness = await drifted(options);
    harness.beforePhase = (phase) => { if (phase === 'settle') write(harness, 2, { v: '1' }); };
    return harness;
  }

  test('is applied again, and is no difference if a second look finds it as its record says', async () => {
    const harness = await moving();
    const { beforePhase } = harness;
    harness.beforePhase = async (phase) => {
      await beforePhase!(phase);
      if (phase !== 'verify') return;
      expect(harness.queued).toEqual(['thing#a thing']);
      await harness.destination.drain();
    };
    expect(await harness.check()).toMatchObject({ inSync: true, counts: { different: 0, inFlight: 1, repaired: 0, notRepaired: 0 } });
    expect(harness.pauses).toBe(0);
  });

  test('is no difference if any look finds it as its record says, however often it is written', async () => {
    const harness = await moving();
    let version = 3;
    harness.afterPause = async () => {
      if (version === 4) await harness.destination.drain();
      else write(harness, version, { v: '1' });
      version += 1;
    };
    expect(await harness.check()).toMatchObject({ inSync: true, counts: { different: 0, inFlight: 1 } });
    expect(harness.pauses).toBe(2);
  });

  test('remains if no look does, and is reported: a change may have been lost', async () => {
    const harness = await moving();
    expect(await harness.check()).toMatchObject({ inSync: false, counts: { different: 1, inFlight: 1, repaired: 0, notRepaired: 0 }, first: [{ pk: 'thing#a', difference: 'different' }] });
    expect(harness.report()).toMatchObject([{ pk: 'thing#a', fields: [{ field: 'attributes.v', expected: '1', actual: 'other' }] }]);
    expect(harness.queued).toEqual(['thing#a thing']);
  });

  test('remains for a check that only reports, too', async () => {
    const harness = await moving();
    expect(await harness.check({ mode: 'report' })).toMatchObject({ inSync: false, counts: { different: 1, inFlight: 1, repaired: 0 } });
    expect(harness.queued).toEqual([]);
  });

  test('remains at once in a Region that is paused: nothing would arrive', async () => {
    const harness = await moving({ isPaused: true });
    expect(await harness.check()).toMatchObject({ inSync: false, counts: { different: 1, inFlight: 1 } });
    expect(harness.pauses).toBe(0);
  });

  test('is looked at for as long as some of it comes to be as its record says, by functions of which each has time for one look', async () => {
    const harness = new DriftHarness({ remaining: () => 0 });
    const things = ['a', 'b', 'c'].map((name) => record.thing(name));
    await harness.destination.replicate(record.thing('other'));
    harness.beforePhase = (phase) => { if (phase === 'records') harness.destination.write(...things.map((each) => ({ ...each, timestamp: harness.destination.now }))); };
    harness.afterPause = async () => { if (harness.pauses % LOOKS === 0) await harness.destination.retry(harness.destination.retries.shift()!.message); };
    expect(await harness.check()).toMatchObject({ inSync: true, counts: { missing: 0, inFlight: 3 } });
    expect(harness.pauses).toBe(3 * LOOKS);
  });
});

test('nothing is looked at again if nothing was repaired and nothing moved', async () => {
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
