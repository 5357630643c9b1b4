/** @jest-environment ./test/simulation/environment.ts */
import { explore } from './exploration';
import { groupRegressions } from './regressions/groups';
import { guardRegressions } from './regressions/guard';
import { membershipRegressions } from './regressions/memberships';
import { thingRegressions } from './regressions/things';
import { typeRegressions } from './regressions/types';

const DEFAULT_SEEDS = 300;

describe.each([
  ['guard', guardRegressions],
  ['things', thingRegressions],
  ['types', typeRegressions],
  ['groups', groupRegressions],
  ['memberships', membershipRegressions],
])('%s', (_, regressions) => {
  test.each(regressions.map((each) => ({ ...each })))('$name', async ({ seeds = DEFAULT_SEEDS, ...exploration }) => {
    await explore({ ...exploration, seeds });
  });
});
