import { regression, unitTest, type Mutant } from './mutant';

const file = 'src/kinds/handler/link.ts';

/** Rules of memberships. */
export const membershipMutants: readonly Mutant[] = [
  {
    name: 'a stale membership is skipped',
    rule: 'a stale membership is removed, not skipped',
    file,
    find: '    if (thing && !thing.deleted && group && !group.deleted) await remove(thingName, groupName, context, false);\n',
    replace: '',
    killedBy: regression('a stale membership is removed, not skipped'),
  },
  {
    name: 'no membership is stale',
    rule: 'an end deleted in that incarnation, or newer -> stale',
    file,
    find: '  if (isStale(thing, record.thingId, record.timestamp) || isStale(group, record.groupId, record.timestamp)) {',
    replace: '  if (thing && group && thing.timestamp < 0) {',
    killedBy: unitTest('replicator/one-try', 'a membership of an end that is another by now is taken away'),
  },
  {
    name: 'an end that was deleted does not make its membership stale',
    rule: 'an end deleted in that incarnation -> stale',
    file,
    find: '  if (end.incarnation === id) return end.deleted;',
    replace: '  if (end.incarnation === id) return false;',
    killedBy: regression('a prerequisite is not pulled: the thing of a membership'),
  },
  {
    name: 'a newer end does not make a membership stale',
    rule: 'an end of a newer incarnation -> stale',
    file,
    find: '  return end.timestamp > timestamp || (end.timestamp === timestamp && !end.deleted);',
    replace: '  return false;',
    killedBy: regression('a stale membership is removed, not skipped'),
  },
  {
    name: 'an end of the same moment is an older one',
    rule: 'between an ADDED and another end of one moment the end is newer',
    file,
    find: '  return end.timestamp > timestamp || (end.timestamp === timestamp && !end.deleted);',
    replace: '  return end.timestamp > timestamp;',
    killedBy: regression('an end that is re-created in the millisecond of a membership'),
  },
  {
    name: 'a removal is not replayed',
    rule: 'tombstone -> remove',
    file,
    find: '    if (thing?.deleted || group?.deleted || await context.isRetained()) return;\n    await remove(thingName, groupName, context, true);',
    replace: '    return;',
    killedBy: regression('the newest toggle of a membership wins'),
  },
  {
    name: 'a limit is a dead letter',
    rule: 'a limit of groups per thing or per hierarchy -> wait',
    file,
    find: '  throw new WaitingError(`the group refuses the thing now',
    replace: '  throw new Error(`the group refuses the thing now',
    killedBy: unitTest('replicator/one-try', 'a membership that a limit refuses waits'),
  },
  {
    name: 'the ends are not waited for',
    rule: 'AddThingToThingGroup: not found -> wait',
    file,
    find: "throw new WaitingError('its thing or its group does not exist yet', [keyOf.group(groupName), keyOf.thing(thingName)])",
    replace: "throw new Error('its thing or its group does not exist yet')",
    killedBy: regression('a membership waits for its ends'),
  },
  {
    name: 'members of a dynamic group are added',
    rule: 'the members of a dynamic group follow from its query',
    file,
    find: '  if (group?.state.dynamic && !isYetToCome(group, record.groupId, record.timestamp)) return;\n',
    replace: '',
    killedBy: regression('members of a dynamic group are not replayed'),
  },
  {
    name: 'a removal that others undo is a dead letter',
    rule: 'what passes while others work on the same entity waits',
    file,
    find: '  if (await registry.isMember(thingName, groupName)) throw new WaitingError(`the group refuses the removal',
    replace: '  if (await registry.isMember(thingName, groupName)) throw new Error(`the group refuses the removal',
    killedBy: regression('a removal and an addition of one membership at once'),
  },
];
