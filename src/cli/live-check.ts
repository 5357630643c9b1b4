import type { ExitCode } from './exit-codes';
import type { Interruption } from './interruption';
import type { Terminal } from './terminal';

/** What is asked of the live check, as it is typed: it looks at itself whether that is right. */
export interface LiveCheckOptions {
  readonly profile?: string;
  readonly json?: boolean;
  readonly sourceRegion?: string;
  readonly destinationRegion?: string;
  /** Ids of beliefs and topics. @default - all */
  readonly only?: readonly string[];
  /** Prints the beliefs, and checks none. */
  readonly list?: boolean;
  /** The file of the report. */
  readonly report?: string;
  readonly yes?: boolean;
  readonly switchEventsOn?: boolean;
  /** The run whose remaining resources are removed. */
  readonly clean?: string;
  /** Of this package: for the report. */
  readonly libraryVersion: string;
}

/** What the bundle of the live check exports. It is a bundle of its own: it needs services that no other command needs. */
export interface LiveCheck {
  /** @returns the exit code */
  readonly liveCheck: (options: LiveCheckOptions, surroundings: Interruption & { readonly terminal: Terminal }) => Promise<ExitCode>;
}
