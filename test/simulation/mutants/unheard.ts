import { unitTest, type Mutant } from './mutant';

const persisting = (testName: string) => unitTest('persistence/unheard', testName);
const applying = (testName: string) => unitTest('replicator/unheard', testName);

/** Rules about records that replace one that lives. */
export const unheardMutants: readonly Mutant[] = [
  {
    name: 'a live record is replaced without a word',
    rule: 'a record that lives is not replaced by the condition alone',
    file: 'src/table/guard.ts',
    find: '`(${otherIncarnation} AND ${DELETED} = ${v.TRUE} AND (${older} OR ${sameMoment}))`',
    replace: '`(${otherIncarnation} AND (${older} OR (${sameMoment} AND ${DELETED} = ${v.TRUE})))`',
    killedBy: persisting('a thing that takes the place of one that lives names it'),
  },
  {
    name: 'what a record replaces is forgotten with its next event',
    rule: 'later events keep what it replaces',
    file: 'src/table/guard.ts',
    find: ' AND attribute_not_exists(${REPLACES})',
    replace: '',
    killedBy: persisting('later events of it keep what it replaces'),
  },
  {
    name: 'a deletion that is late changes nothing',
    rule: 'the deletion takes its incarnation off',
    file: 'src/persistence/unheard.ts',
    find: '$lives and $record.${A.INCARNATION} in $replaces',
    replace: 'false',
    killedBy: persisting('each deletion that arrives after all'),
  },
  {
    name: 'a deletion is not waited for',
    rule: 'deletions arrive out of order by milliseconds',
    file: 'src/persistence/persistence-workflow.ts',
    find: 'const DELETION_WAIT_SECONDS = 4;',
    replace: 'const DELETION_WAIT_SECONDS = 0;',
    killedBy: persisting('a thing that takes the place of one that lives names it'),
  },
  {
    name: 'a membership of a thing re-created unheard is stale',
    rule: 'nothing is taken away because of it until a sweep has looked',
    file: 'src/replicator/apply/membership.ts',
    find: '  if (!end.deleted && end.replaces?.includes(id)) return false;\n',
    replace: '',
    killedBy: applying('memberships of a thing that was re-created without a recorded deletion stay'),
  },
  {
    name: 'a deletion that arrives after all takes no memberships along',
    rule: 'what was recorded of the one before counts no more once its deletion is known',
    file: 'src/replicator/fold.ts',
    find: '[record.incarnation, ...record.replaces ?? []].join',
    replace: '[record.incarnation].join',
    killedBy: applying('they go once its deletion arrives after all'),
  },
  {
    name: 'missed events are no gap',
    rule: 'a record that replaced a live one is a gap of the source',
    file: 'src/replicator/stream-consumer.ts',
    find: 'const unheard = images.filter(isUnheard);',
    replace: 'const unheard = images.filter(() => false);',
    killedBy: applying('the status learns that events were missed'),
  },
  {
    name: 'a contended record is read without end',
    rule: 'an event whose record does not rest is dead-lettered',
    file: 'src/persistence/unheard.ts',
    find: '($exists($states.input.reads) ? $states.input.reads : 0) + 1',
    replace: '1',
    killedBy: persisting('an event whose record changes between each read and write is dead-lettered'),
  },
];
