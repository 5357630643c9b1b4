import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { Destination, Item, record, streamRecord } from './harness';
import { DeletionMode } from '../../src/deletion-mode';
import { MAX_WAIT_MS } from '../../src/replicator/handler/failure-routing';
import { failure } from '../simulation/registry';

const HOUR_MS = 3_600_000;

const throttled = () => failure.Throttling('Rate exceeded');

/** A deleted group that waits for something that has no key: a child of its in the destination, which nothing removes. */
function heldUp({ registry }: Destination): Item {
  registry.execute('CreateThingGroup', { thingGroupName: 'house' });
  registry.execute('CreateThingGroup', { thingGroupName: 'room', parentGroupName: 'house' });
  return record.deletedGroup('house');
}

describe('the stream continues after any failure of a key', () => {
  test('a throttled key goes to the retry queue', async () => {
    const destination = new Destination();
    destination.registry.injectFault = (operation, input) => (operation === 'CreateThing' && 'thingName' in input && input.thingName === 'b' ? throttled() : undefined);
    expect(await destination.replicate(record.thing('a'), record.thing('b'), record.thing('c'))).toEqual({ batchItemFailures: [] });
    const { timestamp, eventId } = destination.items.find(({ pk }) => pk === 'thing#b')!;
    expect(destination.retries).toEqual([{ message: { pk: 'thing#b', sk: 'thing', attempt: 1, sentAt: destination.now, eventId, changedAt: timestamp, premise: { incarnation: 'b-1', history: 'new' } }, delaySeconds: 1 }]);
    expect(Object.keys(destination.registry.snapshot().things).sort()).toEqual(['a', 'c']);
    destination.registry.injectFault = undefined;
    await destination.drain();
    expect(Object.keys(destination.registry.snapshot().things).sort()).toEqual(['a', 'b', 'c']);
  });

  test('a poison record is dead-lettered with its key and the reason, not its payload', async () => {
    const destination = new Destination();
    const poison = { ...record.thing('bad'), state: { attributes: { secret: 42 } } };
    expect(await destination.replicate(record.thing('a'), poison as Item, record.thing('c'))).toEqual({ batchItemFailures: [] });
    expect(destination.deadLetters).toEqual([{
      pk: 'thing#bad',
      sk: 'thing',
      class: 'rejected',
      error: 'UnknownRecordShape',
      reason: 'state.attributes: expected a map of strings, got a value of type number',
      time: new Date(destination.now).toISOString(),
      attempts: 1,
    }]);
    expect(Object.keys(destination.registry.snapshot().things).sort()).toEqual(['a', 'c']);
  });

  test('a good record after a poison one is applied, nothing being known of the destination', async () => {
    const destination = new Destination();
    const poison = { ...record.thing('lamp'), state: 'x' } as Item;
    destination.registry.execute('CreateThing', { thingName: 'lamp', attributePayload: { attributes: { left: 'over' } } });
    const good = record.thing('lamp', {}, { version: 2 });
    destination.write(good);
    await destination.stream([streamRecord(good, poison, 0, destination.now)]);
    expect(destination.registry.snapshot().things.lamp).toMatchObject({ attributes: {} });
  });

  test('a record of another source Region is not applied', async () => {
    const destination = new Destination();
    await destination.replicate({ ...record.thing('lamp'), sourceRegion: 'ap-south-1' });
    expect(destination.registry.snapshot().things).toEqual({});
    expect(destination.deadLetters).toMatchObject([{ pk: 'thing#lamp', class: 'rejected', error: 'ForeignRecord' }]);
  });

  test('without time left, keys go to the retry queue', async () => {
    const destination = new Destination({ remainingMs: 5000 });
    expect(await destination.calls(() => destination.replicate(record.thing('a'), record.thing('b')))).toEqual({});
    expect(destination.retries).toHaveLength(2);
  });

  test('when the retry queue refuses a key, the batch starts again at the FIRST record of that key', async () => {
    const destination = new Destination();
    destination.registry.injectFault = () => throttled();
    destination.refusing.add('thing#b');
    const records = destination.write(record.thing('a'), record.thing('b'), record.thing('c'), record.thing('b', { attributes: { x: '1' } }, { version: 2 }));
    expect(await destination.stream(records)).toEqual({ batchItemFailures: [{ itemIdentifier: records[1].dynamodb!.SequenceNumber }] });
    expect(destination.retries.map(({ message }) => message.pk).sort()).toEqual(['thing#a', 'thing#c']);
  });

  test('when no queue can be reached, nothing is lost either', async () => {
    const destination = new Destination();
    destination.registry.injectFault = () => throttled();
    destination.sqs.reset();
    destination.sqs.rejects(new Error('no route'));
    const records = destination.write(record.thing('a'), { ...record.thing('bad'), state: 'x' } as Item);
    expect(await destination.stream(records)).toEqual({ batchItemFailures: [{ itemIdentifier: records[0].dynamodb!.SequenceNumber }] });
  });

  test('a poison record that the dead-letter queue does not take is given back to the stream', async () => {
    const destination = new Destination();
    destination.sqs.reset();
    destination.sqs.rejects(new Error('no route'));
    const records = destination.write(record.thing('a'), { ...record.thing('bad'), state: 'x' } as Item);
    expect(await destination.stream(records)).toEqual({ batchItemFailures: [{ itemIdentifier: records[1].dynamodb!.SequenceNumber }] });
  });
});

