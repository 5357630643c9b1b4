import { Executions, Run } from './execution';
import { ProgressReader, Progress } from './progress';
import type { Workflow } from './workflow';
import { Count } from '../../comparison/counts';
import type { Clients } from '../clients';
import { failureOf } from '../errors';
import type { Surroundings } from '../surroundings';
import { shownDuration } from '../times';

/** Between two looks at a run. */
const LOOK_MS = 2_000;

/** What is shown besides the bar; the rate is that of the time since the first look. */
export interface Followed extends Progress {
  /** Listed entities per second. */
  readonly perSecond?: number;
  /** How many the previous run listed. */
  readonly expected?: number;
  /** Milliseconds until all of them are listed, at that rate. */
  readonly leftMs?: number;
}

/**
 * Follows a run to its end. Ctrl-C ends the following, not the run.
 *
 * @throws the reason of the signal after Ctrl-C; errors of the clients
 */
export async function follow(
  clients: Clients, workflow: Workflow, executionArn: string, { terminal, signal, now, pause }: Surroundings,
): Promise<Run> {
  const executions = new Executions(clients, workflow);
  const reader = new ProgressReader(clients, workflow, executionArn);
  const bar = terminal.progress();
  try {
    let first: { readonly listed: number; readonly at: number } | undefined;
    let before = 0;
    let expected: number | undefined;
    for (;;) {
      const run = await executions.describe(executionArn);
      if (run.status !== 'RUNNING' && run.status !== 'PENDING_REDRIVE') return run;
      if (!first) expected = await expectedOf(executions, executionArn);
      signal.throwIfAborted();
      const progress = await reader.look();
      const listed = progress.counts[Count.LISTED];
      first ??= { listed, at: now() };
      const left = expected === undefined ? undefined : expected - listed;
      // Once nothing more is listed, a rate of listing says nothing.
      const pace = listed > before ? paceOf(listed - first.listed, now() - first.at, left) : {};
      before = listed;
      bar.update(wordsOf({ ...progress, expected, ...pace }), listed, expected);
      await pause(LOOK_MS);
      signal.throwIfAborted();
    }
  } finally {
    bar.stop();
  }
}

/** How many entities the previous run listed. Without one, or without the permission to read it, the bar has no end. */
async function expectedOf(executions: Executions, executionArn: string): Promise<number | undefined> {
  try {
    return (await executions.lastReport(executionArn)).summary.counts[Count.LISTED];
  } catch (error) {
    const { kind } = failureOf(error);
    if (kind === 'credentials' || kind === 'unreachable') throw error;
    return undefined;
  }
}

function paceOf(listed: number, milliseconds: number, left: number | undefined): Pick<Followed, 'perSecond' | 'leftMs'> {
  if (listed <= 0 || milliseconds <= 0) return {};
  const perSecond = listed / milliseconds * 1000;
  return { perSecond, ...left !== undefined && left > 0 ? { leftMs: left / perSecond * 1000 } : {} };
}

/** `List things: 1200 listed (of 110000), 37.4 a second, 48 min left; 2 missing`. */
export function wordsOf({ phase, counts, perSecond, expected, leftMs }: Followed): string {
  const { [Count.LISTED]: listed, [Count.RECORDS]: _records, ...others } = counts;
  const found = Object.entries(others).filter(([, count]) => count > 0).map(([name, count]) => `${count} ${name}`);
  const parts = [
    `${listed} listed${expected === undefined ? '' : ` (of ${expected} last time)`}`,
    ...perSecond === undefined ? [] : [`${perSecond.toFixed(1)} a second`],
    ...leftMs === undefined ? [] : [`${shownDuration(leftMs)} left`],
  ];
  return `${phase}: ${[parts.join(', '), ...found.length > 0 ? [found.join(', ')] : []].join('; ')}`;
}
