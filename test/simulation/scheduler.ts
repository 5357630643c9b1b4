import type { Invocation } from './calls';
import { quiescence } from './clock';
import type { Conditions, MoveKind } from './conditions';
import { drawFault } from './faults';
import type { Pipeline } from './pipeline';
import type { Random } from './random';

/** What happens to a pipeline beside its work. */
const EXTRAS: ReadonlySet<MoveKind> = new Set(['crash', 'attach', 'redrive', 'begin']);

/** Makes the moves of a pipeline in an order that a seed decides. */
export class Scheduler {
  public steps = 0;
  private crashes: number;
  private principals: number;
  private redrives: number;
  private last?: Invocation;

  constructor(private readonly pipeline: Pipeline, private readonly conditions: Conditions, private readonly random: Random) {
    this.crashes = conditions.crashes;
    this.principals = conditions.principals;
    this.redrives = conditions.redrives;
  }

  /**
   * Runs until all is quiet, or what is said instead.
   *
   * @returns whether it got there within so many steps and so much time
   */
  public async run(maxSteps: number, until: number, isOver = (pipeline: Pipeline) => pipeline.isQuiet): Promise<boolean> {
    const { pipeline } = this;
    await quiescence();
    while (!isOver(pipeline)) {
      if (this.steps++ >= maxSteps || pipeline.clock.now() > until) return false;
      const kind = this.draw();
      if (!kind) return false;
      this.make(kind);
      await quiescence();
    }
    return true;
  }

  private draw(): MoveKind | undefined {
    const { pipeline, conditions: { weights } } = this;
    const possible: [MoveKind, boolean][] = [
      ['call', pipeline.calls.parked.length > 0],
      ['deliver', pipeline.due.length > 0],
      ['replicate', pipeline.replica.underWay.size > 0],
      ['stream', pipeline.waitingShards().length > 0],
      ['retry', this.canRetry()],
      ['crash', !pipeline.calm && this.crashes > 0 && pipeline.running.length > 0],
      ['attach', !pipeline.calm && this.principals > 0 && pipeline.calls.parked.length > 0],
      ['begin', !pipeline.calm && pipeline.startableJobs().length > 0],
      ['redrive', !pipeline.calm && this.redrives > 0 && pipeline.replica.keys().length > 0],
    ];
    const kinds = possible.filter(([, isPossible]) => isPossible).map(([kind]) => kind);
    const hasWork = kinds.some((kind) => !EXTRAS.has(kind));
    if (pipeline.canWait && (!pipeline.calm || !hasWork)) kinds.push('wait');
    const speed = Math.max(0, ...pipeline.calls.parked.map((call) => call.invocation.speed));
    return this.weighted(kinds, (kind) => (kind === 'call' ? weights.call * speed : weights[kind]));
  }

  private weighted<T>(options: readonly T[], weight: (option: T) => number): T | undefined {
    let left = this.random.next() * options.reduce((sum, option) => sum + weight(option), 0);
    return options.find((option) => (left -= weight(option)) < 0) ?? options[options.length - 1];
  }

  private make(kind: MoveKind): void {
    const { pipeline, random, conditions } = this;
    switch (kind) {
      case 'call': return this.perform();
      case 'deliver': return pipeline.deliver(this.nextEvent(), random.chance(conditions.duplicates));
      case 'replicate': {
        const [key, writes] = random.pick([...pipeline.replica.underWay.entries()]);
        return pipeline.replicate(key, random.chance(conditions.coalescing) ? 1 + random.below(writes.length) : 1);
      }
      case 'stream': return pipeline.consumeStream(random.pick(pipeline.waitingShards()), 1 + random.below(conditions.maxStreamBatch));
      case 'retry': {
        const visible = pipeline.retryQueue.visible();
        const from = random.below(visible.length);
        return pipeline.consumeRetries(visible.slice(from, from + 1 + random.below(conditions.maxRetryBatch)));
      }
      case 'wait': return pipeline.wait();
      case 'crash':
        this.crashes -= 1;
        return pipeline.crash(random.pick(pipeline.running));
      case 'attach': {
        this.principals -= 1;
        const things = pipeline.thingsInDestination();
        return things.length > 0 ? pipeline.attach(random.pick(things)) : undefined;
      }
      case 'begin': return random.pick(pipeline.startableJobs()).begin();
      case 'redrive':
        this.redrives -= 1;
        return pipeline.redrive(random.pick(pipeline.replica.keys()));
    }
  }

  private perform(): void {
    const { pipeline, random, conditions } = this;
    const { parked } = pipeline.calls;
    const sticks = this.last && this.last.speed === 1 && random.chance(conditions.stickiness);
    const index = Math.max(0, parked.indexOf((sticks && parked.find((call) => call.invocation === this.last)) || this.weighted(parked, (call) => call.invocation.speed)!));
    const { invocation, service } = parked[index];
    this.last = invocation;
    pipeline.perform(index, !pipeline.calm && random.chance(conditions.faults) ? drawFault(random, service) : undefined);
  }

  /** The oldest, or one that overtakes it. */
  private nextEvent(): number {
    const { pipeline: { due }, random, conditions: { disorder } } = this;
    return disorder >= 1 ? random.below(due.length) : Math.min(due.length - 1, Math.floor(-Math.log(1 - random.next()) * disorder * 10));
  }

  private canRetry(): boolean {
    const { pipeline, conditions } = this;
    return pipeline.isConsuming && pipeline.retrying.size < conditions.retryConsumers && pipeline.retryQueue.visible().length > 0;
  }
}
