/** @jest-environment ./test/simulation/environment.ts */
import { BrokenInvariantError } from './broken-invariant';
import { DRIFT_OPERATIONS, driftScenarioOf, MADE_BY_HAND, simulateDrift } from './drifting';

const HISTORIES_PER_TEST = 30;

describe('what somebody changes in the destination is reported, then repaired, then reported no more', () => {
  test.each([1, 31])('seeds from %i', async (from) => {
    let reported = 0;
    for (let seed = from; seed < from + HISTORIES_PER_TEST; seed++) {
      const result = await simulateDrift(driftScenarioOf(seed, DRIFT_OPERATIONS, MADE_BY_HAND));
      if (result.failures.length > 0) throw new BrokenInvariantError([`seed ${seed} goes wrong; replay it with: npm run simulate -- --drift --seed ${seed}`, ...result.failures]);
      reported += result.reported;
    }
    expect(reported).toBeGreaterThan(HISTORIES_PER_TEST);
  }, 600_000);
});
