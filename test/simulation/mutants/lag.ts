import { regression, unitTest, type Mutant } from './mutant';

const reconciler = 'src/replicator/reconciler.ts';
const lookingAgain = (testName: string) => unitTest('replicator/looking-again', testName);

/** Rules about reads of the destination that are behind. */
export const lagMutants: readonly Mutant[] = [
  {
    name: 'a refusal after a read is rejected at once',
    rule: 'a refusal that rests on a read waits for the first minutes',
    file: reconciler,
    find: "throw registry.hasLooked && error instanceof Error && classify(error) === 'rejected' ? new UnsettledError(error) : error;",
    replace: 'throw error;',
    killedBy: regression('a refusal after a read that was behind is no dead letter'),
  },
  {
    name: 'every refusal waits',
    rule: 'a refusal without a read is rejected at once',
    file: reconciler,
    find: 'throw registry.hasLooked && error instanceof Error',
    replace: 'throw error instanceof Error',
    killedBy: lookingAgain('a refusal without a read is rejected at once'),
  },
  {
    name: 'a refusal waits for days',
    rule: 'a refusal that lasts is rejected',
    file: 'src/replicator/disposal.ts',
    find: 'now - refusedSince > UNSETTLED_MS;',
    replace: 'now - refusedSince > MAX_WAIT_MS;',
    killedBy: lookingAgain('is rejected once it has lasted'),
  },
  {
    name: 'the minutes of a refusal begin with the wait before it',
    rule: 'what waits for something else begins anew',
    file: 'src/replicator/disposal.ts',
    find: 'return previous?.refusedSince ?? now;',
    replace: 'return previous?.refusedSince ?? previous?.waitingSince ?? now;',
    killedBy: lookingAgain('has its minutes although'),
  },
  {
    name: 'a refusal is forgotten with a throttled try',
    rule: 'a refusal lasts on through throttling',
    file: 'src/replicator/disposal.ts',
    find: "return failureClass === 'throttled' ? previous?.refusedSince : undefined;",
    replace: 'return undefined;',
    killedBy: lookingAgain('lasts on through throttling'),
  },
  {
    name: 'a type as it was read is not looked at again',
    rule: 'what rests on a read of a type is looked at once more',
    file: 'src/replicator/apply/type.ts',
    find: '      context.restsOnLook();\n',
    replace: '',
    killedBy: lookingAgain('after a minute, and then no more'),
  },
  {
    name: 'a group at the place that a read showed is not looked at again',
    rule: 'what rests on a read of a group is looked at once more',
    file: 'src/replicator/apply/group.ts',
    find: '    if (there && isPlaced(there, state)) {\n      context.restsOnLook();\n',
    replace: '    if (there && isPlaced(there, state)) {\n',
    killedBy: lookingAgain('also where a group is at the place that a read showed'),
  },
  {
    name: 'a thing with the attributes that a read showed is not looked at again',
    rule: 'what rests on a read of a thing is looked at once more',
    file: 'src/replicator/apply/thing.ts',
    find: '  if (!known && !hasAll) restsOnLook();\n',
    replace: '',
    killedBy: regression('a thing whose attributes a read did not show'),
  },
  {
    name: 'a second look leads to a third',
    rule: 'what rests on a read is looked at once more, no more',
    file: reconciler,
    find: '(!attempt.isSecondLook || round > 0)',
    replace: 'round >= 0',
    killedBy: lookingAgain('after a minute, and then no more'),
  },
  {
    name: 'the second look at a deletion is a deletion of its own',
    rule: 'the place of a deletion goes with its second look',
    file: reconciler,
    find: '      admitted: admission.identity,\n      sentAt: now(),\n',
    replace: '      sentAt: now(),\n',
    killedBy: lookingAgain('a deletion takes no second place'),
  },
  {
    name: 'members are looked for once',
    rule: 'the members index is a read that can be behind too',
    file: reconciler,
    find: "(restsOnLook || fanOut?.kind === 'group')",
    replace: 'restsOnLook',
    killedBy: lookingAgain('also where a group was not there and is made'),
  },
  {
    name: 'a membership of any incarnation of a dynamic group is left alone',
    rule: 'a membership of the static group after a dynamic one is added',
    file: 'src/replicator/apply/membership.ts',
    find: 'group?.state.dynamic && !isYetToCome(group, record.groupId, record.timestamp)',
    replace: 'group?.state.dynamic',
    killedBy: lookingAgain('a membership of the static group that came after a dynamic one waits'),
  },
];
