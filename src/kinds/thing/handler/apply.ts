import { createThing, deleteThing, detachPrincipal, principalsOf, readThing, updateThing } from './registry';
import type { RecordKey } from '../../../record/record';
import { Answer, errorOf, WaitingError } from '../../../runtime/answers';
import { ApplyContext, Change, FanOut, losesMembers, Written } from '../../handler/apply-context';
import type { KindRule } from '../../handler/kind-rule';
import { keyOf } from '../../register';
import { deprecateType, readType } from '../../type/handler/registry';
import { hasSameImmutables } from '../../type/type';
import type { thing, ThingRecord, ThingState } from '../thing';

/** "Exists" and "not found" switch between creating and updating; more turns than this mean that another program changes the entity. */
const MAX_TURNS = 5;

export const thingRule: KindRule<typeof thing> = { read: (iot, { thingName }) => readThing(iot, thingName), apply };

async function apply(change: Change<ThingRecord>, context: ApplyContext): Promise<FanOut | undefined> {
  const { thingName, deleted } = change.record;
  if (deleted) {
    if (!await context.isRetained()) await remove(thingName, context);
    return undefined;
  }
  const written = await write(change, context);
  return losesMembers(change, written) ? { isNew: written !== 'updated' } : undefined;
}

async function write({ record, history, createFirst, old }: Change<ThingRecord>, context: ApplyContext): Promise<Written> {
  const { thingName, state } = record;
  let create = createFirst;
  let before = history === 'plain' ? old?.state : undefined;
  let refusal: Error | undefined;
  let isOpened = false;
  // Only a look shows it: creating an existing equal entity succeeds too.
  let wasMissing = false;
  for (let turn = 0; turn < MAX_TURNS; turn++) {
    // A retry could not distinguish it from one that existed before.
    if (create && history !== 'new') context.voidPremise();
    const answer = create ? await createThing(context.iot, thingName, state) : await update(record, before, context);
    switch (answer.is) {
      case 'done': return wasMissing ? 'created' : 'updated';
      case 'exists':
        // It exists, but an update did not find it: then the update missed its type.
        if (wasMissing) await expectType(state, context);
        create = false;
        wasMissing = false;
        break;
      case 'notFound':
        // An update does not report whether the thing or its type is missing; a creation does.
        if (create) throw new WaitingError(`the thing type ${state.thingTypeName} does not exist yet`, typeOf(state));
        create = true;
        wasMissing = true;
        break;
      case 'refused':
        // Read before the next turn: the thing, or its type, may have changed meanwhile.
        before = undefined;
        refusal = errorOf(answer);
        if (state.thingTypeName) isOpened = await reopenType(state.thingTypeName, context) || isOpened;
    }
  }
  // If the type was undeprecated for the thing and is deprecated again, others did that, and it passes.
  if (refusal && !isOpened) throw refusal;
  throw new WaitingError('thing and thing type keep changing in the destination');
}

/** @throws WaitingError if the type is missing */
async function expectType(state: ThingState, { iot }: ApplyContext): Promise<void> {
  const { thingTypeName } = state;
  if (thingTypeName === undefined || await readType(iot, thingTypeName)) return;
  throw new WaitingError(`the thing type ${thingTypeName} does not exist yet`, typeOf(state));
}

function typeOf({ thingTypeName }: ThingState): RecordKey[] {
  return thingTypeName === undefined ? [] : [keyOf({ kind: 'type', typeName: thingTypeName })];
}

async function update(
  { thingName, state }: ThingRecord, known: ThingState | undefined, { iot, restsOnLook }: ApplyContext,
): Promise<Answer<unknown>> {
  const hasAll = state.thingTypeName !== undefined && Object.keys(state.attributes).length > 0;
  // Attributes that the record lacks have to be removed by name, so the current ones have to be read.
  const before = known ?? (hasAll ? undefined : (await readThing(iot, thingName))?.state);
  if (!before && !hasAll) return { is: 'notFound' };
  if (!known && !hasAll) restsOnLook();
  return updateThing(iot, thingName, state, Object.keys(before?.attributes ?? {}), before?.thingTypeName !== undefined);
}

/**
 * Prepares a deprecated type for a thing: AWS refuses new things of a deprecated type, although existing ones may keep it.
 *
 * @returns whether it was deprecated
 */
async function reopenType(thingTypeName: string, { iot, readings, queueFirst, applyAfter }: ApplyContext): Promise<boolean> {
  const theirs = (await readType(iot, thingTypeName))?.state;
  if (!theirs) throw new WaitingError(`the thing type ${thingTypeName} does not exist yet`, [keyOf({ kind: 'type', typeName: thingTypeName })]);
  if (!theirs.deprecated) return false;
  const key = keyOf({ kind: 'type', typeName: thingTypeName });
  const ours = await readings.read(key);
  if (ours?.kind !== 'type' || ours.deleted || !ours.state.deprecated || !hasSameImmutables(theirs, ours.state)) {
    throw new WaitingError(`the thing type ${thingTypeName} is deprecated here and about to change`);
  }
  // Queued before, so that a crash does not leave it undeprecated; applied after, because the queue may be faster than the thing's write.
  await queueFirst([key]);
  applyAfter(key);
  await deprecateType(iot, thingTypeName, false);
  return true;
}

async function remove(thingName: string, { iot, admitDeletion }: ApplyContext): Promise<void> {
  await admitDeletion();
  const answer = await deleteThing(iot, thingName);
  if (answer.is === 'done' || answer.is === 'notFound') return;
  if (answer.is === 'exists') throw errorOf(answer);
  for await (const principal of principalsOf(iot, thingName)) await detachPrincipal(iot, thingName, principal);
  // DetachThingPrincipal is asynchronous: https://docs.aws.amazon.com/iot/latest/apireference/API_DetachThingPrincipal.html
  throw new WaitingError('its principals are being detached');
}
