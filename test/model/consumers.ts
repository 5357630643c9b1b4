import type { FenceNote, FenceStore } from '../../src/kinds/handler/fence';
import { WaitingError } from '../../src/runtime/answers';

/** What a consumer waits for. Each is one step, between which all others take theirs. */
export interface Request {
  readonly op: 'reads the record' | 'reads the note' | 'enters' | 'calls';
  readonly before?: FenceNote;
  readonly until?: number;
  readonly record?: number;
  readonly part?: string;
  readonly othersUntil?: number;
}

/** What a consumer is done with: a record, and when it is to be looked at again, if it is. Or it waits, and its message comes back. */
export interface Outcome {
  readonly record?: number;
  readonly lookAgainAt?: number;
  readonly isWaiting?: boolean;
}

/** What a consumer has to do with the world. */
export interface Ports extends FenceStore {
  now: Asking<Request>['now'];
  checkpoint: Asking<Request>['checkpoint'];
  /** The newest record, by its number. */
  readRecord(): Promise<number>;
  valueOf(record: number): Readonly<Record<string, string>>;
  /** With a record, the leases of those who write the same one do not count. */
  read(record?: number): Promise<FenceNote>;
  /** @param othersUntil until when writers of other records may write */
  enter(before: FenceNote, until: number, record?: number, othersUntil?: number): Promise<boolean>;
  /** A call of the registry that writes a part of a record. It has its effect at some time before it ends. */
  call(record: number, part: string): Promise<void>;
}

/** Applies what a message brings: the image of a record, or a key. */
export type Consumer = (ports: Ports, image: number | undefined) => Promise<Outcome>;

/** What a consumer does with the answers of the world. If it waits, so does its message. */
export function withPorts(consumer: Consumer, valueOf: Ports['valueOf']): (asking: Asking<Request>, image: number | undefined) => Promise<Outcome> {
  return async ({ ask, now, checkpoint }, image) => {
    const ports: Ports = {
      now,
      checkpoint,
      valueOf,
      readRecord: () => ask({ op: 'reads the record' }),
      read: (record) => ask({ op: 'reads the note', record }),
      enter: (before, until, record, othersUntil) => ask({ op: 'enters', before, until, record, othersUntil }),
      call: (record, part) => ask({ op: 'calls', record, part }),
    };
    try {
      return await consumer(ports, image);
    } catch (error) {
      if (error instanceof WaitingError) return { isWaiting: true };
      throw error;
    }
  };
}

/** How the code of a consumer gets its answers, one at a time. */
export interface Asking<Asked> {
  ask<T>(request: Asked): Promise<T>;
  /** When it got the last answer, counted from when it began. */
  now(): number;
  /** From here on the consumer goes on as any other with these values and times would. */
  checkpoint(values: readonly unknown[], ...times: readonly (number | undefined)[]): void;
}

type Log = readonly { readonly answer: unknown; readonly at: number }[];

interface Next<Asked, Done> {
  readonly request?: Asked;
  readonly outcome?: Done;
  readonly memory: readonly unknown[];
}

export class UnknownAnswersError extends Error {
  constructor(public readonly asked: unknown, public readonly log: Log) {
    super('a consumer has to be run with these answers first');
  }
}

function keyOf(message: unknown, log: Log): string {
  return JSON.stringify([message, log]);
}

/**
 * Runs the code of a consumer up to its next request. What it does follows from the answers it got, so it is run from its beginning with these, once for each
 * list of answers.
 */
export class Consumers<Message, Asked, Done> {
  private readonly known = new Map<string, Next<Asked, Done>>();

  /** @param consume what a consumer does with a message */
  constructor(private readonly consume: (asking: Asking<Asked>, message: Message) => Promise<Done>) {}

  /** @throws UnknownAnswersError unless it was run with these answers */
  public next(message: Message, log: Log): Next<Asked, Done> {
    const known = this.known.get(keyOf(message, log));
    if (!known) throw new UnknownAnswersError(message, log);
    return known;
  }

  public async learn({ asked, log }: UnknownAnswersError): Promise<void> {
    this.known.set(keyOf(asked, log), await this.run(asked as Message, log));
  }

  private async run(message: Message, log: Log): Promise<Next<Asked, Done>> {
    let answered = 0;
    let memory: unknown[] = [];
    let now = 0;
    let request: Asked | undefined;
    const asking: Asking<Asked> = {
      ask: <T>(asked: Asked) => new Promise<T>((resolve) => {
        if (answered === log.length) {
          request = asked;
          return;
        }
        const { answer, at } = log[answered++];
        now = at;
        memory.push(answer);
        resolve(answer as T);
      }),
      now: () => {
        memory.push({ time: now });
        return now;
      },
      checkpoint: (values, ...times) => { memory = [...values, ...times.map((time) => (time === undefined ? 'never' : { time }))]; },
    };
    let outcome: Done | undefined;
    let failure: { readonly error: unknown } | undefined;
    this.consume(asking, message).then((done) => { outcome = done; }, (error: unknown) => { failure = { error }; });
    while (!request && !outcome && !failure) await null;
    if (failure) throw failure.error;
    return { request, outcome, memory };
  }
}
