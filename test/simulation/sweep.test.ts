/** @jest-environment ./test/simulation/environment.ts */
import { BrokenInvariantError } from './broken-invariant';
import { sweepRegressions } from './regressions/sweeps';
import { exploreSweeps } from './sweep-exploration';
import { simulateSweeps, SWEEP_OPERATIONS, sweepScenarioOf, type SweepConditions } from './sweeping';

const HISTORIES_PER_TEST = 30;
const DEFAULT_SEEDS = 300;

/** @throws BrokenInvariantError with the first seed that goes wrong, what is wrong, and how to replay it */
async function expectSynchrony(from: number, histories: number, sweeping?: Partial<SweepConditions>): Promise<void> {
  for (let seed = from; seed < from + histories; seed++) {
    const { failures } = await simulateSweeps(sweepScenarioOf(seed, SWEEP_OPERATIONS, { sweeping }));
    if (failures.length > 0) throw new BrokenInvariantError([`seed ${seed} goes wrong${sweeping ? ` with ${JSON.stringify(sweeping)}` : `; replay it with: npm run simulate -- --sweeps --seed ${seed}`}`, ...failures]);
  }
}

describe('whatever happens on the way, one undisturbed sweep makes the destination equal to the source, and the next one finds nothing to do', () => {
  test.each([1, 31])('seeds from %i', async (from) => {
    await expectSynchrony(from, HISTORIES_PER_TEST);
  }, 600_000);

  test('though all events are lost', async () => {
    await expectSynchrony(1_001, HISTORIES_PER_TEST, { losses: 1 });
  }, 600_000);
});

describe('sweeps in between never undo what an event said', () => {
  test.each([2_001, 2_031])('seeds from %i', async (from) => {
    await expectSynchrony(from, HISTORIES_PER_TEST, { losses: 0, sweeps: 4 });
  }, 600_000);
});

describe('rules', () => {
  test.each(sweepRegressions.map((each) => ({ ...each })))('$name', async ({ name: _, seeds = DEFAULT_SEEDS, ...exploration }) => {
    await exploreSweeps({ ...exploration, seeds });
  }, 600_000);
});
