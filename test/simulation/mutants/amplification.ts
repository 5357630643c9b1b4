import { regression, unitTest, type Mutant } from './mutant';

const premise = 'src/replicator/premise.ts';
const group = 'src/replicator/apply/group.ts';
const fanOut = 'src/replicator/fan-out.ts';
const membership = 'src/replicator/apply/membership.ts';
const amplification = (testName: string) => unitTest('replicator/amplification', testName);

/** One call that was throttled costs one call, and what is applied again because of an end does nothing in vain. */
export const amplificationMutants: readonly Mutant[] = [
  {
    name: 'a key that was throttled is of unknown history',
    rule: 'the message has what the stream knew of the destination',
    file: 'src/replicator/disposal.ts',
    find: '        premise: isUnexplained(error) ? undefined : failure.premise,\n',
    replace: '',
    killedBy: amplification('an update of a group with many members'),
  },
  {
    name: 'a retry of a type forgets what was to change',
    rule: 'a throttled update of a type costs one call',
    file: 'src/replicator/apply/type.ts',
    find: 'premise?.changes ?? (old && ',
    replace: '(old && ',
    killedBy: amplification('an update of a type'),
  },
  {
    name: 'a premise outlives its incarnation',
    rule: 'a premise is void once the record is of another incarnation',
    file: premise,
    find: ' || record.incarnation !== premise.incarnation',
    replace: '',
    killedBy: amplification('the group is another one by the time of the retry'),
  },
  {
    name: 'a premise has no age',
    rule: 'after a pause nothing is known of the destination',
    file: premise,
    find: "  if (history !== 'kept' && !isFresh) return undefined;\n",
    replace: '',
    killedBy: amplification('a message of the time before a pause'),
  },
  {
    name: 'what a retry takes away is not looked for',
    rule: 'what has to be taken away by name is looked for first',
    file: premise,
    find: '...losesSomething(old, record) ? { loses: true } : {}',
    replace: '...(losesSomething(old, record) && {})',
    killedBy: regression('what a throttled update takes away goes'),
  },
  {
    name: 'what a retry has created has no members',
    rule: 'what a retry did not find, and created, gets its memberships again',
    file: 'src/replicator/apply/context.ts',
    find: "  if (premise) return history !== 'new' && written === 'created';\n",
    replace: '  if (premise) return false;\n',
    killedBy: amplification('the retry has to create the group'),
  },
  {
    name: 'a group that was deleted to move it counts as updated',
    rule: 'after a removal of its own a retry takes the destination for unknown',
    file: group,
    find: '  await admitDeletion();\n  voidPremise();\n',
    replace: '  await admitDeletion();\n',
    killedBy: amplification('the group was deleted to move it'),
  },
  {
    name: 'a group that was created counts as updated',
    rule: 'after a creation a retry looks where the group came to lie',
    file: group,
    find: "    if (history !== 'new') context.voidPremise();\n",
    replace: '',
    killedBy: amplification('where it came to lie could not be looked at'),
  },
  {
    name: 'a thing that was created counts as updated',
    rule: 'after a creation of what should have been there a retry takes the destination for unknown',
    file: 'src/replicator/apply/thing.ts',
    find: "    if (create && history !== 'new') context.voidPremise();\n",
    replace: '',
    killedBy: amplification('a thing that an update did not find'),
  },
  {
    name: 'a drift check has members applied again',
    rule: 'what differs in a group that stays is no reason to apply its memberships',
    file: 'src/drift/repairs.ts',
    find: 'difference !== DriftKind.DIFFERENT || incarnation === undefined',
    replace: 'difference || incarnation === undefined',
    killedBy: unitTest('drift/drift-step', 'of what differs and stays is mended by itself'),
  },
  {
    name: 'removals that change nothing are sent',
    rule: 'a removal that is applied again because of an end looks first',
    file: membership,
    find: '  if (isReplayed && !await registry.isMember(thingName, groupName)) return;\n',
    replace: '',
    killedBy: amplification('of a group: none is removed that is not there'),
  },
  {
    name: 'memberships of an end that is another by now count as deletions',
    rule: 'what is left over of another end is no deletion of the source',
    file: membership,
    find: '  if (isDeletion) await admitDeletion();\n',
    replace: '  await admitDeletion();\n',
    killedBy: amplification('one of a group that is another by now'),
  },
  {
    name: 'those that have left a new group are applied again',
    rule: 'nothing is left over in what was created just now',
    file: fanOut,
    find: 'isNew ? await this.alive(keys) : keys',
    replace: 'keys',
    killedBy: amplification('the pages of a group that was created just now'),
  },
  {
    name: 'the second page of a new group is of any group',
    rule: 'a fan-out goes on as it began',
    file: fanOut,
    find: ', ...isNew ? { isNew } : {} }',
    replace: ' }',
    killedBy: amplification('the pages of a group that was created just now'),
  },
  {
    name: 'a new thing is looked at',
    rule: 'nothing is left over in what was created just now',
    file: fanOut,
    find: '!end.isNew && memberships.some',
    replace: 'memberships.some',
    killedBy: amplification('nothing is looked for'),
  },
  {
    name: 'whatever a thing has left is applied again',
    rule: 'of a thing it takes one look to know which memberships are left over',
    file: fanOut,
    find: '!deleted || there?.has(keyString(key))',
    replace: '!deleted || there',
    killedBy: amplification('one look tells of all'),
  },
];
