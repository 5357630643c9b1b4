import pMap from 'p-map';
import { deprecateType, readType } from './registry';
import { answerTo, UnfinishedError, WaitingError } from '../../../runtime/answers';
import type { IotSender } from '../../../runtime/senders';
import type { ApplyContext } from '../../handler/apply-context';
import type { Page } from '../../handler/kind-reader';
import type { ErrandContext } from '../../handler/kind-rule';
import { walkThrough } from '../../handler/walk';
import type { EntityOf } from '../../kind';
import { keyOf } from '../../register';
import { listThings, readThing, removeTypeOfThing } from '../../thing/handler/registry';
import type { ThingEntity } from '../../thing/thing';
import { hasSameImmutables, type, TypeState } from '../type';

/** Records that are read concurrently. */
const READS = 16;
/** Concurrent updates of things: at 60 ms a call a third more than the quota of a hundred a second, so that the quota is the limit. */
const UPDATES = 8;

/**
 * Removes a type from all of its things, so that it can be deleted. `giveBack` restores it.
 *
 * - phase `look`: whether each of its things is replicated; nothing is touched
 * - phase `takeOff`: its things lose it, then it is deleted and created again
 * - phase `giveBack`: each thing without a type gets the type of its record
 *
 * @throws UnfinishedError if it continues with the next message
 * @throws WaitingError on the stream path, whose shard it would block, and while unreplicated things use the type
 */
export async function takeOffAll(typeName: string, there: TypeState, context: ApplyContext): Promise<void> {
  const { iot, progress, hasTime } = context;
  if (!progress) throw new WaitingError('the type has other properties here; it is being replaced through the retry queue');
  // The next steps read the current state, whatever was known before.
  context.voidPremise();
  const walking = { progress, hasTime, concurrency: UPDATES };
  const list = (token: string | undefined) => thingsFrom(iot, token, { thingTypeName: typeName });
  if (progress.at?.phase !== 'takeOff') {
    if (progress.at?.phase !== 'look') progress.begin('look');
    await walkThrough(list, walking, { before: (things) => expectOwn(things, context) });
    // The message has to contain it before the first thing loses its type: its consumer restores the type afterwards.
    progress.begin('takeOff');
    throw new UnfinishedError();
  }
  if (!there.deprecated) await deprecateType(iot, typeName, true);
  await walkThrough(list, walking, { before: (things) => expectOwn(things, context), each: ({ thingName }) => takeOff(thingName, context) });
}

/** What would bring the type back to a thing that has no record? It is not touched; during a backfill its record may be pending. */
async function expectOwn(things: readonly ThingEntity[], { recordOf }: ApplyContext): Promise<void> {
  const records = await pMap(things, (each) => recordOf(keyOf(each)), { concurrency: READS });
  const unmanagedThings = records.filter((each) => !each).length;
  if (unmanagedThings === 0) return;
  throw new WaitingError(`the type has other properties here, and ${unmanagedThings} or more unreplicated things use it: remove the type from them, or delete them`);
}

/** A thing without a type may have fewer attributes; they return with the type. */
async function takeOff(thingName: string, { iot }: ApplyContext): Promise<void> {
  const answer = await removeTypeOfThing(iot, thingName);
  if (answer.is !== 'refused') return;
  const there = await readThing(iot, thingName);
  await removeTypeOfThing(iot, thingName, Object.keys(there?.state.attributes ?? {}));
}

/** A page of things; undefined if the token is no longer valid. */
async function thingsFrom(
  iot: IotSender, token: string | undefined, input?: { readonly thingTypeName?: string },
): Promise<Page<ThingEntity> | undefined> {
  const { is, output, error } = await answerTo(listThings(iot, token, undefined, input));
  if (is === 'refused' && token !== undefined) return undefined;
  if (!output) throw error;
  return output;
}

/** Concurrent things: each takes some reads of the table besides its update, whose quota should be the limit. */
const RETURNS = 12;

/**
 * Restores a replaced type on its things.
 *
 * The registry and the table show which these are: things without a type whose record has this one. So no state has to be kept that a
 * crash could lose, and a thing that already has the type costs only its part of a page of the listing.
 */
export async function giveBack({ typeName }: EntityOf<typeof type>, { iot, get, applyKept, progress, hasTime }: ErrandContext): Promise<void> {
  const record = await get(keyOf({ kind: 'type', typeName }));
  // A deletion does not end it: the type may have been created again already, and the records of its things may have arrived before its own.
  if (record?.kind === 'type' && !record.deleted) {
    const there = await readType(iot, typeName);
    if (!there || !hasSameImmutables(there.state, record.state)) throw new WaitingError('the replacement of the type is not finished');
  }
  await walkThrough((token) => thingsFrom(iot, token), { progress, hasTime, concurrency: RETURNS }, {
    each: async (each) => {
      if (each.state.thingTypeName !== undefined) return;
      const thing = await get(keyOf(each));
      if (thing?.kind === 'thing' && !thing.deleted && thing.state.thingTypeName === typeName) await applyKept(thing);
    },
  });
}
