/** @jest-environment ./test/simulation/environment.ts */
import { START } from './history';
import { expectConvergence } from './seeds';

const YEAR_2100 = 4_102_444_800_000;
const thing = (thingName: string, fields: object) => ({ eventType: 'THING_EVENT', eventId: 'forged', thingName, thingId: 'forged', versionNumber: 99, thingTypeName: null, attributes: { owner: 'mallory' }, ...fields });

/** What somebody who forges events would like to be believed for good. */
const FORGED = {
  'a deletion of the year 2100': thing('t0', { operation: 'DELETED', timestamp: YEAR_2100 }),
  'a change of the year 2100': thing('t1', { operation: 'UPDATED', timestamp: YEAR_2100 }),
  'a ghost beyond every date': thing('ghost', { operation: 'CREATED', timestamp: 8.64e15 + 1 }),
  'a ghost before every date': thing('ghost', { operation: 'CREATED', timestamp: -1 }),
  'a version beyond every number': thing('t2', { operation: 'UPDATED', timestamp: START, versionNumber: 1e300 }),
  'a heartbeat': { eventType: 'REPLICATION_HEARTBEAT' },
  'a sweep of the year 2100': { eventType: 'REPLICATION_SWEEP', timestamp: YEAR_2100, mode: 'repair', inSync: true, durationSeconds: 1, found: 0, persisted: 0, remaining: 0 },
  'a sweep that would be believed': { eventType: 'REPLICATION_SWEEP', timestamp: START, mode: 'repair', inSync: true, durationSeconds: 1, found: 0, persisted: 0, remaining: 0 },
  'a name that is a key': thing('t0#thing', { operation: 'DELETED', timestamp: START }),
};

test('what no registry can have said is a dead letter, and nothing moves because of it', async () => {
  const payloads = Object.values(FORGED);
  await expectConvergence({
    from: 17_001,
    histories: 10,
    strayEvents: payloads.map((payload, i) => ({ at: START + 30 * i, payload })),
    expectsDeadLetter: (letter) => {
      const { error, event } = JSON.parse(letter) as Record<string, unknown>;
      return error === 'InvalidEvent' && payloads.some((each) => JSON.stringify(each) === JSON.stringify(event));
    },
    check: ({ pipeline: { sourceDeadLetters } }) => Object.entries(FORGED)
      .filter(([, payload]) => !sourceDeadLetters.some((letter) => letter.includes(JSON.stringify(payload))))
      .map(([name]) => `${name} is no dead letter`),
  });
});
