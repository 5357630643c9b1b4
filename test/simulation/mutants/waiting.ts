import { unitTest, type Mutant } from './mutant';

const keys = 'src/replicator/waiting-keys.ts';
const item = 'src/replicator/waiting-item.ts';
const watches = 'src/replicator/watches.ts';
const waiting = (testName: string) => unitTest('replicator/waiting', testName);

/** Rules about keys that wait for something else. */
export const waitingMutants: readonly Mutant[] = [
  {
    name: 'waiting: each message of a key goes on by itself',
    rule: 'a key that waits has one message, whatever adds others',
    file: item,
    find: "if (root === undefined && !isNamed && hasMessage(before, now)) return 'joined';",
    replace: '',
    killedBy: waiting('has one message, whatever adds others'),
  },
  {
    name: 'waiting: no key is parked',
    rule: 'what waits for a key without a record has no message',
    file: keys,
    find: 'if (root !== undefined) await this.park(postponed, root);',
    replace: 'if (root === null) await this.park(postponed, root);',
    killedBy: waiting('is parked without a message, and one watch'),
  },
  {
    name: 'waiting: what comes by the stream wakes nothing',
    rule: 'the coming of a prerequisite wakes what is parked for it at once',
    file: keys,
    find: 'if (awaited.length > 0) await watches.wakeFor(awaited.map(keyFromString));',
    replace: '',
    killedBy: waiting('is applied within seconds after that has come by the stream'),
  },
  {
    name: 'waiting: a second letter',
    rule: 'a key that has its dead letter gets no other',
    file: item,
    find: "return isSame && !isRedriven ? 'joined' : { waitingSince: now };",
    replace: 'return { waitingSince: now };',
    killedBy: waiting('never end in a second one, however often the key is sent'),
  },
  {
    name: 'waiting: a redrive is one message too many',
    rule: 'a redrive starts a key afresh that was dead-lettered',
    file: item,
    find: 'return isSame && !isRedriven ?',
    replace: 'return isSame ?',
    killedBy: waiting('begin afresh with a redrive'),
  },
  {
    name: 'waiting: a drift check repairs what waits',
    rule: 'a drift check reports what waits, and leaves it alone',
    file: 'src/drift/waiting-reader.ts',
    find: 'item.prerequisite !== undefined || hasMessage(item, this.now())',
    replace: 'item.prerequisite === undefined && hasMessage(item, this.now())',
    killedBy: waiting('reports what waits, and does not repair it'),
  },
  {
    name: 'waiting: a look that finds nothing parked ends the watch, dead letters or not',
    rule: 'a dead-lettered key is woken by what it waited for',
    file: watches,
    find: 'return isLettered ? watches.setCheck(root, watch, undefined, true) : watches.delete(root, watch);',
    replace: 'return watches.delete(root, watch);',
    killedBy: waiting('do not end the wait: what comes later still wakes the key'),
  },
  {
    name: 'waiting: keys leave the index before their messages are sent',
    rule: 'a message is sent before the item names it, so that a crash sends it twice rather than never',
    file: watches,
    find: '    const left = (await pMap(batches, (batch) => queues.retry(batch), { concurrency: CONCURRENCY })).flat();',
    replace: '    await pMap(woken, ({ parked, revision }) => items.release(parked, revision, now()), { concurrency: CONCURRENCY });\n'
      + '    const left = (await pMap(batches, (batch) => queues.retry(batch), { concurrency: CONCURRENCY })).flat();',
    killedBy: unitTest('replicator/waiting-crashes', 'loses no key that is parked'),
  },
  {
    name: 'waiting: the members of a group make the group forgotten',
    rule: 'what does something else than apply its key says nothing about it',
    file: 'src/replicator/retry-consumer.ts',
    find: 'if (!isErrand(message)) applied.push(',
    replace: 'applied.push(',
    killedBy: waiting('does not make a key that is parked forgotten'),
  },
  {
    name: 'waiting: a type is given back by the key\'s own message, or by none',
    rule: 'what gives a type back goes on by itself',
    file: 'src/replicator/retry-consumer.ts',
    find: "const isRemembered = disposal.class === 'waiting' && !isErrand(message);",
    replace: "const isRemembered = disposal.class === 'waiting';",
    killedBy: waiting('goes on by itself, beside the message of its key'),
  },
  {
    name: 'waiting: an older reading makes a key forgotten',
    rule: 'a key that failed later than another try of it began stays parked',
    file: keys,
    find: '      if (waiting.triedAt > triedAt(key)) return;\n',
    replace: '',
    killedBy: waiting('a try of an older reading does not make a key forgotten'),
  },
  {
    name: 'waiting: a thing that is there and lacks its type is tried by itself',
    rule: 'an update that misses the type names it',
    file: 'src/replicator/apply/thing.ts',
    find: '        if (wasMissing) await expectType(state, context);\n',
    replace: '',
    killedBy: waiting('is parked too if it is there and lacks its type alone'),
  },
  {
    name: 'waiting: what has taken a type off is left out for the message of its key',
    rule: 'what has taken a type off things goes on with its own message',
    file: keys,
    find: 'else if (!await this.hold(postponed) && hasTakenOff(message)) return delayed;',
    replace: 'else await this.hold(postponed);',
    killedBy: waiting('takes along which things have lost a type'),
  },
  {
    name: 'waiting: a watch looks after a minute first',
    rule: 'most waits are short, and the status says WAITING until the watch is over',
    file: watches,
    find: 'const FIRST_SECONDS = 20;',
    replace: 'const FIRST_SECONDS = 60;',
    killedBy: unitTest('replicator/apply', 'a thing waits for its type, whichever arrives first'),
  },
  {
    name: 'waiting: keys are woken faster than AWS admits',
    rule: 'keys are woken at the quota\'s pace, so that none of their calls is throttled',
    file: watches,
    find: 'const WOKEN_PER_SECOND = 98;',
    replace: 'const WOKEN_PER_SECOND = 200;',
    killedBy: waiting('is woken with thousands of others, page by page'),
  },
  {
    name: 'waiting: an attribute has a reserved word for a name',
    rule: 'DynamoDB takes each expression of the table of state',
    file: 'src/state/state-keys.ts',
    find: "CHECK: 'nextCheck',",
    replace: "CHECK: 'check',",
    killedBy: waiting('is parked without a message, and one watch'),
  },
];
