/** How much memory the phases of sweeps and drift checks take for a large fleet: each in a process of its own, bundled as for Lambda. */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { WORK } from '../../emulator/paths';
import { bundledStep } from '../bundled-step';
import { Part, progress, Row, runPart, shown } from '../part';

const THINGS = Number(process.env.MEMORY_THINGS ?? 1_000_000);
const AT_MOST_MEGABYTES = 256;
const MEGABYTE = 1024 * 1024;
/** About the memory limit that Lambda gives Node for a function of 256 MB; without it, Node uses the memory of the machine. */
const NODE_FLAGS = ['--max-old-space-size=230', '--max-semi-space-size=12'];

/** The situations of a run; each is the worst case of some phase. */
const SITUATIONS = {
  /** The backfill of a sweep: everything listed is a candidate. */
  'empty table': ['types', 'groups', 'things', 'persist', 'memberships', 'persist-memberships'],
  /** A sweep that checks whether everything recorded was listed. */
  'in sync': ['types', 'groups', 'things', 'memberships', 'records'],
  /** A sweep that finds none of the recorded entities, and may delete all of them. */
  'all gone': ['types', 'groups', 'things', 'memberships', 'records', 'confirm', 'bury'],
  /** A drift check of a destination that has lost everything. */
  'all missing': ['types', 'groups', 'things', 'memberships', 'records', 'settle'],
} as const;
export type Situation = keyof typeof SITUATIONS;

/** Phases that only write an entry. */
const TRIVIAL: readonly string[] = ['types', 'groups'];

async function measure(): Promise<Part> {
  const rows: Row[] = [];
  const script = bundledStep('memory');
  for (const [situation, phases] of Object.entries(SITUATIONS)) {
    fs.mkdirSync(path.join(WORK, 'bench'), { recursive: true });
    const folder = fs.mkdtempSync(path.join(WORK, 'bench', 'journal-'));
    try {
      for (const phase of phases) {
        progress(`memory: ${phase}, ${situation}`);
        const megabytes = peakOf(script, situation, phase, folder);
        if (TRIVIAL.includes(phase)) continue;
        rows.push({
          what: `memory of ${situation === 'all missing' ? 'a drift check' : 'a sweep'}, ${shown(THINGS)} things, ${situation}: ${phase}`,
          mustReach: `<= ${AT_MOST_MEGABYTES} MB`,
          measured: `${shown(megabytes, 0)} MB`,
          ok: megabytes <= AT_MOST_MEGABYTES,
        });
      }
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
    }
  }
  return { rows, figures: undefined };
}

/** The maximum resident memory of the process, in megabytes. */
function peakOf(script: string, situation: string, phase: string, folder: string): number {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [...NODE_FLAGS, script, situation, phase, String(THINGS), folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${phase}, ${situation} ended with ${signal ?? status}: ${stderr.slice(-2000)}`);
  const { peakBytes, done } = JSON.parse(stdout) as { peakBytes: number; done: boolean };
  if (!done) throw new Error(`${phase}, ${situation} was not done`);
  return peakBytes / MEGABYTE;
}

runPart(measure);
