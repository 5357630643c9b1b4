import type { History } from './history';
import { simulate, type Scenario } from './simulation';

export interface Shrunk<S extends Scenario = Scenario> {
  readonly scenario: S;
  readonly failures: readonly string[];
}

/** Orders of events and calls that a shorter history is tried with: the one that failed means nothing to it. */
const SEEDS = 40;

/**
 * The shortest history that was found to fail under the same conditions.
 *
 * @param symptom part of what has to be wrong, so that one bug does not shrink to another
 * @param run a scenario to its end
 */
export async function shrink<S extends Scenario>(
  failing: Shrunk<S>, symptom: RegExp, onProgress: (operations: number) => void, run: (scenario: S) => Promise<Pick<Shrunk, 'failures'>> = simulate,
): Promise<Shrunk<S>> {
  let best = failing;
  let chunk = Math.ceil(best.scenario.history.length / 2);
  while (chunk >= 1) {
    let found = false;
    for (let from = 0; from < best.scenario.history.length; from += chunk) {
      const shorter = best.scenario.history.filter((_, index) => index < from || index >= from + chunk);
      const failed = await firstFailure(best.scenario, shorter, symptom, run);
      if (!failed) continue;
      best = failed;
      found = true;
      onProgress(shorter.length);
      from -= chunk;
    }
    if (!found || chunk > best.scenario.history.length) chunk = chunk === 1 ? (found ? 1 : 0) : Math.floor(chunk / 2);
  }
  return best;
}

async function firstFailure<S extends Scenario>(
  scenario: S, history: History, symptom: RegExp, run: (scenario: S) => Promise<Pick<Shrunk, 'failures'>>,
): Promise<Shrunk<S> | undefined> {
  for (let i = 0; i < SEEDS; i++) {
    const tried = { ...scenario, history, seed: i === 0 ? scenario.seed : i };
    const { failures } = await run(tried);
    if (failures.some((failure) => symptom.test(failure))) return { scenario: tried, failures };
  }
  return undefined;
}

/** The kind of failure of a line, without names, values and times. */
export function symptomOf(failure: string): RegExp {
  const [, letter] = /^a dead letter: (\{.*\})$/.exec(failure) ?? [];
  const { error, reason } = letter ? JSON.parse(letter) as { error?: string; reason?: string } : { error: failure.replace(/ is .*|:? \d+ steps.*/, ''), reason: '' };
  const parts = [error, reason].map((text) => (text ?? '').split(/#\d+|\b[tgx]\d+\b/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*'));
  return new RegExp(parts.join('.*'));
}
