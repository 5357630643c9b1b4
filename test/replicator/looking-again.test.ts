import { Destination, record } from './harness';
import { UNSETTLED_MS } from '../../src/replicator/handler/failure-routing';
import { LOOK_AGAIN_SECONDS } from '../../src/replicator/handler/reconciler';
import { keyOf } from '../kinds/keys';
import { failure } from '../simulation/registry';

const typed = record.thing('lamp', { thingTypeName: 'light', attributes: { a: '1' } });

/** A destination that refuses things of a type although the type is as it should be. */
async function refusing(): Promise<Destination> {
  const destination = new Destination();
  await destination.replicate(record.type('light'));
  destination.registry.injectFault = (operation, input) => (operation === 'CreateThing' && 'thingTypeName' in input && input.thingTypeName ? failure.InvalidRequest('not now') : undefined);
  return destination;
}

describe('a refusal that rests on a read of the registry', () => {
  test('waits, and passes with what the read did not show yet', async () => {
    const destination = await refusing();
    await destination.replicate(typed);
    expect(destination.deadLetters).toEqual([]);
    expect(destination.retries).toMatchObject([{ message: { pk: 'thing#lamp', refusedSince: destination.now, waitingSince: destination.now }, delaySeconds: 1 }]);
    destination.registry.injectFault = undefined;
    await destination.drain();
    expect(destination.registry.snapshot().things).toMatchObject({ lamp: { type: 'light' } });
  });

  test('is rejected once it has lasted, with what the registry said', async () => {
    const destination = await refusing();
    const began = destination.now;
    await destination.replicate(typed);
    await expect(destination.drain()).resolves.toBeUndefined();
    expect(destination.deadLetters).toMatchObject([{ pk: 'thing#lamp', class: 'rejected', error: 'InvalidRequestException', reason: 'not now' }]);
    expect(destination.now - began).toBeGreaterThan(UNSETTLED_MS);
    expect(destination.now - began).toBeLessThan(2 * UNSETTLED_MS);
  });

  test('has its minutes although the key had been waiting for hours', async () => {
    const destination = await refusing();
    destination.write(typed);
    await destination.retry({ pk: 'thing#lamp', sk: 'thing', attempt: 20, waitingSince: destination.now - 6 * 3_600_000, sentAt: destination.now - 900_000 });
    expect(destination.deadLetters).toEqual([]);
    expect(destination.retries).toMatchObject([{ message: { refusedSince: destination.now } }]);
  });

  test('starts again after something else was waited for', async () => {
    const destination = new Destination();
    // The type has a record, so it is on its way: the key waits for it with a message.
    destination.write(typed, record.type('light'));
    await destination.retry({ pk: 'thing#lamp', sk: 'thing', attempt: 3, waitingSince: destination.now - 1000, refusedSince: destination.now - 1000, sentAt: destination.now });
    expect(destination.retries).toMatchObject([{ message: { pk: 'thing#lamp', waitingSince: destination.now - 1000 } }]);
    expect(destination.retries[0].message.refusedSince).toBeUndefined();
  });

  test('has no bound for a removal that others undo', async () => {
    const destination = new Destination();
    await destination.replicate(record.thing('lamp'), record.group('house'));
    await destination.replicate(record.membership('lamp', 'house'));
    destination.registry.injectFault = (operation) => (operation === 'RemoveThingFromThingGroup' ? failure.InvalidRequest('not now') : undefined);
    await destination.replicate(record.membership('lamp', 'house', { removed: true }));
    expect(destination.retries).toMatchObject([{ message: { pk: 'thing#lamp', sk: 'group#house', waitingSince: destination.now } }]);
    expect(destination.retries[0].message.refusedSince).toBeUndefined();
  });

  test('lasts on through throttling', async () => {
    const destination = new Destination();
    destination.write(typed);
    destination.registry.injectFault = () => failure.Throttling();
    await destination.retry({ pk: 'thing#lamp', sk: 'thing', attempt: 3, refusedSince: destination.now - 1000, sentAt: destination.now });
    expect(destination.retries).toMatchObject([{ message: { refusedSince: destination.now - 1000 } }]);
  });
});

test('a refusal without a read is rejected at once', async () => {
  const destination = new Destination();
  destination.registry.injectFault = (operation) => (operation === 'CreateThing' ? failure.InvalidRequest('never') : undefined);
  await destination.replicate(record.thing('lamp'));
  expect(destination.retries).toEqual([]);
  expect(destination.deadLetters).toMatchObject([{ class: 'rejected', error: 'InvalidRequestException', reason: 'never', attempts: 1 }]);
});

