import { DeletionMode } from '../../deletion-mode';
import { GroupRecord, GroupState } from '../../table/record';
import { Answer, errorOf, WaitingError } from '../failures';
import { DescribedGroup } from '../registry';
import { ApplyContext, Change, FanOut } from './context';

const MAX_TURNS = 4;

export async function applyGroup(change: Change<GroupRecord>, context: ApplyContext): Promise<FanOut | undefined> {
  const { record: { groupName, deleted, state }, history } = change;
  // The members of a dynamic group follow from its query, which no event carries.
  if (state.dynamic) return undefined;
  if (deleted) {
    if (context.deletionMode === DeletionMode.REPLICATE) await deleteGroup(groupName, context);
    return undefined;
  }
  const updated = history === 'plain' && await updateAsTold(change, context);
  if (!updated) await place(change, context);
  return history === 'unknown' ? { kind: 'group', groupName } : undefined;
}

async function updateAsTold({ record: { groupName, state }, old }: Change<GroupRecord>, { registry }: ApplyContext): Promise<boolean> {
  const answer = await registry.updateGroup(groupName, state, Object.keys(old?.state.attributes ?? {}));
  return answer.is === 'done';
}

/** A parent can't be changed, so a group at another place has to go first. */
async function place({ record: { groupName, state }, history }: Change<GroupRecord>, context: ApplyContext): Promise<void> {
  const { registry } = context;
  let look = history !== 'new';
  for (let turn = 0; turn < MAX_TURNS; turn++) {
    const there = look ? await registry.describeGroup(groupName) : undefined;
    if (there?.dynamic) throw new Error('a dynamic thing group of this name is in the destination: delete it, or leave this group out by a prefix');
    if (there && isPlaced(there, state)) {
      const answer = await registry.updateGroup(groupName, state, Object.keys(there.attributes));
      if (answer.is === 'done') return;
      if (answer.is !== 'notFound') throw errorOf(answer);
    } else if (there) {
      await deleteGroup(groupName, context);
    }
    if (await create(groupName, state, context)) return;
    look = true;
  }
  throw new WaitingError('the group keeps changing in the destination');
}

/** @returns whether the group is there now, at its place */
async function create(groupName: string, state: GroupState, context: ApplyContext): Promise<boolean> {
  const { registry } = context;
  const answer = await registry.createGroup(groupName, state);
  if (answer.is === 'exists') return false;
  if (answer.is !== 'done') await explain(answer, state, context);
  if (!state.parentGroupName) return true;
  // The parent may have been one of an older incarnation, at another place; then so is this one, and no update can mend it.
  const there = await registry.describeGroup(groupName);
  if (!there) return false;
  if (isPlaced(there, state)) return true;
  await deleteGroup(groupName, context);
  throw new WaitingError('its parent is at another place in the destination');
}

/** A missing parent is "not found" or an invalid request; the API's reference names neither. */
async function explain(answer: Answer<unknown>, { parentGroupName }: GroupState, { registry }: ApplyContext): Promise<never> {
  if (parentGroupName && (answer.is === 'notFound' || !await registry.describeGroup(parentGroupName))) {
    throw new WaitingError(`the parent group ${parentGroupName} is not there yet`);
  }
  throw errorOf(answer);
}

async function deleteGroup(groupName: string, { registry }: ApplyContext): Promise<void> {
  const answer = await registry.deleteGroup(groupName);
  if (answer.is === 'done' || answer.is === 'notFound') return;
  throw new WaitingError(`the group can't be deleted yet: ${errorOf(answer).name}, most likely because child groups are still there`);
}

function isPlaced(there: DescribedGroup, { parentGroupName, path }: GroupState): boolean {
  if (there.parentGroupName !== parentGroupName) return false;
  // Told by both sides or compared by the parent alone.
  return !path || !there.path || there.path.join('/') === path.join('/');
}
