import { EXIT } from './exit-codes';

/** Ctrl-C, once and twice. */
export interface Interruption {
  /** Aborted by the first: the command ends, and takes away what it has made. */
  readonly signal: AbortSignal;
  /** Aborted by the second: it takes nothing away any more, and says what it leaves. */
  readonly impatience: AbortSignal;
}

/** A closing terminal sends the last one. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What a command may take after the second signal to say what it leaves. */
const GRACE_MS = 3_000;

/** Listens to the signals that end a process. The third ends it at once. */
export function interruptionOf(target: Pick<NodeJS.Process, 'on' | 'exit'>): Interruption {
  const [first, second] = [new AbortController(), new AbortController()];
  for (const name of SIGNALS) {
    target.on(name, () => {
      if (second.signal.aborted) target.exit(EXIT.interrupted);
      const reason = new Error(`interrupted by ${name}`);
      if (!first.signal.aborted) {
        first.abort(reason);
        return;
      }
      second.abort(reason);
      setTimeout(() => target.exit(EXIT.interrupted), GRACE_MS).unref();
    });
  }
  return { signal: first.signal, impatience: second.signal };
}
