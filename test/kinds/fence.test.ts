import { Fence, FENCE_TIMES, FenceNote, FenceStore } from '../../src/kinds/handler/fence';
import { keyString } from '../../src/record/record';
import { stateKeyOf } from '../../src/record/state-keys';
import { FenceItem } from '../../src/replicator/handler/fence-items';
import type { DynamoDbSender } from '../../src/runtime/senders';
import { StateCommand, StateTable } from '../simulation/state-table';

const { callMs, marginMs, leaseMs } = FENCE_TIMES;
const START = 1_700_000_000_000;
const KEY = { pk: 'cert#c', sk: 'cert' };

let now: number;
let state: StateTable;
let calls: string[];

beforeEach(() => {
  now = START;
  state = new StateTable('fleet-state', () => now);
  calls = [];
});

function storeOf(): FenceItem {
  const send = (command: StateCommand) => Promise.resolve().then(() => state.answer(command));
  return new FenceItem({ send: send as unknown as DynamoDbSender['send'] }, 'fleet-state', KEY);
}

function fenceOf(store: FenceStore = storeOf()): Fence {
  return new Fence({ store, now: () => now });
}

const current = () => Promise.resolve(true);

function called(name: string): () => Promise<void> {
  return () => {
    calls.push(name);
    return Promise.resolve();
  };
}

test('the first to enter has nothing to look at again', async () => {
  const pass = await fenceOf().enter(current);
  await pass!.call(called('activate'));
  expect(pass!.lookAgainAt).toBeUndefined();
  expect(calls).toEqual(['activate']);
  expect(state.get(stateKeyOf.fence(keyString(KEY)))).toBeDefined();
});

test('the note is a turn and a lease, and is kept for a day', async () => {
  await fenceOf().enter(current);
  expect(await storeOf().read()).toEqual({ turn: 1, until: START + leaseMs });
  const [item] = state.withPrefix('fence#');
  expect(Number(item.expiresAt.N)).toBe((START + leaseMs) / 1000 + 24 * 60 * 60);
});

test.each(['enter', 'enterUrgently'] as const)('a record that is not the newest does not enter (%s)', async (method) => {
  expect(await fenceOf()[method](() => Promise.resolve(false))).toBeUndefined();
  expect(await storeOf().read()).toEqual({ turn: 0, until: 0 });
});

test('the record is read after the note, and again after somebody else has entered', async () => {
  const steps: string[] = [];
  const store = storeOf();
  const isOutrun = () => steps.length < 3;
  const pass = await fenceOf({
    read: () => {
      steps.push('note');
      return store.read();
    },
    enter: async (before, until) => {
      if (isOutrun()) await storeOf().enter(before, until);
      return store.enter(before, until);
    },
  }).enter(() => {
    steps.push('record');
    return current();
  });
  expect(steps).toEqual(['note', 'record', 'note', 'record']);
  expect(pass).toBeDefined();
});

test('whoever meets a lease looks again when that one and its own are over', async () => {
  await fenceOf().enter(current);
  now += leaseMs - 1;
  const pass = await fenceOf().enter(current);
  expect(pass!.lookAgainAt).toBe(now + leaseMs);
  now += leaseMs;
  await pass!.call(called('late'));
  expect(pass!.lookAgainAt).toBe(now + leaseMs);
  now += leaseMs;
  expect((await fenceOf().enter(current))!.lookAgainAt).toBeUndefined();
});

test('a lease that is over is none', async () => {
  await fenceOf().enter(current);
  now += leaseMs;
  expect((await fenceOf().enterUrgently(current))!.lookAgainAt).toBeUndefined();
});

test('a call that could outlast the lease enters again first', async () => {
  const pass = await fenceOf().enter(current);
  now += leaseMs - callMs - marginMs;
  await pass!.call(called('one'));
  expect(await storeOf().read()).toEqual({ turn: 1, until: START + leaseMs });
  now += 1;
  await pass!.call(called('two'));
  expect(await storeOf().read()).toEqual({ turn: 2, until: now + leaseMs });
  await pass!.call(called('three'));
  expect(calls).toEqual(['one', 'two', 'three']);
});

