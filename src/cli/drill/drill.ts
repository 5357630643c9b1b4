import { SQSClient } from '@aws-sdk/client-sqs';
import type { Canary } from './canary';
import type { Isolation } from './isolation';
import { DrillReport, Step, StepName, STEPS } from './report';
import { Left, Made, Undo } from './undo';
import { PhysicalNames } from '../../record/physical-names';
import type { Clients } from '../clients';
import { CommandError, failureOf } from '../errors';
import { EXIT } from '../exit-codes';
import { TargetQueue } from '../letters/queue';
import { Mapping, Mappings } from '../pause/mappings';
import type { Replication } from '../replication';
import { readStatus } from '../status/status';
import type { Surroundings } from '../surroundings';
import { ago, shownDuration } from '../times';

export interface DrillParts {
  readonly clients: Clients;
  readonly replication: Replication;
  readonly region: string;
  readonly canaryName: string;
  readonly canaryIn: (clients: Clients) => Canary;
  readonly mappings: Mappings;
  readonly isolation: Isolation;
  readonly surroundings: Surroundings;
  /** A whole command that ends the pause. */
  readonly resumeCommand: string;
}

/** Between two looks at what is expected to happen. */
const LOOK_MS = 500;
/** A change takes seconds; one that has not arrived by then has to be explained. */
const ARRIVAL_MS = 120_000;

/** What the canary is worth, in the order of the drill. */
const VALUE = { CREATED: 'created', CHANGED_THERE: 'changed-in-the-destination', CHANGED: 'changed-in-the-source' } as const;

/** A step whose result ends the drill. */
class Ended extends Error {}

/** Rehearses the day of a failover with one thing of its own. */
export class Drill {
  private readonly steps: Step[] = [];
  private readonly undo = new Undo();
  private readonly canary: Canary;
  /** As long as the source is unreachable, nothing may need it. */
  private readonly alone: { readonly clients: Clients; readonly canary: Canary; readonly mappings: Mappings };
  private readyToFailOver?: boolean;
  private secondsToCutOver?: number;
  private secondsPaused?: number;
  private pausedAt = 0;
  private left: readonly Left[] = [];

  constructor(private readonly parts: DrillParts) {
    const { clients, replication: { name, sourceRegion }, region, canaryIn } = parts;
    const alone = clients.without(sourceRegion);
    this.canary = canaryIn(clients);
    this.alone = { clients: alone, canary: canaryIn(alone), mappings: new Mappings(alone, region, name) };
  }

  /** @returns the report, also of a drill that was interrupted or failed */
  public async run(): Promise<DrillReport> {
    const { replication: { name, sourceRegion }, region, canaryName, isolation, surroundings: { now, signal } } = this.parts;
    const startedAt = new Date(now()).toISOString();
    try {
      await this.arrive();
      const isolated = await this.unreachable();
      const paused = await this.pause();
      await this.change();
      await this.goBack(isolated, paused);
      await this.mend();
      await this.follow();
    } catch (error) {
      if (!(error instanceof Ended) && !signal.aborted) throw error;
    } finally {
      await this.cleanUp();
    }
    const { readyToFailOver, secondsToCutOver, secondsPaused, left, steps } = this;
    const isWhole = steps.length === Object.keys(STEPS).length;
    return {
      replication: name,
      sourceRegion,
      region,
      canary: `thing/${canaryName}`,
      isolation: isolation.by,
      startedAt,
      steps,
      ok: isWhole && steps.every(({ ok }) => ok),
      ...readyToFailOver === undefined ? {} : { readyToFailOver },
      ...secondsToCutOver === undefined ? {} : { secondsToCutOver },
      ...secondsPaused === undefined ? {} : { secondsPaused },
      left,
    };
  }

