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
}

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

  public park(invocation: Invocation, service: Service, label: () => string, execute: () => unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (!invocation.crashed) this.parked.push({ invocation, service, since: this.now(), label, execute, resolve, reject });
    });
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
    this.parked = this.parked.filter((each) => each.invocation !== invocation);
  }
}
