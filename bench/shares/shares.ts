/**
 * Whether a sweep of a million things ends at the smallest share of the quotas, in simulated time: the real slices, units, journal and pace. The work of a unit
 * besides waiting for its turn is omitted, because only the turns determine the number of slices.
 */
/* eslint-disable-next-line import/order -- first, because the SDK takes hold of the timers when it is loaded */
import { runToEnd } from '../quota/simulated-clock';
import pMap from 'p-map';
import { Journal } from '../../src/comparison/handler/journal';
import { Objects } from '../../src/comparison/handler/objects';
import { Progress, Work } from '../../src/comparison/handler/phase';
import { stepOf, unitSize } from '../../src/comparison/handler/step';
import { SharePace } from '../../src/kinds/handler/share-pace';

import { ACCOUNT_ID } from '../../test/simulation/definition';
import { Bucket } from '../comparison/bucket';
import { Meter } from '../comparison/meter';
import { Part, progress, runPart, shown } from '../part';

const SHARE = 0.01;
const THINGS = 1_000_000;
const GROUPS = 10_000;
const MEMBERSHIPS = 1_000_000;
const PAGE = 250;
/** The functions' timeout. */
const TIMEOUT_MS = 900_000;
/** https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const EVENTS_AT_MOST = 25_000;
/** A task is entered, scheduled, started, succeeds and is left; the choice behind it is entered and left. */
const EVENTS_OF_A_SLICE = 7;
/** Of a step of the sweep. */
const CONCURRENCY = 16;
const DAY_MS = 86_400_000;

/** The calls of a first sweep with an empty table, phase by phase: reads, and one write in a destination for each persisted record. */
const PHASES: Readonly<Record<string, { readonly quota: string; readonly calls: number }>> = {
  'groups': { quota: 'DescribeThingGroup', calls: GROUPS },
  'things': { quota: 'ListThings', calls: THINGS / PAGE },
  'persist groups': { quota: 'CreateThingGroup', calls: GROUPS },
  'persist things': { quota: 'CreateThing', calls: THINGS },
  'memberships': { quota: 'ListThingsInThingGroup', calls: GROUPS + MEMBERSHIPS / PAGE },
  'persist memberships': { quota: 'AddThingToThingGroup', calls: MEMBERSHIPS },
};

async function measure(): Promise<Part> {
  progress(`shares: ${shown(THINGS)} things at a share of ${SHARE} in simulated time`);
  const bucket = new Bucket(new Meter());
  const objects = new Objects({ send: async (command: object) => bucket.answer(command) } as ConstructorParameters<typeof Objects>[0], { name: 'reports', owner: ACCOUNT_ID });
  const began = Date.now();
  let slices = 0;
  let longest = 0;
  const passed: Record<string, number> = {};
  await runToEnd((async () => {
    for (const phase of Object.keys(PHASES)) {
      for (let page = 0, done = false; !done; slices++) {
        const from = Date.now();
        // Each slice has a process of its own, as on Lambda in the worst case.
        const step = stepOf<object, object, object>({
          tableName: 'registry',
          begin: async () => ({}),
          journalOf: () => new Journal(objects, 'run'),
          phasesOf: () => ({ [phase]: workOf(phase, new SharePace(SHARE), passed) }),
          summarize: async () => ({}),
          onSlice: () => undefined,
        });
        const request = { phase, page, run: {}, scope: { kinds: [], prefixes: {} } };
        ({ page, done } = await step(request, { getRemainingTimeInMillis: () => from + TIMEOUT_MS - Date.now() }) as Progress);
        longest = Math.max(longest, Date.now() - from);
      }
    }
  })());
  const isWhole = Object.entries(PHASES).every(([phase, { calls }]) => passed[phase] === calls);
  const events = (slices + 2) * EVENTS_OF_A_SLICE;
  return {
    rows: [
      {
        what: `sweep of ${shown(THINGS)} things, each in a group, at a share of ${SHARE}: events of its execution`,
        mustReach: `< ${shown(EVENTS_AT_MOST)}, and it ends`,
        measured: `${shown(events)} in ${shown(slices)} slices, ${shown((Date.now() - began) / DAY_MS, 1)} days${isWhole ? '' : '; not all was done'}`,
        ok: isWhole && events < EVENTS_AT_MOST,
      },
      {
        what: '  its longest slice',
        mustReach: `< ${TIMEOUT_MS / 1000} s`,
        measured: `${shown(longest / 1000, 0)} s`,
        ok: longest < TIMEOUT_MS,
      },
    ],
    figures: undefined,
  };
}

function workOf(phase: string, pace: SharePace, passed: Record<string, number>): Work {
  const { quota, calls } = PHASES[phase];
  return async (cursor) => {
    const done = cursor as number | undefined ?? 0;
    const taken = Math.min(unitSize(pace.rateOf(quota)), calls - done);
    await pMap(Array.from({ length: taken }), () => pace.pass(quota), { concurrency: CONCURRENCY });
    passed[phase] = done + taken;
    return { next: done + taken < calls ? done + taken : undefined };
  };
}

runPart(measure);
