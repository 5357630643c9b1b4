import { record } from './harness';
import { HOUR_MS, LAMP, lamp, LIGHT, MINUTE_MS, parkedFor, remembered, undeletable, world } from './waiting-world';
import { keyString } from '../../src/record/record';
import { MAX_WAIT_MS } from '../../src/replicator/handler/failure-routing';

describe('a function that dies at any call', () => {
  /** From the arrival of two things to the arrival of their type two hours later. */
  async function life(number: number, when: 'before' | 'after') {
    const { destination, time } = world();
    time.dieAt(number, when);
    await time.stream(destination.write(lamp(), record.thing('lamp-2', { thingTypeName: 'light' })));
    await time.pass(2 * HOUR_MS);
    await time.stream(destination.write(record.type('light')));
    await time.pass(2 * HOUR_MS);
    return { destination, time };
  }

  /** A group that can't be deleted for three hours. */
  async function stay(number: number, when: 'before' | 'after') {
    const { destination, time } = world();
    await undeletable({ destination, time });
    time.dieAt(number, when);
    await time.pass(3 * HOUR_MS);
    destination.registry.execute('DeleteThingGroup', { thingGroupName: 'theirs' });
    await time.pass(2 * HOUR_MS);
    return { destination, time };
  }

  test.each(['before', 'after'] as const)('%s it happens loses no key that is parked', async (when) => {
    const { time: { calls } } = await life(Infinity, when);
    expect(calls).toBeGreaterThan(40);
    for (let number = 1; number <= calls; number++) {
      const { destination, time } = await life(number, when);
      expect({ number, things: destination.registry.snapshot().things, left: remembered(destination), queued: time.queued, letters: destination.deadLetters })
        .toEqual({ number, things: { 'lamp': expect.objectContaining({ type: 'light' }), 'lamp-2': expect.objectContaining({ type: 'light' }) }, left: [], queued: [], letters: [] });
    }
  });

  test.each(['before', 'after'] as const)('%s it happens loses no key that waits with a message', async (when) => {
    const { time: { calls } } = await stay(Infinity, when);
    expect(calls).toBeGreaterThan(40);
    for (let number = 1; number <= calls; number++) {
      const { destination, time } = await stay(number, when);
      expect({ number, groups: destination.registry.snapshot().groups, left: remembered(destination), queued: time.queued, letters: destination.deadLetters })
        .toEqual({ number, groups: {}, left: [], queued: [], letters: [] });
    }
  });

  test.each(['before', 'after'] as const)('%s it happens at the end of three days loses no dead letter', async (when) => {
    const end = async (number: number) => {
      const { destination, time } = world();
      destination.write(lamp());
      await destination.retry({ ...LAMP, attempt: 300, waitingSince: destination.now - MAX_WAIT_MS + 10 * MINUTE_MS, sentAt: destination.now });
      time.dieAt(number, when);
      await time.pass(2 * HOUR_MS);
      return { destination, time };
    };
    const { time: { calls } } = await end(Infinity);
    expect(calls).toBeGreaterThan(20);
    for (let number = 1; number <= calls; number++) {
      const { destination, time } = await end(number);
      expect({ number, prerequisite: parkedFor(destination), queued: time.queued }).toEqual({ number, prerequisite: `lettered#${keyString(LIGHT)}`, queued: [] });
      // One that is sent twice is better than none.
      expect([1, 2]).toContain(destination.deadLetters.length);
    }
  });
});
