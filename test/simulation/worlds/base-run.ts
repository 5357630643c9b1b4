import type { BaseWorld } from './base-world';
import type { Scheduler } from '../scheduler';

const MAX_STEPS = 200_000;
/** Sweeps, drift checks and an operator's help until a status says that all is well, at most. */
export const MAX_ROUNDS = 4;

export interface WorldResult<W extends BaseWorld> {
  readonly failures: readonly string[];
  readonly steps: number;
  readonly world: W;
}

/** Work goes round in circles. */
class EndlessWorldError extends Error {}

/** Runs a plan in a world, and has the world come to rest. */
export abstract class BaseRun<W extends BaseWorld, Act extends { readonly after: number }> {
  /** What the status of a world at rest has to say, and the words for it. */
  protected abstract readonly goal: { readonly field: 'registryInSync' | 'readyToFailOver'; readonly words: string };

  constructor(protected readonly world: W, private readonly scheduler: Scheduler) {}

  public async simulate(plan: readonly Act[]): Promise<WorldResult<W>> {
    const { world, scheduler } = this;
    const failures: string[] = [];
    try {
      for (const act of plan) await this.take(act);
      failures.push(...await this.rest());
    } catch (error) {
      if (!(error instanceof EndlessWorldError)) throw error;
      failures.push(error.message);
    }
    return { failures: [...new Set([...world.oracle.violations, ...failures, ...world.pipeline.violations])], steps: scheduler.steps, world };
  }

  /** Lets time pass, then does something. */
  private async take(act: Act): Promise<void> {
    await this.pass(act.after);
    this.world.pipeline.trace(() => `act ${JSON.stringify(act)}`);
    await this.perform(act);
  }

  protected abstract perform(act: Act): void | Promise<void>;

  /** All trouble ends, and within some rounds all is well. @returns what is not */
  private async rest(): Promise<string[]> {
    const { world, goal: { field, words } } = this;
    await this.endTroubles();
    await this.becomeWell();
    const { [field]: isReached, reasons } = world.status!;
    return [
      ...isReached ? [] : [`after ${MAX_ROUNDS} sweeps and drift checks of a quiet world the status is not ${words}: ${reasons.join('; ')}`],
      ...world.oracle.differences().map((name) => `at the end, ${name} differs`),
    ];
  }

  protected abstract endTroubles(): void | Promise<void>;

  /** @returns whether all is well */
  protected async becomeWell(): Promise<boolean> {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      await this.round(round);
      if (this.isWell()) return true;
    }
    return false;
  }

  /** A sweep and a drift check, and what an operator does by then. */
  protected abstract round(round: number): Promise<void>;

  protected isWell(): boolean {
    const { status, oracle } = this.world;
    return status![this.goal.field] && oracle.differences().length === 0;
  }

  protected redriveLetters(): void {
    const { deadLetters, retryQueue } = this.world.pipeline;
    for (const letter of deadLetters.splice(0)) retryQueue.send(letter, 0);
  }

  protected async pass(milliseconds: number): Promise<void> {
    const { world, scheduler } = this;
    const until = world.now + milliseconds;
    world.pipeline.clock.at(until, () => undefined);
    const isOver = await scheduler.run(MAX_STEPS, Infinity, ({ clock }) => {
      this.look();
      return clock.now() >= until;
    });
    if (!isOver) throw new EndlessWorldError(`nothing goes on any more after ${scheduler.steps} steps`);
  }

  /** Called between two steps. */
  protected look(): void { /* nothing, by default */ }
}
