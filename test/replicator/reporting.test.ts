/** Observability of the consumers: metrics, the status, logs. */
import { Destination, Item, record } from './harness';
import { EmbeddedMeter } from '../../src/metrics/handler/meter';
import { failure } from '../simulation/registry';

const heartbeat = (timestamp: number, more: object = {}): Item => ({
  pk: 'signal', sk: 'heartbeat', timestamp, sourceRegion: 'us-east-1', state: { registryEventsOff: [], registryEventsUnknown: [], ...more },
});
const sweep = (timestamp: number, more: object = {}): Item => ({
  pk: 'signal', sk: 'sweep', timestamp, sourceRegion: 'us-east-1', state: { mode: 'repair', inSync: false, durationSeconds: 9, found: 2, persisted: 2, remaining: 0, ...more },
});
const last = <T>(list: readonly T[]): T => list[list.length - 1];
const throttled = () => failure.Throttling('Rate exceeded');

describe('a heartbeat', () => {
  test('is written into the status with its lag, after what came before it', async () => {
    const destination = new Destination();
    await destination.replicate(record.thing('a'), heartbeat(destination.now - 700));
    expect(destination.facts).toEqual([{
      heartbeats: [{
        sentAt: new Date(destination.now - 700).toISOString(), appliedAt: new Date(destination.now).toISOString(), lagMs: 700, registryEventsOff: [], registryEventsUnknown: [],
      }],
    }]);
    expect(last(destination.measured).get('Heartbeats')).toBe(1);
    expect(last(destination.measured).get('ReplicationLag')).toContain(700);
  });

  test('is written with the times that it leaves to the next one, if it has any', async () => {
    const destination = new Destination();
    await destination.replicate({ ...heartbeat(destination.now - 700), uninterruptedSince: 1_000, otherwiseUntil: 2_000, identitiesOtherwiseUntil: 3_000 });
    const [uninterruptedSince, otherwiseUntil, identitiesOtherwiseUntil] = [1_000, 2_000, 3_000].map((time) => new Date(time).toISOString());
    expect(destination.facts).toMatchObject([{ heartbeats: [{ uninterruptedSince, otherwiseUntil, identitiesOtherwiseUntil }] }]);
  });

  test('of a batch is written with all others: what one of them says may be over by the next', async () => {
    const destination = new Destination();
    await destination.replicate(heartbeat(destination.now - 900, { registryEventsOff: ['THING'] }), heartbeat(destination.now - 100));
    expect(destination.facts).toMatchObject([{ heartbeats: [{ lagMs: 900, registryEventsOff: ['THING'] }, { lagMs: 100, registryEventsOff: [] }] }]);
    expect(last(destination.measured).get('Heartbeats')).toBe(2);
  });

  test('does not count if the status can not be written, and holds nothing up', async () => {
    const destination = new Destination();
    destination.statusError = new Error('ProvisionedThroughputExceeded');
    expect(await destination.replicate(record.thing('a'), heartbeat(destination.now))).toEqual({ batchItemFailures: [] });
    expect(last(destination.measured).has('Heartbeats')).toBe(false);
    expect(destination.logged).toContainEqual(['the status was not written', { class: 'rejected', error: 'Error' }]);
    expect(destination.registry.snapshot().things).toHaveProperty('a');
  });

  test.each(['registryEventsOff', 'registryEventsUnknown'])('with %s that can not be written down comes again: nothing else would ever report it', async (field) => {
    const destination = new Destination();
    destination.statusError = new Error('ProvisionedThroughputExceeded');
    const records = destination.write(record.thing('a'), heartbeat(destination.now, { [field]: ['THING'] }));
    const { batchItemFailures } = await destination.stream(records);
    expect(batchItemFailures).toEqual([{ itemIdentifier: records[1].dynamodb!.SequenceNumber }]);
    destination.statusError = undefined;
    expect(await destination.stream(records.slice(1))).toEqual({ batchItemFailures: [] });
    expect(destination.facts).toMatchObject([{ heartbeats: [{ [field]: ['THING'] }] }]);
  });

  test('of another source Region is ignored', async () => {
    const destination = new Destination();
    await destination.replicate({ ...heartbeat(destination.now), sourceRegion: 'us-west-2' });
    expect(destination.facts).toEqual([]);
  });

  test('of the future is ignored, and its time is no lag', async () => {
    const destination = new Destination();
    await destination.replicate(record.thing('a'), heartbeat(destination.now + 5 * 60_000 + 1), heartbeat(Date.parse('2100-01-01T00:00:00.000Z')));
    expect(destination.facts).toEqual([]);
    expect(last(destination.measured).has('Heartbeats')).toBe(false);
    expect(destination.logged).toContainEqual(['signals of another Region, or with a time in the future, were ignored', { signals: 2 }]);
    expect(destination.registry.snapshot().things).toHaveProperty('a');
  });

  test.each([8.64e15 + 1, -1])('beyond every date (%d) is dead-lettered, and holds nothing up', async (timestamp) => {
    const destination = new Destination();
    expect(await destination.replicate(record.thing('a'), heartbeat(timestamp))).toEqual({ batchItemFailures: [] });
    expect(destination.deadLetters).toMatchObject([{ pk: 'signal', sk: 'heartbeat', class: 'rejected' }]);
    expect(destination.registry.snapshot().things).toHaveProperty('a');
  });

  test('that is none is dead-lettered with the reason', async () => {
    const destination = new Destination();
    await destination.replicate({ ...heartbeat(1), state: {} } as Item);
    expect(destination.deadLetters).toMatchObject([{ pk: 'signal', sk: 'heartbeat', error: 'UnknownRecordShape', reason: 'a heartbeat requires lists of registry events' }]);
  });

  test('whose key is sent to the retry queue is outdated, and no dead letter', async () => {
    const destination = new Destination();
    expect(await destination.retry({ pk: 'signal', sk: 'heartbeat' })).toEqual({ batchItemFailures: [] });
    expect(destination.deadLetters).toEqual([]);
  });
});

