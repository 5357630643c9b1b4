import type { Clients, Connection } from './clients';
import type { ExitCode } from './exit-codes';
import type { Terminal } from './terminal';

/** What surrounds a command: everything that a test replaces. */
export interface Surroundings {
  readonly terminal: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Aborted by the second Ctrl-C: a command that takes away what it has made stops that, too. */
  readonly impatience: AbortSignal;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Ends early when the signal of the command, or the one that is given, is aborted. */
  readonly pause: (milliseconds: number, until?: AbortSignal) => Promise<void>;
  readonly clients: (connection: Connection) => Clients;
}

/** Options that every command has. */
export interface CommonOptions extends Connection {
  /** Of the replication. @default - the only one that the Region knows */
  readonly name?: string;
  readonly json?: boolean;
}

/** @returns the exit code */
export type Command<Options extends CommonOptions> = (options: Options, surroundings: Surroundings) => Promise<ExitCode>;