describe('the retry queue', () => {
  test('contains keys, and applies the newest record when it runs', async () => {
    const destination = new Destination();
    destination.write(record.thing('lamp', { attributes: { v: '1' } }), record.thing('lamp', { attributes: { v: '2' } }, { version: 2 }));
    await destination.retry({ pk: 'thing#lamp', sk: 'thing' });
    expect(destination.registry.snapshot().things.lamp).toMatchObject({ attributes: { v: '2' } });
  });

  test('waiting starts at one second and backs off to fifteen minutes', async () => {
    const destination = new Destination();
    await destination.replicate(heldUp(destination));
    const delays: number[] = [];
    for (let i = 0; i < 14; i++) {
      const [{ message, delaySeconds }] = destination.retries.splice(0);
      delays.push(delaySeconds);
      await destination.retry(message);
    }
    expect(delays).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900]);
  });

  test('waiting ends after three days in the dead-letter queue, with the reason', async () => {
    const destination = new Destination();
    await destination.replicate(record.membership('lamp', 'house'));
    const since = destination.now;
    while (destination.retries.length > 0) {
      const [{ message, delaySeconds }] = destination.retries.splice(0);
      destination.now += delaySeconds * 1000;
      await destination.retry(message);
    }
    expect(destination.now - since).toBeGreaterThan(MAX_WAIT_MS);
    expect(destination.now - since).toBeLessThan(MAX_WAIT_MS + 1_000_000);
    expect(destination.deadLetters).toMatchObject([{
      pk: 'thing#lamp', sk: 'group#house', class: 'waiting', error: 'Waiting', reason: 'its thing or its group does not exist yet',
    }]);
  });

  test('a redriven dead letter starts afresh, however old it is', async () => {
    const destination = new Destination();
    const letter = { pk: 'group#house', sk: 'group', class: 'waiting', error: 'Waiting', reason: 'r', time: new Date(destination.now - MAX_WAIT_MS).toISOString(), attempts: 300 };
    destination.write(heldUp(destination));
    await destination.retry(JSON.stringify(letter));
    expect(destination.deadLetters).toEqual([]);
    expect(destination.retries).toMatchObject([{ message: { attempt: 1, waitingSince: destination.now }, delaySeconds: 1 }]);
  });

  test('throttling never ends in the dead-letter queue', async () => {
    const destination = new Destination();
    destination.registry.injectFault = () => throttled();
    await destination.replicate(record.thing('lamp'));
    for (let i = 0; i < 20; i++) {
      destination.now += MAX_WAIT_MS;
      await destination.retry({ ...destination.retries.splice(0)[0].message, sentAt: destination.now });
    }
    expect(destination.deadLetters).toEqual([]);
  });

  test('a key without a record needs nothing', async () => {
    const destination = new Destination();
    expect(await destination.calls(() => destination.retry({ pk: 'thing#none', sk: 'thing' }))).toEqual({});
    expect(destination.retries.length + destination.deadLetters.length).toBe(0);
  });

  test.each(['no JSON', '[]', '{"pk":1}', 'null', '{"pk":"thing/lamp","sk":"thing"}', '{"pk":"thing#lamp","sk":"group"}'])('a message that is no key (%s) is dead-lettered as it was received', async (body) => {
    const destination = new Destination();
    expect(await destination.retry(body)).toEqual({ batchItemFailures: [] });
    expect(destination.deadLetters).toMatchObject([{ class: 'rejected', error: 'UnknownMessage', received: body }]);
  });

  test('redriven, it goes back as it was received, not as a letter in a letter', async () => {
    const destination = new Destination();
    await destination.retry('no JSON');
    await destination.retry(JSON.stringify(destination.deadLetters[0]));
    expect(destination.deadLetters.map(({ received }) => received)).toEqual(['no JSON', 'no JSON']);
  });

  test('waiting is bounded however late the queue delivers', async () => {
    const destination = new Destination();
    await destination.replicate(heldUp(destination));
    let tries = 0;
    for (; destination.retries.length > 0; tries++) {
      expect(tries).toBeLessThan(80);
      destination.now += 2 * HOUR_MS;
      await destination.retry(destination.retries.splice(0)[0].message);
    }
    // Of each two hours an hour and a quarter counts, the longest that a queue takes that nobody has stopped.
    expect(tries).toBe(58);
    expect(destination.deadLetters).toMatchObject([{ class: 'waiting' }]);
  });

  test('an interruption is no waiting: after a pause of 2.9 days a key has as many days left as before', async () => {
    const destination = new Destination();
    await destination.replicate(heldUp(destination));
    destination.now += 2.9 * 24 * HOUR_MS;
    const resumed = destination.now;
    while (destination.retries.length > 0) {
      const [{ message, delaySeconds }] = destination.retries.splice(0);
      await destination.retry(message);
      destination.now += delaySeconds * 1000;
    }
    expect(destination.now - resumed).toBeGreaterThan(MAX_WAIT_MS - 2 * HOUR_MS);
    expect(destination.now - resumed).toBeLessThan(MAX_WAIT_MS);
    expect(destination.deadLetters).toMatchObject([{ class: 'waiting' }]);
  });

  test('an interruption gives no time back that was waited before', async () => {
    const destination = new Destination();
    destination.write(heldUp(destination));
    const sentAt = destination.now - 24 * HOUR_MS;
    await destination.retry({ pk: 'group#house', sk: 'group', attempt: 99, waitingSince: sentAt - MAX_WAIT_MS, sentAt });
    expect(destination.deadLetters).toMatchObject([{ class: 'waiting' }]);
  });

  test.each([
    ['its delay', 15],
    ['its delay and five deliveries whose function died', 15 + 5 * 12],
  ])('%s is waiting, not an interruption', async (_, minutes) => {
    const destination = new Destination();
    destination.write(heldUp(destination));
    const waitingSince = destination.now - MAX_WAIT_MS + HOUR_MS;
    await destination.retry({ pk: 'group#house', sk: 'group', attempt: 99, waitingSince, sentAt: destination.now - minutes * 60_000 });
    expect(destination.retries).toMatchObject([{ message: { attempt: 100, waitingSince }, delaySeconds: 900 }]);
  });

  test('a permission that does not exist yet is waited for: a destination is deployed after its source', async () => {
    const destination = new Destination();
    destination.registry.injectFault = () => Object.assign(new Error('not authorized to perform: iot:CreateThing'), { name: 'AccessDeniedException', $metadata: { httpStatusCode: 403 } });
    await destination.replicate(record.thing('lamp'));
    expect(destination.deadLetters).toEqual([]);
    destination.registry.injectFault = undefined;
    await destination.drain();
    expect(destination.registry.snapshot().things).toHaveProperty('lamp');
  });

  test('a message that SQS parked in the dead-letter queue starts afresh when it is redriven', async () => {
    const destination = new Destination();
    await destination.replicate(heldUp(destination));
    destination.now += 1000;
    await destination.retry(destination.retries.splice(0)[0].message);
    const [{ message: parked }] = destination.retries.splice(0);
    expect(parked).toMatchObject({ attempt: 2, waitingSince: expect.any(Number) });
    destination.now += MAX_WAIT_MS + 1000;
    await destination.retry(parked);
    expect(destination.deadLetters).toEqual([]);
    expect(destination.retries).toMatchObject([{ message: { attempt: 1, waitingSince: destination.now }, delaySeconds: 1 }]);
  });

  test('a message whose key no queue takes is delivered again, and no other', async () => {
    const destination = new Destination();
    destination.write(record.thing('a'), record.thing('b'));
    destination.registry.injectFault = (_, input) => ('thingName' in input && input.thingName === 'a' ? throttled() : undefined);
    destination.refusing.add('thing#a');
    expect(await destination.retry({ pk: 'thing#a', sk: 'thing' }, { pk: 'thing#b', sk: 'thing' })).toEqual({ batchItemFailures: [{ itemIdentifier: '0' }] });
  });
});

