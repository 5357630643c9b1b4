/** @jest-environment ./test/simulation/environment.ts */
import { MINUTE, Source } from './source';
import { TABLE_NAME } from '../simulation/definition';

test('a sweep begins with its name, its table, its time and what its input says', async () => {
  const source = new Source();
  expect(await source.begin({})).toEqual({ run: { name: 'sweep-1', tableName: TABLE_NAME, startedAt: source.now, mode: 'repair' } });
  expect(await source.begin({ mode: 'report', maxDeletions: 0 })).toEqual({ run: { name: 'sweep-2', tableName: TABLE_NAME, startedAt: source.now, mode: 'report', maxDeletions: 0 } });
});

test.each([
  [{ maxDeletions: -1 }, 'maxDeletions: got -1, expected a whole number, 0 or more; leave it out for the default'],
  [{ maxDeletions: 1.5 }, 'maxDeletions: got 1.5, expected a whole number, 0 or more; leave it out for the default'],
  [{ maxDeletions: '7' }, 'maxDeletions: got "7", expected a whole number, 0 or more; leave it out for the default'],
  [{ maxDeletions: null }, 'maxDeletions: got null, expected a whole number, 0 or more; leave it out for the default'],
  [{ mode: 'dry' }, 'mode: got "dry", expected "repair" or "report"; leave it out for the default'],
  [{ maxDeletionsPerSweep: 7 }, 'input: got {"maxDeletionsPerSweep":7}, expected only the fields mode, maxDeletions; check the spelling'],
  [[], 'input: got [], expected a JSON object; start the execution with {} or with mode, maxDeletions'],
])('input %j ends the sweep before it has done anything', async (input, message) => {
  const source = new Source();
  await expect(source.sweep({ input })).rejects.toMatchObject({ name: 'InvalidInput', message });
  expect([source.registry.calls, source.bucket.keys(), source.sent]).toEqual([{}, [], []]);
});

test('of two sweeps at once the later one is skipped, and does nothing', async () => {
  const source = new Source();
  source.running = [{ name: 'earlier', startDate: new Date(source.now - MINUTE) }];
  expect(await source.begin()).toEqual({ skipped: 'the sweep earlier is running; two at once would take twice the share of the registry\'s quotas' });
  expect([source.registry.calls, source.bucket.keys()]).toEqual([{}, []]);
});

test('one of a deployment waits for the earlier one, and begins once that has ended: at that time, not when its execution started', async () => {
  const source = new Source();
  const startTime = new Date(source.now).toISOString();
  const begin = (hasWaited: boolean) => source.step({ phase: 'begin', input: {}, name: 'deployment-1', startTime, hasWaited });
  source.running = [{ name: 'earlier', startDate: new Date(source.now - MINUTE) }];
  expect(await begin(false)).toEqual({ waits: 'the sweep earlier is running' });
  source.pass(15 * MINUTE);
  source.running = [{ name: 'deployment-2', startDate: new Date(source.now) }];
  expect(await begin(true)).toMatchObject({ run: { name: 'deployment-1', startedAt: source.now } });
  expect([source.registry.calls, source.bucket.keys()]).toEqual([{}, []]);
});

test('one that started later does not stop an earlier one', async () => {
  const source = new Source();
  source.running = [{ name: 'later', startDate: new Date(source.now + 1) }];
  expect(await source.begin()).toHaveProperty('run');
});

describe('what the schedule starts when a deployment makes it', () => {
  const ended = (name: string, minutesAgo: number, source: Source) => ({ name, startDate: new Date(source.now - minutesAgo * MINUTE) });

  test('is skipped after a run of that deployment', async () => {
    const source = new Source();
    source.succeeded = [ended('deployment-1', 1, source)];
    expect(await source.begin({ scheduled: true })).toEqual({ skipped: 'the sweep deployment-1 of the deployment has just ended; a schedule begins when it is made' });
    expect([source.registry.calls, source.bucket.keys()]).toEqual([{}, []]);
  });

  test('goes on after one that somebody else started, one of long ago, or none', async () => {
    const source = new Source();
    for (const executions of [[], [ended('by-hand', 1, source)], [ended('deployment-1', 16, source)]]) {
      source.succeeded = executions;
      expect(await source.begin({ scheduled: true })).toHaveProperty('run');
    }
  });

  test('what somebody starts by hand is not skipped', async () => {
    const source = new Source();
    source.succeeded = [ended('deployment-1', 1, source)];
    expect(await source.begin({})).toHaveProperty('run');
    await expect(source.sweep({ input: { scheduled: 'yes' } })).rejects.toThrow('scheduled: got "yes", expected true; leave it out: only the schedule sets it');
  });
});
