import type { CommanderError } from 'commander';
import { declare } from '../../src/cli/program';
import type { Surroundings } from '../../src/cli/surroundings';

/**
 * Parses a command line of the program, and runs nothing.
 *
 * @throws CommanderError if the program does not take it
 */
export async function expectArguments(args: readonly string[]): Promise<void> {
  const silent = { terminal: { width: 120, print: () => undefined, note: () => undefined } } as unknown as Surroundings;
  const program = declare(silent, () => undefined);
  for (const command of program.commands) command.action(() => undefined);
  await program.parseAsync([...args], { from: 'user' }).catch((error: CommanderError) => { if (error.exitCode !== 0) throw error; });
}

/** The commands that an answer says to go on with, as a shell takes them after the name of the program. */
export function advisedIn(answer: string): string[] {
  return answer.split('\n').flatMap((line) => /^ *-> (.+)$/.exec(line)?.[1] ?? []);
}