describe('fan-out', () => {
  test('a group hands on its members a page at a time, so that none is too large for an invocation', async () => {
    const destination = new Destination();
    const things = Array.from({ length: 1234 }, (_, i) => `t${String(i).padStart(4, '0')}`);
    destination.write(record.group('house'), ...things.map((thing) => record.membership(thing, 'house')));
    await destination.retry({ pk: 'group#house', sk: 'group' });
    const pages: number[] = [];
    const members: string[] = [];
    for (;;) {
      const page = destination.retries.splice(0).map(({ message }) => message).filter(({ looksAgain }) => !looksAgain);
      pages.push(page.length);
      members.push(...page.filter(({ membersAfter }) => !membersAfter).map(({ pk }) => pk));
      const next = page.find(({ membersAfter }) => membersAfter);
      if (!next) break;
      await destination.retry(next);
    }
    expect(pages).toEqual([501, 501, 234]);
    expect(members).toEqual(things.map((thing) => `thing#${thing}`));
  });

  test('a page that could not be handed on is not lost', async () => {
    const destination = new Destination();
    destination.dynamodb.rejects(Object.assign(new Error('slow down'), { name: 'ThrottlingException' }));
    const membersAfter = { pk: 'thing#lamp', sk: 'group#house' };
    await destination.retry({ pk: 'group#house', sk: 'group', membersAfter });
    expect(destination.retries).toMatchObject([{ message: { pk: 'group#house', sk: 'group', membersAfter, attempt: 1 } }]);
  });

  test('memberships of a thing of unknown history follow as keys, in tens', async () => {
    const destination = new Destination({ limits: { groupsPerThing: 30 } });
    const groups = Array.from({ length: 25 }, (_, i) => `g${i}`);
    destination.write(record.thing('lamp'), ...groups.map((group) => record.membership('lamp', group)));
    await destination.retry({ pk: 'thing#lamp', sk: 'thing' });
    expect(destination.retries.map(({ message }) => message)).toEqual([...groups].sort().map((group) => ({ pk: 'thing#lamp', sk: `group#${group}`, isReplayed: true })));
  });
});

