import type { FenceNote, FenceStore } from '../../src/kinds/handler/fence';

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
  now(): number;
  /** From here on the consumer goes on as any other with these values and times would. */
  checkpoint(values: readonly unknown[], ...times: readonly (number | undefined)[]): void;
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

type Log = readonly { readonly answer: unknown; readonly at: number }[];

interface Next {
  readonly request?: Request;
  readonly outcome?: Outcome;
  readonly memory: readonly unknown[];
}

export class UnknownAnswersError extends Error {
  constructor(public readonly image: number | undefined, public readonly log: Log) {
    super('a consumer has to be run with these answers first');
  }
}

function keyOf(image: number | undefined, log: Log): string {
  return JSON.stringify([image, log]);
}

/**
 * Runs the code of a consumer up to its next request. What it does follows from the answers it got, so it is run from its beginning with these, once for each
 * list of answers.
 */
export class Consumers {
  private readonly known = new Map<string, Next>();

  constructor(private readonly consumer: Consumer, private readonly valueOf: Ports['valueOf']) {}

  /** @throws UnknownAnswersError unless it was run with these answers */
  public next(image: number | undefined, log: Log): Next {
    const known = this.known.get(keyOf(image, log));
    if (!known) throw new UnknownAnswersError(image, log);
    return known;
  }

  public async learn({ image, log }: UnknownAnswersError): Promise<void> {
    this.known.set(keyOf(image, log), await this.run(image, log));
  }

  private async run(image: number | undefined, log: Log): Promise<Next> {
    let answered = 0;
    let memory: unknown[] = [];
    let now = 0;
    let request: Request | undefined;
    const ask = <T>(asked: Request) => new Promise<T>((resolve) => {
      if (answered === log.length) {
        request = asked;
        return;
      }
      const { answer, at } = log[answered++];
      now = at;
      memory.push(answer);
      resolve(answer as T);
    });
    const ports: Ports = {
      now: () => {
        memory.push({ time: now });
        return now;
      },
      checkpoint: (values, ...times) => { memory = [...values, ...times.map((time) => (time === undefined ? 'never' : { time }))]; },
      valueOf: this.valueOf,
      readRecord: () => ask({ op: 'reads the record' }),
      read: (record) => ask({ op: 'reads the note', record }),
      enter: (before, until, record, othersUntil) => ask({ op: 'enters', before, until, record, othersUntil }),
      call: (record, part) => ask({ op: 'calls', record, part }),
    };
    let outcome: Outcome | undefined;
    let failure: unknown;
    this.consumer(ports, image).then((done) => { outcome = done; }, (error: unknown) => { failure = error; });
    while (!request && !outcome && failure === undefined) await null;
    if (failure === undefined) return { request, outcome, memory };
    if (failure instanceof Error && failure.name === 'Waiting') return { outcome: { isWaiting: true }, memory };
    throw failure;
  }
}
