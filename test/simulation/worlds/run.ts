import { drawPlan, type Act } from './acts';
import { drawWorldConditions, STOOD, type Trouble, type WorldConditions } from './conditions';
import { workflowOf } from './deployments';
import { Heartbeats } from './heartbeats';
import { firstDefinition, World } from './world';
import { Random } from '../random';
import { Scheduler } from '../scheduler';

/** All that a seed decides of a world. */
export interface WorldScenario {
  readonly conditions: WorldConditions;
  readonly plan: readonly Act[];
  readonly seed: number;
}

export interface WorldResult {
  readonly failures: readonly string[];
  readonly steps: number;
  readonly world: World;
}

const MINUTE = 60_000;
const MAX_STEPS = 200_000;
/** Sweeps, drift checks and an operator's help until a status says in sync, at most. */
const MAX_ROUNDS = 4;
/** As long as a key waits, and some for its last try. */
const LONGEST_WAIT = 3 * 24 * 60 * MINUTE + 60 * MINUTE;

export function worldOf(seed: number, troubles: readonly Trouble[] = STOOD): WorldScenario {
  const random = new Random(seed);
  const conditions = drawWorldConditions(random.fork(), troubles);
  return { conditions, plan: drawPlan(random.fork(), conditions), seed };
}

/** Runs a world, and has it come to rest: then the status has to say in sync, and both registries have to be equal. */
export async function simulateWorld({ conditions, plan, seed }: WorldScenario, onTrace?: (line: () => string) => void): Promise<WorldResult> {
  const random = new Random(seed);
  await Heartbeats.prepare(firstDefinition(conditions));
  const world = new World({ conditions, random: random.fork(), onTrace });
  const run = new Run(world, new Scheduler(world.pipeline, conditions.pipeline, random.fork()));
  try {
    for (const act of plan) await run.take(act);
    await run.rest();
  } catch (error) {
    if (!(error instanceof EndlessWorldError)) throw error;
    run.failures.push(error.message);
  }
  const { violations } = world.pipeline;
  return { failures: [...new Set([...world.oracle.violations, ...run.failures, ...violations])], steps: run.steps, world };
}

/** Work goes round in circles. */
class EndlessWorldError extends Error {}

class Run {
  public readonly failures: string[] = [];

  constructor(private readonly world: World, private readonly scheduler: Scheduler) {}

  public get steps(): number {
    return this.scheduler.steps;
  }

  /** Lets time pass, then does something. */
  public async take(act: Act): Promise<void> {
    const { world } = this;
    await this.pass(act.after);
    world.pipeline.trace(() => `act ${JSON.stringify(act)}`);
    world.expireItems();
    switch (act.what) {
      case 'source': return world.change(act.step);
      case 'byHand': return world.changeByHand(act.step);
      case 'sweep': return world.sweep(act.mode);
      case 'check': return world.check(act.mode);
      case 'losing': world.losing = act.share; return;
      case 'events': return world.switchEvents(act.kind, act.on);
      case 'asking': return world.switchSource('unknown', act.on);
      case 'shining': return world.switchSource('dark', act.on);
      case 'pause': return world.pause(act.how === 'deployed');
      case 'resume': return world.resume();
      case 'letters gone': world.pipeline.deadLetters.splice(0); return;
      case 'letters redriven': return this.redriveLetters();
      case 'slow': world.slow = act.most; return;
      case 'failing': world.failing = act.on ? 0.6 : 0; return;
      case 'redrive': world.redriveRuns(1); return;
      case 'deploy':
        await Heartbeats.prepare(workflowOf(act.selection));
        return world.deploy(act.selection);
      case 'clock': return world.setClock(act.of, act.ahead);
      case 'rival': return world.meetRival(act.on);
      case 'forge': return world.forge(act.forgery);
      case 'look': return world.runStatus();
      case 'nothing': return;
    }
  }

  /** All trouble ends, an operator sees to letters and runs, and within some rounds all is well. */
  public async rest(): Promise<void> {
    const { world, failures } = this;
    const { pipeline } = world;
    Object.assign(world, { losing: 0, failing: 0, slow: 0 });
    pipeline.stopFaults();
    world.setClock('Region', world.usualAhead);
    world.setClock('registry', world.usualAhead);
    for (const kind of ['THING', 'THING_GROUP', 'THING_TYPE', 'THING_GROUP_MEMBERSHIP'] as const) world.switchEvents(kind, true);
    world.switchSource('unknown', true);
    world.switchSource('dark', true);
    if (!pipeline.isConsuming) world.resume();
    world.meetRival(false);
    await this.pass(2 * world.intervalMs + 11 * MINUTE);
    for (let round = 0; round < MAX_ROUNDS + 1; round++) {
      const isLast = round === MAX_ROUNDS;
      // What waits for something that is selected no more is a dead letter after three days, and ends with a redrive once its item is taken out.
      if (isLast) {
        if (!this.isWaitingOnly()) break;
        await this.pass(LONGEST_WAIT);
        world.removeOutside();
      }
      world.removeUnmanaged();
      world.redriveRuns();
      await this.settle();
      if (round > 0) world.removeBadItems();
      if (round > 0 && !isLast) pipeline.deadLetters.splice(0);
      else this.redriveLetters();
      world.sweep('repair', { maxDeletions: 1_000 });
      await this.settle();
      world.check('repair');
      await this.settle();
      await this.pass(Math.max(5 * MINUTE, world.intervalMs + 2 * MINUTE));
      world.runStatus();
      await this.pass(1_000);
      if (world.status!.registryInSync && world.oracle.differences().length === 0) break;
    }
    const { status } = world;
    if (!status!.registryInSync) failures.push(`after ${MAX_ROUNDS} sweeps and drift checks of a quiet world the status is not in sync: ${status!.reasons.join('; ')}`);
    failures.push(...world.oracle.differences().map((name) => `at the end, ${name} differs`));
  }

  private isWaitingOnly(): boolean {
    const { status, oracle } = this.world;
    return status!.reasons.every((reason) => reason.startsWith('WAITING')) && oracle.differences().length === 0;
  }

  private redriveLetters(): void {
    const { deadLetters, retryQueue } = this.world.pipeline;
    for (const letter of deadLetters.splice(0)) retryQueue.send(letter, 0);
  }

  /** Until sweeps and drift checks have ended. */
  private async settle(): Promise<void> {
    const { world } = this;
    const { pipeline, sweeps, checks } = world;
    const isBusy = () => sweeps.isRunning || checks.isRunning || !pipeline.isDelivered || pipeline.replica.underWay.size > 0;
    for (let waited = 0; waited < 120 && isBusy(); waited++) await this.pass(MINUTE);
    await this.pass(1_000);
  }

  private async pass(milliseconds: number): Promise<void> {
    const { world, scheduler } = this;
    const until = world.now + milliseconds;
    world.nextActAt = until;
    world.pipeline.clock.at(until, () => undefined);
    const isOver = await scheduler.run(MAX_STEPS, Infinity, ({ clock }) => clock.now() >= until);
    if (!isOver) throw new EndlessWorldError(`nothing goes on any more after ${scheduler.steps} steps`);
  }
}
