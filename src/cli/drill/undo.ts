import { failureOf } from '../errors';

/** Something that has to be taken back at the end, whatever happens. */
export interface Made {
  /** What there is, for a sentence: `eu-west-1 is paused`. */
  readonly what: string;
  /** How a person takes it back: a whole command. */
  readonly command: string;
  undo(): Promise<void>;
}

/** What could not be taken back. */
export interface Left extends Omit<Made, 'undo'> {
  readonly why: string;
}

/** What a command has made, in the order in which it has. */
export class Undo {
  private readonly made: Made[] = [];

  /** Before it is made: what a call without an answer has made would be forgotten otherwise. */
  public add(made: Made): void {
    this.made.push(made);
  }

  /** Takes one thing back. @throws errors of its `undo`, and then it stays in the list */
  public async take(made: Made): Promise<void> {
    await made.undo();
    this.made.splice(this.made.indexOf(made), 1);
  }

  /** Takes everything back, the last first; what fails keeps nothing else from it. @param impatience ends it at once */
  public async all(impatience: AbortSignal): Promise<readonly Left[]> {
    const left: Left[] = [];
    for (const made of [...this.made].reverse()) {
      try {
        await unless(impatience, () => this.take(made));
      } catch (error) {
        left.push({ what: made.what, command: made.command, why: impatience.aborted ? 'interrupted' : failureOf(error).text });
      }
    }
    return left;
  }
}

/** Work that begins only before the signal, and is not waited for after it. */
async function unless(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  signal.throwIfAborted();
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop);
  });
  try {
    await Promise.race([work(), aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
