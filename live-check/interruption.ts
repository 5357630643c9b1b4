import { setTimeout as sleep } from 'node:timers/promises';

/** Waits; rejects with the signal's reason as soon as that is aborted. */
export async function pause(millis: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await sleep(millis, undefined, { signal }).catch((error: Error) => {
    signal.throwIfAborted();
    throw error;
  });
}

/**
 * Polls until the condition returns a value other than `undefined`.
 *
 * @returns that value, or `undefined` if the time was over first
 */
export async function eventually<T>(
  condition: () => Promise<T | undefined>, options: { readonly boundMillis: number; readonly intervalMillis: number; readonly signal: AbortSignal },
): Promise<T | undefined> {
  const end = performance.now() + options.boundMillis;
  for (;;) {
    options.signal.throwIfAborted();
    const value = await condition();
    if (value !== undefined || performance.now() >= end) return value;
    await pause(options.intervalMillis, options.signal);
  }
}