test('the end of a sweep has the status written, which looks up what it came to', async () => {
  const destination = new Destination();
  await destination.replicate(sweep(destination.now - 9000));
  expect(destination.facts).toEqual([{ heartbeats: [] }]);
  expect(last(destination.measured).has('Heartbeats')).toBe(false);
});

test('a sweep that does not say all is dead-lettered with the reason', async () => {
  const destination = new Destination();
  await destination.replicate(sweep(destination.now, { remaining: '0' }));
  expect(destination.deadLetters).toMatchObject([{ pk: 'signal', sk: 'sweep', error: 'UnknownRecordShape', reason: 'the signal of a sweep requires a number remaining' }]);
});

describe('a backlog', () => {
  /** What is written, and read so much later. */
  async function readLater(destination: Destination, milliseconds: number): Promise<void> {
    const records = destination.write(record.thing('a'));
    destination.now += milliseconds;
    await destination.stream(records);
  }

  test('of more than a minute is written into the status before anything is applied, whatever the shard', async () => {
    const toldBefore: number[] = [];
    const destination: Destination = new Destination({
      iot: {
        send: (async () => {
          toldBefore.push(destination.facts.length);
          return {};
        }) as never,
      },
    });
    await readLater(destination, 61_000);
    expect(toldBefore).toEqual([1]);
    expect(destination.facts).toEqual([{ backlog: { seenAt: new Date(destination.now).toISOString(), ageMs: expect.any(Number) } }]);
    const { ageMs } = destination.facts[0].backlog!;
    // The stream's times are of whole seconds.
    expect(Math.abs(ageMs - 61_000)).toBeLessThanOrEqual(1000);
  });

  /** A destination whose registry takes so long for each call, in which timers ring when they are due. */
  function slow(callMs: number) {
    const timers: { readonly at: number; readonly ring: () => void }[] = [];
    const pass = (until: number) => {
      for (let next = due(until); next; next = due(until)) {
        timers.splice(timers.indexOf(next), 1);
        destination.now = next.at;
        next.ring();
      }
      destination.now = until;
    };
    const due = (until: number) => timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
    const destination: Destination = new Destination({
      setTimer: (ring, milliseconds) => {
        const timer = { at: destination.now + milliseconds, ring };
        timers.push(timer);
        return () => { timers.splice(0, timers.length, ...timers.filter((each) => each !== timer)); };
      },
      iot: {
        send: (async () => {
          pass(destination.now + callMs);
          await new Promise(setImmediate);
          return {};
        }) as never,
      },
    });
    return { destination, timers };
  }
  const agesOf = (destination: Destination) => destination.facts.map(({ backlog }) => Math.round(backlog!.ageMs / 1000));

  test('is written again as long as its batch takes', async () => {
    const { destination, timers } = slow(31_000);
    await readLater(destination, 70_000);
    expect(destination.facts).toHaveLength(2);
    expect(destination.facts[1].backlog!.ageMs - destination.facts[0].backlog!.ageMs).toBe(30_000);
    expect(timers).toEqual([]);
  });

  test('of a batch that was read in time is written when a minute is over, and every half a minute from then on', async () => {
    const { destination, timers } = slow(150_000);
    await readLater(destination, 0);
    expect(agesOf(destination)).toEqual([60, 90, 120]);
    expect(timers).toEqual([]);
  });

  test('of a batch that takes less than a minute is none, and leaves no timer', async () => {
    const { destination, timers } = slow(10_000);
    await readLater(destination, 40_000);
    expect(destination.facts).toEqual([]);
    expect(timers).toEqual([]);
  });

  test('is that of the oldest record, wherever it is in the batch', async () => {
    const { destination } = slow(1000);
    const old = destination.write(record.thing('a'));
    destination.now += 61_000;
    await destination.stream([...destination.write(record.thing('b')), ...old]);
    expect(agesOf(destination).slice(0, 1)).toEqual([61]);
  });

  test('whose report failed is in what its batch reports next, which would say in sync without it', async () => {
    const destination: Destination = new Destination({
      iot: {
        send: (async () => {
          destination.statusError = undefined;
          return {};
        }) as never,
      },
    });
    const records = destination.write(record.thing('a'), heartbeat(destination.now));
    destination.now += 61_000;
    destination.statusError = new Error('throttled');
    await destination.stream(records);
    expect(destination.facts).toEqual([{ heartbeats: [expect.anything()], sourceGap: undefined, backlog: { seenAt: new Date(destination.now).toISOString(), ageMs: expect.any(Number) } }]);
    await destination.stream(destination.write(heartbeat(destination.now)));
    expect(destination.facts[1].backlog).toBeUndefined();
  });

  test('whose report failed is written with the next batch', async () => {
    const destination = new Destination();
    const [first, second] = destination.write(record.thing('a'), record.thing('b'));
    destination.now += 61_000;
    destination.statusError = new Error('throttled');
    await destination.stream([first]);
    destination.statusError = undefined;
    destination.now += 1000;
    await destination.stream([second]);
    expect(destination.facts).toHaveLength(1);
  });

  test('watched in real time keeps no process alive', async () => {
    const set = jest.spyOn(global, 'setTimeout');
    try {
      const destination = new Destination({ setTimer: undefined });
      await destination.replicate(record.thing('a'));
      expect(set.mock.results.map(({ value }) => (value as NodeJS.Timeout).hasRef())).toEqual([false]);
    } finally {
      set.mockRestore();
    }
  });

  test('that can not be written holds nothing up', async () => {
    const destination = new Destination();
    destination.statusError = new Error('throttled');
    await readLater(destination, 61_000);
    expect(destination.registry.snapshot().things).toHaveProperty('a');
  });

  test('of less is none', async () => {
    const destination = new Destination();
    await readLater(destination, 59_000);
    expect(destination.facts).toEqual([]);
  });

  test('is written every half a minute at most', async () => {
    const destination = new Destination();
    const records = destination.write(...Array.from({ length: 40 }, (_, i) => record.thing(`t${i}`)));
    destination.now += 90_000;
    for (const each of records) {
      await destination.stream([each]);
      destination.now += 1000;
    }
    expect(destination.facts).toHaveLength(2);
  });
});

