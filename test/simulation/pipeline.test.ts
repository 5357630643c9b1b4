/** @jest-environment ./test/simulation/environment.ts */
import { expectConvergence, HISTORIES_PER_TEST, rangesOf } from './seeds';

/** Half of the histories; the other half is in a file of its own, so that each core has one. */
const FIRST = 1;
const HISTORIES = 300;

describe('whatever happens on the way, the destination ends up equal to the source', () => {
  test.each(rangesOf(FIRST, HISTORIES))('seeds from %i', async (from) => {
    await expectConvergence({ from, histories: HISTORIES_PER_TEST });
  }, 600_000);
});

if (process.env.SIMULATION_SEED) {
  test(`seed ${process.env.SIMULATION_SEED}`, async () => {
    await expectConvergence({ from: Number(process.env.SIMULATION_SEED), histories: 1 });
  });
}
