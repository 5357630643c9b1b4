/** How much memory the phases of sweeps and drift checks take for a large fleet: each in a process of its own, bundled as for Lambda. */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { WORK } from '../../emulator/paths';
import { PAGE_SIZE } from '../../src/kinds/handler/kind-reader';
import { QUOTAS } from '../../src/kinds/register';
import { bundledStep } from '../bundled-step';
import { functionMemories } from '../comparison/memories';
import { Part, progress, Row, runPart, shown } from '../part';

const THINGS = Number(process.env.MEMORY_THINGS ?? 1_000_000);
/** What is compared. */
export type Compared = 'registry' | 'identities';
const COMPARED = (process.env.MEMORY_OF ?? 'registry,identities').split(',') as Compared[];
/** With the SDK, so many would take hours. */
const PARSED_THINGS = Number(process.env.MEMORY_PARSED_THINGS ?? 2_000);
const MEGABYTE = 1024 * 1024;
/** The construct's default. */
const SHARE = 0.5;
/** A function of so much memory has one virtual CPU: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const WHOLE_CPU_MEGABYTES = 1769;
/** About the memory limits that Lambda gives Node; without them, Node uses the memory of the machine. */
const NODE_FLAGS: Readonly<Record<number, readonly string[]>> = {
  256: ['--max-old-space-size=230', '--max-semi-space-size=12'],
  384: ['--max-old-space-size=345', '--max-semi-space-size=16'],
  512: ['--max-old-space-size=460', '--max-semi-space-size=16'],
};

/** Phases by situation; each situation is the worst case of some phase. */
const SITUATIONS = {
  registry: {
    /** The backfill of a sweep: everything listed is a candidate. */
    'empty table': ['types', 'groups', 'things', 'persist', 'memberships', 'persist-memberships'],
    /** A sweep that checks whether everything recorded was listed. */
    'in sync': ['types', 'groups', 'things', 'memberships', 'records'],
    /** A sweep that finds none of the recorded entities, and may delete all of them. */
    'all gone': ['types', 'groups', 'things', 'memberships', 'records', 'confirm', 'bury'],
    /** A drift check of a destination that has lost everything. */
    'all missing': ['types', 'groups', 'things', 'memberships', 'records', 'settle'],
  },
  /** Persisting takes portions of one size, whatever the kind. */
  identities: {
    'empty table': ['policies', 'certificates', 'things', 'principals'],
    'in sync': ['policies', 'certificates', 'things', 'principals', 'records'],
    'all gone': ['records', 'confirm', 'bury'],
    'all missing': ['records', 'settle'],
  },
} satisfies Readonly<Record<Compared, object>>;
export type Situation = keyof (typeof SITUATIONS)[Compared];

/** Phases that only write an entry. */
const TRIVIAL: readonly string[] = ['types', 'groups'];

/** Seconds that AWS's default quotas, at the default share, make a listing of so many things take, with a policy and a certificate each. */
const PACED_SECONDS: Readonly<Record<string, (things: number) => number>> = {
  things: (things) => things / PAGE_SIZE / (QUOTAS.ListThings * SHARE),
  policies: (things) => things / (QUOTAS.GetPolicy * SHARE),
  certificates: (things) => things / (QUOTAS.ListAttachedPolicies * SHARE),
  principals: (things) => things / (QUOTAS.ListThingPrincipalsV2 * SHARE),
};

interface Measured {
  readonly peakBytes: number;
  readonly cpuSeconds: number;
  readonly done: boolean;
}

async function measure(): Promise<Part> {
  const script = bundledStep('memory');
  const rows: Row[] = [];
  for (const compared of COMPARED) rows.push(...memoryOf(script, compared), ...cpuOf(script, compared));
  return { rows, figures: undefined };
}

function memoryOf(script: string, compared: Compared): Row[] {
  const memories = functionMemories();
  return Object.entries(SITUATIONS[compared]).flatMap(([situation, phases]) => {
    const isDrift = situation === 'all missing';
    const size = memories[`${compared}${isDrift ? 'Drift' : 'Sweep'}`];
    return inFolder((folder) => phases.flatMap((phase): Row[] => {
      progress(`memory: ${phase}, ${situation}`);
      const megabytes = run(script, [compared, situation, phase, String(THINGS), folder], size).peakBytes / MEGABYTE;
      return TRIVIAL.includes(phase) ? [] : [{
        what: `memory of ${isDrift ? 'a drift check' : 'a sweep'}, ${nameOf(compared, THINGS)}, ${situation}: ${phase}`,
        mustReach: `<= ${size} MB`,
        measured: `${shown(megabytes, 0)} MB`,
        ok: megabytes <= size,
      }];
    }));
  });
}

/** The CPU time of listings in sync, with the CPU that the function has, beside the time that the quotas make them take. */
function cpuOf(script: string, compared: Compared): Row[] {
  const size = functionMemories()[`${compared}Sweep`];
  return inFolder((folder) => SITUATIONS[compared]['in sync'].flatMap((phase): Row[] => {
    const { [phase]: pacedSeconds } = PACED_SECONDS;
    if (pacedSeconds === undefined) return [];
    const of = (things: number) => {
      progress(`memory: CPU of ${phase} of ${shown(things)}`);
      return run(script, [compared, 'in sync', phase, String(things), path.join(folder, String(things)), 'sdk'], size);
    };
    // Without the start of the process.
    const [less, more] = [of(PARSED_THINGS), of(2 * PARSED_THINGS)];
    const cpuSeconds = more.cpuSeconds - less.cpuSeconds;
    const busy = cpuSeconds * WHOLE_CPU_MEGABYTES / size / pacedSeconds(PARSED_THINGS);
    return [{
      what: `CPU of the listing of ${phase} by a sweep of ${compared === 'registry' ? 'things' : 'identities'} in sync, with the SDK, in ${size} MB`,
      mustReach: '< 1 of the time that the quotas take',
      measured: `${shown(busy)}: ${shown(cpuSeconds * 1000 / PARSED_THINGS, 3)} ms each on this machine, ${shown(more.peakBytes / MEGABYTE, 0)} MB`,
      ok: busy < 1,
    }];
  }));
}

function nameOf(compared: Compared, things: number): string {
  return compared === 'registry' ? `${shown(things)} things` : `${shown(things)} things, certificates and policies each`;
}

function inFolder<T>(work: (folder: string) => T): T {
  fs.mkdirSync(path.join(WORK, 'bench'), { recursive: true });
  const folder = fs.mkdtempSync(path.join(WORK, 'bench', 'journal-'));
  try {
    return work(folder);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** One phase in a process of its own, with the heap of a function of so many megabytes. */
function run(script: string, args: readonly string[], megabytes: number): Measured {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [...NODE_FLAGS[megabytes], script, ...args], { encoding: 'utf8' });
  const what = args.slice(0, 3).join(', ');
  if (status !== 0) throw new Error(`${what} ended with ${signal ?? status}: ${stderr.slice(-2000)}`);
  const measured = JSON.parse(stdout) as Measured;
  if (!measured.done) throw new Error(`${what} was not done`);
  return measured;
}

runPart(measure);
