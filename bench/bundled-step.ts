import { spawnSync } from 'node:child_process';
import * as path from 'node:path';
import { ROOT, WORK } from '../emulator/paths';

/** The `step.ts` of a part as one script, so that the memory of a process is that of the step, without a compiler. */
export function bundledStep(part: string): string {
  const outfile = path.join(WORK, 'bench', part, 'step.js');
  const { status, stderr } = spawnSync(
    path.join(ROOT, 'node_modules', '.bin', 'esbuild'),
    ['--bundle', path.join(__dirname, part, 'step.ts'), '--platform=node', '--target=node20', `--outfile=${outfile}`, `--tsconfig=${path.join(ROOT, 'tsconfig.dev.json')}`],
    { cwd: ROOT, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`the step can't be bundled: ${stderr}`);
  return outfile;
}
