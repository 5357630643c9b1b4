import { DrillReport, Step, STEPS } from './report';
import { shownDuration } from '../times';

const COLUMNS = ['step', 'result', 'took', 'found'] as const;

/** Of the day itself, what no drill of this kind shows. */
const NOT_REHEARSED = 'Not rehearsed: that devices and applications move, and their certificates and policies (the status includes them); that invocations may still '
  + 'run for five minutes after a pause; a failure of the destination.';

/** The protocol, as Markdown that is aligned for a terminal. */
export function protocolOf(report: DrillReport): string {
  const { replication, sourceRegion, region, canary, isolation, startedAt, steps, ok } = report;
  const { readyToFailOver, secondsToCutOver, secondsPaused, left } = report;
  return [
    `# Drill of ${replication}: from ${sourceRegion} to ${region}`,
    '',
    `At ${startedAt}, with ${canary}. ${isolation === 'emulator' ? `The emulator isolated ${sourceRegion}.` : `${sourceRegion} was up; this program did not ask it while it was to be unreachable.`}`,
    '',
    ...tableOf(steps),
    '',
    `* Every step went well: ${answer(ok)}`,
    ...readyToFailOver === undefined ? [] : [`* Ready to fail over, as the destination says: ${answer(readyToFailOver)}`],
    ...secondsToCutOver === undefined ? [] : [`* From the command to pause to the first change in the destination: ${shownDuration(secondsToCutOver * 1000)}`],
    ...secondsPaused === undefined ? [] : [`* Nothing was replicated to ${region} for ${shownDuration(secondsPaused * 1000)}`],
    ...left.length > 0 ? ['', 'Left, with the command that takes it back:', '', ...left.map(({ what, command }) => `* ${what}: \`${command}\``)] : [],
    '',
    NOT_REHEARSED,
  ].join('\n');
}

function tableOf(steps: readonly Step[]): string[] {
  const rows = [COLUMNS, ...steps.map(({ step, ok, seconds, found }) => [STEPS[step], ok ? 'ok' : 'failed', shownDuration(seconds * 1000), found])];
  const widths = COLUMNS.map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  const [head, ...body] = rows.map((row) => lineOf(row.map((cell, i) => (i === COLUMNS.length - 1 ? cell : cell.padEnd(widths[i])))));
  return [head, lineOf(widths.map((width, i) => '-'.repeat(i === COLUMNS.length - 1 ? COLUMNS[i].length : width))), ...body];
}

function lineOf(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function answer(isYes: boolean): string {
  return isYes ? 'yes' : 'no';
}
