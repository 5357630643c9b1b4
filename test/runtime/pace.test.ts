import { UNIT_SECONDS, unitSize } from '../../src/comparison/handler/step';
import { SharePace } from '../../src/kinds/handler/share-pace';
import { QUOTAS } from '../../src/kinds/register';
import { gateOf } from '../../src/runtime/pace';

/** The milliseconds at which calls pass that are all asked for at once. */
async function passagesOf(count: number, pass: () => Promise<void>): Promise<number[]> {
  const start = Date.now();
  const passages: number[] = [];
  const waiting = [...Array(count)].map(async () => {
    await pass();
    passages.push(Date.now() - start);
  });
  await jest.runAllTimersAsync();
  await Promise.all(waiting);
  return passages;
}

/** Most passages in any second. */
function busiestSecond(passages: readonly number[]): number {
  return Math.max(...passages.map((from) => passages.filter((each) => each >= from && each < from + 1000).length));
}

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

test.each<[string, number]>([['ListThings', 0.5], ['ListThings', 1], ['DescribeThing', 0.5], ['DescribeThingGroup', 0.1], ['ListThings', 0.05], ['UpdateThingGroup', 0.5]])(
  '%s, at a share of %d, takes that share of the quota and no more', async (operation, share) => {
    const pace = new SharePace(share);
    const rate = QUOTAS[operation] * share;
    expect(pace.rateOf(operation)).toBeCloseTo(rate);
    const passages = await passagesOf(Math.ceil(rate * 20), () => pace.pass(operation));
    const [first, last] = [passages[0], passages[passages.length - 1]];
    expect(first).toBe(0);
    // What a pause costs may be made up for, but no more than a second's calls.
    const madeUp = Math.max(1, rate);
    expect(passages.length - madeUp).toBeLessThanOrEqual(rate * (last - first) / 1000 + 0.01);
    expect(passages.length).toBeGreaterThanOrEqual(rate * (last - first) / 1000 * 0.98);
    expect(busiestSecond(passages)).toBeLessThanOrEqual(rate * 1.4 + 2);
  });

test('calls pass evenly: none is held back for more than a second to let a burst pass', async () => {
  const pace = new SharePace(0.5);
  const passages = await passagesOf(100, () => pace.pass('ListThings'));
  const gaps = passages.slice(1).map((each, i) => each - passages[i]);
  expect(Math.max(...gaps)).toBeLessThanOrEqual(1001);
});

test('an operation does not wait for another one', async () => {
  const pace = new SharePace(0.1);
  const things = passagesOf(10, () => pace.pass('ListThings'));
  const groups = passagesOf(1, () => pace.pass('ListThingGroups'));
  expect(await groups).toEqual([0]);
  expect((await things)[9]).toBeGreaterThan(8000);
});

test('less than one a second passes too, one at a time', async () => {
  const gate = gateOf(0.1);
  expect(await passagesOf(3, () => gate.pass())).toEqual([0, 10_000, 20_000]);
});

test('a unit is as large as its pace gets done in its time, one at least, and no more than a page', () => {
  expect(unitSize(7.5)).toBe(7.5 * UNIT_SECONDS);
  expect(unitSize(0.001)).toBe(1);
  expect(unitSize(10_000)).toBe(250);
});
