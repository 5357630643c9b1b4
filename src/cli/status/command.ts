import { shownStatus } from './show';
import { readStatus } from './status';
import { EXIT, ExitCode } from '../exit-codes';
import { findReplication } from '../replication';
import type { CommonOptions, Surroundings } from '../surroundings';

export interface StatusOptions extends CommonOptions {
  readonly watch?: boolean;
}

/** Between two looks of `--watch`: a status changes at most as often as heartbeats and the status function write it. */
const WATCH_MS = 5_000;

/** Exit code 0 only if every reachable destination is in sync; 3 if none could be reached. */
export async function status({ name, json, watch, ...connection }: StatusOptions, surroundings: Surroundings): Promise<ExitCode> {
  const { terminal, signal, now, pause } = surroundings;
  const clients = surroundings.clients(connection);
  const replication = await findReplication(clients, name, signal);
  for (;;) {
    const report = await readStatus(clients, replication, signal, now);
    const destinations = report.regions.filter(({ role }) => role === 'destination');
    const text = json ? JSON.stringify(report, undefined, watch ? undefined : 2) : shownStatus(report, now(), terminal.colors, connection);
    if (watch && !json) terminal.screen(text);
    else terminal.print(text);
    if (!watch) {
      if (report.inSync) return EXIT.yes;
      if (destinations.some(({ denied }) => denied)) return EXIT.notDone;
      return destinations.some(({ reachable }) => reachable) ? EXIT.no : EXIT.failed;
    }
    await pause(WATCH_MS);
    signal.throwIfAborted();
  }
}
