import { remainingAfter, Run } from './execution';
import type { Workflow } from './workflow';
import { Count } from '../../comparison/counts';
import type { Difference } from '../../comparison/handler/differences';
import { shownKey } from '../entities';
import { shownField } from '../fields';
import { columns } from '../table';
import type { Colors } from '../terminal';
import { shownDuration } from '../times';

/** Counts that say that something went wrong, or is left to do. */
const BAD: ReadonlySet<string> = new Set(['missing', 'different', 'gone', 'shouldBeGone', 'unreadable', 'notRepaired', 'dead-lettered', 'failed', 'too-large', 'refused', 'deferredAgain']);

/** The end of a run. */
export function shownRun(workflow: Workflow, run: Run, colors: Colors): string {
  const { title, replication, region } = workflow;
  const { execution, status, skipped, summary, error, cause } = run;
  const head = `${colors.bold(`${title} of ${replication} in ${region}`)}   ${execution}`;
  if (skipped !== undefined) return `${head}\n${colors.yellow('skipped')}: ${skipped}`;
  if (!summary) return `${head}\n${[colors.red(status), error, cause].filter((part) => part !== undefined).join(': ')}`;
  const { mode, durationSeconds, inSync, counts, reason, otherReplications = [], report } = summary;
  const { [Count.LISTED]: listed = 0, [Count.RECORDS]: records = 0, ...others } = counts;
  const left = remainingAfter(workflow, summary);
  const painted = (name: string, count: number) => (BAD.has(name) ? colors.red(String(count)) : String(count));
  return [
    head,
    '',
    columns(['', ''], [
      ['mode', mode],
      ['was in sync', inSync ? colors.green('yes') : colors.red('no')],
      ...inSync ? [] : [['left', left > 0 ? colors.red(String(left)) : colors.green('0')]],
      ['took', shownDuration(durationSeconds * 1000)],
      ['listed', String(listed)],
      ['records', String(records)],
      ...Object.entries(others).filter(([, count]) => count > 0).map(([name, count]) => [name, painted(name, count)]),
    ]).split('\n').slice(1).join('\n'),
    ...reason === undefined ? [] : ['', colors.yellow(reason)],
    ...otherReplications.length > 0 ? ['', colors.yellow(`Other replications may write to this registry: ${otherReplications.join(', ')}`)] : [],
    '',
    `report: ${report}`,
  ].join('\n');
}

/** One difference, with a line for each field. */
export function shownDifference(difference: Difference, colors: Colors): string {
  const lines = (difference.fields ?? []).flatMap((field) => shownField(field, colors).map((line) => `    ${line}`));
  const outcome = difference.outcome === undefined ? '' : `, ${difference.outcome}`;
  return [`${shownKey(difference)}  ${colors.yellow(`${difference.difference}${outcome}`)}`, ...lines].join('\n');
}
