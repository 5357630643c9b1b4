import { adviceFor } from './advice';
import { RegionStatus, StatusReport } from './status';
import { counted } from '../../runtime/counted';
import { onward } from '../advice';
import type { Connection } from '../clients';
import { Align, columns } from '../table';
import type { Colors } from '../terminal';
import { ago, shownDuration, shownTime } from '../times';

interface Column {
  readonly title: string;
  readonly align?: Align;
  of(region: RegionStatus, report: StatusReport, now: number): string | undefined;
  /** Without it, the column is always there. */
  isShown?(report: StatusReport): boolean;
}

const NOTHING = '-';

const COLUMNS: readonly Column[] = [
  { title: 'Region', of: ({ region }) => region },
  { title: 'state', of: stateOf },
  { title: 'in sync', of: ({ inSync }) => (inSync === undefined ? undefined : inSync ? 'yes' : 'no') },
  { title: 'lag', align: 'right', of: ({ status }) => (status?.heartbeat ? shownDuration(status.heartbeat.lagMs) : undefined) },
  { title: 'heartbeat', align: 'right', of: (region, report, now) => momentOf(heartbeatOf(region, report), (time) => ago(time, now)) },
  { title: 'waiting', align: 'right', of: ({ status }) => status?.queues && String(status.queues.waiting + (status.queues.awaited ?? 0)) },
  { title: 'letters', align: 'right', of: ({ deadLetters }) => (deadLetters === undefined ? undefined : String(deadLetters)) },
  { title: 'sweep', of: (region, report, now) => runOf(lastSweepOf(region, report), now) },
  { title: 'drift check', of: ({ status }, _, now) => runOf(status?.lastDrift, now) },
  // How old what is known about certificates is: one that was shut out since then may not be shut out here yet.
  { title: 'access', align: 'right', of: accessOf, isShown: ({ regions }) => regions.some(({ status }) => status?.identities?.replicated) },
];

/** What a person reads, without a line that is longer than it has to be. */
export function shownStatus(report: StatusReport, now: number, colors: Colors, connection: Connection): string {
  const { replication, sourceRegion, destinationRegions, regions, durationMs, incomplete } = report;
  const answered = regions.filter(({ reachable }) => reachable).length;
  const shown = COLUMNS.filter(({ isShown }) => isShown?.(report) ?? true);
  const rows = regions.map((region) => shown.map((column) => paint(column.of(region, report, now) ?? NOTHING, column, region, colors)));
  return [
    `${colors.bold(replication)}   ${sourceRegion} -> ${destinationRegions.join(', ')}   read ${answered} of ${regions.length} Regions in ${shownDuration(durationMs)}`,
    '',
    columns(shown.map(({ title }) => colors.dim(title)), rows, shown.map(({ align }) => align ?? 'left')),
    ...regions.flatMap((region) => notesOf(region, replication, colors, connection)),
    ...incomplete === undefined ? [] : ['', `There may be more destinations: ${incomplete}.`],
  ].join('\n');
}

function stateOf({ role, reachable, state, denied, problem }: RegionStatus): string {
  if (!reachable) return 'unreachable';
  if (denied) return 'no permission';
  if (role === 'source') return problem === undefined ? 'source' : 'failed';
  return state ?? 'failed';
}

function accessOf({ status }: RegionStatus, _: StatusReport, now: number): string | undefined {
  if (!status?.identities?.replicated) return undefined;
  const { lastCertificateCheck, lastSweep } = status.identities;
  const since = lastCertificateCheck?.startedAt ?? lastSweep?.startedAt;
  if (status.identitiesInSync === false || since === undefined) return 'not in sync';
  return shownDuration(now - Date.parse(since));
}

/** The source has no status of its own: its heartbeats are in those of the destinations, and so are its sweeps. */
function heartbeatOf({ role, reachable, status }: RegionStatus, { regions }: StatusReport): string | undefined {
  if (role === 'destination') return status?.heartbeat?.sentAt;
  return reachable ? newest(regions.map((each) => each.status?.arrived ?? each.status?.heartbeat?.sentAt)) : undefined;
}

function lastSweepOf({ role, reachable, status }: RegionStatus, { regions }: StatusReport) {
  if (role === 'destination') return status?.lastSweep;
  if (!reachable) return undefined;
  const sweeps = regions.flatMap((each) => each.status?.lastSweep ?? []);
  return sweeps.sort((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt)).at(0);
}

function newest(times: readonly (string | undefined)[]): string | undefined {
  return times.filter((time) => time !== undefined).sort().at(-1);
}

function momentOf(time: string | undefined, show: (time: string) => string): string | undefined {
  return time === undefined ? undefined : show(time);
}

function runOf(run: { readonly startedAt: string; readonly remaining: number } | undefined, now: number): string | undefined {
  return run && `${shownTime(run.startedAt, now)} ${run.remaining > 0 ? `${run.remaining} left` : 'in sync'}`;
}

function paint(text: string, { title }: Column, { inSync, role, reachable, problem }: RegionStatus, colors: Colors): string {
  if (title === 'in sync' && inSync !== undefined) return inSync ? colors.green(text) : colors.red(text);
  if (title === 'letters' && Number(text) > 0) return colors.red(text);
  if (title === 'access' && text === 'not in sync') return colors.red(text);
  if (title !== 'state') return text;
  if (!reachable || problem !== undefined) return colors.red(text);
  if (role === 'source') return text;
  return text === 'IN_SYNC' ? colors.green(text) : colors.yellow(text);
}

/** What changes something comes after what only looks: the same fault can have a reason of each. */
const CHANGING = /^(repair|sweep) /;

function notesOf(
  { region, problem, status, deadLetters, role }: RegionStatus, replication: string, colors: Colors, connection: Connection,
): string[] {
  const sentences = [
    ...problem === undefined ? [] : [problem],
    ...role === 'source' && deadLetters ? [`DEAD_LETTERS: ${counted(deadLetters, 'event')} could not be persisted`] : [],
    ...status?.reasons ?? [],
  ];
  if (sentences.length === 0) return [];
  const advised = sentences.map((sentence) => ({ sentence, ...adviceFor(sentence, { replication, region }) }));
  const commands = advised.flatMap(({ command }) => command ?? []);
  const [looks, changes] = [false, true].map((isChange) => commands.filter((command) => CHANGING.test(command) === isChange));
  return [
    '',
    colors.bold(region),
    ...advised.flatMap(({ sentence, toDo }) => [`  ${sentence}`, ...toDo === undefined ? [] : [`      ${toDo}`]]),
    ...onward([...looks, ...changes], connection).map((line) => `  ${line}`),
  ];
}
