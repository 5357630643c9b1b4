/** Ctrl-C, once and twice. */
export interface Interruption {
  /** Aborted by the first. */
  readonly signal: AbortSignal;
  /** Aborted by the second: what is being removed is left. */
  readonly impatience: AbortSignal;
  /** What a person is told at the second. */
  left?: () => string;
}

/** Signals after which what was made is removed, and the exit code of each. A terminal that closes sends the last. */
const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Listens to the signals that end a process. */
export function interruptionOf(target: NodeJS.Process, print: (text: string) => void): Interruption {
  const [first, second] = [new AbortController(), new AbortController()];
  const interruption: Interruption = { signal: first.signal, impatience: second.signal };
  for (const signal of SIGNALS) {
    target.on(signal, () => {
      if (!first.signal.aborted) {
        print(`\n${signal}: removing resources; once more leaves them`);
        first.abort(new Error(`interrupted by ${signal}`));
      } else if (!second.signal.aborted) {
        print(`\n${signal}: ${interruption.left?.() ?? 'nothing was made'}`);
        second.abort(new Error(`interrupted by ${signal}`));
      }
    });
  }
  return interruption;
}
