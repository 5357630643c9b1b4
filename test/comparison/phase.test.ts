import { BUCKET, BUCKET_OF, newJournal, s3Of } from './stores';
import { Journal, Unit } from '../../src/comparison/handler/journal';
import { Objects } from '../../src/comparison/handler/objects';
import { countsOf, FIRST, Progress, runPhase, sum, Work } from '../../src/comparison/handler/phase';
import { SimulatedBucket } from '../simulation/bucket';

const difference = (name: string) => ({ kind: 'thing' as const, pk: `thing#${name}`, sk: 'thing', difference: 'missing' });
const always = () => true;
const never = () => false;

/** Work on a number of units, each of which finds one difference; notes where each began. */
function workOn(units: number): { work: Work; begun: unknown[] } {
  const begun: unknown[] = [];
  return {
    begun,
    work: async (cursor) => {
      begun.push(cursor);
      const i = (cursor as number | undefined) ?? 0;
      return { next: i + 1 < units ? i + 1 : undefined, counts: { done: 1 }, differences: [difference(`lamp-${i}`)] };
    },
  };
}

test('a phase is done in one go if there is time', async () => {
  const { journal, bucket } = newJournal();
  const { work, begun } = workOn(3);
  expect(await runPhase('things', work, { page: 0 }, journal, always)).toEqual({ page: 3, done: true, counts: { done: 3 } });
  expect(begun).toEqual([undefined, 1, 2]);
  expect(bucket.keys('reports/')).toEqual([1, 2, 3].map((number) => `reports/run/things-00000${number}.jsonl`));
  expect(await journal.totalsOf('things')).toMatchObject({ total: { done: 3 }, first: ['lamp-0', 'lamp-1', 'lamp-2'].map(difference) });
});

test('a slice ends with the unit during which its time ended, and the next one continues after it', async () => {
  const { journal } = newJournal();
  const { work, begun } = workOn(5);
  let left = 2;
  expect(await runPhase('things', work, { page: 0 }, journal, () => left-- > 0)).toEqual({ page: 3, done: false });
  expect(await runPhase('things', work, { page: 3 }, journal, always)).toEqual({ page: 5, done: true, counts: { done: 5 } });
  expect(begun).toEqual([undefined, 1, 2, 3, 4]);
  expect((await journal.totalsOf('things')).total).toEqual({ done: 5 });
});

test('a slice without time still does one unit, so that a run continues', async () => {
  const { journal } = newJournal();
  const { work } = workOn(3);
  const slices: Progress[] = [];
  for (let page = 0, done = false; !done;) {
    slices.push(await runPhase('things', work, { page }, journal, never));
    ({ page, done } = slices[slices.length - 1]);
  }
  expect(slices).toEqual([{ page: 1, done: false }, { page: 2, done: false }, { page: 3, done: true, counts: { done: 3 } }]);
});

test('a phase that is over is not done again', async () => {
  const { journal } = newJournal();
  const { work, begun } = workOn(2);
  await runPhase('things', work, { page: 0 }, journal, always);
  for (const page of [0, 1, 2]) expect(await runPhase('things', work, { page }, journal, never)).toEqual({ page: 2, done: true, counts: { done: 2 } });
  expect(begun).toHaveLength(2);
});

test('what was found to differ is not kept twice: the entry has the first of all, the report has all', async () => {
  const { journal, bucket } = newJournal();
  const all = [...Array(3 * FIRST)].map((_, i) => difference(`lamp-${i}`));
  const units: Unit[] = [{ next: 1, differences: all.slice(0, FIRST - 1) }, { next: 2, differences: all.slice(FIRST - 1, 2 * FIRST) }, { differences: all.slice(2 * FIRST) }];
  await runPhase('persist', async (cursor) => units[(cursor as number | undefined) ?? 0], { page: 0 }, journal, always);
  expect((await journal.totalsOf('persist')).first).toEqual(all.slice(0, FIRST));
  const lines = bucket.keys('reports/').flatMap((key) => bucket.read(key).trim().split('\n'));
  expect(lines.map((line) => JSON.parse(line))).toEqual(all);
  for (const key of bucket.keys('runs/')) expect(JSON.parse(bucket.read(key))).not.toHaveProperty('differences');
});

test('a unit that found nothing has no part of the report', async () => {
  const { journal, bucket } = newJournal();
  await runPhase('persist', async () => ({ differences: [] }), { page: 0 }, journal, always);
  expect(bucket.keys('reports/')).toEqual([]);
});

describe('a step that dies continues after the last recorded unit', () => {
  const CRASH = new Error('the function is gone');

  /** Runs a phase of three units; the step dies at the given call of S3, or in the work itself, of the second unit. */
  async function crash(at: 'before the work' | 'after the work' | 'after the report') {
    const bucket = new SimulatedBucket(BUCKET, 1000);
    const { work, begun } = workOn(3);
    let armed = true;
    const s3 = s3Of(bucket, (command) => {
      const { Key = '', Body } = (command as { input: { Key?: string; Body?: unknown } }).input;
      const isDue = at === 'after the work' ? Key === 'reports/run/things-000002.jsonl' : at === 'after the report' && Key === 'runs/run/things/000002.json' && Body !== undefined;
      if (armed && isDue) {
        armed = false;
        throw CRASH;
      }
    });
    const dying: Work = async (cursor) => {
      if (armed && at === 'before the work' && cursor === 1) {
        armed = false;
        throw CRASH;
      }
      return work(cursor);
    };
    const journal = new Journal(new Objects(s3, BUCKET_OF), 'run');
    await expect(runPhase('things', dying, { page: 0 }, journal, always)).rejects.toThrow(CRASH);
    // The workflow knows nothing of the unit that was done.
    expect(await runPhase('things', dying, { page: 0 }, journal, always)).toEqual({ page: 3, done: true, counts: { done: 3 } });
    return { begun, bucket, totals: await journal.totalsOf('things') };
  }

  test.each([
    ['before the work', [undefined, 1, 2]],
    ['after the work', [undefined, 1, 1, 2]],
    ['after the report', [undefined, 1, 1, 2]],
  ] as const)('%s', async (at, expected) => {
    const { begun, bucket, totals } = await crash(at);
    expect(begun).toEqual(expected);
    expect(totals.total).toEqual({ done: 3 });
    expect(bucket.keys('runs/')).toHaveLength(3);
    expect(bucket.keys('reports/').map((key) => bucket.read(key).trim().split('\n').length)).toEqual([1, 1, 1]);
  });
});

test('counts add up, outcome by outcome', () => {
  expect(sum()).toEqual({});
  expect(sum({ a: 1 })).toEqual({ a: 1 });
  expect(sum({ a: 1, b: 2 }, { b: 3, c: 4 })).toEqual({ a: 1, b: 5, c: 4 });
  expect(countsOf(['equal', 'missing', 'equal'])).toEqual({ equal: 2, missing: 1 });
});
