/** @jest-environment ./test/simulation/environment.ts */
/** What a sweep tells of itself: to the destinations, in metrics, in its log. */
import { Source, SourceOptions } from './source';

function fleet(options: SourceOptions = {}): Source {
  const source = new Source(options);
  source.untold(() => {
    for (const thingName of ['secret-a', 'secret-b']) source.registry.execute('CreateThing', { thingName });
  });
  source.pass(3_600_000);
  return source;
}

test('the destinations are told what it found, had persisted and left', async () => {
  const source = fleet();
  const { startedAt, durationSeconds } = await source.sweep();
  expect(source.results).toEqual([{
    eventType: 'REPLICATION_SWEEP', timestamp: Date.parse(startedAt), mode: 'repair', inSync: false, durationSeconds, found: 2, persisted: 2, remaining: 0,
  }]);
});

test('what it only reports remains', async () => {
  const source = fleet();
  await source.sweep({ input: { mode: 'report' } });
  expect(source.results).toMatchObject([{ mode: 'report', found: 2, persisted: 0, remaining: 2 }]);
});

test('a sweep that finds nothing tells so', async () => {
  const source = fleet();
  await source.sweep();
  source.pass(3_600_000);
  await source.sweep();
  expect(source.results[1]).toMatchObject({ inSync: true, found: 0, persisted: 0, remaining: 0 });
});

test('that the destinations were not told is logged, and fails nothing', async () => {
  const source = fleet();
  source.resultOutcome = 'missed';
  await source.sweep();
  expect(source.logged).toContainEqual(['the destinations were not told of the sweep', { outcome: 'missed' }]);
});

test('its duration and what it wrote are measured', async () => {
  const source = fleet();
  const { durationSeconds } = await source.sweep();
  expect(source.measured).toEqual([new Map([['SweepDuration', durationSeconds], ['SweepRecordsWritten', 2]])]);
});

test('its log names nothing, unless it may', async () => {
  const [quiet, open] = [fleet(), fleet({ logPayloads: true })];
  for (const source of [quiet, open]) await source.sweep();
  expect(JSON.stringify(quiet.logged)).not.toContain('secret');
  expect(JSON.stringify(open.logged)).toContain('thing#secret-a');
});
