import FakeTimers from '@sinonjs/fake-timers';

/** Import it before anything that captures a timer or the time: the SDK does when it is loaded. */
export const clock = FakeTimers.install({ now: 1_800_000_000_000, toFake: ['setTimeout', 'clearTimeout', 'Date'] });

// A real timer takes a millisecond at least; without that, a rate limiter that waits for a fraction of one would wait forever.
const simulated = globalThis.setTimeout;
globalThis.setTimeout = ((work: () => void, delay = 0) => simulated(work, Math.max(1, Math.ceil(delay)))) as typeof setTimeout;

/** How to let everything run that can run now. */
export const SETTLING = {
  /** Two turns of the event loop: response bodies of the SDK are streams, which pass data between turns. */
  turns: async () => {
    await turn();
    await turn();
  },
  /** Where only promises wait for each other, without a turn of the event loop: what is put off so runs when no promise has anything to do. */
  promises: () => new Promise<void>((resolve) => process.nextTick(resolve)),
} as const;

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Runs everything that can run now, then continues to the next timer, until the work is done. */
export async function runToEnd(work: Promise<unknown>, settle: () => Promise<void> = SETTLING.turns): Promise<void> {
  let done = false;
  void work.finally(() => { done = true; }).catch(() => undefined);
  for (;;) {
    await settle();
    if (done) break;
    if (clock.countTimers() === 0) throw new Error('the simulation stands still: nothing is due and the work is not done');
    clock.next();
  }
  await work;
}

export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
