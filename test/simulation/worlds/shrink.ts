import type { Act } from './acts';
import { simulateWorld, type WorldScenario } from './run';

export interface ShrunkWorld {
  readonly scenario: WorldScenario;
  readonly failures: readonly string[];
}

export interface ShrinkOptions {
  /** Whether time is up: the shortest so far is what there is then. */
  readonly isOver: () => boolean;
  /** @default simulates the world */
  readonly failuresOf?: (scenario: WorldScenario) => Promise<readonly string[]>;
}

/**
 * The shortest plan that was found to fail in the same way: acts are left out, half of them at first and one by one in the end. All others happen when they
 * did, for what one is about is often the time between two.
 */
export async function shrinkWorld(failing: ShrunkWorld, { isOver, failuresOf = async (scenario) => (await simulateWorld(scenario)).failures }: ShrinkOptions): Promise<ShrunkWorld> {
  const symptom = symptomOfWorld(failing.failures[0]);
  let best = failing;
  for (let chunk = Math.ceil(best.scenario.plan.length / 2); chunk >= 1; chunk = Math.floor(chunk / 2)) {
    let hasShrunk = true;
    while (hasShrunk) {
      hasShrunk = false;
      for (let from = 0; from < best.scenario.plan.length;) {
        if (isOver()) return best;
        const scenario = { ...best.scenario, plan: without(best.scenario.plan, from, chunk) };
        const failures = await failuresOf(scenario);
        if (failures.some((failure) => symptom.test(failure))) {
          best = { scenario, failures };
          hasShrunk = true;
        } else {
          from += chunk;
        }
      }
    }
  }
  return best;
}

/** What kind of failure a line is about: names, numbers and times left out. */
export function symptomOfWorld(failure: string): RegExp {
  const parts = failure.split(/\d{4}-\d\d-\d\dT[\d:.]+Z|\b[tgx]\d+\b|\d+/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.+')}$`);
}

function without(plan: readonly Act[], from: number, count: number): Act[] {
  const left = plan.slice(from, from + count).reduce((sum, { after }) => sum + after, 0);
  return plan.flatMap((act, index) => {
    if (index >= from && index < from + count) return [];
    return index === from + count ? [{ ...act, after: act.after + left }] : [act];
  });
}
