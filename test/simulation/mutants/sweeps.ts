import { unitTest, type Killer, type Mutant } from './mutant';

const persist = 'src/sweep/persist.ts';
const persister = 'src/sweep/persister.ts';
const bury = 'src/sweep/bury.ts';
const left = 'src/sweep/left.ts';
const counts = 'src/sweep/counts.ts';
const margin = 'src/table/margin.ts';

const remaining = (testName: string): Killer => unitTest('sweep/remaining', testName);
const leaving = (testName: string): Killer => unitTest('sweep/left', testName);
const future = (testName: string): Killer => unitTest('sweep/future', testName);

/** What a sweep says of differences that it does not end. */
export const sweepMutants: readonly Mutant[] = [
  {
    name: 'memberships are stamped with the beginning of the sweep',
    rule: 'a membership that was read directly is recorded as later than its record',
    file: persister,
    find: 'this.originAt(record.timestamp + 1) : this.origin;',
    replace: 'this.origin : this.origin;',
    killedBy: remaining('is buried if its removal was lost'),
  },
  {
    name: 'a record that stayed counts as stale',
    rule: 'what the guard refuses although no event has moved the record remains',
    file: persist,
    find: 'outcome === Outcome.STALE && await isUnmoved(',
    replace: 'outcome === Outcome.STALE && !candidate && await isUnmoved(',
    killedBy: remaining('a deletion that ends stale while its record stays'),
  },
  {
    name: 'a dead letter ends a difference',
    rule: 'only a record that was written ends a difference',
    file: counts,
    find: 'const ENDED = [Outcome.PERSISTED, Outcome.STALE];',
    replace: 'const ENDED = [Outcome.PERSISTED, Outcome.STALE, Outcome.DEAD_LETTERED];',
    killedBy: remaining('a removal that ends dead-lettered while its record stays'),
  },
  {
    name: 'what is filtered is no difference',
    rule: 'what has a record and is filtered remains',
    file: persist,
    find: 'if (outcome === Outcome.FILTERED && !isAlive(records.get(candidate))) return',
    replace: 'if (outcome === Outcome.FILTERED) return',
    killedBy: remaining('a change that is filtered although it has a record'),
  },
  {
    name: 'a deprecation that fails is no difference',
    rule: 'a type that stays recorded as it was before its deprecation remains',
    file: 'src/sweep/deprecate.ts',
    find: "return { counts: ['different', outcome],",
    replace: 'return { counts: [outcome],',
    killedBy: remaining('a deprecation that comes to nothing'),
  },
  {
    name: 'too many deletions are all that remains',
    rule: 'a sweep that fails of too many deletions says what else it left',
    file: bury,
    find: 'remaining: remainingOf(counts),',
    replace: 'remaining: gone,',
    killedBy: remaining('what another phase left'),
  },
  {
    name: 'burials rest on what was confirmed, however long ago',
    rule: 'the registry is asked again before each burial',
    file: bury,
    find: '    if (await registry.read(entityOf(candidate)!)) return leave(context, candidate, records);\n',
    replace: '    if (!registry) return leave(context, candidate, records);\n',
    killedBy: remaining('the registry is asked again'),
  },
  {
    name: 'a burial of the run itself counts as an event\'s',
    rule: 'what a step of this run has buried before it died counts as persisted',
    file: bury,
    find: 'persister.isOwn(record) ? Outcome.PERSISTED : Outcome.STALE',
    replace: 'persister.isOwn(record) ? Outcome.STALE : Outcome.STALE',
    killedBy: remaining('a step that died after it was made'),
  },
  {
    name: 'what is gone is confirmed by a read of the table that may be behind',
    rule: 'records are read consistently before the registry is asked',
    file: bury,
    find: 'table.batchGet(taken, true)',
    replace: 'table.batchGet(taken, false)',
    killedBy: remaining('what has come back a moment ago is not confirmed to be gone'),
  },
  {
    name: 'what is gone is buried by a read of the table that may be behind',
    rule: 'records are read consistently before they are buried',
    file: bury,
    find: 'table.batchGet(candidates, true)',
    replace: 'table.batchGet(candidates, false)',
    killedBy: remaining('what has come back a moment ago is not buried'),
  },
  {
    name: 'what is left is left for ever',
    rule: 'what is left twice in a row remains',
    file: persist,
    find: 'if (!await leftBefore.hasLeft(left)) return',
    replace: 'if (leftBefore) return',
    killedBy: leaving('remains, is named, and is no sync'),
  },
  {
    name: 'what events keep moving is left twice',
    rule: 'what an event has moved since it was left differs in another way',
    file: left,
    find: 'return before !== undefined && before.identity === candidate.identity;',
    replace: 'return before !== undefined;',
    killedBy: leaving('is no entity that events keep moving'),
  },
  {
    name: 'an end that changes is another',
    rule: 'a membership is left only if one of its ends may have become another',
    file: persist,
    find: '    if (known ? known.includes(end.incarnation) : end.version > 1) continue;\n',
    replace: '',
    killedBy: leaving('is recorded by the first sweep after its event was lost'),
  },
  {
    name: 'an end that the sweep before knew is another',
    rule: 'an end that the sweep before knew is the same',
    file: persist,
    find: 'if (!await leftBefore.hasKnownEnd(candidate, end.incarnation, now())) return true;',
    replace: 'if (end.incarnation) return true;',
    killedBy: leaving('which knows that the thing was there for long'),
  },
  {
    name: 'a record from the future has moved',
    rule: 'a time beyond the margin is no recent one',
    file: margin,
    find: 'return Math.abs(now - timestamp) < MARGIN_MS;',
    replace: 'return timestamp > now - MARGIN_MS;',
    killedBy: future('the record of a thing that lives'),
  },
  {
    name: 'a record from the future is equal',
    rule: 'a record from the future is a difference, whatever it says',
    file: 'src/sweep/verdict.ts',
    find: 'return isFromTheFuture(timestamp, now) ? [',
    replace: 'return timestamp < 0 && isFromTheFuture(timestamp, now) ? [',
    killedBy: future('the record of a group that lives'),
  },
  {
    name: 'the future is handed on',
    rule: 'no event of a sweep has a time of the future',
    file: persister,
    find: '    if (isFromTheFuture(timestamp, this.dependencies.now())) return this.origin;\n',
    replace: '',
    killedBy: future('is buried, and its tombstone is one of today'),
  },
  {
    name: 'a tombstone from the future is nothing to look at',
    rule: 'a tombstone from the future is a difference',
    file: 'src/sweep/sweep-step.ts',
    find: 'isFromTheFuture(timestamp, dependencies.now()),',
    replace: 'timestamp < 0 && isFromTheFuture(timestamp, dependencies.now()),',
    killedBy: future('is a difference if it is a tombstone'),
  },
  {
    name: 'a record from the future is under way for ever',
    rule: 'a drift check judges a record from the future by what it says',
    file: 'src/drift/settle.ts',
    find: 'return timestamp > since && !isFromTheFuture(timestamp, now);',
    replace: 'return timestamp > since;',
    killedBy: unitTest('drift/drift-step', 'is nothing whose record is from the future'),
  },
  {
    name: 'records keep moving for two rounds',
    rule: 'a key is applied five times in a row before it waits',
    file: 'src/replicator/reconciler.ts',
    find: 'const MAX_ROUNDS = 5;',
    replace: 'const MAX_ROUNDS = 2;',
    killedBy: unitTest('replicator/moving', 'four times'),
  },
];
