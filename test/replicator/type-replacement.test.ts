import { Destination, HarnessOptions, record } from './harness';
import { MAX_WAIT_MS } from '../../src/replicator/handler/failure-routing';
import { RetryMessage } from '../../src/replicator/handler/queues';
import { LOOK_AGAIN_SECONDS } from '../../src/replicator/handler/reconciler';
import { failure } from '../simulation/registry';

const TYPE = { pk: 'type#light', sk: 'type' };
const types = (destination: Destination) => destination.registry.snapshot().types;
const things = (destination: Destination) => destination.registry.snapshot().things;
const names = (count: number) => Array.from({ length: count }, (_, i) => `t${String(i).padStart(4, '0')}`);
const attributes = { a: '1' };

/** A type of another shape than its record, and things that have it. The record comes by the stream, so the replacement has begun. */
async function fleet(count: number, options: HarnessOptions = {}): Promise<Destination> {
  const destination = new Destination({ limits: { maxPageSize: 20 }, ...options });
  await destination.replicate(record.type('light', { searchableAttributes: ['old'] }), record.group('house'), ...names(count).map((name) => record.thing(name, { thingTypeName: 'light', attributes })));
  await destination.replicate(...names(count).map((name) => record.membership(name, 'house')));
  await destination.replicate(record.type('light', { searchableAttributes: ['a'] }, { incarnation: 'light-2' }));
  return destination;
}

/** Applies the messages that there are, once. */
async function turn(destination: Destination): Promise<RetryMessage[]> {
  const messages = destination.retries.splice(0);
  destination.now += Math.max(...messages.map(({ delaySeconds }) => delaySeconds)) * 1000;
  await destination.retry(...messages.map(({ message }) => message));
  return destination.retries.map(({ message }) => message);
}

/** Until the type has been taken off the first thing. */
async function toTakeOff(destination: Destination): Promise<RetryMessage> {
  for (;;) {
    const [message] = await turn(destination);
    if (message.walk?.phase === 'takeOff' && Object.values(things(destination)).some(({ type }) => type === null)) return message;
  }
}

function expectReplaced(destination: Destination, count: number): void {
  expect(types(destination)).toMatchObject({ light: { searchableAttributes: ['a'], deprecated: false } });
  for (const name of names(count)) expect(things(destination)[name]).toMatchObject({ type: 'light', attributes, groups: ['house'] });
  expect(destination.deadLetters).toEqual([]);
}

