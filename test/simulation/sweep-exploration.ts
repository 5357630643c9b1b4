import { BrokenInvariantError } from './broken-invariant';
import { scenariosOf, type Exploration } from './exploration';
import { describeHistory } from './history';
import { Random } from './random';
import { drawSweepConditions, simulateSweeps, type SweepConditions, type SweepOptions, type SweepScenario, withSweeps } from './sweeping';

/** A history that is swept, in many orders of all that happens. */
export interface SweepExploration extends Pick<Exploration, 'history' | 'conditions' | 'seeds'>, Pick<SweepOptions, 'lost'> {
  /** What is fixed; all else is drawn. */
  readonly sweeping?: Partial<SweepConditions>;
}

/**
 * Runs a short history in many orders of events, calls, crashes and sweeps.
 *
 * @throws BrokenInvariantError with the history and all that happened, at the first order in which something is wrong
 */
export async function exploreSweeps({ lost, sweeping = {}, ...exploration }: SweepExploration): Promise<void> {
  for (const scenario of scenariosOf(exploration)) {
    const drawn = drawSweepConditions(new Random(scenario.seed));
    const swept: SweepScenario = { ...scenario, sweeping: { ...drawn, losses: 0, ...sweeping }, conditions: withSweeps(scenario.conditions, { ...drawn, ...sweeping }) };
    const { failures } = await simulateSweeps(swept, { lost });
    if (failures.length === 0) continue;
    const trace: string[] = [];
    await simulateSweeps(swept, { lost, onTrace: (line) => trace.push(line()) });
    throw new BrokenInvariantError([`in the order of seed ${scenario.seed}:`, ...failures, ...describeHistory(swept.history), JSON.stringify(swept.sweeping), ...trace]);
  }
}
