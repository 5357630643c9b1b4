import { BELIEFS } from '../../live-check/beliefs';
import { costOf, shownCost, usesOf } from '../../live-check/cost';
import { PRICES } from '../../src/estimate/prices';

test('costs are counts at list prices', () => {
  expect(costOf({ registryOperations: 1_000_000 })).toBeCloseTo(1_000_000 * PRICES.registryOperation);
  expect(costOf({ transitions: 1_000, messages: 10 })).toBeCloseTo(1_000 * PRICES.standardTransition + 100 * PRICES.sqsRequest);
  expect([0, 0.0099, 0.011, 1.5].map(shownCost)).toEqual(['less than a cent', 'less than a cent', '$0.01', '$1.50']);
});

test('all beliefs together cost less than a dollar', () => {
  const uses = usesOf(BELIEFS);
  expect(uses.registryOperations).toBe(BELIEFS.reduce((sum, each) => sum + (each.uses.registryOperations ?? 0), 0));
  expect(costOf(uses)).toBeGreaterThan(0);
  expect(costOf(uses)).toBeLessThan(1);
});
