import type { Clients, Connection } from './clients';
import type { ExitCode } from './exit-codes';
import type { Interruption } from './interruption';
import type { LiveCheck } from './live-check';
import type { Terminal } from './terminal';

/** What surrounds a command: everything that a test replaces. */
export interface Surroundings extends Interruption {
  readonly terminal: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Ends early when the signal of the command, or the one that is given, is aborted. */
  readonly pause: (milliseconds: number, until?: AbortSignal) => Promise<void>;
  readonly clients: (connection: Connection) => Clients;
  /** Loads the live check. */
  readonly liveCheck: () => LiveCheck;
}

/** Options that every command has. */
export interface CommonOptions extends Connection {
  /** Of the replication. @default - the only one that the Region knows */
  readonly name?: string;
  readonly json?: boolean;
}

/** @returns the exit code */
export type Command<Options extends CommonOptions> = (options: Options, surroundings: Surroundings) => Promise<ExitCode>;
