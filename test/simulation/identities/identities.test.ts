/** @jest-environment ./test/simulation/environment.ts */
import { simulateIdentities } from './simulate';
import { BrokenInvariantError } from '../broken-invariant';

const HISTORIES = 30;

test('certificates, policies and their attachments are as in the source once everything is delivered, and never more than that on the way', async () => {
  for (let seed = 1; seed <= HISTORIES; seed++) {
    const { failures } = await simulateIdentities(seed);
    if (failures.length > 0) throw new BrokenInvariantError([`seed ${seed} goes wrong`, ...failures]);
  }
}, 240_000);