describe('the lag', () => {
  const lagsOf = (destination: Destination) => destination.measured.flatMap((each) => each.get('ReplicationLag') ?? []);

  test('is from the change in the source to the end of its application', async () => {
    const destination = new Destination();
    await destination.replicate({ ...record.thing('a'), timestamp: destination.now - 321 });
    expect(lagsOf(destination)).toEqual([321]);
  });

  test('is none of what a sweep had persisted: its time is that of the sweep', async () => {
    const destination = new Destination();
    await destination.replicate({ ...record.thing('a'), eventId: 'sweep-deployment-1' });
    expect(lagsOf(destination)).toEqual([]);
    expect(last(destination.measured).get('RecordsApplied')).toBe(1);
  });

  test('continues while a change is throttled', async () => {
    const destination = new Destination();
    destination.registry.injectFault = throttled;
    await destination.replicate({ ...record.thing('a'), timestamp: destination.now - 100 });
    expect(lagsOf(destination)).toEqual([]);
    await destination.retry(...destination.retries.splice(0).map(({ message }) => message));
    destination.registry.injectFault = undefined;
    destination.now += 5000;
    await destination.retry(...destination.retries.splice(0).map(({ message }) => message));
    expect(lagsOf(destination)).toEqual([5100]);
  });

  test('is none of what had to wait for something else, is repaired or redriven', async () => {
    const destination = new Destination();
    await destination.replicate(record.membership('late', 'house'));
    destination.write(record.thing('late'), record.group('house'));
    destination.registry.execute('CreateThing', { thingName: 'late' });
    destination.registry.execute('CreateThingGroup', { thingGroupName: 'house' });
    // What has a record of what it waits for waits with a message.
    destination.write(record.group('attic'));
    await destination.replicate(record.membership('late', 'attic'));
    expect(destination.retries).toContainEqual(expect.objectContaining({ message: expect.objectContaining({ sk: 'group#attic', attempt: 1 }) }));
    destination.registry.execute('CreateThingGroup', { thingGroupName: 'attic' });
    await destination.drain();
    await destination.retry({ pk: 'thing#late', sk: 'thing' });
    expect(lagsOf(destination)).toEqual([]);
  });

  test('of a large batch is sampled by ten of its changes, evenly spread, so that a few slow ones do not look like many', async () => {
    const destination = new Destination();
    await destination.replicate(...Array.from({ length: 100 }, (_, i) => ({ ...record.thing(`t${i}`), timestamp: destination.now - (i < 98 ? i : 60_000) })));
    expect(lagsOf(destination)).toEqual([5, 15, 25, 35, 45, 55, 65, 75, 85, 95]);
  });
});