test('it is not made by a lease that was over before it had begun', async () => {
  const store = storeOf();
  let slow = 0;
  const enter = async (before: FenceNote, until: number) => {
    const hasEntered = await store.enter(before, until);
    // Entering took as long as a lease, the first time and once more.
    if (slow++ < 2) now += leaseMs;
    return hasEntered;
  };
  const pass = await fenceOf({ read: () => store.read(), enter }).enter(current);
  await pass!.call(called('late'));
  expect(await storeOf().read()).toEqual({ turn: 3, until: now + leaseMs });
});

test('it is not made if entering always takes longer than a lease', async () => {
  const store = storeOf();
  const enter = (before: FenceNote, until: number) => {
    now += leaseMs;
    return store.enter(before, until);
  };
  const pass = await fenceOf({ read: () => store.read(), enter }).enter(current);
  await expect(pass!.call(called('late'))).rejects.toMatchObject({ name: 'Waiting' });
  expect(calls).toEqual([]);
});

test('it is not made if somebody else has entered meanwhile', async () => {
  const pass = await fenceOf().enter(current);
  await fenceOf().enter(current);
  now += leaseMs;
  await expect(pass!.call(called('late'))).rejects.toMatchObject({ name: 'Waiting' });
  expect(calls).toEqual([]);
});

test('each call is aborted in time', async () => {
  const signal = new AbortController().signal;
  const aborted: number[] = [];
  const abortAfter = (milliseconds: number) => {
    aborted.push(milliseconds);
    return signal;
  };
  const pass = await new Fence({ store: storeOf(), now: () => now, abortAfter }).enter(current);
  expect(await pass!.call((given) => Promise.resolve(given))).toBe(signal);
  expect(aborted).toEqual([callMs]);
});

describe('what takes access away', () => {
  const unavailable = new Error('the table of state is unavailable');

  test('is done without a note too, and comes back', async () => {
    const entering = fenceOf({ read: () => Promise.reject(unavailable), enter: () => Promise.reject(unavailable) }).enterUrgently(current);
    await expect(entering).resolves.toBeDefined();
    await expect((await entering)!.call(called('deactivate'))).rejects.toBe(unavailable);
    expect(calls).toEqual(['deactivate']);
  });

  test('is done if others keep entering, and comes back', async () => {
    const store = storeOf();
    const busy: FenceStore = {
      read: () => store.read(),
      enter: async (before: FenceNote, until: number) => {
        await storeOf().enter(before, until);
        return store.enter(before, until);
      },
    };
    const pass = await fenceOf(busy).enterUrgently(current);
    await expect(pass!.call(called('deactivate'))).rejects.toMatchObject({ name: 'Waiting' });
    expect(calls).toEqual(['deactivate']);
    await expect(fenceOf(busy).enter(current)).rejects.toMatchObject({ name: 'Waiting' });
  });
});

test('leases of those who write the same record do not count, those of others still do', async () => {
  const send = (command: StateCommand) => Promise.resolve().then(() => state.answer(command));
  const enter = (revision: string) => fenceOf(new FenceItem({ send: send as unknown as DynamoDbSender['send'] }, 'fleet-state', KEY, revision)).enter(current);
  expect((await enter('older'))!.lookAgainAt).toBeUndefined();
  now += 1_000;
  expect((await enter('newer'))!.lookAgainAt).toBeDefined();
  now += 1_000;
  // The older one may write until its lease is over, whoever has entered since.
  expect((await enter('newer'))!.lookAgainAt).toBeDefined();
  now = START + leaseMs;
  expect((await enter('newer'))!.lookAgainAt).toBeUndefined();
});
