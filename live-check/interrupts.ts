/** Ctrl-C, once and twice. */
export interface Interruption {
  /** Aborted by the first. */
  readonly signal: AbortSignal;
  /** Aborted by the second signal: the removal stops. */
  readonly impatience: AbortSignal;
  /** The message for a person at the second signal. */
  left?: () => string;
}

/** Signals after which created resources are removed, with their exit codes. A closing terminal sends the last one. */
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
