import * as fs from 'node:fs';
import * as path from 'node:path';
import { shown } from './paths';
import { waitFor } from './waiting';

/** Longer than the time to fill any directory, and shorter than the timeouts of those that wait for it. */
const FILLING_BOUND_MILLIS = 220_000;

/**
 * The directory, filled once: the first process fills a directory of its own and renames it into place, so that others see
 * all of it or nothing. The second process waits for the first, as long as that is alive.
 */
export async function onceFilled(directory: string, fill: (target: string) => Promise<void>): Promise<string> {
  if (fs.existsSync(directory)) return directory;
  const parent = path.dirname(directory);
  const own = `${directory}.${Date.now()}-${process.pid}`;
  fs.mkdirSync(own, { recursive: true });
  try {
    const mayGoOn = () => fs.existsSync(directory) || !isFilledByAnEarlierOne(own, directory) || undefined;
    if (!await waitFor(mayGoOn, { boundMillis: FILLING_BOUND_MILLIS })) {
      throw new Error(`another process has been filling ${shown(directory)} for more than ${FILLING_BOUND_MILLIS / 1000} s; if there is none, delete ${shown(directory)}.*`);
    }
    if (fs.existsSync(directory)) return directory;
    keepNewest(parent);
    await fill(own);
    fs.renameSync(own, directory);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  } finally {
    fs.rmSync(own, { recursive: true, force: true });
  }
  return directory;
}

/** Whether another live process has already begun to fill the directory. */
function isFilledByAnEarlierOne(own: string, directory: string): boolean {
  const prefix = `${path.basename(directory)}.`;
  return fs.readdirSync(path.dirname(directory)).some((name) => {
    const [time, pid] = name.startsWith(prefix) ? name.slice(prefix.length).split('-').map(Number) : [];
    return time && pid && pid !== process.pid && name < path.basename(own) && isAlive(pid);
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Removes all but the newest directories: those of earlier versions, and those of killed processes. */
export function keepNewest(parent: string, count = 8): void {
  const oldestFirst = fs.readdirSync(parent, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => ({ entry, changed: fs.statSync(path.join(parent, entry.name), { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((a, b) => a.changed - b.changed);
  for (const { entry } of oldestFirst.slice(0, -count)) fs.rmSync(path.join(parent, entry.name), { recursive: true, force: true });
}