describe('a type of other properties is replaced from message to message', () => {
  test('the stream is not held up by it', async () => {
    const destination = await fleet(3);
    expect(destination.registry.calls).not.toHaveProperty('ListThings');
    expect(destination.retries).toMatchObject([{ message: TYPE, delaySeconds: 1 }]);
  });

  test('each thing is updated twice and read where necessary, however much fits into an invocation', async () => {
    // Asked before each key and each page.
    let asked = 0;
    const destination = await fleet(110, { timeLeft: () => (asked++ % 4 < 3 ? 60_000 : 5_000) });
    await destination.drain();
    destination.write(record.type('light', { searchableAttributes: ['b'] }, { incarnation: 'light-3' }));
    destination.registry.execute('DeprecateThingType', { thingTypeName: 'light' });
    destination.now += 5 * 60_000;
    const calls = await destination.calls(async () => {
      await destination.retry(TYPE);
      await destination.drain();
    });
    // Six pages to look at, six to take off of, six of all things to give back to; a page or two once more.
    expect(calls).toMatchObject({ UpdateThing: 220, DeleteThingType: 1 });
    expect(calls.ListThings).toBeLessThanOrEqual(20);
    expect(Object.keys(calls).sort()).toEqual(['CreateThingType', 'DeleteThingType', 'DeprecateThingType', 'DescribeThingType', 'ListThings', 'UpdateThing']);
    expect(types(destination)).toMatchObject({ light: { searchableAttributes: ['b'] } });
    expect(things(destination).t0109).toMatchObject({ type: 'light', attributes, groups: ['house'] });
  });

  test('things get it back once listings show that they lost it: listings lag by seconds', async () => {
    const destination = await fleet(3);
    const isBack = () => destination.retries.find(({ message }) => message.walk?.phase === 'giveBack');
    for (let turns = 0; !isBack() && turns < 10; turns++) {
      destination.now += 5 * 60_000;
      await turn(destination);
    }
    expect(isBack()).toMatchObject({ message: TYPE, delaySeconds: LOOK_AGAIN_SECONDS });
  });

  test('somebody else\'s things are looked for once, and waited for where they were found', async () => {
    const destination = await fleet(60);
    destination.registry.execute('CreateThing', { thingName: 'own', thingTypeName: 'light' });
    const [message] = await turn(destination);
    expect(message.walk).toMatchObject({ phase: 'look', token: expect.any(String) });
    expect(await destination.calls(() => turn(destination))).toMatchObject({ ListThings: 1 });
    expect(things(destination)).toMatchObject({ own: { type: 'light' }, t0000: { type: 'light' } });
    expect(types(destination)).toMatchObject({ light: { deprecated: false } });
    destination.registry.execute('DeleteThing', { thingName: 'own' });
    await destination.drain();
    expectReplaced(destination, 60);
  });

  test('one that came in between is not touched either', async () => {
    const destination = await fleet(3);
    await turn(destination);
    destination.registry.execute('CreateThing', { thingName: 'own', thingTypeName: 'light' });
    await turn(destination);
    expect(destination.retries).toMatchObject([{ message: { walk: { phase: 'takeOff' } } }]);
    expect(things(destination)).toMatchObject({ own: { type: 'light' }, t0000: { type: 'light' } });
  });

  test('a function that dies anywhere loses nothing: its message is applied again', async () => {
    const destination = await fleet(60);
    for (let round = 0; destination.retries.length > 0; round++) {
      expect(round).toBeLessThan(50);
      const messages = destination.retries.splice(0).map(({ message }) => message);
      destination.now += 60_000;
      // What it sent is lost or comes twice.
      await destination.retry(...messages);
      if (round % 2 === 0) destination.retries.length = 0;
      await destination.retry(...messages);
    }
    expectReplaced(destination, 60);
  });

  test('no thing loses its type before the message says that it will have to get it back', async () => {
    const destination = await fleet(3);
    destination.registry.execute('DeprecateThingType', { thingTypeName: 'light' });
    destination.now += 5 * 60_000;
    destination.retries.length = 0;
    destination.refusing.add(TYPE.pk);
    expect(await destination.retry(TYPE)).toMatchObject({ batchItemFailures: [{}] });
    destination.refusing.clear();
    await destination.retry(TYPE);
    await destination.drain();
    expectReplaced(destination, 3);
  });

  test('things get the type back although another one has created it', async () => {
    const destination = await fleet(3);
    await toTakeOff(destination);
    destination.now += 5 * 60_000;
    destination.registry.execute('DeleteThingType', { thingTypeName: 'light' });
    destination.registry.execute('CreateThingType', { thingTypeName: 'light', thingTypeProperties: { searchableAttributes: ['a'] } });
    await destination.drain();
    expectReplaced(destination, 3);
  });

  test('throttled work continues where it was', async () => {
    const destination = await fleet(60);
    await toTakeOff(destination);
    let calls = 0;
    destination.registry.injectFault = (operation) => (operation === 'UpdateThing' && calls++ % 10 === 9 ? failure.Throttling('Rate exceeded') : undefined);
    await destination.drain(100);
    expectReplaced(destination, 60);
  });

  test('a thing that can not be given its type goes its own way', async () => {
    const destination = await fleet(3);
    await toTakeOff(destination);
    destination.registry.injectFault = (operation, input) => (operation === 'UpdateThing' && 'thingName' in input && input.thingName === 't0001' && 'thingTypeName' in input && input.thingTypeName
      ? Object.assign(new Error('no'), { name: 'ConflictException' }) : undefined);
    for (let turns = 0; !destination.retries.some(({ message }) => message.pk === 'thing#t0001'); turns++) {
      expect(turns).toBeLessThan(50);
      await turn(destination);
    }
    expect(destination.retries.map(({ message }) => message.pk)).toEqual(['thing#t0001']);
    destination.registry.injectFault = undefined;
    await destination.drain();
    expectReplaced(destination, 3);
  });

  test('a listing that could not be continued starts again', async () => {
    const destination = await fleet(60);
    const message = await toTakeOff(destination);
    destination.retries.length = 0;
    await destination.retry({ ...message, walk: { phase: 'takeOff', token: 'expired' } });
    expect(destination.retries).toMatchObject([{ message: { walk: { phase: 'takeOff' } }, delaySeconds: expect.any(Number) }]);
    await destination.drain();
    expectReplaced(destination, 60);
  });

  test('a dead letter contains the remaining work, and can be redriven', async () => {
    const destination = await fleet(3);
    const message = await toTakeOff(destination);
    destination.retries.length = 0;
    destination.registry.execute('CreateThing', { thingName: 'own' });
    destination.registry.injectFault = (operation) => (operation === 'DeleteThingType' ? Object.assign(new Error('in use'), { name: 'InvalidRequestException' }) : undefined);
    await destination.retry({ ...message, waitingSince: destination.now - MAX_WAIT_MS - 1 });
    expect(destination.deadLetters).toMatchObject([{ ...TYPE, class: 'waiting', walk: { phase: 'takeOff' } }]);
    destination.registry.injectFault = undefined;
    destination.now += 5 * 60_000;
    await destination.retry(JSON.stringify(destination.deadLetters.splice(0)[0]));
    await destination.drain();
    expectReplaced(destination, 3);
  });

  test('a type that the source has deleted meanwhile is not restored', async () => {
    const destination = await fleet(3);
    await toTakeOff(destination);
    destination.write(record.deletedType('light', { incarnation: 'light-2' }), ...names(3).map((name) => record.thing(name, {}, { version: 2 })));
    await destination.drain();
    expect(types(destination)).toEqual({});
    expect(things(destination)).toMatchObject({ t0000: { type: null } });
  });

  test.each(['it is in the destination', 'it is deleted there, too'])('things get a type back that was deleted and created again meanwhile, when %s', async (how) => {
    const destination = await fleet(3);
    await toTakeOff(destination);
    while (!destination.retries.some(({ message }) => message.walk?.phase === 'giveBack')) await turn(destination);
    const deletion = record.deletedType('light', { incarnation: 'light-2' });
    // The records of the things arrived before those of the type: they belong to the type that is created again.
    if (how === 'it is in the destination') destination.write(deletion);
    else await destination.replicate(deletion);
    await turn(destination);
    await destination.replicate(record.type('light', { searchableAttributes: ['a'] }, { incarnation: 'light-3' }));
    await destination.drain();
    expectReplaced(destination, 3);
  });
});

