import { Destination, Item, record } from './harness';

const [LAMP, HOUSE] = [{ thingId: 'lamp-1' }, { groupId: 'house-1' }];
const first = { ...record.thing('lamp', {}, { incarnation: LAMP.thingId }), timestamp: 1_000 };
const unheard: Item = { ...record.thing('lamp', {}, { incarnation: 'lamp-2', version: 2 }), timestamp: 5_000, replaces: [LAMP.thingId] };
const { replaces: _, ...heard } = unheard;

/** A member of a group. */
async function withMember(): Promise<Destination> {
  const destination = new Destination();
  await destination.replicate(first, { ...record.group('house', {}, { incarnation: HOUSE.groupId }), timestamp: 1_000 });
  await destination.replicate({ ...record.membership('lamp', 'house', { ...LAMP, ...HOUSE }), timestamp: 2_000 });
  expect(groupsOf(destination)).toEqual(['house']);
  return destination;
}

const groupsOf = (destination: Destination) => destination.registry.snapshot().things.lamp.groups;

test('memberships of a thing that was re-created without a recorded deletion stay', async () => {
  const destination = await withMember();
  await destination.replicate(unheard);
  await destination.drain();
  expect(groupsOf(destination)).toEqual(['house']);
});

test('they go once its deletion arrives after all', async () => {
  const destination = await withMember();
  await destination.replicate(unheard);
  await destination.drain();
  await destination.replicate(heard as Item);
  await destination.drain();
  expect(groupsOf(destination)).toEqual([]);
});

test('a recorded removal is applied nevertheless', async () => {
  const destination = await withMember();
  await destination.replicate(unheard);
  await destination.replicate({ ...record.membership('lamp', 'house', { ...LAMP, ...HOUSE, removed: true }), timestamp: 6_000 });
  await destination.drain();
  expect(groupsOf(destination)).toEqual([]);
});

test('the status learns that events were missed, once; where a sweep has found it, until that sweep has ended', async () => {
  const destination = await withMember();
  await destination.replicate(unheard);
  expect(destination.facts).toMatchObject([{ sourceGap: { code: 'EVENTS_MISSED', until: new Date(destination.now).toISOString() } }]);
  await destination.replicate({ ...unheard, version: 3, timestamp: 6_000 });
  await destination.replicate({ ...unheard, incarnation: 'lamp-3', version: 1, timestamp: 7_000, eventId: 'sweep-1' });
  expect(destination.facts).toHaveLength(2);
  // A sweep ends a gap that was over five minutes before it began, which is the time of its findings.
  expect(destination.facts[1]).toMatchObject({ sourceGap: { code: 'EVENTS_MISSED', until: new Date(6_999).toISOString() } });
});

test('events were missed until the record arrived: its own time may be of a clock that is years behind, and every sweep later than that', async () => {
  const destination = await withMember();
  const events = destination.write(unheard);
  const arrivedAt = destination.now;
  destination.now += 10_000;
  await destination.stream(events);
  expect(destination.facts).toMatchObject([{ sourceGap: { code: 'EVENTS_MISSED', until: new Date(arrivedAt).toISOString() } }]);
});

test('what no event reports was not missed: a policy that was created again between two sweeps', async () => {
  const destination = new Destination();
  const policy = (incarnation: string, timestamp: number): Item => ({
    pk: 'policy#p', sk: 'policy', incarnation, version: 0, timestamp, deleted: false, sourceRegion: 'us-east-1', eventId: `e${timestamp}`, state: { document: '{}' },
  });
  await destination.replicate(policy('first', 1_000));
  await destination.replicate({ ...policy('second', 5_000), replaces: ['first'] });
  expect(destination.facts).toEqual([]);
});

describe('the status learns that a time went back', () => {
  const MINUTE = 60_000;
  const at = (timestamp: number, version: number): Item => ({ ...record.thing('lamp', { attributes: { a: String(version) } }, { version }), timestamp });

  test('when a record takes the place of one that is more than five minutes newer, whichever else is in the batch', async () => {
    const destination = new Destination();
    await destination.replicate(at(10 * MINUTE, 1));
    await destination.replicate(at(5 * MINUTE - 1, 2), record.thing('bulb'));
    expect(destination.facts).toMatchObject([{ sourceGap: { code: 'TIME_WENT_BACK', until: new Date(destination.now).toISOString() } }]);
  });

  test('also when the record is a tombstone', async () => {
    const destination = new Destination();
    await destination.replicate(at(10 * MINUTE, 1));
    await destination.replicate({ ...record.deletedThing('lamp'), timestamp: MINUTE });
    expect(destination.facts).toMatchObject([{ sourceGap: { code: 'TIME_WENT_BACK' } }]);
  });

  test('when the time of a record is five minutes or more after its arrival, even if the consumer is hours late', async () => {
    const destination = new Destination();
    const events = destination.write({ ...record.membership('lamp', 'house'), timestamp: destination.now + 5 * MINUTE });
    destination.now += 10 * 60 * MINUTE;
    await destination.stream(events);
    // The first facts are those of a consumer that is behind.
    expect(destination.facts.slice(1)).toMatchObject([{ sourceGap: { code: 'TIME_WENT_BACK', until: new Date(destination.now).toISOString() } }]);
  });

  test('until now, and not until that time, also where the record replaces a live one that nobody told of', async () => {
    const destination = await withMember();
    await destination.replicate({ ...unheard, timestamp: destination.now + 400 * 24 * 60 * MINUTE });
    expect(destination.facts).toMatchObject([{ sourceGap: { code: 'TIME_WENT_BACK', until: new Date(destination.now).toISOString() } }]);
  });

  test('not when clocks differ by less, nor when the first record of an entity is old', async () => {
    const destination = new Destination();
    await destination.replicate(at(10 * MINUTE, 1));
    await destination.replicate(at(5 * MINUTE, 2));
    await destination.replicate({ ...record.thing('bulb'), timestamp: MINUTE });
    await destination.replicate({ ...record.thing('cord'), timestamp: destination.now + 4 * MINUTE });
    expect(destination.facts).toEqual([]);
  });
});

test('a gap that can not be written down comes again', async () => {
  const destination = await withMember();
  destination.statusError = new Error('not now');
  expect((await destination.replicate(unheard)).batchItemFailures).toHaveLength(1);
});
