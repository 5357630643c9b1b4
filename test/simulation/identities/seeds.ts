import { identityScenarioOf } from './scenario';
import { simulateIdentities } from './simulate';
import { BrokenInvariantError } from '../broken-invariant';
import { HISTORIES_PER_TEST } from '../seeds';

/** @throws BrokenInvariantError with the first seed of one test that goes wrong, and what is wrong */
export async function expectIdentities(from: number): Promise<void> {
  for (let seed = from; seed < from + HISTORIES_PER_TEST; seed++) {
    const { failures } = await simulateIdentities(identityScenarioOf(seed));
    if (failures.length > 0) throw new BrokenInvariantError([`seed ${seed} goes wrong; replay and shrink it with: npm run simulate -- --identities --seed ${seed}`, ...failures]);
  }
}
