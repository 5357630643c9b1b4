import type { Command as Declaration } from 'commander';
import { CommandError } from './errors';

export const SHELLS = ['bash', 'zsh'] as const;

/**
 * A script that completes commands and options in a shell, made from their declarations.
 *
 * @throws CommandError if it is another shell
 */
export function completionFor(shell: string, program: Declaration): string {
  if (!(SHELLS as readonly string[]).includes(shell)) throw new CommandError(`got the shell '${shell}', expected ${SHELLS.join(' or ')}`);
  const name = program.name();
  const words = `_${name.replaceAll('-', '_')}`;
  const commands = program.commands.map((command) => command.name());
  return [
    // zsh understands the completions of bash once it is told to.
    ...shell === 'zsh' ? ['autoload -Uz compinit bashcompinit', 'compinit', 'bashcompinit'] : [],
    `${words}() {`,
    '  local words',
    '  case "${COMP_WORDS[1]}" in',
    ...program.commands.map((command) => `    ${command.name()}) words='${optionsOf(command).join(' ')}' ;;`),
    '    *) words= ;;',
    '  esac',
    `  if [ "$COMP_CWORD" -eq 1 ]; then words='${[...commands, 'help'].join(' ')}'; fi`,
    '  COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))',
    '}',
    `complete -F ${words} ${name}`,
  ].join('\n');
}

function optionsOf(command: Declaration): string[] {
  return [...command.options.map(({ long }) => long!), '--help'];
}
