import { Belief, NotLookable } from '../../live-check/belief';
import { pause } from '../../live-check/interruption';
import { Outcome, runBeliefs } from '../../live-check/runner';

function belief(id: string, boundSeconds = 60): Belief {
  return { id, topic: 'registry', statement: 'it is so', otherwise: 'it is not', uses: {}, boundSeconds, look: () => Promise.reject(new Error('not asked')) };
}

const never = new AbortController().signal;

test('outcomes are in the order of the beliefs, however long each took', async () => {
  const ended: string[] = [];
  const beliefs = [belief('slow'), belief('quick')];
  const outcomes = await runBeliefs(beliefs, async ({ id }, signal) => {
    await pause(id === 'slow' ? 50 : 1, signal);
    return { holds: id === 'slow', seen: `seen by ${id}` };
  }, { signal: never, onOutcome: ({ belief: { id } }) => ended.push(id) });
  expect(outcomes).toMatchObject([{ belief: { id: 'slow' }, outcome: 'holds', seen: 'seen by slow' }, { belief: { id: 'quick' }, outcome: 'does not hold', seen: 'seen by quick' }]);
  expect(ended).toEqual(['quick', 'slow']);
});

test('what takes longest begins first, and six are looked at at a time', async () => {
  const begun: string[] = [];
  let [now, most] = [0, 0];
  const beliefs = Array.from({ length: 20 }, (_, index) => belief(`b${index}`, 10 + index));
  await runBeliefs(beliefs, async ({ id }, signal) => {
    begun.push(id);
    most = Math.max(most, ++now);
    await pause(2, signal);
    now--;
    return { holds: true, seen: '' };
  }, { signal: never });
  expect(most).toBe(6);
  expect(begun).toEqual(beliefs.map(({ id }) => id).reverse());
});

test('a belief that can\'t be looked at has the reason, one that fails its error, and neither keeps the others', async () => {
  const outcomes = await runBeliefs([belief('unlookable'), belief('failing'), belief('fine')], async ({ id }) => {
    if (id === 'unlookable') throw new NotLookable('events are off');
    if (id === 'failing') throw Object.assign(new Error('no permission'), { name: 'AccessDeniedException' });
    return { holds: true, seen: 'all well' };
  }, { signal: never });
  expect(outcomes.map(({ outcome, seen }) => [outcome, seen])).toEqual([['not looked at', 'events are off'], ['not looked at', 'AccessDeniedException: no permission'], ['holds', 'all well']]);
});

test('a belief whose time is over is not looked at any further', async () => {
  const [outcome] = await runBeliefs([belief('endless', 0.02)], async (_, signal) => {
    for (;;) await pause(5, signal);
  }, { signal: never });
  expect(outcome).toMatchObject({ outcome: 'not looked at', seen: 'it did not end within 0.02 s' });
});

test('an interruption ends the running looks and begins no others', async () => {
  const interruption = new AbortController();
  const begun: string[] = [];
  const told: Outcome[] = [];
  const outcomes = await runBeliefs(Array.from({ length: 8 }, (_, index) => belief(`b${index}`)), async ({ id }, signal) => {
    begun.push(id);
    if (begun.length === 6) interruption.abort(new Error('Ctrl-C'));
    await pause(60_000, signal);
    return { holds: true, seen: '' };
  }, { signal: interruption.signal, onOutcome: (outcome) => told.push(outcome) });
  expect(begun).toHaveLength(6);
  expect(outcomes.map(({ outcome, seen }) => `${outcome}: ${seen}`)).toEqual(Array(8).fill('not looked at: interrupted'));
  expect(told).toHaveLength(8);
});