describe('what rests on a read of the registry is looked at once more', () => {
  test('after a minute, and then no more', async () => {
    const destination = new Destination();
    destination.write(record.type('light'));
    await destination.retry({ pk: 'type#light', sk: 'type' });
    expect(destination.retries).toEqual([{ message: { pk: 'type#light', sk: 'type', looksAgain: true, applied: expect.any(String), sentAt: destination.now }, delaySeconds: LOOK_AGAIN_SECONDS }]);
    await destination.retry(destination.retries.splice(0)[0].message);
    expect(destination.retries).toEqual([]);
  });

  test('also where a group is at the place that a read showed, and no members follow', async () => {
    const destination = new Destination();
    await destination.replicate(record.group('house'));
    let faults = 1;
    destination.registry.injectFault = (operation) => (operation === 'UpdateThingGroup' && faults-- > 0 ? failure.InvalidRequest('not now') : undefined);
    await destination.replicate(record.group('house', { description: 'b' }, { version: 2 }));
    expect(destination.retries).toMatchObject([{ message: { pk: 'group#house', looksAgain: true } }]);
  });

  test('also where a group was not there and is made: the index that has its members may be behind', async () => {
    const destination = new Destination();
    destination.write(record.group('house'));
    await destination.retry({ pk: 'group#house', sk: 'group' });
    expect(destination.registry.calls).toMatchObject({ CreateThingGroup: 1 });
    expect(destination.retries).toMatchObject([{ message: { pk: 'group#house', looksAgain: true } }]);
  });

  test('and mends what the first look did not see', async () => {
    const destination = new Destination();
    destination.write(record.group('house', { description: 'ours' }));
    await destination.retry({ pk: 'group#house', sk: 'group' });
    destination.registry.execute('UpdateThingGroup', { thingGroupName: 'house', thingGroupProperties: { thingGroupDescription: 'theirs' } });
    await destination.drain();
    expect(destination.registry.snapshot().groups.house).toMatchObject({ description: 'ours' });
  });

  test('also where a membership that is left over of an end is said to be gone', async () => {
    const destination = new Destination();
    await destination.replicate(record.group('house'), record.thing('lamp', {}, { incarnation: 'old' }), record.membership('lamp', 'house', { thingId: 'old' }));
    destination.write(record.thing('lamp', {}, { incarnation: 'new' }));
    destination.registry.injectFault = (operation) => (operation === 'ListThingGroupsForThing' ? failure.ResourceNotFound('not yet') : undefined);
    await destination.retry({ ...keyOf.membership('lamp', 'house'), isReplayed: true });
    expect(destination.retries).toMatchObject([{ message: { pk: 'thing#lamp', sk: 'group#house', looksAgain: true, isReplayed: true } }]);
    destination.registry.injectFault = undefined;
    await destination.drain();
    expect(destination.registry.snapshot().things).toMatchObject({ lamp: { groups: [] } });
  });

  test('a deletion takes no second place of its minute for it', async () => {
    const destination = new Destination({ maxDeletionsPerMinute: 1, facts: { removingNonMember: 'InvalidRequest' } });
    await destination.replicate(record.thing('lamp'), record.group('house'));
    await destination.replicate(record.membership('lamp', 'house', { removed: true }));
    expect(destination.retries).toMatchObject([{ message: { pk: 'thing#lamp', sk: 'group#house', looksAgain: true, admitted: expect.any(String) } }]);
    await destination.retry(destination.retries.splice(0)[0].message);
    expect(destination.retries).toEqual([]);
  });

  test('nothing is where nothing was read: what the stream reports of what it reported before', async () => {
    const destination = new Destination();
    await destination.replicate(record.type('light'), record.group('house'), record.thing('lamp', { attributes: { a: '1' } }));
    await destination.replicate(record.group('room', { path: ['house'] }), record.membership('lamp', 'house'));
    await destination.replicate(record.group('house', { description: 'b' }, { version: 2 }), record.thing('lamp', {}, { version: 2 }), record.type('light', { deprecated: true }));
    expect(destination.retries).toEqual([]);
  });
});

test('a membership of the static group that came after a dynamic one waits for it', async () => {
  const destination = new Destination();
  await destination.replicate(record.thing('lamp'), { ...record.group('house', { dynamic: true }, { incarnation: 'dynamic' }), timestamp: 1_000 });
  // A look at whether a static namesake is there rests on a read.
  expect(destination.retries.splice(0)).toMatchObject([{ message: { pk: 'group#house', looksAgain: true } }]);
  await destination.replicate({ ...record.membership('lamp', 'house', { groupId: 'static' }), timestamp: 2_000 });
  expect(destination.retries).toMatchObject([{ message: { pk: 'thing#lamp', sk: 'group#house', waitingSince: destination.now } }]);
});
