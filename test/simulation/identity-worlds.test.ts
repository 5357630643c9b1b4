/** @jest-environment ./test/simulation/environment.ts */
import { BrokenInvariantError } from './broken-invariant';
import { drawIdentityWorld } from './identity-worlds/plan';
import { identityRules } from './identity-worlds/rules';
import { identityWorldOf, simulateIdentityWorld } from './identity-worlds/run';
import { Random } from './random';

const WORLDS = 6;
const SEED_OF_RULES = 1;

test('whatever happens over hours, a status that says identities are in sync could not know better, and in the end all is equal and ready', async () => {
  let claims = 0;
  for (let seed = 1; seed <= WORLDS; seed++) {
    const { failures, world } = await simulateIdentityWorld(identityWorldOf(seed));
    if (failures.length > 0) throw new BrokenInvariantError([`seed ${seed} goes wrong; replay it with: npm run simulate -- --identity-worlds --seed ${seed} --trace`, ...failures]);
    claims += world.oracle.claims;
  }
  // A status that never said in sync would never be wrong.
  expect(claims).toBeGreaterThan(WORLDS);
}, 600_000);

describe('rules', () => {
  test.each(identityRules.map((each) => ({ ...each })))('$name', async ({ plan, facts }) => {
    const { conditions: drawn } = drawIdentityWorld(new Random(SEED_OF_RULES), []);
    const conditions = { ...drawn, pipeline: { ...drawn.pipeline, facts: { ...drawn.pipeline.facts, ...facts } } };
    const { failures } = await simulateIdentityWorld({ conditions, plan, seed: SEED_OF_RULES });
    if (failures.length > 0) throw new BrokenInvariantError(failures);
  }, 600_000);
});