describe('registry calls', () => {
  test('are counted, those that fail too', async () => {
    const destination = new Destination();
    await destination.replicate(record.thing('a'), record.thing('b'));
    expect(last(destination.measured).get('RegistryCalls')).toBe(2);
    destination.registry.injectFault = throttled;
    await destination.replicate(record.thing('c'));
    expect(last(destination.measured).get('RegistryCalls')).toBe(1);
  });

  test('are counted by the attempts of the SDK', async () => {
    const send = async () => ({ $metadata: { attempts: 3 } });
    const destination = new Destination({ iot: { send } as never });
    await destination.replicate(record.thing('a'));
    expect(last(destination.measured).get('RegistryCalls')).toBe(3);
  });
});

describe('the log', () => {
  /** Everything that is logged about: applied, waiting, poison, throttled, on both paths. */
  async function work(options: { logPayloads?: boolean; logsCalls?: boolean }): Promise<Destination> {
    const destination = new Destination(options);
    await destination.replicate(
      { ...record.thing('secret-thing', { attributes: { owner: 'secret-owner' } }), eventId: 'event-1' },
      { ...record.membership('secret-nobody', 'secret-group'), eventId: 'event-2' },
      { ...record.thing('secret-poison'), state: 'none', eventId: 'event-3' } as Item,
    );
    await destination.retry(...destination.retries.splice(0).map(({ message }) => message), { pk: 'thing#secret-thing', sk: 'thing' }, 'secret-message');
    destination.now += 4 * 24 * 3_600_000;
    destination.registry.injectFault = () => failure.InvalidRequest('secret-thing is refused');
    await destination.retry({ pk: 'thing#secret-thing', sk: 'thing' });
    return destination;
  }

  test('contains no names', async () => {
    for (const logsCalls of [false, true]) {
      const { logged } = await work({ logsCalls });
      expect(logged.length).toBeGreaterThan(4);
      expect(JSON.stringify(logged)).not.toContain('secret');
    }
  });

  test('names what was applied, and what was not, if it may', async () => {
    const { logged } = await work({ logPayloads: true });
    const applied = logged.filter((line) => (line as [string])[0] === 'change applied');
    const change = { eventId: 'event-1', record: expect.objectContaining({ pk: 'thing#secret-thing', state: { attributes: { owner: 'secret-owner' } } }) };
    expect(applied).toEqual(Array(2).fill(['change applied', change]));
    expect(logged).toContainEqual(['dead-lettered', { class: 'rejected', error: 'UnknownRecordShape', eventId: undefined, key: { pk: 'thing#secret-poison', sk: 'thing' } }]);
  });

  test('has the event ids of a batch, to follow a change from the source by', async () => {
    const { logged } = await work({});
    expect(logged).toContainEqual(['batch applied', expect.objectContaining({ eventIds: 'event-1 event-2' })]);
    expect(logged).toContainEqual(['put off', { class: 'waiting', error: 'Waiting', eventId: 'event-2' }]);
  });

  test('has each call of the registry with its event id, on request', async () => {
    const { logged } = await work({ logsCalls: true });
    expect(logged).toContainEqual(['registry call', { call: 'CreateThing', eventId: 'event-1' }]);
    expect(logged).toContainEqual(['registry call', { call: 'AddThingToThingGroup', eventId: 'event-2' }]);
    expect((await work({})).logged.filter((line) => (line as [string])[0] === 'registry call')).toEqual([]);
  });

  test('has one line of metrics for an invocation', async () => {
    const lines: string[] = [];
    const write = jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => { lines.push(String(chunk)); return true; });
    try {
      await new Destination({ meter: new EmbeddedMeter('fleet', 'eu-west-1') }).replicate(record.thing('a'), record.thing('b'));
    } finally {
      write.mockRestore();
    }
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0])).toMatchObject({ ReplicationName: 'fleet', Region: 'eu-west-1', RecordsApplied: 2, RegistryCalls: 2 });
  });
});
