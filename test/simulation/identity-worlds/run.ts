import { drawIdentityWorld, FAITHFUL, FOREIGN, IDENTITY_TROUBLES, type IdentityAct, type IdentityTrouble, type IdentityWorldConditions } from './plan';
import { identityDefinition, IdentityWorld, SCHEDULES } from './world';
import { Random } from '../random';
import { canonicalJson } from '../registry';
import { Scheduler } from '../scheduler';
import { Heartbeats } from '../worlds/heartbeats';

/** All that a seed decides of a world. */
export interface IdentityWorldScenario {
  readonly conditions: IdentityWorldConditions;
  readonly plan: readonly IdentityAct[];
  readonly seed: number;
}

export interface IdentityWorldResult {
  readonly failures: readonly string[];
  readonly steps: number;
  readonly world: IdentityWorld;
}

const MINUTE = 60_000;
const MAX_STEPS = 200_000;
/** Sweeps and drift checks, and an operator's help, until a status says that all is ready, at most. */
const MAX_ROUNDS = 4;

export function identityWorldOf(seed: number, troubles: readonly IdentityTrouble[] = IDENTITY_TROUBLES): IdentityWorldScenario {
  return { ...drawIdentityWorld(new Random(seed), troubles), seed };
}

/** Runs a world, and has it come to rest: then the status has to say that all is ready, and identities have to be equal. */
export async function simulateIdentityWorld({ conditions, plan, seed }: IdentityWorldScenario, onTrace?: (line: () => string) => void): Promise<IdentityWorldResult> {
  const random = new Random(seed);
  await Heartbeats.prepare(identityDefinition());
  const world = new IdentityWorld({ conditions, random: random.fork(), onTrace });
  const run = new Run(world, new Scheduler(world.pipeline, conditions.pipeline, random.fork()));
  for (const act of plan) if (!await run.take(act)) break;
  if (run.failures.length === 0) await run.rest();
  return { failures: [...new Set([...world.oracle.violations, ...run.failures, ...world.pipeline.violations])], steps: run.steps, world };
}

class Run {
  public readonly failures: string[] = [];

  constructor(private readonly world: IdentityWorld, private readonly scheduler: Scheduler) {}

  public get steps(): number {
    return this.scheduler.steps;
  }

  /** Lets time pass, then does something. @returns whether it got there */
  public async take(act: IdentityAct): Promise<boolean> {
    const { world } = this;
    if (!await this.pass(act.after)) return false;
    world.pipeline.trace(() => `act ${JSON.stringify(act)}`);
    switch (act.what) {
      case 'source': world.change(act.step); break;
      case 'foreign': world.performByHand(act.step); break;
      case 'byHand': world.changeByHand(act.seed); break;
      case 'letters gone': world.pipeline.deadLetters.splice(0); break;
      case 'letters redriven': this.redriveLetters(); break;
      case 'pause': world.pause(); break;
      case 'resume': world.resume(); break;
      case 'check': world.driftChecks.begin(); break;
      case 'shining': world.isShining = act.on; break;
      case 'failing': world.failing = act.on ? 0.6 : 0; break;
      case 'nothing': break;
    }
    return true;
  }

  /** All trouble ends, an operator sees to policies and letters, and within some rounds all is ready. */
  public async rest(): Promise<void> {
    const { world, failures } = this;
    const { pipeline } = world;
    Object.assign(world, { failing: 0, isShining: true });
    pipeline.stopFaults();
    if (!pipeline.isConsuming) world.resume();
    this.mendPolicies();
    for (let round = 0; round < MAX_ROUNDS; round++) {
      if (round === 0) this.redriveLetters();
      else pipeline.deadLetters.splice(0);
      // What the last sweep had to leave, the next one reads.
      await this.pass(SCHEDULES.sweep + 30 * MINUTE);
      world.driftChecks.begin();
      world.registryDriftChecks.begin();
      await this.pass(30 * MINUTE);
      if (world.status!.readyToFailOver && world.oracle.differences().length === 0) return;
    }
    const { readyToFailOver, reasons } = world.status!;
    if (!readyToFailOver) failures.push(`after ${MAX_ROUNDS} sweeps and drift checks of a quiet world the status is not ready: ${reasons.join('; ')}`);
    failures.push(...world.oracle.differences().map((name) => `at the end, ${name} differs`));
  }

  /** Documents that can't be rewritten are replaced in the source, and policies of others are taken away from the destination. */
  private mendPolicies(): void {
    const { world } = this;
    const { source, registry } = world.pipeline;
    for (const [policyName, { document }] of Object.entries(source!.identitySnapshot().policies)) {
      if (!document.includes('iot:DomainName')) continue;
      for (const policyVersionId of ['1', '2', '3', '4', '5', '6', '7', '8']) world.change({ call: 'DeletePolicyVersion', input: { policyName, policyVersionId } });
      world.change({ call: 'CreatePolicyVersion', input: { policyName, policyDocument: FAITHFUL, setAsDefault: true } });
    }
    for (const [policyName, { document }] of Object.entries(registry.identitySnapshot().policies)) {
      if (document === canonicalJson(FOREIGN)) this.takeAway(policyName);
    }
  }

  private takeAway(policyName: string): void {
    const { world } = this;
    const { targets = [] } = world.pipeline.registry.execute('ListTargetsForPolicy', { policyName });
    for (const target of targets) world.performByHand({ call: 'DetachPolicy', input: { policyName, target } });
    world.performByHand({ call: 'DeletePolicy', input: { policyName } });
  }

  private redriveLetters(): void {
    const { deadLetters, retryQueue } = this.world.pipeline;
    for (const letter of deadLetters.splice(0)) retryQueue.send(letter, 0);
  }

  private async pass(milliseconds: number): Promise<boolean> {
    const { world, scheduler } = this;
    const until = world.now + milliseconds;
    world.pipeline.clock.at(until, () => undefined);
    const isOver = await scheduler.run(MAX_STEPS, Infinity, ({ clock }) => {
      world.oracle.look();
      return clock.now() >= until;
    });
    if (!isOver) this.failures.push(`nothing goes on any more after ${scheduler.steps} steps`);
    return isOver;
  }
}