  private async arrive(): Promise<void> {
    const { replication: { sourceRegion }, region, canaryName } = this.parts;
    this.undo.add({
      what: `thing/${canaryName} exists in ${sourceRegion} or ${region}`,
      command: [sourceRegion, region].map((each) => `aws iot delete-thing --region ${each} --thing-name ${canaryName}`).join(' && '),
      undo: () => this.deleteCanary(),
    });
    await this.step('arrive', async () => {
      await this.canary.create(sourceRegion, VALUE.CREATED);
      const milliseconds = await this.once(region, VALUE.CREATED);
      if (milliseconds !== undefined) return { ok: true, found: `it was in ${region} after ${shownDuration(milliseconds)}` };
      return { ok: false, isEnd: true, found: `it was not in ${region} after ${shownDuration(ARRIVAL_MS)}: a prefix or the router may exclude it (--prefix), or nothing arrives at all` };
    });
  }

  private async unreachable(): Promise<Made> {
    const { replication, region, isolation, surroundings: { now, signal } } = this.parts;
    const isolated: Made = { what: `${replication.sourceRegion} is isolated`, command: isolation.endCommand ?? '', undo: () => isolation.end() };
    if (isolation.by === 'emulator') this.undo.add(isolated);
    await this.step('unreachable', async () => {
      await isolation.begin();
      const { regions } = await readStatus(this.alone.clients, { ...replication, destinationRegions: [region] }, signal, now);
      const { reachable, state = 'unreachable', inSync = false, problem, status } = regions.find(({ role }) => role === 'destination')!;
      this.readyToFailOver = inSync;
      const heard = status?.arrived ?? status?.heartbeat?.sentAt;
      const found = [
        state, inSync ? 'ready to fail over' : 'not ready to fail over', ...heard === undefined ? [] : [`the source was heard ${ago(heard, now())}`], ...problem === undefined ? [] : [problem],
      ];
      return { ok: reachable && inSync, found: found.join(', ') };
    });
    return isolated;
  }

  private async pause(): Promise<Made> {
    const { region, resumeCommand, surroundings } = this.parts;
    let before: readonly Mapping[] = [];
    const paused: Made = { what: `${region} is paused`, command: resumeCommand, undo: () => this.resume(before) };
    await this.step('pause', async () => {
      before = await this.alone.mappings.all();
      this.undo.add(paused);
      this.pausedAt = surroundings.now();
      for (const mapping of before) await this.alone.mappings.set(mapping, false);
      const after = await this.alone.mappings.once('Disabled', surroundings);
      const isPaused = after.every(({ state }) => state === 'Disabled');
      return { ok: isPaused, isEnd: !isPaused, found: after.map(({ functionName, state }) => `${functionName} ${state}`).join(', ') };
    });
    return paused;
  }

  private async change(): Promise<void> {
    const { region, surroundings: { now } } = this.parts;
    await this.step('change', async () => {
      await this.alone.canary.change(region, VALUE.CHANGED_THERE);
      this.secondsToCutOver = secondsBetween(this.pausedAt, now());
      const value = await this.alone.canary.valueIn(region);
      return { ok: value === VALUE.CHANGED_THERE, found: `the thing was changed ${shownDuration(this.secondsToCutOver * 1000)} after the command to pause` };
    });
  }

  private async goBack(isolated: Made, paused: Made): Promise<void> {
    const { isolation, surroundings: { now } } = this.parts;
    await this.step('return', async () => {
      if (isolation.by === 'emulator') await this.undo.take(isolated);
      await this.undo.take(paused);
      this.secondsPaused = secondsBetween(this.pausedAt, now());
      return { ok: true, found: `the pause lasted ${shownDuration(this.secondsPaused * 1000)}` };
    });
  }

  private async mend(): Promise<void> {
    const { clients, replication: { name }, region, canaryName } = this.parts;
    await this.step('mend', async () => {
      const queue = new TargetQueue(clients.of(SQSClient, region), new PhysicalNames(name).retryQueue);
      await queue.send(JSON.stringify({ pk: `thing#${canaryName}`, sk: 'thing' }));
      const milliseconds = await this.once(region, VALUE.CREATED);
      return milliseconds === undefined
        ? { ok: false, found: `the thing is not as its record says after ${shownDuration(ARRIVAL_MS)}` }
        : { ok: true, found: `the thing was as its record says after ${shownDuration(milliseconds)}` };
    });
  }

