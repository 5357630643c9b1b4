import { isDeepStrictEqual } from 'node:util';
import { takeOffAll } from './replacement';
import { PropagatingAttribute, TypeRecord, TypeState } from '../../../record/record';
import { errorOf, WaitingError } from '../../../runtime/answers';
import { ApplyContext, Change } from '../../handler/apply-context';

const MAX_TURNS = 4;

export async function applyType(change: Change<TypeRecord>, context: ApplyContext): Promise<undefined> {
  const { typeName, deleted } = change.record;
  if (deleted) {
    if (!await context.isRetained()) await deleteType(typeName, context);
    return undefined;
  }
  if (change.history === 'plain' && await updateAsTold(change, context)) return undefined;
  await write(change, context);
  return undefined;
}

/** @returns false if that is not what changed, or the destination does not have the type */
async function updateAsTold({ record: { typeName, state }, old, premise }: Change<TypeRecord>, { registry }: ApplyContext): Promise<boolean> {
  const changes = premise?.changes ?? (old && typeChanges(old.state, state));
  if (!changes) return false;
  if (changes.includes('propagatingAttributes') && (await registry.updateType(typeName, state)).is !== 'done') return false;
  if (changes.includes('deprecated') && (await registry.deprecateType(typeName, state.deprecated)).is !== 'done') return false;
  return changes.length > 0;
}

/** What of a type can change. */
export type TypeChange = 'deprecated' | 'propagatingAttributes';

/** What changes between two states of a type; undefined if it is what can't. */
export function typeChanges(old: TypeState, state: TypeState): TypeChange[] | undefined {
  if (!hasSameImmutables(old, state)) return undefined;
  return [
    ...samePropagation(old, state) ? [] : ['propagatingAttributes' as const],
    ...old.deprecated === state.deprecated ? [] : ['deprecated' as const],
  ];
}

async function write({ record: { typeName, state }, history }: Change<TypeRecord>, context: ApplyContext): Promise<void> {
  const { registry, isOpen } = context;
  let refusal: Error | undefined;
  let wasDeprecated = false;
  for (let turn = 0; turn < MAX_TURNS; turn++) {
    const created = await registry.createType(typeName, state);
    if (created.is !== 'done' && created.is !== 'exists') throw errorOf(created);
    // The creation of what is there and equal succeeds, be it retained or made by hand. Whether that compares the propagating attributes is not documented,
    // and it may be deprecated.
    const isNew = history === 'new' && turn === 0 && created.is === 'done';
    const there = await registry.describeType(typeName);
    // A read that is behind does not show what was created just now.
    if (!there && !isNew) continue;
    const isAsCreated = isNew && (!there || isJustCreated(there, state));
    if (there && !isAsCreated) {
      context.restsOnLook();
      if (!hasSameImmutables(there, state)) {
        await remove(typeName, there, context);
        continue;
      }
      if (!samePropagation(there, state)) {
        const updated = await registry.updateType(typeName, state);
        if (updated.is === 'notFound') continue;
        if (updated.is !== 'done') {
          refusal = errorOf(updated);
          wasDeprecated ||= there.deprecated;
          // Whether a deprecated type can be updated is not documented.
          if (there.deprecated) await registry.deprecateType(typeName, false);
          continue;
        }
      }
    }
    // AWS refuses new things of a deprecated type. What was deprecated meanwhile stays so: the key without the flag may have been quicker.
    if (state.deprecated && isOpen) return;
    // Otherwise it may be deprecated, be it by a retry that acted on an older reading.
    if (!state.deprecated && isAsCreated) return;
    if (await deprecate(typeName, state.deprecated, context)) return;
  }
  // What is deprecated and undeprecated by others under way passes.
  if (refusal && !wasDeprecated) throw refusal;
  throw new WaitingError('the thing type keeps changing in the destination');
}

/** @returns false if the type is gone */
async function deprecate(typeName: string, deprecated: boolean, { registry, restsOnLook }: ApplyContext): Promise<boolean> {
  const answer = await registry.deprecateType(typeName, deprecated);
  if (answer.is === 'done') return true;
  if (answer.is === 'notFound') return false;
  // Whether doing it twice is refused is not documented.
  if ((await registry.describeType(typeName))?.deprecated !== deprecated) throw errorOf(answer);
  restsOnLook();
  return true;
}

/** Deletes a type whose immutable properties differ from the record's. AWS deletes it only if no thing uses it, so its things lose it for a while. */
async function remove(typeName: string, there: TypeState, context: ApplyContext): Promise<void> {
  await takeOffAll(typeName, there, context);
  const answer = await context.registry.deleteType(typeName);
  if (answer.is !== 'done' && answer.is !== 'notFound') throw new WaitingError(whyNotDeleted);
}

async function deleteType(typeName: string, { registry, admitDeletion }: ApplyContext): Promise<void> {
  await admitDeletion();
  const answer = await registry.deleteType(typeName);
  if (answer.is === 'done' || answer.is === 'notFound') return;
  // Deprecating it again would restart the five minutes. A type that is not found although it was not deleted exists or is gone at the next attempt.
  const there = await registry.describeType(typeName);
  if (there && !there.deprecated) await registry.deprecateType(typeName, true);
  throw new WaitingError(whyNotDeleted);
}

/** @see https://docs.aws.amazon.com/iot/latest/developerguide/thing-types.html#delete-thing-types */
const whyNotDeleted = 'a thing type can be deleted five minutes after its deprecation, once no thing uses it';

/** UpdateThingType takes propagating attributes only; the rest of a type never changes. */
export function hasSameImmutables(a: TypeState, b: TypeState): boolean {
  return (a.description ?? '') === (b.description ?? '') && isDeepStrictEqual([...a.searchableAttributes].sort(), [...b.searchableAttributes].sort());
}

/** Whether a type is as its creation has made it. */
function isJustCreated(there: TypeState, state: TypeState): boolean {
  return !there.deprecated && hasSameImmutables(there, state) && samePropagation(there, state);
}

function samePropagation(a: TypeState, b: TypeState): boolean {
  return isDeepStrictEqual(canonical(a.propagatingAttributes), canonical(b.propagatingAttributes));
}

function canonical(attributes: readonly PropagatingAttribute[]): string[] {
  return attributes.map((each) => JSON.stringify([each.userPropertyKey, each.thingAttribute, each.connectionAttribute])).sort();
}
