import { ApplyContext, Change } from './apply-context';
import { GroupRecord, keyOf, MembershipRecord, ThingRecord } from '../../record/record';
import { errorOf, WaitingError } from '../../runtime/answers';

export async function applyMembership({ record }: Change<MembershipRecord>, context: ApplyContext): Promise<undefined> {
  const { thingName, groupName } = record;
  const [thing, group] = await Promise.all([context.readings.read(keyOf.thing(thingName)), context.readings.read(keyOf.group(groupName))]);
  if (thing && thing.kind !== 'thing' || group && group.kind !== 'group') throw new Error('one end of the membership is a record of another kind');
  // The members of a dynamic group follow from its query. A later static group of this name has a pending event.
  if (group?.state.dynamic && !isYetToCome(group, record.groupId, record.timestamp)) return;

  if (isStale(thing, record.thingId, record.timestamp) || isStale(group, record.groupId, record.timestamp)) {
    // It may have been added on an older reading. With an end that is gone or unknown it goes, or comes, with that end.
    if (thing && !thing.deleted && group && !group.deleted) await remove(thingName, groupName, context, false);
  } else if (record.deleted) {
    if (thing?.deleted || group?.deleted || await context.isRetained()) return;
    await remove(thingName, groupName, context, true);
  } else {
    await add(thingName, groupName, context);
  }
}

/** Whether the end that the membership was about has gone: it was deleted, or another of its name has taken its place. */
export function isStale(end: ThingRecord | GroupRecord | undefined, id: string, timestamp: number): boolean {
  if (!end) return false;
  if (end.incarnation === id) return end.deleted;
  // Nobody knows how the one before it ended, so what was recorded of that counts until a sweep has looked.
  if (!end.deleted && end.replaces?.includes(id)) return false;
  // An older end does not block it: the end that it refers to may be pending. Between an ADDED and a tombstone of one moment the ADDED is newer.
  return end.timestamp > timestamp || (end.timestamp === timestamp && !end.deleted);
}

/** Whether the membership's end has no record yet: the existing record belongs to a predecessor. */
export function isYetToCome(end: ThingRecord | GroupRecord, id: string, timestamp: number): boolean {
  return end.incarnation !== id && !isStale(end, id, timestamp);
}

async function add(thingName: string, groupName: string, { registry, restsOnLook }: ApplyContext): Promise<void> {
  const answer = await registry.addToGroup(thingName, groupName);
  if (answer.is === 'done' || answer.is === 'exists') return;
  if (answer.is === 'notFound') throw new WaitingError('its thing or its group does not exist yet', [keyOf.group(groupName), keyOf.thing(thingName)]);
  // Whether adding a member twice is refused is not documented.
  if (await registry.isMember(thingName, groupName)) return restsOnLook();
  throw new WaitingError(`the group refuses the thing now, probably because of a limit of groups per thing or per hierarchy: ${errorOf(answer).message}`);
}

/** @param isDeletion whether the source has removed it, rather than that it is left over of an end that is another by now */
async function remove(thingName: string, groupName: string, context: ApplyContext, isDeletion: boolean): Promise<void> {
  const { registry, admitDeletion, isReplayed, restsOnLook } = context;
  // Of a group whose members have left there may be thousands, and each would take a place from a deletion that has something to do.
  if (isReplayed && !await registry.isMember(thingName, groupName)) {
    // A membership that the source has removed has an event of its own, and a second look. Nothing else reports leftovers, and this look may lag.
    if (!isDeletion) restsOnLook();
    return;
  }
  if (isDeletion) await admitDeletion();
  const answer = await registry.removeFromGroup(thingName, groupName);
  if (answer.is === 'done' || answer.is === 'notFound') return;
  // Whether removing a thing that is no member is refused is not documented. By now it may have become one, by another's hand.
  if (await registry.isMember(thingName, groupName)) throw new WaitingError(`the group refuses the removal now: ${errorOf(answer).message}`);
  restsOnLook();
}
