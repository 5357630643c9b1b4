/** @jest-environment ./test/simulation/environment.ts */
import { MINUTE, Source, SourceOptions } from './source';
import { deletionLimit } from '../../src/sweep/handler/deletion-limit';
import { keyOf } from '../kinds/keys';

/** As many things, with records, of which the first have gone without a word. */
async function losing(gone: number, of: number, options: SourceOptions = {}): Promise<Source> {
  const source = new Source(options);
  source.untold(() => {
    for (let i = 0; i < of; i++) source.registry.execute('CreateThing', { thingName: `lamp-${i}` });
  });
  source.pass(10 * MINUTE);
  await source.sweep();
  source.untold(() => {
    for (let i = 0; i < gone; i++) source.registry.execute('DeleteThing', { thingName: `lamp-${i}` });
  });
  source.pass(10 * MINUTE);
  source.sent.length = 0;
  return source;
}

const tombstones = (source: Source) => Object.values(source.records()).filter(({ deleted }) => deleted).length;

test.each([
  [0, [], 50], [1000, [], 50], [1019, [], 50], [1020, [], 51], [1_000_000, [], 50_000],
  [1000, [undefined, 7], 7], [1000, [0, 7], 0], [1000, [undefined, 0], 0], [1000, [2000, 7], 2000],
] as [number, (number | undefined)[], number][])('of %i records, with %j given, %i may be deleted', (records, given, expected) => {
  expect(deletionLimit(records, ...given)).toBe(expected);
});

describe('more than may be deleted', () => {
  test('fails the sweep before any tombstone, with the number, names and what to do', async () => {
    const source = await losing(60, 70);
    const failure = await source.sweep().then(() => undefined, (error: Error) => error);
    expect(failure).toMatchObject({ name: 'TooManyDeletions' });
    expect(failure!.message).toMatch(/^maxDeletionsPerSweep: got more than 50 deletions \(60 records have nothing in the listings of the source registry any more; /);
    expect(failure!.message).toContain('; 60 of them were looked at and are gone, among them thing#lamp-');
    expect(failure!.message.match(/thing#lamp-\d+ thing/g)).toHaveLength(10);
    expect(failure!.message).toMatch(/, expected at most 50; nothing was deleted\. If all of them are to be deleted, start the sweep with \{ "maxDeletions": 60 \}$/);
    expect(source.sent).toEqual([]);
    expect(tombstones(source)).toBe(0);
  });

  test('fails it however small the units are, as soon as that is known', async () => {
    const source = await losing(8, 10, { maxDeletions: 4, pageSize: 1, remainingMs: () => 0 });
    const reads = source.callsOf('DescribeThing');
    await expect(source.sweep()).rejects.toThrow(/got more than 4 deletions \(8 records .*; 5 of them were looked at/);
    expect(source.callsOf('DescribeThing') - reads).toBe(5);
    expect(tombstones(source)).toBe(0);
  });

  test('tells the destinations what the sweep compared: otherwise their status reported that something else is replicated now', async () => {
    const source = await losing(3, 5, { maxDeletions: 2, replicated: { selection: 'things', routerVersion: 'v2' } });
    await expect(source.sweep()).rejects.toThrow('maxDeletionsPerSweep: got more than 2 deletions');
    expect(source.results.slice(1)).toMatchObject([{ inSync: false, remaining: 3, selection: 'things', routerVersion: 'v2' }]);
  });

  test('does not keep other records from being moved forward', async () => {
    const source = await losing(3, 5, { maxDeletions: 2 });
    source.untold(() => source.registry.execute('CreateThing', { thingName: 'new' }));
    source.pass(10 * MINUTE);
    await expect(source.sweep()).rejects.toThrow('maxDeletionsPerSweep: got more than 2 deletions');
    expect(source.record(keyOf.thing('new'))).toMatchObject({ deleted: false });
    expect(tombstones(source)).toBe(0);
  });

  test('can be allowed for one sweep, as the message says', async () => {
    const source = await losing(3, 5, { maxDeletions: 2 });
    await expect(source.sweep()).rejects.toThrow('start the sweep with { "maxDeletions": 3 }');
    expect(await source.sweep({ input: { maxDeletions: 3 } })).toMatchObject({ counts: { gone: 3, persisted: 3 } });
    expect(tombstones(source)).toBe(3);
  });

  test('can be forbidden for one sweep', async () => {
    const source = await losing(1, 5);
    await expect(source.sweep({ input: { maxDeletions: 0 } })).rejects.toThrow('got more than 0 deletions');
    expect(tombstones(source)).toBe(0);
  });

  test('is reported in full, and fails nothing, where nothing is written anyway', async () => {
    const source = await losing(60, 70, { maxDeletions: 2 });
    expect(await source.sweep({ input: { mode: 'report' } })).toMatchObject({ inSync: false, counts: { gone: 60, persisted: 0 } });
    expect(source.report).toHaveLength(60);
    expect(tombstones(source)).toBe(0);
  });
});

test('exactly as many as may be deleted are deleted', async () => {
  const source = await losing(50, 70);
  expect(await source.sweep()).toMatchObject({ counts: { gone: 50, persisted: 50 } });
  expect(tombstones(source)).toBe(50);
});

test('what a listing lags behind with does not count', async () => {
  const source = await losing(0, 5, { maxDeletions: 0 });
  await source.told(() => source.registry.execute('CreateThing', { thingName: 'new' }));
  source.pass(6 * MINUTE);
  source.listingLag = 7 * MINUTE;
  expect(await source.sweep()).toMatchObject({ inSync: true, counts: { gone: 0 } });
});
