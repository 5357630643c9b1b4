import { FENCE_TIMES } from '../../src/kinds/handler/fence';

/** One run of a handler. Once it has crashed, nothing that it still wants to do happens. */
export class Invocation {
  public crashed = false;
  /** Whether a queue has refused something: the only reason to give a record back to the stream. */
  public queueRefused = false;
  /** The tombstones that were read, by key. */
  public readonly tombstones = new Map<string, Set<string>>();
  /** Deletions that the minute had room for and that have not been made. */
  public admissions = 0;

  /** The longest chain of messages of the retry queue that led to it; what it sends to that queue is one longer. */
  public chain = -1;

  /** When calls that it has made are aborted. */
  public readonly aborts: { readonly at: number; readonly controller: AbortController }[] = [];

  /**
   * @param deadline the moment at which Lambda ends it
   * @param speed how readily its calls happen: 1, or next to nothing, so that others overtake it
   */
  constructor(public readonly name: string, public readonly deadline: number, public readonly speed: number) {}
}

/** A call that a handler waits for, and that has not happened yet. */
export interface ParkedCall {
  readonly invocation: Invocation;
  readonly service: Service;
  /** Since when, in milliseconds. */
  readonly since: number;
  /** For the trace. */
  readonly label: () => string;
  readonly execute: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** Until when it may still happen, in milliseconds: it was aborted, and nobody waits for it any more. */
  lostAt?: number;
}

/** How long after it was aborted a call may still happen: the request can be at AWS by then. */
const HAPPENS_AFTER_ABORT = FENCE_TIMES.marginMs;

export type Service = 'iot' | 'dynamodb' | 'sqs' | 's3' | 'sfn';

/** The error that a call ends with, and whether it happened nevertheless. */
export interface Fault {
  readonly error: Error;
  readonly tookEffect: boolean;
}

/** Every call of a handler is parked here until the scheduler lets it happen. */
export class Calls {
  public parked: ParkedCall[] = [];

  constructor(private readonly now: () => number = () => 0) {}

  public park(invocation: Invocation, service: Service, label: () => string, execute: () => unknown, signal?: AbortSignal): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (invocation.crashed) return;
      if (signal?.aborted) {
        reject(aborted());
        return;
      }
      const call: ParkedCall = { invocation, service, since: this.now(), label, execute, resolve, reject };
      this.parked.push(call);
      signal?.addEventListener('abort', () => this.abort(call), { once: true });
    });
  }

  /** The next moment at which something becomes of a call without anybody's doing. */
  public get next(): number {
    return this.parked.reduce((next, { invocation, service, lostAt }) => {
      const aborts = service === 'iot' ? invocation.aborts.map(({ at }) => at) : [];
      return Math.min(next, lostAt ?? Math.min(Infinity, ...aborts));
    }, Infinity);
  }

  /** Aborts what has taken too long, and forgets what happens no more. */
  public passTime(): void {
    const now = this.now();
    for (const invocation of new Set(this.parked.map((each) => each.invocation))) {
      const due = invocation.aborts.filter(({ at }) => at <= now);
      for (const abort of due) {
        invocation.aborts.splice(invocation.aborts.indexOf(abort), 1);
        abort.controller.abort();
      }
    }
    this.parked = this.parked.filter(({ lostAt = Infinity }) => lostAt > now);
  }

  private abort(call: ParkedCall): void {
    if (!this.parked.includes(call)) return;
    call.lostAt = this.now() + HAPPENS_AFTER_ABORT;
    call.reject(aborted());
  }

  /** @returns what came of it, for the trace */
  public perform(index: number, fault?: Fault): string {
    const [call] = this.parked.splice(index, 1);
    try {
      if (fault && !fault.tookEffect) throw fault.error;
      const answer = call.execute();
      if (fault) throw fault.error;
      call.resolve(answer);
      return 'ok';
    } catch (error) {
      call.reject(error);
      return `${(error as Error).name}: ${(error as Error).message}`;
    }
  }

  public crash(invocation: Invocation): void {
    invocation.crashed = true;
    this.parked = this.parked.filter((each) => each.invocation !== invocation || each.lostAt !== undefined);
  }
}

function aborted(): Error {
  return Object.assign(new Error('Request aborted'), { name: 'AbortError' });
}
