import type { Writable } from 'node:stream';
import { SingleBar } from 'cli-progress';

/** How far something is, for the person who waits for it. */
export interface ProgressBar {
  /**
   * @param words begin with the phase and a colon
   * @param total absent if it is unknown
   */
  update(words: string, done: number, total?: number): void;
  stop(): void;
}

/** A bar that is drawn in place. A bar without a known total shows the words alone. */
export function barIn(stream: Writable): ProgressBar {
  let bar: SingleBar | undefined;
  return {
    update: (words, done, total) => {
      if (!bar) {
        bar = new SingleBar({
          stream: stream as NodeJS.WriteStream,
          format: (_, { progress, total: whole }, { words: shown }: { readonly words: string }) => (whole > 0 ? `${drawn(progress)} ${shown}` : shown),
          hideCursor: true,
          clearOnComplete: true,
          fps: 5,
        });
        bar.start(total ?? 0, done, { words });
      }
      bar.setTotal(total ?? 0);
      bar.update(total === undefined ? 0 : Math.min(done, total), { words });
    },
    stop: () => bar?.stop(),
  };
}

const BAR_WIDTH = 20;

function drawn(progress: number): string {
  const full = Math.round(Math.min(1, Number.isFinite(progress) ? progress : 0) * BAR_WIDTH);
  return `[${'='.repeat(full)}${' '.repeat(BAR_WIDTH - full)}]`;
}

/** Without a terminal: a line for each phase, and one a minute. */
const QUIET_MS = 60_000;

export function linesIn(note: (text: string) => void, now: () => number): ProgressBar {
  let last: { readonly phase: string; readonly at: number } | undefined;
  return {
    update: (words) => {
      const phase = words.split(':', 1)[0];
      if (last && last.phase === phase && now() - last.at < QUIET_MS) return;
      last = { phase, at: now() };
      note(words);
    },
    stop: () => undefined,
  };
}
