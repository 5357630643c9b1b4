/** @jest-environment ./test/simulation/environment.ts */
import { explore } from './exploration';
import { faultRegressions, groupRegressions, guardRegressions, lagRegressions, membershipRegressions, thingRegressions, typeRegressions } from './regressions/index';

const DEFAULT_SEEDS = 500;

describe.each([
  ['guard', guardRegressions],
  ['things', thingRegressions],
  ['types', typeRegressions],
  ['groups', groupRegressions],
  ['memberships', membershipRegressions],
  ['faults', faultRegressions],
  ['reads that are behind', lagRegressions],
])('%s', (_, regressions) => {
  test.each(regressions.map((each) => ({ ...each })))('$name', async ({ seeds = DEFAULT_SEEDS, ...exploration }) => {
    await explore({ ...exploration, seeds });
  }, 600_000);
});
