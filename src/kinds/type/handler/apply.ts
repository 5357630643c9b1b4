import { createType, deleteType, deprecateType, readType, updateType } from './registry';
import { giveBack, takeOffAll } from './replacement';
import { errorOf, WaitingError } from '../../../runtime/answers';
import type { ApplyContext, Change } from '../../handler/apply-context';
import type { KindRule } from '../../handler/kind-rule';
import { hasSameImmutables, samePropagation, type, TypeRecord, typeChanges, TypeState } from '../type';

const MAX_TURNS = 4;

export const typeRule: KindRule<typeof type> = {
  read: (iot, { typeName }) => readType(iot, typeName),
  apply,
  async isUsable({ state }, recordOf) {
    if (!state.deprecated) return true;
    // AWS refuses new things of a deprecated type. If the source has deprecated it too, the things undeprecate it themselves.
    const record = await recordOf();
    return record?.kind === 'type' && !record.deleted && record.state.deprecated;
  },
  phases: ['look', 'takeOff', 'giveBack'],
  // A type that was removed from things is restored, now that it exists.
  errandAfter: ({ deleted }, progress) => (!deleted && progress?.at?.phase === 'takeOff' ? 'giveBack' : undefined),
  errands: { giveBack },
};

async function apply(change: Change<TypeRecord>, context: ApplyContext): Promise<undefined> {
  const { typeName, deleted } = change.record;
  if (deleted) {
    if (!await context.isRetained()) await removeDeleted(typeName, context);
    return undefined;
  }
  if (change.history === 'plain' && await updateAsTold(change, context)) return undefined;
  await write(change, context);
  return undefined;
}

/** @returns false if something else changed, or the destination does not have the type */
async function updateAsTold({ record: { typeName, state }, old, premise }: Change<TypeRecord>, { iot }: ApplyContext): Promise<boolean> {
  const changes = premise?.changes ?? (old && typeChanges(old.state, state));
  if (!changes) return false;
  if (changes.includes('propagatingAttributes') && (await updateType(iot, typeName, state)).is !== 'done') return false;
  if (changes.includes('deprecated') && (await deprecateType(iot, typeName, state.deprecated)).is !== 'done') return false;
  return changes.length > 0;
}

async function write({ record: { typeName, state }, history }: Change<TypeRecord>, context: ApplyContext): Promise<void> {
  const { iot, isOpen } = context;
  let refusal: Error | undefined;
  let wasDeprecated = false;
  for (let turn = 0; turn < MAX_TURNS; turn++) {
    const created = await createType(iot, typeName, state);
    if (created.is !== 'done' && created.is !== 'exists') throw errorOf(created);
    // The creation of what is there and equal succeeds, be it retained or made by hand. Whether that compares the propagating attributes is not documented,
    // and it may be deprecated.
    const isNew = history === 'new' && turn === 0 && created.is === 'done';
    const there = (await readType(iot, typeName))?.state;
    // A lagging read does not show the type that was created just now.
    if (!there && !isNew) continue;
    const isAsCreated = isNew && (!there || isJustCreated(there, state));
    if (there && !isAsCreated) {
      context.restsOnLook();
      if (!hasSameImmutables(there, state)) {
        await remove(typeName, there, context);
        continue;
      }
      if (!samePropagation(there, state)) {
        const updated = await updateType(iot, typeName, state);
        if (updated.is === 'notFound') continue;
        if (updated.is !== 'done') {
          refusal = errorOf(updated);
          wasDeprecated ||= there.deprecated;
          // AWS does not document whether a deprecated type can be updated.
          if (there.deprecated) await deprecateType(iot, typeName, false);
          continue;
        }
      }
    }
    // AWS refuses new things of a deprecated type. A type that was deprecated meanwhile stays so: the key without the flag may have been faster.
    if (state.deprecated && isOpen) return;
    // Otherwise it may be deprecated, even by a retry with an older reading.
    if (!state.deprecated && isAsCreated) return;
    if (await deprecate(typeName, state.deprecated, context)) return;
  }
  // A deprecation by others in between passes.
  if (refusal && !wasDeprecated) throw refusal;
  throw new WaitingError('the thing type keeps changing in the destination');
}

/** @returns false if the type is gone */
async function deprecate(typeName: string, deprecated: boolean, { iot, restsOnLook }: ApplyContext): Promise<boolean> {
  const answer = await deprecateType(iot, typeName, deprecated);
  if (answer.is === 'done') return true;
  if (answer.is === 'notFound') return false;
  // AWS does not document whether doing it twice is refused.
  if ((await readType(iot, typeName))?.state.deprecated !== deprecated) throw errorOf(answer);
  restsOnLook();
  return true;
}

/** Deletes a type whose immutable properties differ from the record's. AWS deletes it only if no thing uses it, so its things lose it for a while. */
async function remove(typeName: string, there: TypeState, context: ApplyContext): Promise<void> {
  await takeOffAll(typeName, there, context);
  const answer = await deleteType(context.iot, typeName);
  if (answer.is !== 'done' && answer.is !== 'notFound') throw new WaitingError(whyNotDeleted);
}

async function removeDeleted(typeName: string, { iot, admitDeletion }: ApplyContext): Promise<void> {
  await admitDeletion();
  const answer = await deleteType(iot, typeName);
  if (answer.is === 'done' || answer.is === 'notFound') return;
  // Deprecating it again would restart the five minutes. A type that is not found although it was not deleted exists or is gone at the next attempt.
  const there = await readType(iot, typeName);
  if (there && !there.state.deprecated) await deprecateType(iot, typeName, true);
  throw new WaitingError(whyNotDeleted);
}

/** @see https://docs.aws.amazon.com/iot/latest/developerguide/thing-types.html#delete-thing-types */
const whyNotDeleted = 'a thing type can be deleted five minutes after its deprecation, once no thing uses it';

/** Whether a type is unchanged since its creation. */
function isJustCreated(there: TypeState, state: TypeState): boolean {
  return !there.deprecated && hasSameImmutables(there, state) && samePropagation(there, state);
}
