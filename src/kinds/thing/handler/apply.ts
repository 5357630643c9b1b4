import { keyOf, RecordKey, ThingRecord, ThingState } from '../../../record/record';
import { Answer, errorOf, WaitingError } from '../../../runtime/answers';
import { ApplyContext, Change, FanOut, losesMembers, Written } from '../../handler/apply-context';
import { hasSameImmutables } from '../../type/handler/apply';

/** "Exists" and "not found" switch between creating and updating; more turns than this mean that somebody else is at work. */
const MAX_TURNS = 5;

export async function applyThing(change: Change<ThingRecord>, context: ApplyContext): Promise<FanOut | undefined> {
  const { thingName, deleted } = change.record;
  if (deleted) {
    if (!await context.isRetained()) await deleteThing(thingName, context);
    return undefined;
  }
  const written = await writeThing(change, context);
  return losesMembers(change, written) ? { kind: 'thing', thingName, isNew: written !== 'updated' } : undefined;
}

async function writeThing({ record, history, createFirst, old }: Change<ThingRecord>, context: ApplyContext): Promise<Written> {
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
    const answer = create ? await context.registry.createThing(thingName, state) : await updateThing(record, before, context);
    switch (answer.is) {
      case 'done': return wasMissing ? 'created' : 'updated';
      case 'exists':
        // It is there, and yet an update did not find it: then the update missed its type.
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
        // Look before the next turn: the thing, or its type, may have changed under way.
        before = undefined;
        refusal = errorOf(answer);
        if (state.thingTypeName) isOpened = await admit(state.thingTypeName, context) || isOpened;
    }
  }
  // A type that was opened for the thing and is closed again is what others do to it, and passes.
  if (refusal && !isOpened) throw refusal;
  throw new WaitingError('thing and thing type keep changing in the destination');
}

/** @throws WaitingError if the type is missing */
async function expectType(state: ThingState, { registry }: ApplyContext): Promise<void> {
  const { thingTypeName } = state;
  if (thingTypeName === undefined || await registry.describeType(thingTypeName)) return;
  throw new WaitingError(`the thing type ${thingTypeName} does not exist yet`, typeOf(state));
}

function typeOf({ thingTypeName }: ThingState): RecordKey[] {
  return thingTypeName === undefined ? [] : [keyOf.type(thingTypeName)];
}

async function updateThing(
  { thingName, state }: ThingRecord, known: ThingState | undefined, { registry, restsOnLook }: ApplyContext,
): Promise<Answer<unknown>> {
  const hasAll = state.thingTypeName !== undefined && Object.keys(state.attributes).length > 0;
  // What the record lacks has to be taken away by name, so it has to be known what is there.
  const before = known ?? (hasAll ? undefined : await registry.describeThing(thingName));
  if (!before && !hasAll) return { is: 'notFound' };
  if (!known && !hasAll) restsOnLook();
  return registry.updateThing(thingName, state, Object.keys(before?.attributes ?? {}), before?.thingTypeName !== undefined);
}

/**
 * Makes room for a thing of a deprecated type: AWS refuses new things of one, though those that have it may keep it.
 *
 * @returns whether it was deprecated
 */
async function admit(thingTypeName: string, { registry, readings, queueFirst, applyAfter }: ApplyContext): Promise<boolean> {
  const theirs = await registry.describeType(thingTypeName);
  if (!theirs) throw new WaitingError(`the thing type ${thingTypeName} does not exist yet`, [keyOf.type(thingTypeName)]);
  if (!theirs.deprecated) return false;
  const key = keyOf.type(thingTypeName);
  const ours = await readings.read(key);
  if (ours?.kind !== 'type' || ours.deleted || !ours.state.deprecated || !hasSameImmutables(theirs, ours.state)) {
    throw new WaitingError(`the thing type ${thingTypeName} is deprecated here and about to change`);
  }
  // Queued before, lest a crash leaves it undeprecated; applied after, because the queue may be quicker than the thing's write.
  await queueFirst([key]);
  applyAfter(key);
  await registry.deprecateType(thingTypeName, false);
  return true;
}

async function deleteThing(thingName: string, { registry, admitDeletion }: ApplyContext): Promise<void> {
  await admitDeletion();
  const answer = await registry.deleteThing(thingName);
  if (answer.is === 'done' || answer.is === 'notFound') return;
  if (answer.is === 'exists') throw errorOf(answer);
  for await (const principal of registry.principalsOf(thingName)) await registry.detachPrincipal(thingName, principal);
  // DetachThingPrincipal is asynchronous: https://docs.aws.amazon.com/iot/latest/apireference/API_DetachThingPrincipal.html
  throw new WaitingError('its principals are being detached');
}
