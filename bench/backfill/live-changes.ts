import type { FleetThing } from '../comparison/fleet';
import { World } from '../comparison/world';
import { sleep } from '../quota/simulated-clock';

const EVERY_MS = 1000;
/** Every so many things one is updated, so that some are backfilled already and some are not. */
const STRIDE = 37;

/** Live changes during other work, and when the destination shows them. */
export class LiveChanges {
  private readonly waiting = new Map<string, number>();
  private readonly seenAfter: number[] = [];
  private made = 0;

  /** Makes one change a second. */
  public async make(world: World, count: number): Promise<void> {
    const told: Promise<void>[] = [];
    for (; this.made < count; this.made++) {
      told.push(this.change(world));
      await sleep(EVERY_MS);
    }
    await Promise.all(told);
  }

  /** The destination contains a thing in a version. */
  public seen(thingName: string, firmware: string): void {
    const change = `${thingName} ${firmware}`;
    const since = this.waiting.get(change);
    if (since === undefined) return;
    this.waiting.delete(change);
    this.seenAfter.push(Date.now() - since);
  }

  /**
   * Milliseconds from each change to its visibility.
   *
   * @throws Error if one never became visible
   */
  public lags(): number[] {
    if (this.waiting.size > 0) throw new Error(`${this.waiting.size} of ${this.made} live changes never became visible`);
    return this.seenAfter;
  }

  /** A creation and an update by turns. */
  private change(world: World): Promise<void> {
    const isCreation = this.made % 2 === 0;
    const thing: FleetThing = isCreation ? world.fleet.create() : world.fleet.update(this.made * STRIDE % world.fleet.size);
    this.waiting.set(`${thing.thingName} ${thing.attributes.firmware}`, Date.now());
    return world.tell(thing, isCreation ? 'CREATED' : 'UPDATED');
  }
}
