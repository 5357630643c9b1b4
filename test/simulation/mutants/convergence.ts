import type { Killer, Mutant } from './mutant';

const persist = 'src/sweep/persist.ts';
const bury = 'src/sweep/bury.ts';
const settle = 'src/drift/settle.ts';

function sweep(testName: string): Killer {
  return { testFile: 'test/simulation/sweep.test.ts', testName };
}

const deprecatedTypes = (testName: string): Killer => ({ testFile: 'test/drift/deprecated-types.test.ts', testName });

const drift: Killer = { testFile: 'test/simulation/drift.test.ts', testName: 'seeds from 1' };

/** The rules of sweeps and of drift checks. */
export const convergenceMutants: readonly Mutant[] = [
  {
    name: 'a sweep takes records back in time',
    rule: 'a record of the same incarnation keeps its time if that is later than the stamp',
    file: 'src/sweep/persister.ts',
    find: 'return isSame ? this.originAt(record.timestamp + 1) : this.origin;',
    replace: 'return isSame ? this.origin : this.origin;',
    killedBy: { testFile: 'test/sweep/sweep-step.test.ts', testName: 'a late update of the life before' },
  },
  {
    name: 'a deprecated type is recorded so at once',
    rule: 'a deprecated type is recorded as deprecated once its things are',
    file: 'src/sweep/persist.ts',
    find: "if (entity.kind === 'type' && entity.state.deprecated && !record) return",
    replace: "if (entity.kind === 'type' && entity.state.deprecated && !record && false) return",
    killedBy: { testFile: 'test/sweep/sweep-step.test.ts', testName: 'is recorded as deprecated once its things are' },
  },
  {
    name: 'a pause does not reach a check that runs',
    rule: 'a paused Region gets no repairs',
    file: settle,
    find: 'if (run.mode === Mode.REPORT || config.isPaused) return settled;',
    replace: 'if (run.mode === Mode.REPORT) return settled;',
    killedBy: { testFile: 'test/drift/drift-step.test.ts', testName: 'from the moment on at which the Region is paused' },
  },
  {
    name: 'a sweep is stamped with its start',
    rule: 'what a sweep reads is stamped with the start of its listing less the margin',
    file: 'src/sweep/persister.ts',
    find: 'timestamp: run.startedAt - MARGIN_MS,',
    replace: 'timestamp: run.startedAt,',
    killedBy: sweep('a fleet that no event told of'),
  },
  {
    name: 'a sweep takes what has just moved',
    rule: 'what moved in the last five minutes is left for the next sweep',
    file: persist,
    find: 'const isMoving = hasMoved(records.get(candidate), now());',
    replace: 'const isMoving = false;',
    killedBy: { testFile: 'test/sweep/sweep-step.test.ts', testName: 'has moved within five minutes is left' },
  },
  {
    name: 'the ends of a membership are not asked whether they are others by now',
    rule: 'a membership one of whose ends may have become another in the last five minutes is left for the next sweep',
    file: persist,
    find: "if (entity.kind === 'membership' && await mayHaveOtherEnds(",
    replace: "if (entity.kind === 'membership' && now() < 0 && await mayHaveOtherEnds(",
    killedBy: { testFile: 'test/sweep/left.test.ts', testName: 'is left if the thing is so young' },
  },
  {
    name: 'a group that has just been created has the members of the one before',
    rule: 'memberships of a group that was created in the last five minutes are left for the next sweep',
    file: persist,
    find: 'createdAt !== undefined && isRecent(createdAt, now());',
    replace: 'createdAt !== undefined && createdAt > now();',
    killedBy: { testFile: 'test/sweep/sweep-step.test.ts', testName: 'is a membership of a group that is so young' },
  },
  {
    name: 'a sweep that reports has events persisted',
    rule: 'with mode report a sweep writes nothing',
    file: persist,
    find: '  if (run.mode === Mode.REPORT) return { counts: [verdict.difference], difference };\n',
    replace: '  if (run.mode === Mode.REPORT && !difference) return { counts: [verdict.difference], difference };\n',
    killedBy: sweep('though all events are lost'),
  },
  {
    name: 'a sweep that reports has tombstones written',
    rule: 'with mode report a sweep writes nothing',
    file: bury,
    find: '    if (context.run.mode === Mode.REPORT) return {};\n',
    replace: '',
    killedBy: sweep('what went unheard'),
  },
  {
    name: 'what is not listed is gone',
    rule: 'a tombstone is written after a direct read only',
    file: bury,
    find: 'if (await registry.read(entity)) return { counts: [Settled.EQUAL] };',
    replace: 'if (registry === undefined) return { counts: [Settled.EQUAL] };',
    killedBy: { testFile: 'test/sweep/sweep-step.test.ts', testName: 'buries nothing that a direct reading finds' },
  },
  {
    name: 'what has just been created may be gone',
    rule: 'a record that moved in the last five minutes gets no tombstone',
    file: bury,
    find: 'if (hasMoved(record, now())) return',
    replace: 'if (now() < 0) return',
    killedBy: sweep('what was just created is not taken for gone'),
  },
  {
    name: 'what came back is buried',
    rule: 'a tombstone is for the incarnation that was confirmed to be gone',
    file: bury,
    find: '    if (identityOf(record) !== candidate.identity) return { counts: [Outcome.STALE] };\n',
    replace: '',
    killedBy: { testFile: 'test/sweep/remaining.test.ts', testName: 'what has come back a moment ago is not buried' },
  },
  {
    name: 'a tombstone is taken for a record',
    rule: 'what has a tombstone and is there is missing',
    file: 'src/sweep/verdict.ts',
    find: "if (!record || record.deleted) return { difference: 'missing' };",
    replace: "if (!record) return { difference: 'missing' };",
    killedBy: sweep('what came back unheard'),
  },
  {
    name: 'a membership of other ends is equal',
    rule: 'a membership that was recorded of other ends is recorded anew',
    file: 'src/sweep/verdict.ts',
    find: '[...general, ...endsOf(record, records)] : general;',
    replace: '[...general, ...endsOf(record, records).slice(2)] : general;',
    killedBy: { testFile: 'test/sweep/sweep-step.test.ts', testName: 'is what was re-created under another id' },
  },
  {
    name: 'memberships are compared with what their ends were a moment ago',
    rule: 'the ends of memberships are read consistently, because the sweep may have just written them',
    file: 'src/convergence/listing.ts',
    find: '{ number, index, token } : undefined, true);',
    replace: '{ number, index, token } : undefined, false);',
    killedBy: sweep('memberships of ends that were re-created unheard'),
  },
  {
    name: 'memberships are compared before their ends are persisted',
    rule: 'memberships come once their ends have their records',
    file: 'src/sweep/phases.ts',
    find: "'persist', 'deprecate', 'memberships', 'persist-memberships'",
    replace: "'memberships', 'persist', 'deprecate', 'persist-memberships'",
    killedBy: sweep('memberships of ends that were re-created unheard'),
  },
  {
    name: 'a drift check that reports repairs',
    rule: 'with mode report a drift check changes nothing',
    file: settle,
    find: '  if (run.mode === Mode.REPORT || config.isPaused) return settled;\n',
    replace: '',
    killedBy: drift,
  },
  {
    name: 'a drift check repairs nothing',
    rule: 'with mode repair the keys of what differs are put on the retry queue',
    file: settle,
    find: 'await repairs.send(wanted.filter((repair) => !waits(repair)));',
    replace: 'await repairs.send([]);',
    killedBy: drift,
  },
  {
    name: 'a missing type is created deprecated before its things',
    rule: 'a type that lacks its deprecation is repaired without it first',
    file: settle,
    find: 'isOpen: isDeprecated && lacksDeprecation || undefined',
    replace: 'isOpen: isDeprecated && lacksDeprecation && undefined || undefined',
    killedBy: deprecatedTypes('is sent open before its things'),
  },
  {
    name: 'a type that was repaired without its deprecation stays open',
    rule: 'its key is sent once more when everything else has been',
    file: settle,
    find: 'await repairs.deprecate(candidates.filter(({ isOpen }) => isOpen));',
    replace: 'await repairs.deprecate([]);',
    killedBy: deprecatedTypes('is sent open before its things'),
  },
  {
    name: 'what should be gone stays',
    rule: 'what has a tombstone and is there is repaired',
    file: 'src/drift/verdict.ts',
    find: '  if (record.deleted) return there && toBeGone(record, options);\n',
    replace: '  if (record.deleted) return undefined;\n',
    killedBy: drift,
  },
];
