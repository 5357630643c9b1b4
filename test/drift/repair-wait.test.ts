/** @jest-environment ./test/simulation/environment.ts */
import { repairWaitSeconds } from '../../src/drift/repair-wait';
import { knownKinds } from '../../src/kinds/register';
import jsonata from '../simulation/jsonata';

test.each<[string, Record<string, number>, number]>([
  ['things', { repaired: 3, missing: 3, shouldBeGone: 0 }, 120],
  ['as many deletions as a minute may have', { repaired: 500, shouldBeGone: 500 }, 120],
  ['more deletions', { repaired: 1201, shouldBeGone: 1201 }, 120 + 3 * 60 + 900],
  ['types, of which some may have to wait for five minutes', { 'repaired': 2, 'shouldBeGone': 1, 'candidates.type': 1 }, 600],
  ['both', { 'repaired': 600, 'shouldBeGone': 501, 'candidates.type': 3 }, 600 + 2 * 60 + 900],
  ['nothing that it knows', {}, 120],
])('%s', async (_, counts, seconds) => {
  const [, expression] = /^\{%(.*)%\}$/s.exec(repairWaitSeconds(knownKinds(), 500))!;
  await expect(jsonata(expression).evaluate(undefined, { states: { input: { counts } } })).resolves.toBe(seconds);
});
