import { newJournal, writeUnits } from './stores';

const numbered = (length: number) => [...Array(length)].map((_, i) => ({ next: i, counts: { seen: 1 } }));

test('a phase without an entry begins at its beginning', async () => {
  const { journal } = newJournal();
  expect(await journal.lastNumber('things')).toBe(0);
  expect(await journal.totalsOf('things')).toEqual({ total: {}, first: [] });
  expect(await journal.collect('things', (entry) => entry)).toEqual([]);
});

test('more than a thousand entries are found, read in order, and counted', async () => {
  const { journal } = newJournal();
  await writeUnits(journal, 'things', numbered(2345));
  expect(await journal.lastNumber('things')).toBe(2345);
  expect(await journal.collect('things', ({ next }) => next)).toEqual([...Array(2345).keys()]);
  expect((await journal.totalsOf('things')).total).toEqual({ seen: 2345 });
});

test('what the workflow knows to be done is not listed again', async () => {
  const { journal, calls } = newJournal(10);
  await writeUnits(journal, 'things', numbered(95));
  expect(await journal.lastNumber('things', 90)).toBe(95);
  expect(calls.ListObjectsV2Command).toBe(1);
  expect(await journal.lastNumber('things', 95)).toBe(95);
});

test('entries of phases whose names begin alike, and those of other runs, are kept apart', async () => {
  const { journal, bucket } = newJournal();
  await writeUnits(journal, 'persist', numbered(1));
  await writeUnits(journal, 'persist-memberships', numbered(3));
  expect(await journal.lastNumber('persist')).toBe(1);
  expect(await journal.lastNumber('persist-memberships')).toBe(3);
  expect(bucket.keys()[0]).toBe('runs/run/persist-memberships/000001.json');
});

test('a part of the report has a line for each difference', async () => {
  const { journal, bucket } = newJournal();
  const differences = ['a', 'b'].map((name) => ({ kind: 'thing' as const, pk: `thing#${name}`, sk: 'thing', difference: 'missing' }));
  await journal.writeReport('persist', 7, differences);
  const lines = bucket.read('reports/run/persist-000007.jsonl').split('\n');
  expect(lines.pop()).toBe('');
  expect(lines.map((line) => JSON.parse(line))).toEqual(differences);
});

test('the summary is where the report is', async () => {
  const { journal, bucket } = newJournal();
  await journal.writeSummary({ inSync: true });
  expect(journal.reportUri).toBe('s3://reports/reports/run/');
  expect(JSON.parse(bucket.read('reports/run/summary.json'))).toEqual({ inSync: true });
});

describe('firstOver', () => {
  const withCounts = async (counts: readonly number[]) => {
    const world = newJournal();
    await writeUnits(world.journal, 'things', counts.map((each) => ({ counts: { candidates: each } })));
    return world;
  };

  test.each([
    [[0, 0, 0, 1], 0, 1, 4],
    [[1, 0, 0, 1], 0, 1, 1],
    [[1, 0, 0, 1], 1, 2, 4],
    [[1, 0, 3, 1], 1, 2, 3],
    [[1, 0, 3, 1], 1, 3, 3],
    [[0, 0], 0, 1, undefined],
    [[2, 0], 2, 2, undefined],
    [[2], 2, 2, undefined],
  ])('of entries with %j, after %i seen, from %i on: %s', async (counts, seen, from, expected) => {
    const { journal } = await withCounts(counts);
    expect(await journal.firstOver('things', 'candidates', seen, from, counts.length)).toBe(expected);
  });

  test('finds each of every possible place', async () => {
    for (let place = 1; place <= 9; place++) {
      const { journal } = await withCounts([...Array(9)].map((_, i) => (i + 1 === place ? 5 : 0)));
      for (let from = 1; from <= place; from++) expect(await journal.firstOver('things', 'candidates', 0, from, 9)).toBe(place);
    }
  });

  test('reads few of thousands of entries', async () => {
    const { journal, calls } = await withCounts([...Array(4000)].map((_, i) => (i === 3333 ? 1 : 0)));
    expect(await journal.firstOver('things', 'candidates', 0, 1, 4000)).toBe(3334);
    expect(calls.GetObjectCommand).toBeLessThan(20);
  });
});
