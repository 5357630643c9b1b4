import * as fs from 'node:fs';
import * as path from 'node:path';

/**
 * The directory, filled once: whoever comes first fills a directory of its own and renames it into place, so that others see
 * all of it or nothing. Two at the same time both fill one, and the second throws its own away.
 */
export async function onceFilled(directory: string, fill: (target: string) => Promise<void>): Promise<string> {
  if (fs.existsSync(directory)) return directory;
  const parent = path.dirname(directory);
  const own = `${directory}.${process.pid}-${Date.now()}`;
  fs.mkdirSync(own, { recursive: true });
  keepNewest(parent);
  try {
    await fill(own);
    fs.renameSync(own, directory);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  } finally {
    fs.rmSync(own, { recursive: true, force: true });
  }
  return directory;
}

/** Removes all but the newest directories: what was made for earlier versions, or by those that were killed meanwhile. */
export function keepNewest(parent: string, count = 8): void {
  const oldestFirst = fs.readdirSync(parent, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => ({ entry, changed: fs.statSync(path.join(parent, entry.name), { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((a, b) => a.changed - b.changed);
  for (const { entry } of oldestFirst.slice(0, -count)) fs.rmSync(path.join(parent, entry.name), { recursive: true, force: true });
}
