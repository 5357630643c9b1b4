import type { FoundLetter, LettersOfRegion } from './letters';
import { counted } from '../../runtime/counted';
import { onward } from '../advice';
import type { Connection } from '../clients';
import type { Colors } from '../terminal';
import { ago } from '../times';

/** The error of an event that the workflow can't read. */
const UNKNOWN_EVENT = 'InvalidEvent';

/** Entities of a group that are shown. */
const SHOWN = 10;

/** Letters by Region, class and reason. */
export function shownLetters(letters: readonly FoundLetter[], regions: readonly LettersOfRegion[], now: number, colors: Colors): string {
  return regions.map(({ region, role, problem }) => {
    const here = letters.filter((letter) => letter.region === region);
    const head = `${colors.bold(region)} (${role})   ${problem === undefined ? counted(here.length, 'letter') : colors.red(problem)}`;
    return [head, ...groupsOf(here).map((group) => shownGroup(group, now, colors))].join('\n');
  }).join('\n\n');
}

function groupsOf(letters: readonly FoundLetter[]): FoundLetter[][] {
  const groups = new Map<string, FoundLetter[]>();
  for (const letter of letters) {
    const key = JSON.stringify([letter.format, letter.class, letter.error, letter.reason, letter.advice]);
    groups.set(key, [...groups.get(key) ?? [], letter]);
  }
  return [...groups.values()].sort((a, b) => b.length - a.length);
}

function shownGroup(group: readonly FoundLetter[], now: number, colors: Colors): string {
  const [{ class: of, error, reason, advice, format }] = group;
  const title = [of ?? format, error].filter((part) => part !== undefined).join(' ');
  const rest = group.length - SHOWN;
  return [
    `\n  ${group.length} x ${colors.yellow(title)}${reason === undefined ? '' : `: ${reason}`}`,
    ...advice === undefined ? [] : [`      ${advice}`],
    ...group.slice(0, SHOWN).map(({ entity, sentAt, attempts }) => (
      `      ${entity ?? '(no entity)'}   ${ago(sentAt, now)}${attempts === undefined ? '' : `, after ${counted(attempts, 'attempt')}`}`
    )),
    ...rest > 0 ? [`      … and ${rest} more; --json has them all`] : [],
  ].join('\n');
}

/** What to call after letters were shown: what explains one, then what mends them. */
export function onwardFrom(letters: readonly FoundLetter[], replication: string, connection: Connection): string[] {
  const commands = groupsOf(letters).flatMap(([letter]) => commandsFor(letter, replication));
  const isLooking = (command: string) => command.startsWith('explain ');
  return onward([...commands.filter(isLooking), ...commands.filter((command) => !isLooking(command))], connection);
}

function commandsFor({ format, class: of, error, region, entity, redrive }: FoundLetter, replication: string): readonly string[] {
  const redriven = `letters ${replication} --in ${region} --redrive`;
  if (format === 'batch') return [`repair ${replication} --region ${region}`];
  // The same event would come back, and an observation is of a sweep that is over.
  if (format === 'observation' || error === UNKNOWN_EVENT) return [`sweep ${replication}`];
  if (!redrive) return [];
  return [...format === 'key' && of === 'waiting' ? [`explain ${replication} ${entity!}`] : [], redriven];
}
