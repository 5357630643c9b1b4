import { Appliers, SETTINGS, Value, Weaker } from './appliers';
import { Consumers } from './consumers';
import { DestinationHistories, Scenario } from './destination';
import { Exploration, search } from './exploration';
import { fold } from '../../src/replicator/handler/fold';
import type { IdentitiesConfig } from '../../src/replicator/identities-config';

const ACTIVE = 'ACTIVE';
const INACTIVE = 'INACTIVE';
const ATTACHED = 'attached';
const DETACHED = 'detached';

const certificate = (status: string, keepOut: string): Value => ({ status, 'keep-out': keepOut });
const documents = (...all: string[]) => all.map((document) => ({ document }));

const QUIET = { consumers: 2, crashes: 0, keys: 0, mostImages: 1, lags: false };
/** A certificate is shut out, and let in again. */
const SHUT_OUT: Scenario = { ...QUIET, records: [certificate(ACTIVE, ATTACHED), certificate(INACTIVE, ATTACHED), certificate(ACTIVE, ATTACHED)] };
/** Beside a drift check, or whoever else has the key applied once more. */
const SHUT_OUT_BESIDE: Scenario = { ...SHUT_OUT, keys: 1, records: SHUT_OUT.records.slice(0, 2) };
/** An active certificate loses a policy, which is detached beside it. */
const LOSING: Scenario = { ...QUIET, keys: 1, records: [certificate(ACTIVE, ATTACHED), certificate(ACTIVE, DETACHED)] };
/** It loses it and gets it back. */
const BACK: Scenario = { ...QUIET, records: [...LOSING.records, certificate(ACTIVE, ATTACHED)] };
const DOCUMENT: Scenario = { ...QUIET, keys: 1, records: documents('first', 'second') };
/** It gets a third one while the second waits. */
const PENDING: Scenario = { ...QUIET, keys: 1, records: documents('second', 'third'), initially: { document: 'first' } };
/** A certificate gets a policy that comes later. */
const MISSING: Scenario = {
  ...QUIET, consumers: 1, missing: true, records: [certificate(INACTIVE, DETACHED), certificate(INACTIVE, ATTACHED), certificate(ACTIVE, ATTACHED)],
};
/** Before, it is let in with it, and shut out again. */
const MISSING_FIRST: Scenario = { ...MISSING, records: [certificate(INACTIVE, DETACHED), certificate(ACTIVE, ATTACHED), certificate(INACTIVE, ATTACHED)] };
/** Records of more than one change come as one batch. */
const BATCH: Scenario = { ...BACK, consumers: 1, crashes: 1, mostImages: 2 };
const NOT_YET: IdentitiesConfig = { ...SETTINGS, policyPrefixes: ['let-'] };
/** Policies that restrict are selected later. */
const SELECTED: Scenario = {
  ...QUIET,
  consumers: 1,
  records: [certificate(INACTIVE, DETACHED), certificate(INACTIVE, ATTACHED)],
  deployments: [{ settings: NOT_YET, without: ['keep-out'] }, { settings: SETTINGS }],
};
/** Identities are off, and somebody detaches what restricts. */
const OFF: Scenario = {
  ...QUIET,
  consumers: 1,
  records: [certificate(INACTIVE, ATTACHED), certificate(ACTIVE, ATTACHED)],
  deployments: [{ settings: SETTINGS }, { settings: SETTINGS, byHand: { 'keep-out': DETACHED } }],
};

async function explored(scenario: Scenario, weaker: Weaker = {}): Promise<Exploration> {
  const settings = (scenario.deployments ?? [{ settings: SETTINGS }]).map((each) => each.settings);
  const appliers = new Appliers(scenario.records, settings, weaker);
  const consumers = new Consumers(appliers.apply);
  const applied = await Promise.all(settings.map((_, each) => Promise.all(scenario.records.map((__, record) => appliers.appliedAs(record, each)))));
  return search(new DestinationHistories(scenario, consumers, appliers.key, applied), consumers);
}

describe('no history goes wrong', () => {
  test.each<[string, Scenario, number]>([
    ['if a certificate is shut out and let in', SHUT_OUT, 300],
    ['if it is shut out beside a drift check', SHUT_OUT_BESIDE, 2_000],
    ['if it loses a policy beside a drift check', LOSING, 1_000],
    ['if a consumer dies meanwhile', { ...LOSING, crashes: 1 }, 10_000],
    ['if it loses a policy, and looks lag', { ...LOSING, lags: true }, 1_000],
    ['if it loses a policy and gets it back', BACK, 300],
    ['if changes come as one batch, and a consumer dies', BATCH, 100],
    ['if a policy gets another document', DOCUMENT, 1_000],
    ['if a policy that restricts comes late', MISSING, 100],
    ['if it is let in with it and shut out before', MISSING_FIRST, 100],
    ['if policies that restrict are selected later', SELECTED, 50],
    ['if something is changed by hand while identities are off', OFF, 50],
  ])('%s', async (_, scenario, atLeast) => {
    const { history, moments } = await explored(scenario);
    expect(history).toBeUndefined();
    // Otherwise it would be as right if there were no histories.
    expect(moments).toBeGreaterThan(atLeast);
  });
});

