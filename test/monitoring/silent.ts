import type { Log } from '../../src/metrics/handler/log';
import type { Meter } from '../../src/metrics/handler/meter';
import type { StatusContext } from '../../src/status/handler/status-handler';
import type { StatusWriter } from '../../src/status/handler/status-store';

const nothing = (): void => undefined;

/** For tests that do not look at metrics and logs of a function. */
export const silent: { readonly logger: Log; readonly meter: Meter; readonly status: StatusWriter; readonly stream: StatusContext['stream'] } = {
  logger: { debug: nothing, info: nothing, warn: nothing },
  meter: { publish: nothing },
  status: { refresh: async () => ({ state: 'IN_SYNC', registryInSync: true, readyToFailOver: true, reasons: [] }) },
  // As if it were read.
  stream: { look: async () => ({ follow: async () => undefined }) },
};
