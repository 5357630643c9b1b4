import * as fs from 'node:fs';
import * as path from 'node:path';
import { ROOT } from '../../emulator/paths';

/**
 * The blocks of shell commands below a heading of a Markdown file, as they are written there.
 *
 * @param heading its text, without the signs before it
 * @throws Error if there is no such heading, or another number of blocks than expected
 */
export function commandsBelow(file: string, heading: string, expected = 1): string[] {
  const sections = fs.readFileSync(path.join(ROOT, file), 'utf8').split(/^#+ /m);
  const section = sections.find((each) => each.startsWith(`${heading}\n`)) ?? '';
  const blocks = [...section.matchAll(/^( *)```sh\n(.*?)^ *```$/gms)].map(([, indentation, block]) => block.replaceAll(new RegExp(`^${indentation}`, 'gm'), ''));
  if (blocks.length !== expected) throw new Error(`${file}: expected ${expected} blocks of shell commands below "${heading}", found ${blocks.length}`);
  return blocks;
}