describe('more deletions than a minute may have', () => {
  const THINGS = ['a', 'b', 'c', 'd', 'e'];
  const thingsOf = (destination: Destination) => Object.keys(destination.registry.snapshot().things).sort();
  const counted = (destination: Destination) => destination.dynamodb.commandCalls(UpdateItemCommand).length;

  /** Five things that are there. */
  async function fleet(maxDeletionsPerMinute: number, deletionMode?: DeletionMode): Promise<Destination> {
    const destination = new Destination({ maxDeletionsPerMinute, deletionMode });
    // Minutes begin with it.
    destination.now = 28_333_333 * 60_000;
    await destination.replicate(...THINGS.map((name) => record.thing(name)));
    return destination;
  }

  test('wait on the retry queue, while creations and updates continue', async () => {
    const destination = await fleet(2);
    expect(await destination.replicate(
      ...THINGS.slice(0, 4).map((name) => record.deletedThing(name)), record.thing('e', { attributes: { v: '2' } }, { version: 2 }), record.thing('new'),
    )).toEqual({ batchItemFailures: [] });
    expect(thingsOf(destination)).toEqual(['c', 'd', 'e', 'new']);
    expect(destination.registry.snapshot().things.e).toMatchObject({ attributes: { v: '2' } });
    expect(destination.retries).toEqual(['c', 'd'].map((name) => ({ message: { pk: `thing#${name}`, sk: 'thing', attempt: 0, sentAt: destination.now, eventId: expect.any(String) }, delaySeconds: 60 })));
  });

  test('wait on the retry path too, and are applied in the minutes that follow', async () => {
    const destination = await fleet(2);
    destination.write(...THINGS.map((name) => record.deletedThing(name)));
    await destination.retry(...THINGS.map((name) => ({ pk: `thing#${name}`, sk: 'thing' })));
    expect(thingsOf(destination)).toEqual(['c', 'd', 'e']);
    expect(destination.retries.map(({ delaySeconds }) => delaySeconds)).toEqual([60, 60, 120]);
    destination.now += 60_000;
    await destination.retry(...destination.retries.splice(0, 2).map(({ message }) => message));
    expect(thingsOf(destination)).toEqual(['e']);
    await destination.drain();
    expect(thingsOf(destination)).toEqual([]);
  });

  test('continue for as long as it takes, without a dead letter', async () => {
    const destination = await fleet(1);
    await destination.replicate(record.deletedThing('a'));
    destination.write(record.deletedThing('b'));
    let message = { pk: 'thing#b', sk: 'thing' };
    for (let day = 0; day < 5; day++) {
      await destination.retry(message);
      expect(destination.deadLetters).toEqual([]);
      [{ message }] = destination.retries.splice(0);
      destination.now += 24 * 3_600_000;
      destination.write(record.deletedThing('c'));
      await destination.retry({ pk: 'thing#c', sk: 'thing' });
    }
    expect(destination.deadLetters).toEqual([]);
    expect(thingsOf(destination)).toContain('b');
  });

  test('a tombstone that has been superseded takes none of the allowance', async () => {
    const destination = await fleet(1);
    const tombstones = destination.write(record.deletedThing('a'));
    destination.write(record.thing('a', {}, { incarnation: 'a-2' }));
    await destination.stream(tombstones);
    expect(counted(destination)).toBe(0);
    await destination.replicate(record.deletedThing('b'));
    expect(thingsOf(destination)).toEqual(['a', 'c', 'd', 'e']);
  });

  test('neither do creations, updates, and deletions that are retained', async () => {
    const destination = await fleet(1, DeletionMode.RETAIN);
    await destination.replicate(record.deletedThing('a'), record.deletedThing('b'), record.thing('c', { attributes: { v: '2' } }, { version: 2 }), record.thing('new'));
    await destination.retry({ pk: 'thing#a', sk: 'thing' }, { pk: 'thing#c', sk: 'thing' });
    expect(counted(destination)).toBe(0);
    expect(thingsOf(destination)).toEqual([...THINGS, 'new']);
    await destination.drain();
    expect(counted(destination)).toBe(0);
  });

  test('count all kinds together', async () => {
    const destination = new Destination({ maxDeletionsPerMinute: 1 });
    const all = [record.type('light'), record.group('house'), record.group('attic'), record.thing('lamp'), record.thing('fan'), record.membership('fan', 'house')];
    await destination.replicate(...all);
    await destination.replicate(record.deletedType('light'), record.deletedGroup('attic'), record.deletedThing('lamp'), record.membership('fan', 'house', { removed: true }));
    expect(counted(destination)).toBe(4);
    expect(destination.retries.map(({ message: { pk, sk } }) => `${pk} ${sk}`).sort()).toEqual(['group#attic group', 'thing#fan group#house', 'thing#lamp thing', 'type#light type']);
  });

  describe('take one place each, however often they are tried', () => {
    const PRINCIPAL = 'arn:aws:iot:eu-west-1:123456789012:cert/a';

    /** A thing whose principal goes a minute after it was detached, so that its deletion waits; it has been tried once. */
    async function waitingDeletion(): Promise<Destination> {
      const destination = new Destination({ maxDeletionsPerMinute: 1, limits: { principalDetachDelay: 60_000 } });
      destination.now = 28_333_333 * 60_000;
      await destination.replicate(record.thing('lamp'), record.thing('fan'));
      destination.registry.execute('AttachThingPrincipal', { thingName: 'lamp', principal: PRINCIPAL });
      await destination.replicate(record.deletedThing('lamp'));
      expect(counted(destination)).toBe(1);
      return destination;
    }

    test.each(['stream', 'retry'])('one that the %s consumer admitted and that waits for something else keeps its place', async (consumer) => {
      const destination = await waitingDeletion();
      if (consumer === 'retry') {
        destination.retries.length = 0;
        destination.now += 60_000;
        destination.registry.execute('AttachThingPrincipal', { thingName: 'lamp', principal: PRINCIPAL });
        await destination.retry({ pk: 'thing#lamp', sk: 'thing' });
      }
      const before = counted(destination);
      await destination.replicate(record.deletedThing('fan'));
      await destination.drain();
      expect(thingsOf(destination)).toEqual([]);
      // The other one's own.
      expect(counted(destination)).toBe(before + 2);
    });

    test('another record of the key asks again', async () => {
      const destination = await waitingDeletion();
      const [{ message }] = destination.retries.splice(0);
      destination.write(record.thing('lamp', {}, { incarnation: 'lamp-2' }), record.deletedThing('lamp', { incarnation: 'lamp-2' }));
      await destination.retry(message);
      expect(counted(destination)).toBe(2);
      expect(destination.retries).toMatchObject([{ delaySeconds: 60 }]);
    });

    test('a redrive, a repair and whatever else writes a key asks again', async () => {
      const destination = await waitingDeletion();
      const [{ message }] = destination.retries.splice(0);
      await destination.retry({ ...message, sentAt: undefined });
      expect(counted(destination)).toBe(2);
    });

    test('after an interruption it asks again: what has piled up does not come at once', async () => {
      const destination = await waitingDeletion();
      const [{ message }] = destination.retries.splice(0);
      destination.now += 2 * HOUR_MS;
      await destination.retry(message);
      expect(counted(destination)).toBe(2);
      expect(thingsOf(destination)).toEqual(['fan']);
    });

    test('the days over the limit are no waiting, and give no time back that was waited before', async () => {
      const destination = await waitingDeletion();
      let [{ message }] = destination.retries.splice(0);
      const waited = HOUR_MS;
      destination.write(record.deletedThing('fan'));
      message = { ...message, admitted: undefined, waitingSince: destination.now - waited };
      for (const start = destination.now; destination.now < start + 5 * 24 * HOUR_MS;) {
        // Takes the only place of the minute.
        await destination.retry({ pk: 'thing#fan', sk: 'thing' });
        await destination.retry(message);
        const paused = destination.retries.splice(0).pop()!;
        expect(paused.message).toMatchObject({ pk: 'thing#lamp' });
        message = paused.message;
        destination.now += paused.delaySeconds * 1000;
      }
      expect(destination.now - message.waitingSince!).toBe(waited);
    });

    test('a try that did not come to it keeps the place', async () => {
      const destination = await waitingDeletion();
      destination.now += 60_000;
      destination.registry.injectFault = () => throttled();
      await destination.retry(destination.retries.splice(0)[0].message);
      destination.registry.injectFault = undefined;
      await destination.drain();
      expect(thingsOf(destination)).toEqual(['fan']);
      expect(counted(destination)).toBe(1);
    });

    test('one that the registry has not answered asks again: deletions do not pile up while it is out of reach', async () => {
      const destination = await fleet(5);
      destination.registry.injectFault = () => throttled();
      await destination.replicate(record.deletedThing('a'));
      destination.registry.injectFault = undefined;
      await destination.drain();
      expect(thingsOf(destination)).not.toContain('a');
      expect(counted(destination)).toBe(2);
    });
  });

  test('a group that moves is not counted, although the old one has to be deleted for it', async () => {
    const destination = new Destination({ maxDeletionsPerMinute: 1 });
    await destination.replicate(record.group('house'), record.group('garden'), record.group('room', { path: ['house'] }));
    expect(await destination.calls(() => destination.replicate(record.group('room', { path: ['garden'] }, { incarnation: 'room-2' })))).toMatchObject({ DeleteThingGroup: 1 });
    expect(counted(destination)).toBe(0);
  });

  test.each(['stream', 'retry'])('are counted together by an invocation of the %s consumer', async (consumer) => {
    const names = Array.from({ length: 10 }, (_, i) => `t${i}`);
    const destination = new Destination({ maxDeletionsPerMinute: 3 });
    await destination.replicate(...names.map((name) => record.thing(name)));
    const tombstones = destination.write(...names.map((name) => record.deletedThing(name)));
    if (consumer === 'stream') await destination.stream(tombstones);
    else await destination.retry(...names.map((name) => ({ pk: `thing#${name}`, sk: 'thing' })));
    expect(thingsOf(destination)).toHaveLength(7);
    expect(counted(destination)).toBeLessThanOrEqual(3);
  });

  test('a membership that has gone with its thing or its group takes none of the allowance', async () => {
    const destination = new Destination({ maxDeletionsPerMinute: 5 });
    await destination.replicate(record.group('house'), record.thing('lamp'), record.membership('lamp', 'house'));
    await destination.replicate(record.deletedThing('lamp'));
    expect(counted(destination)).toBe(1);
    expect(await destination.calls(() => destination.replicate(record.membership('lamp', 'house', { removed: true })))).toEqual({});
    expect(counted(destination)).toBe(1);
  });

  test('neither does one that somebody takes out of a dynamic group: its query decides', async () => {
    const destination = new Destination({ maxDeletionsPerMinute: 5 });
    await destination.replicate(record.group('bright', { dynamic: true }), record.thing('lamp'), record.membership('lamp', 'bright', { removed: true }));
    expect(counted(destination)).toBe(0);
  });

  test('wait while they can not be counted', async () => {
    const destination = await fleet(500);
    destination.dynamodb.on(UpdateItemCommand).rejects(Object.assign(new Error('secret'), { name: 'AccessDeniedException' }));
    await destination.replicate(record.deletedThing('a'), record.thing('new'));
    expect(thingsOf(destination)).toEqual([...THINGS, 'new']);
    expect(destination.deadLetters).toEqual([]);
    expect(destination.retries).toMatchObject([{ message: { pk: 'thing#a', attempt: 1 }, delaySeconds: 1 }]);
    expect(destination.logged).toContainEqual(['deletions wait', { overLimit: 0, maxDeletionsPerMinute: 500, uncounted: 1, error: 'AccessDeniedException' }]);
  });

  test.each(['stream', 'retry'] as const)('are logged once an invocation of the %s consumer, as a number', async (consumer) => {
    const destination = await fleet(2);
    const tombstones = destination.write(...THINGS.map((name) => record.deletedThing(name)));
    destination.logged.length = 0;
    if (consumer === 'stream') await destination.stream(tombstones);
    else await destination.retry(...THINGS.map((name) => ({ pk: `thing#${name}`, sk: 'thing' })));
    expect(destination.logged.filter((entry) => JSON.stringify(entry).includes('deletions wait'))).toEqual([['deletions wait', { overLimit: 3, maxDeletionsPerMinute: 2 }]]);
    expect(JSON.stringify(destination.logged)).not.toContain('thing#');
  });

  test('are not logged where there are none', async () => {
    const destination = await fleet(5);
    await destination.replicate(record.deletedThing('a'));
    expect(JSON.stringify(destination.logged)).not.toContain('deletions wait');
  });
});

