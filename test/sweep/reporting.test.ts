/** @jest-environment ./test/simulation/environment.ts */
/** Observability of a sweep: its result for the destinations, metrics, its log. */
import { Source, SourceOptions } from './source';

function fleet(options: SourceOptions = {}): Source {
  const source = new Source(options);
  source.untold(() => {
    for (const thingName of ['secret-a', 'secret-b']) source.registry.execute('CreateThing', { thingName });
  });
  source.pass(3_600_000);
  return source;
}

test('the destinations receive what it found, persisted and left', async () => {
  const source = fleet();
  const { startedAt, durationSeconds } = await source.sweep();
  expect(source.results).toEqual([{
    eventType: 'REPLICATION_SWEEP', timestamp: Date.parse(startedAt), mode: 'repair', inSync: false, durationSeconds, found: 2, persisted: 2, remaining: 0,
  }]);
});

test('they learn what it compared, by which router', async () => {
  const source = fleet({ replicated: { selection: 'things', routerVersion: 'v2' } });
  expect(await source.sweep()).toMatchObject({ selection: 'things' });
  expect(source.results).toMatchObject([{ selection: 'things', routerVersion: 'v2' }]);
});

test('what it only reports remains', async () => {
  const source = fleet();
  await source.sweep({ input: { mode: 'report' } });
  expect(source.results).toMatchObject([{ mode: 'report', found: 2, persisted: 0, remaining: 2 }]);
});

test('a sweep that finds nothing reports so', async () => {
  const source = fleet();
  await source.sweep();
  source.pass(3_600_000);
  await source.sweep();
  expect(source.results[1]).toMatchObject({ inSync: true, found: 0, persisted: 0, remaining: 0 });
});

test('more deletions than it may make remain, and do not go unsaid because it fails', async () => {
  const source = fleet({ maxDeletions: 1 });
  await source.sweep();
  source.untold(() => {
    for (const thingName of ['secret-a', 'secret-b']) source.registry.execute('DeleteThing', { thingName });
    source.registry.execute('CreateThing', { thingName: 'new' });
  });
  source.pass(3_600_000);
  await expect(source.sweep()).rejects.toThrow('maxDeletionsPerSweep');
  expect(source.results[1]).toMatchObject({ inSync: false, found: 3, persisted: 1, remaining: 2 });
});

test('what could not be persisted remains, and does not go unsaid because it fails', async () => {
  const source = fleet();
  source.breaks = ({ kind }) => (kind === 'thing' ? { status: 'FAILED', error: 'States.Runtime' } : undefined);
  await expect(source.sweep()).rejects.toThrow('could not be persisted');
  expect(source.results).toMatchObject([{ found: 2, persisted: 0, remaining: 2 }]);
  expect(source.measured).toHaveLength(1);
});

test('a step that is repeated because the result could not be sent has measured nothing', async () => {
  const source = fleet();
  source.resultError = new Error('Rate exceeded');
  await expect(source.sweep()).rejects.toThrow('Rate exceeded');
  expect(source.measured).toEqual([]);
});

test('a result that could not be sent is logged, and fails nothing', async () => {
  const source = fleet();
  source.resultOutcome = 'missed';
  await source.sweep();
  expect(source.logged).toContainEqual(['the result of the run was not persisted', { outcome: 'missed' }]);
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
