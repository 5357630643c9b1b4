import { CommandError } from './errors';
import type { Surroundings } from './surroundings';

/**
 * Says what is going to be written, and asks.
 *
 * @throws CommandError unless the answer is yes
 */
export async function mayGoOn(what: string, { yes }: { readonly yes?: boolean }, { terminal, signal }: Surroundings): Promise<void> {
  if (yes) {
    terminal.note(what);
    return;
  }
  if (!terminal.canAsk) throw new CommandError(`there is no terminal to ask in: ${what} --yes goes on without asking`);
  if (!await terminal.isYes(`${what}\n`, signal)) throw new CommandError('nothing was changed');
}
