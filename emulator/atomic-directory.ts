import * as fs from 'node:fs';
import * as path from 'node:path';

/**
 * The directory, filled once: whoever comes first fills a directory of its own and renames it into place, so that others see
 * all of it or nothing. Two at the same time both fill one, and the second throws its own away.
 */
export async function onceFilled(directory: string, fill: (target: string) => Promise<void>): Promise<string> {
  if (fs.existsSync(directory)) return directory;
  const own = `${directory}.${process.pid}-${Date.now()}`;
  fs.mkdirSync(path.dirname(directory), { recursive: true });
  fs.mkdirSync(own);
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
