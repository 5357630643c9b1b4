import { WaitingError } from '../../runtime/answers';

/** The note of those who write one entity of the destination. Before anybody has, both numbers are 0. */
export interface FenceNote {
  /** How many have entered so far. */
  readonly turn: number;
  /** Until when the last of them may write, in milliseconds since the epoch. */
  readonly until: number;
}

/** Where the note of one entity is kept: in the destination's table of state. Each of these is one atomic call. */
export interface FenceStore {
  /** A consistent read. */
  read(): Promise<FenceNote>;
  /** Counts one turn more, and sets until when it lasts, unless somebody else has since the note was read. @returns whether it did */
  enter(before: FenceNote, until: number): Promise<boolean>;
}

export interface FenceTimes {
  /** How long a call may take, waits of the SDK between its attempts included. Then it is aborted. */
  readonly callMs: number;
  /** How much longer an aborted call may have an effect, and by how much clocks may differ. */
  readonly marginMs: number;
  /** How long somebody who has entered may write. As calls begin later than that, it is longer than both together; else they would begin with a renewal. */
  readonly leaseMs: number;
}

export const FENCE_TIMES: FenceTimes = { callMs: 10_000, marginMs: 5_000, leaseMs: 20_000 };

export interface FenceOptions {
  readonly store: FenceStore;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A signal that aborts after that many milliseconds; without it calls are never aborted. */
  readonly abortAfter?: (milliseconds: number) => AbortSignal;
  readonly times?: FenceTimes;
}

/** How often somebody else may enter first, before the key goes back to the queue. */
const MAX_TURNS = 5;

/**
 * Keeps a write of an older record from undoing that of a newer one, where that must not happen even for a moment, or not unnoticed: an activation that was slow
 * would let a device in that has been shut out since, an older document of a policy would allow what the newer one does not.
 *
 * 1. Whoever wants to write reads the note, then its record, and then enters, unless somebody has meanwhile. So nobody enters with a record that is
 *    older than one which was entered with before.
 * 2. Who has entered writes for the time of a lease, then enters again. Thus everything that it ever writes is written by the time its lease is over.
 * 3. Who enters while the lease of somebody else lasts writes at once and looks again after it: what that one was about to write may have come later.
 *
 * So once a record is written and the second look, if any, is done, nothing brings back what an older record has. Who dies in between leaves its key on a queue.
 * `test/model` searches the histories of this code, and shows the shortest one that each weaker rule gets wrong.
 */
export class Fence {
  private readonly times: FenceTimes;

  constructor(private readonly options: FenceOptions) {
    this.times = options.times ?? FENCE_TIMES;
  }

  /**
   * Permission to write a record.
   *
   * @param isCurrent a consistent read: whether the record is the newest one
   * @returns undefined if it is not; then the newest one is to be applied instead
   * @throws WaitingError if others keep entering
   */
  public async enter(isCurrent: () => Promise<boolean>): Promise<Pass | undefined> {
    const { store, now } = this.options;
    for (let turn = 0; turn < MAX_TURNS; turn++) {
      const before = await store.read();
      // After the note was read: if somebody with a newer record enters in between, this one does not.
      if (!await isCurrent()) return undefined;
      const enteredAt = now();
      const until = enteredAt + this.times.leaseMs;
      if (await store.enter(before, until)) {
        return new Pass(this.options, this.times, { turn: before.turn + 1, until }, before.until > enteredAt);
      }
    }
    throw new WaitingError('others keep changing it in the destination');
  }

  /**
   * Permission to write a record that takes access away. If it can't enter, it is written all the same, and fails afterwards, so that its key comes back.
   *
   * @param isCurrent as for `enter`
   * @returns as of `enter`
   */
  public async enterUrgently(isCurrent: () => Promise<boolean>): Promise<Pass | undefined> {
    try {
      return await this.enter(isCurrent);
    } catch (error) {
      return new Pass(this.options, this.times, undefined, false, error);
    }
  }
}

/** Permission to write one entity of the destination. */
export class Pass {
  /** @param hasMet whether the lease of somebody else lasted on entering */
  constructor(
    private readonly options: FenceOptions,
    private readonly times: FenceTimes,
    private note: FenceNote | undefined,
    private readonly hasMet: boolean,
    private readonly failure?: unknown,
  ) {}

  /**
   * When the record has to be applied once more, in milliseconds since the epoch: others may write until then. Undefined if there are none. Ask after the last
   * call; the key has to be on a queue before its message is done.
   *
   * The own lease is over by then too, and with it those that began before. A look that came earlier would meet it, and never be the last.
   */
  public get lookAgainAt(): number | undefined {
    return this.hasMet ? this.note?.until : undefined;
  }

  /** Whether others can see it: only what is urgent is written without. */
  public get hasEntered(): boolean {
    return this.note !== undefined;
  }

  /** The turn of this permission, if nobody else may write any more. Ask after the last call. */
  public get soleTurn(): number | undefined {
    return this.hasMet ? undefined : this.note?.turn;
  }

  /**
   * Makes one call of the registry that writes.
   *
   * @param work has to pass the signal on to the client
   * @throws WaitingError if somebody else has entered, and the lease is over
   * @throws whatever the call throws, and what kept the note from being written
   */
  public async call<T>(work: (signal: AbortSignal | undefined) => Promise<T>): Promise<T> {
    await this.renew();
    const output = await work(this.options.abortAfter?.(this.times.callMs));
    if (!this.note) throw this.failure;
    return output;
  }

  /** Enters again, if the lease could be over before the call. To enter takes time as well. */
  private async renew(): Promise<void> {
    const { store, now } = this.options;
    const { callMs, marginMs, leaseMs } = this.times;
    for (let turn = 0; this.note && now() + callMs + marginMs > this.note.until; turn++) {
      if (turn === MAX_TURNS) throw new WaitingError('entering takes longer than a lease');
      const until = now() + leaseMs;
      // Whoever has entered meanwhile has the same record or a newer one.
      if (!await store.enter(this.note, until)) throw new WaitingError('another consumer has begun to change it');
      this.note = { turn: this.note.turn + 1, until };
    }
  }
}
