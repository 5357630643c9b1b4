import type { Connection } from './clients';

/** What a shell takes as one word as it is. */
const PLAIN_WORD = /^[\w@%+=:,./*-]+$/;

/** A command that finds the same replication with the same credentials as the one that proposes it. */
export function inSameWay(command: string, { region, profile }: Connection): string {
  return [
    command,
    ...region === undefined || / --region /.test(command) ? [] : [`--region ${region}`],
    ...profile === undefined ? [] : [`--profile ${wordOf(profile)}`],
  ].join(' ');
}

/** Lines with the commands to go on with, without the name of the program: each can be called as it is. */
export function onward(commands: readonly string[], connection: Connection): string[] {
  return [...new Set(commands)].map((command) => `-> ${inSameWay(command, connection)}`);
}

function wordOf(text: string): string {
  return PLAIN_WORD.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
