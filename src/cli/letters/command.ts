import { LetterFilter, Letters } from './letters';
import { onwardFrom, shownLetters } from './show';
import { counted } from '../../runtime/counted';
import { onward } from '../advice';
import { CommandError } from '../errors';
import { EXIT, ExitCode } from '../exit-codes';
import { mayGoOn } from '../questions';
import { findReplication } from '../replication';
import type { CommonOptions, Surroundings } from '../surroundings';

export interface LettersOptions extends CommonOptions {
  readonly redrive?: boolean;
  readonly delete?: boolean;
  readonly yes?: boolean;
  readonly in?: readonly string[];
  readonly class?: readonly string[];
  readonly error?: readonly string[];
  readonly entity?: string;
}

/** Dead letters of all Regions. Exit code 0 if none is left. */
export async function letters(options: LettersOptions, surroundings: Surroundings): Promise<ExitCode> {
  const { name, json, redrive, delete: deletes, in: regions, class: classes, error: errors, entity, yes, ...connection } = options;
  const { terminal, signal, now } = surroundings;
  if (redrive && deletes) throw new CommandError('got --redrive and --delete, expected one of them');
  const clients = surroundings.clients(connection);
  const replication = await findReplication(clients, name, signal);
  const filter: LetterFilter = { regions, classes, errors, entity };
  const all = new Letters(clients, replication, signal);
  try {
    const found = await all.take(filter);
    if (!json) {
      const lines = redrive || deletes ? [] : onwardFrom(found, replication.name, connection);
      terminal.print([shownLetters(found, all.regions, now(), terminal.colors), ...lines.length > 0 ? ['', ...lines] : []].join('\n'));
    }
    const changed = { redriven: 0, deleted: 0 };
    const redrivable = found.filter((letter) => letter.redrive).length;
    if (redrive && redrivable > 0) {
      await mayGoOn(`Redrive ${counted(redrivable, 'letter')}: their changes are tried again, with what is recorded now; ${counted(found.length - redrivable, 'other stays', 'others stay')}.`, { yes }, surroundings);
      changed.redriven = await all.redrive();
    }
    if (deletes && found.length > 0) {
      await mayGoOn(`Delete ${counted(found.length, 'letter')}: their changes are not tried again, only a sweep or a repair finds what is missing.`, { yes }, surroundings);
      changed.deleted = await all.delete();
    }
    const { redriven, deleted } = changed;
    if (json) terminal.print(JSON.stringify({ replication: replication.name, regions: all.regions, letters: found, ...changed }, undefined, 2));
    else if (redriven + deleted > 0) terminal.print(['', `${redriven > 0 ? 'redriven' : 'deleted'}: ${counted(redriven + deleted, 'letter')}`, ...onward([`status ${replication.name}`], connection)].join('\n'));
    const unread = all.regions.filter(({ problem }) => problem !== undefined);
    if (unread.length > 0) return unread.length === all.regions.length ? EXIT.failed : EXIT.no;
    return found.length - redriven - deleted > 0 ? EXIT.no : EXIT.yes;
  } finally {
    await all.giveBack();
  }
}