  private async follow(): Promise<void> {
    const { replication: { sourceRegion }, region } = this.parts;
    await this.step('follow', async () => {
      await this.canary.change(sourceRegion, VALUE.CHANGED);
      const milliseconds = await this.once(region, VALUE.CHANGED);
      return milliseconds === undefined
        ? { ok: false, found: `a change of the source was not there after ${shownDuration(ARRIVAL_MS)}` }
        : { ok: true, found: `a change of the source was there after ${shownDuration(milliseconds)}` };
    });
  }

  /** Takes back whatever there is: after Ctrl-C, and after errors too. */
  private async cleanUp(): Promise<void> {
    const { surroundings: { terminal, now, impatience } } = this.parts;
    const begun = now();
    terminal.note(`taking back: ${STEPS.cleanUp}`);
    this.left = await this.undo.all(impatience);
    const found = this.left.length > 0 ? this.left.map(({ what, why }) => `${what}: ${why}`).join('; ') : 'nothing is left';
    this.steps.push({ step: 'cleanUp', ok: this.left.length === 0, seconds: secondsBetween(begun, now()), found });
  }

  private async resume(before: readonly Mapping[]): Promise<void> {
    const { mappings, region, surroundings: { now, pause, impatience } } = this.parts;
    for (const mapping of before) await mappings.set(mapping, true);
    const after = await mappings.once('Enabled', { now, pause: (milliseconds) => pause(milliseconds, impatience), signal: impatience });
    if (after.some(({ state }) => state !== 'Enabled')) throw new CommandError(`the mappings in ${region} are ${after.map(({ state }) => state).join(' and ')}, expected Enabled`, EXIT.failed);
  }

  /** In the source first, and by hand only where deletions are not replicated, or do not arrive. */
  private async deleteCanary(): Promise<void> {
    const { replication: { sourceRegion }, region, surroundings: { now, pause, impatience } } = this.parts;
    await this.canary.delete(sourceRegion);
    const end = now() + ARRIVAL_MS;
    while (await this.canary.valueIn(region) !== undefined && now() < end) {
      await pause(LOOK_MS, impatience);
      impatience.throwIfAborted();
    }
    await this.canary.delete(region);
  }

  /** Looks until the canary has a value in a Region. @returns the milliseconds until then; undefined if it has not for two minutes */
  private async once(region: string, value: string): Promise<number | undefined> {
    const { surroundings: { now, pause, signal } } = this.parts;
    const begun = now();
    for (;;) {
      if (await this.canary.valueIn(region) === value) return now() - begun;
      if (now() - begun >= ARRIVAL_MS) return undefined;
      await pause(LOOK_MS);
      signal.throwIfAborted();
    }
  }

  private async step(step: StepName, work: () => Promise<{ readonly ok: boolean; readonly found: string; readonly isEnd?: boolean }>): Promise<void> {
    const { surroundings: { terminal, now, signal } } = this.parts;
    signal.throwIfAborted();
    terminal.note(`${this.steps.length + 1} of ${Object.keys(STEPS).length}: ${STEPS[step]}`);
    const begun = now();
    const add = (ok: boolean, found: string) => this.steps.push({ step, ok, seconds: secondsBetween(begun, now()), found });
    try {
      const { ok, found, isEnd } = await work();
      add(ok, found);
      if (isEnd) throw new Ended();
    } catch (error) {
      if (error instanceof Ended) throw error;
      add(false, signal.aborted ? 'interrupted' : failureOf(error).text);
      throw new Ended();
    }
  }
}

function secondsBetween(begun: number, end: number): number {
  return Math.round((end - begun) / 100) / 10;
}
