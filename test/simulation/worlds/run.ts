import { drawPlan, type Act } from './acts';
import { BaseRun, MAX_ROUNDS, type WorldResult } from './base-run';
import { drawWorldConditions, STOOD, type Trouble, type WorldConditions } from './conditions';
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

const MINUTE = 60_000;
/** As long as a key waits, and some for its last try. */
const LONGEST_WAIT = 3 * 24 * 60 * MINUTE + 60 * MINUTE;

export function worldOf(seed: number, troubles: readonly Trouble[] = STOOD): WorldScenario {
  const random = new Random(seed);
  const conditions = drawWorldConditions(random.fork(), troubles);
  return { conditions, plan: drawPlan(random.fork(), conditions), seed };
}

/** Runs a world, and has it come to rest: then the status has to say in sync, and both registries have to be equal. */
export async function simulateWorld({ conditions, plan, seed }: WorldScenario, onTrace?: (line: () => string) => void): Promise<WorldResult<World>> {
  const random = new Random(seed);
  await Heartbeats.prepare(firstDefinition(conditions));
  const world = new World({ conditions, random: random.fork(), onTrace });
  return new Run(world, new Scheduler(world.pipeline, conditions.pipeline, random.fork())).simulate(plan);
}

class Run extends BaseRun<World, Act> {
  protected readonly goal = { field: 'registryInSync', words: 'in sync' } as const;

  protected async perform(act: Act): Promise<void> {
    const { world } = this;
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
        await Heartbeats.prepare(world.workflowOf(act.selection));
        return world.deploy(act.selection);
      case 'clock': return world.setClock(act.of, act.ahead);
      case 'rival': return world.meetRival(act.on);
      case 'added': return this.addDestination();
      case 'forge': return world.forge(act.forgery);
      case 'look': return world.runStatus();
      case 'nothing': return;
    }
  }

  /** A destination that has never been there has no drift check that could end afterwards. */
  private async addDestination(): Promise<void> {
    const { world } = this;
    for (let waited = 0; waited < 30 && world.checks.isRunning; waited++) await this.pass(MINUTE);
    if (!world.checks.isRunning) world.addDestination();
  }

  protected async endTroubles(): Promise<void> {
    const { world } = this;
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
  }

  /** What waits for something that is selected no more is a dead letter after three days, and ends with a redrive once its item is taken out. */
  protected override async becomeWell(): Promise<boolean> {
    if (await super.becomeWell()) return true;
    if (!this.isWaitingOnly()) return false;
    await this.pass(LONGEST_WAIT);
    this.world.removeOutside();
    await this.round(MAX_ROUNDS);
    return this.isWell();
  }

  /** An operator sees to letters and runs. */
  protected async round(round: number): Promise<void> {
    const { world } = this;
    world.removeUnmanaged();
    world.redriveRuns();
    await this.settle();
    if (round > 0) world.removeBadItems();
    if (round > 0 && round < MAX_ROUNDS) world.pipeline.deadLetters.splice(0);
    else this.redriveLetters();
    world.sweep('repair', { maxDeletions: 1_000 });
    await this.settle();
    world.check('repair');
    await this.settle();
    await this.pass(Math.max(5 * MINUTE, world.intervalMs + 2 * MINUTE));
    world.runStatus();
    await this.pass(1_000);
  }

  private isWaitingOnly(): boolean {
    const { status, oracle } = this.world;
    return status!.reasons.every((reason) => reason.startsWith('WAITING')) && oracle.differences().length === 0;
  }

  /** Until sweeps and drift checks have ended. */
  private async settle(): Promise<void> {
    const { world } = this;
    const { pipeline, sweeps, checks } = world;
    const isBusy = () => sweeps.isRunning || checks.isRunning || !pipeline.isDelivered || pipeline.replica.underWay.size > 0;
    for (let waited = 0; waited < 120 && isBusy(); waited++) await this.pass(MINUTE);
    await this.pass(1_000);
  }

  protected override async pass(milliseconds: number): Promise<void> {
    this.world.nextActAt = this.world.now + milliseconds;
    await super.pass(milliseconds);
  }
}
