import { setTimeout as sleep } from 'node:timers/promises';

export interface WaitOptions {
  readonly boundMillis: number;
  readonly intervalMillis?: number;
}

/**
 * Polls until the condition returns a value other than `undefined`.
 *
 * @returns that value, or `undefined` if the bound was reached first
 */
export async function waitFor<T>(condition: () => Promise<T | undefined> | T | undefined, options: WaitOptions): Promise<T | undefined> {
  const end = performance.now() + options.boundMillis;
  for (;;) {
    const value = await condition();
    if (value !== undefined || performance.now() >= end) return value;
    await sleep(options.intervalMillis ?? 50);
  }
}
