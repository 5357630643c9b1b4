import * as fs from 'node:fs';
import * as path from 'node:path';
import { documentedCommands } from './commands';
import { run } from '../../emulator/child-process';
import { ROOT } from '../../emulator/paths';

const PAGE = 'docs/simulator.md';
const HEADING = 'A trace, explained';

/** The lines of the trace in the page, each as a pattern: `…` stands for the rest of a line. */
function documentedTrace(): RegExp[] {
  const sections = fs.readFileSync(path.join(ROOT, PAGE), 'utf8').split(/^## /m);
  const blocks = [...sections.find((each) => each.startsWith(`${HEADING}\n`))!.matchAll(/^```\n([^]*?)^```$/gm)].map(([, block]) => block);
  const lines = blocks.join('').trimEnd().split('\n');
  return lines.map((line) => new RegExp(`^${line.split(/ ?… ?/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`));
}

test('the trace in the page is what its command prints, shortened', async () => {
  const [{ commands }] = documentedCommands(PAGE).filter(({ heading }) => heading === HEADING);
  const [tool, ...args] = commands.split(' ');
  const printed = (await run(tool, args, { cwd: ROOT, env: process.env, timeoutMillis: 120_000 })).split('\n');
  const trace = documentedTrace();
  expect(trace.length).toBeGreaterThan(20);
  let next = 0;
  const missing = trace.find((line) => {
    const found = printed.findIndex((each, i) => i >= next && line.test(each));
    if (found >= 0) next = found + 1;
    return found < 0;
  });
  expect(missing).toBeUndefined();
}, 600_000);