test('each invocation of the retry consumer is summed up in one line', async () => {
  const destination = new Destination();
  destination.write(record.thing('a'), record.membership('a', 'house'), { ...record.thing('bad'), state: 'x' } as Item, record.thing('refused'));
  destination.registry.injectFault = (_, input) => ('thingName' in input && input.thingName === 'refused' ? throttled() : undefined);
  destination.refusing.add('thing#refused');
  await destination.retry({ pk: 'thing#a', sk: 'thing' }, { pk: 'thing#a', sk: 'group#house' }, { pk: 'thing#bad', sk: 'thing' }, { pk: 'thing#refused', sk: 'thing' }, 'no key');
  expect(destination.logged.filter((entry) => JSON.stringify(entry).includes('retries applied')))
    .toEqual([['retries applied', { messages: 5, applied: 1, retried: 1, deadLettered: 2, givenBack: 1 }]]);
});

test('neither names nor payloads are logged', async () => {
  const destination = new Destination();
  await destination.replicate(record.thing('secret-name', { attributes: { secretkey: 'secret-value' } }));
  await destination.replicate(record.thing('secret-name', { attributes: { secretkey: 'secret-value', b: '', c: '', d: '', e: '1' } }, { version: 2 }));
  await destination.replicate({ ...record.thing('secret-name'), state: 'secret-value' } as Item);
  destination.registry.injectFault = () => throttled();
  await destination.replicate(record.thing('secret-name', {}, { version: 3 }));
  await destination.retry('secret-value');
  expect(destination.logged.length).toBeGreaterThan(3);
  expect(JSON.stringify(destination.logged)).not.toContain('secret');
});
