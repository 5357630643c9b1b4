import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** As git does: less ends by itself if everything fits on a screen, shows colours, and leaves the text there. */
const DEFAULT_PAGER = 'less';
const LESS = 'FRX';

/**
 * Shows lines page by page; takes no further ones once the person has left.
 *
 * @returns false if there is no such pager, and nothing was shown
 */
export async function page(lines: AsyncIterable<string>, env: Readonly<Record<string, string | undefined>>): Promise<boolean> {
  const pager = spawn(env.PAGER || DEFAULT_PAGER, { shell: env.PAGER !== undefined, stdio: ['pipe', 'inherit', 'inherit'], env: { ...env, LESS: env.LESS ?? LESS } });
  let isOpen = true;
  const closed = new Promise<void>((resolve) => pager.on('close', () => { isOpen = false; resolve(); }));
  const spawned = await Promise.race([once(pager, 'spawn').then(() => true), once(pager, 'error').then(() => false)]);
  if (!spawned) return false;
  // The person has left before the end.
  pager.stdin.on('error', () => { isOpen = false; });
  for await (const line of lines) {
    if (!isOpen) break;
    if (!pager.stdin.write(`${line}\n`)) await Promise.race([once(pager.stdin, 'drain'), closed]);
  }
  pager.stdin.end();
  await closed;
  return true;
}
