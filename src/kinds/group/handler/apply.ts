import { createGroup, deleteGroup, readGroup, updateGroup } from './registry';
import { Answer, errorOf, WaitingError } from '../../../runtime/answers';
import { targetOf } from '../../group-policies/handler/registry';
import { ApplyContext, Change, FanOut, losesMembers, Written } from '../../handler/apply-context';
import type { KindRule } from '../../handler/kind-rule';
import { isSelectedPolicy } from '../../handler/local';
import { attachedTo, detachPolicy } from '../../policy/handler/registry';
import { keyOf } from '../../register';
import type { group, GroupRecord, GroupState } from '../group';

const MAX_TURNS = 4;

export const groupRule: KindRule<typeof group> = { read: (iot, { groupName }) => readGroup(iot, groupName), apply };

async function apply(change: Change<GroupRecord>, context: ApplyContext): Promise<FanOut | undefined> {
  const { record: { groupName, deleted, state }, history } = change;
  // The members of a dynamic group follow from its query, which no event contains.
  if (state.dynamic) {
    // The existing group may be unknown: its tombstone expired, or somebody created it by hand.
    if (history !== 'plain' && !await context.isRetained()) await deleteStaticGroup(groupName, context);
    return undefined;
  }
  if (deleted) {
    if (!await context.isRetained()) await remove(groupName, context);
    return undefined;
  }
  const updated = history === 'plain' && await updateAsTold(change, context);
  const written = updated ? 'updated' : await place(change, context);
  return losesMembers(change, written) ? { isNew: written !== 'updated' } : undefined;
}

async function updateAsTold({ record: { groupName, state }, old }: Change<GroupRecord>, context: ApplyContext): Promise<boolean> {
  if (!old) return false;
  const answer = await update(groupName, state, old.state, context);
  return answer.is === 'done';
}

/** Overwrites description and attributes. */
async function update(groupName: string, state: GroupState, before: Pick<GroupState, 'description' | 'attributes'> | undefined, { iot, restsOnLook }: ApplyContext): Promise<Answer<unknown>> {
  const stale = Object.keys(before?.attributes ?? {});
  const answer = await updateGroup(iot, groupName, { ...state, description: state.description ?? '' }, stale);
  if (answer.is !== 'done' || state.description || !before?.description) return answer;
  // AWS does not document whether an empty description clears it or means "unchanged". If it does not clear it, omitting it does.
  const there = await readGroup(iot, groupName);
  restsOnLook();
  return there?.state.description ? updateGroup(iot, groupName, { ...state, description: undefined }, stale) : answer;
}

/** A parent can't be changed, so a group at another place has to be deleted first. */
async function place({ record: { groupName, state }, history }: Change<GroupRecord>, context: ApplyContext): Promise<Written> {
  const { iot } = context;
  let isMoved = false;
  let look = history !== 'new';
  let refusal: Error | undefined;
  for (let turn = 0; turn < MAX_TURNS; turn++) {
    const there = look ? (await readGroup(iot, groupName))?.state : undefined;
    if (there?.dynamic) throw new Error('the destination has a dynamic thing group of this name: delete it, or exclude this group by a prefix');
    if (there && isPlaced(there, state)) {
      context.restsOnLook();
      const answer = await update(groupName, state, there, context);
      if (answer.is === 'done') return isMoved ? 'moved' : 'updated';
      if (answer.is !== 'notFound') throw errorOf(answer);
    } else if (there) {
      await remove(groupName, context);
      isMoved = true;
    }
    if (look) await expectPlacedParent(state, context);
    // A retry could not distinguish it from one that existed before, and would not check its place.
    if (history !== 'new') context.voidPremise();
    const created = await create(groupName, state, look, context);
    if (created.is === 'done') return isMoved ? 'moved' : 'created';
    refusal = created.is === 'refused' ? created.error : undefined;
    look = true;
  }
  // If the parent is still at another place, a limit of the tree can block the creation. That passes: the source has the group at its place.
  if (refusal && state.parentGroupName) throw new WaitingError(`the parent group ${state.parentGroupName} refuses the group now: ${refusal.message}`);
  throw refusal ?? new WaitingError('the group keeps changing in the destination');
}