const WEAKER = {
  'an activation relies on what was not noted': { writes: () => ({ wasApplied: async () => true }) },
  'a record is noted before it is written': {
    writes: (writes) => ({
      inTurn: (record, call) => writes.inTurn(record, async (signal) => {
        await writes.noteApplied(record);
        return call(signal);
      }),
    }),
  },
  'a record is noted while others may write': { writes: (_, noteNow) => ({ noteApplied: noteNow }) },
  'a difference is noted although the record before was not': { writes: (writes) => ({ noteApplied: (record) => writes.noteApplied(record) }) },
  'a look counts whoever has entered since it began': {
    writes: (writes) => ({
      beginLook: async () => undefined,
      noteApplied: async (record, old) => {
        await writes.beginLook(record);
        await writes.noteApplied(record, old);
      },
    }),
  },
  'policies are attached and detached beside the fence': { writes: () => ({ inTurn: (_, call) => call() }) },
  'the note does not say with which settings': { ignoresSettings: true, ignoresSwitch: true },
  'the note does not say since when identities are on': { ignoresSwitch: true },
} satisfies Readonly<Record<string, Weaker>>;

test('the ends of a batch may be compared: whoever has applied an image between them, and died, has taken the note away', async () => {
  const { history, moments } = await explored(BATCH, { fold: (images) => fold([{ ...images[images.length - 1], old: images[0].old }]) });
  expect(history).toBeUndefined();
  expect(moments).toBeGreaterThan(100);
});

describe('the shortest history that goes wrong', () => {
  test.each<[keyof typeof WEAKER, Scenario, string]>([
    ['an activation relies on what was not noted', MISSING, `
      keep-out attached, INACTIVE arrives
      keep-out attached, ACTIVE arrives
      A takes keep-out attached, INACTIVE
      A reads the note; it will be looked at again
      B takes keep-out attached, ACTIVE
      B reads the note
      B enters and calls ACTIVE
      B's call has its effect: keep-out detached, ACTIVE; it will be looked at again
      it is active before its policies are attached`],
    ['a record is noted before it is written', DOCUMENT, `
      second arrives
      A looks
      A reads the note
      A enters
      A notes and calls second; it is noted
      second is noted, and the registry has first`],
    ['a record is noted while others may write', PENDING, `
      A takes the key
      A reads the record
      A looks
      A reads the note
      A reads the record
      third arrives
      B takes third
      A enters and calls second
      B reads the note
      B looks
      B reads the note
      B enters and calls third; it will be looked at again
      B's call has its effect: third
      A's call has its effect: second
      B notes; it is noted; it will be looked at again
      third is noted, and the registry has second`],
    ['a difference is noted although the record before was not', MISSING_FIRST, `
      keep-out attached, ACTIVE arrives
      keep-out attached, INACTIVE arrives
      A takes keep-out attached, ACTIVE
      A reads the note
      A reads the record of the policy
      A reads the note
      A looks
      A looks
      A reads the record of the policy
      A takes the note away; it will be looked at again
      B takes keep-out attached, INACTIVE
      B reads the note
      B enters and calls INACTIVE
      B's call has its effect: keep-out detached, INACTIVE
      B notes; it is noted
      keep-out attached, INACTIVE is noted, and the registry has keep-out detached, INACTIVE`],
    ['a look counts whoever has entered since it began', { ...BACK, keys: 1 }, `
      keep-out detached, ACTIVE arrives
      B takes keep-out detached, ACTIVE
      B reads the note
      B reads the note
      B reads the record
      keep-out attached, ACTIVE arrives
      A looks
      A looks; it will be looked at again
      time passes
      C takes the key
      B enters
      C looks
      B enters and calls keep-out detached
      C looks
      B's call has its effect: keep-out detached, ACTIVE
      time passes
      C reads the note
      C notes; it is noted
      keep-out attached, ACTIVE is noted, and the registry has keep-out detached, ACTIVE`],
    ['policies are attached and detached beside the fence', LOSING, `
      A takes the key
      A reads the record
      keep-out detached, ACTIVE arrives
      B takes keep-out detached, ACTIVE
      A reads the note
      B reads the note and calls keep-out detached
      A looks
      B's call has its effect: keep-out detached, ACTIVE
      A looks and calls keep-out attached
      B notes; it is noted
      A's call has its effect: keep-out attached, ACTIVE
      keep-out detached, ACTIVE is noted, and the registry has keep-out attached, ACTIVE`],
    ['the note does not say with which settings', SELECTED, `
      keep-out attached, INACTIVE arrives
      A takes keep-out attached, INACTIVE
      other settings are deployed
      A reads the note
      A enters and calls INACTIVE
      A's call has its effect: keep-out detached, INACTIVE
      A notes; it is noted
      keep-out attached, INACTIVE is noted, and the registry has keep-out detached, INACTIVE`],
    ['the note does not say since when identities are on', OFF, `
      other settings are deployed, by hand: keep-out detached, INACTIVE
      keep-out attached, INACTIVE is noted, and the registry has keep-out detached, INACTIVE`],
  ])('if %s', async (name, scenario, history) => {
    expect((await explored(scenario, WEAKER[name])).history).toEqual(linesOf(history));
  });
});

function linesOf(text: string): string[] {
  return text.trim().split('\n').map((line) => line.trim());
}