describe('a lack of time', () => {
  const LATE = 5_000;

  test('without progress ends in the dead-letter queue after three days, with the reason', async () => {
    // Time for the key, none for a page.
    let asked = 0;
    const destination = await fleet(3, { timeLeft: () => (asked++ % 2 === 0 ? 60_000 : LATE) });
    destination.retries.length = 0;
    const since = destination.now;
    asked = 0;
    await destination.retry(TYPE);
    for (let tries = 0; destination.retries.length > 0; tries++) {
      // At intervals of a quarter of an hour.
      expect(tries).toBeLessThan(400);
      const [{ message, delaySeconds }] = destination.retries.splice(0);
      destination.now += delaySeconds * 1000;
      asked = 0;
      await destination.retry(message);
    }
    expect(destination.now - since).toBeGreaterThan(MAX_WAIT_MS);
    expect(destination.now - since).toBeLessThan(MAX_WAIT_MS + 1_000_000);
    expect(destination.deadLetters).toMatchObject([{ ...TYPE, class: 'waiting', error: 'Unfinished', walk: { phase: 'look' } }]);
  });

  test('with progress is none: what was waited before does not count, and it continues at once', async () => {
    const destination = await fleet(60, { timeLeft: () => 60_000 });
    destination.retries.length = 0;
    await destination.retry({ ...TYPE, attempt: 20, waitingSince: destination.now - MAX_WAIT_MS - 1, sentAt: destination.now, walk: { phase: 'look' } });
    expect(destination.retries).toMatchObject([{ message: { attempt: 1, walk: { phase: 'takeOff' } }, delaySeconds: 0 }]);
  });

  test('of a page that changes nothing is no progress the second time', async () => {
    const destination = await fleet(60);
    await turn(destination);
    const [{ message }] = destination.retries.splice(0);
    const waitingSince = destination.now - MAX_WAIT_MS - 1;
    destination.registry.injectFault = (operation) => (operation === 'UpdateThing' ? Object.assign(new Error('no'), { name: 'InvalidRequestException' }) : undefined);
    await destination.retry({ ...message, waitingSince, walk: { phase: 'takeOff', isAgain: true } });
    expect(destination.deadLetters).toMatchObject([{ ...TYPE, class: 'waiting' }]);
  });

  const aborted = () => Object.assign(new Error('Request aborted'), { name: 'AbortError' });

  test('ends a call, and is distinguished from a network that does', async () => {
    const controller = new AbortController();
    const destination = new Destination({ abortAfter: () => controller.signal });
    destination.registry.injectFault = aborted;
    await destination.replicate(record.thing('lamp'));
    expect(destination.retries[0].message).not.toHaveProperty('waitingSince');
    controller.abort();
    await destination.retry(destination.retries.splice(0)[0].message);
    expect(destination.retries).toMatchObject([{ message: { waitingSince: destination.now } }]);
  });
});