/**
 * Under a parent that is at another place, a group is one more child that keeps the parent from being replaced: AWS deletes no group that has children. The read
 * after the creation may lag and not show the place of the group, so the parent is read first.
 *
 * @throws WaitingError if the parent is at another place
 */
async function expectPlacedParent({ parentGroupName, path }: GroupState, { iot, voidPremise }: ApplyContext): Promise<void> {
  if (!parentGroupName || !path) return;
  const parent = await readGroup(iot, parentGroupName);
  // If it is missing, the creation reports that.
  if (!parent || isPlaced(parent.state, { parentGroupName: path.at(-2), path: path.slice(0, -1) })) return;
  // A retry has to read first, too.
  voidPremise();
  throw new WaitingError(`the parent group ${parentGroupName} is at another place in the destination`);
}

/**
 * @param hasLooked whether the name was free, or was freed, immediately before
 * @returns done if the group exists now, at its place; anything else requires another look
 */
async function create(groupName: string, state: GroupState, hasLooked: boolean, context: ApplyContext): Promise<Answer<unknown>> {
  const { iot } = context;
  const { parentGroupName } = state;
  const answer = await createGroup(iot, groupName, state);
  // A missing parent is "not found" or an invalid request: the API reference documents neither. It may have arrived by now.
  const parentIsMissing = answer.is === 'notFound' || (answer.is === 'refused' && parentGroupName && !await readGroup(iot, parentGroupName));
  if (parentIsMissing) throw new WaitingError(`the parent group ${parentGroupName} does not exist yet`, parentGroupName === undefined ? [] : [keyOf({ kind: 'group', groupName: parentGroupName })]);
  if (answer.is !== 'done' || (!parentGroupName && hasLooked)) return answer;
  // The parent may have been an older incarnation at another place; then this group is misplaced too, and no update can fix it. Or a group of this name existed
  // under some parent, retained or created by hand: AWS does not document whether a creation compares the parent of an existing group.
  const there = await readGroup(iot, groupName);
  // Another id belongs to the earlier group; the read lags. So this call created the group, and without a parent that is its place.
  if (!there || there.incarnation !== answer.output?.thingGroupId) return parentGroupName ? { is: 'notFound' } : answer;
  if (isPlaced(there.state, state)) return answer;
  // Its members are removed with it: the retry, with unknown history, adds them again.
  await remove(groupName, context);
  throw new WaitingError(parentGroupName ? 'its parent has another path in the destination' : 'a group of this name has a parent in the destination');
}

/** A static group that existed before a dynamic one took its name. */
async function deleteStaticGroup(groupName: string, context: ApplyContext): Promise<void> {
  const there = await readGroup(context.iot, groupName);
  context.restsOnLook();
  if (there && !there.state.dynamic) await remove(groupName, context);
}

async function remove(groupName: string, context: ApplyContext): Promise<void> {
  const { iot, admitDeletion, voidPremise } = context;
  await admitDeletion();
  voidPremise();
  const answer = await deleteGroup(iot, groupName);
  if (answer.is === 'done' || answer.is === 'notFound') return;
  // A dynamic group is refused permanently, and nothing may delete it: no event reported it, and a drift check reports it as unmanaged.
  if (answer.is === 'refused' && (await readGroup(iot, groupName))?.state.dynamic) return;
  if (answer.is === 'refused') await detachPolicies(groupName, context);
  const { name, message } = errorOf(answer);
  throw new WaitingError(`the group can't be deleted yet: ${name}: ${message}`);
}

/**
 * Whether a group that has policies can be deleted is not documented. The record of its policies follows that of the group, so nothing else would detach them.
 *
 * @see https://docs.aws.amazon.com/iot/latest/apireference/API_DeleteThingGroup.html
 */
async function detachPolicies(groupName: string, { iot, identities }: ApplyContext): Promise<void> {
  if (!identities) return;
  const target = targetOf(groupName);
  for (const policyName of await attachedTo(iot, target)) if (isSelectedPolicy(policyName, identities)) await detachPolicy(iot, policyName, target);
}

function isPlaced(there: GroupState, { parentGroupName, path }: Pick<GroupState, 'parentGroupName' | 'path'>): boolean {
  if (there.parentGroupName !== parentGroupName) return false;
  // Compared if both sides contain it, otherwise by the parent alone.
  return !path || !there.path || there.path.join('/') === path.join('/');
}
