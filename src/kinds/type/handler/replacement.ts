import pMap from 'p-map';
import { keyOf, TypeState } from '../../../record/record';
import { walkThrough } from '../../../replicator/handler/walk';
import { UnfinishedError, WaitingError } from '../../../runtime/answers';
import { ApplyContext } from '../../handler/apply-context';

/** Records that are read at once. */
const READS = 16;
/** Updates of things at once: at 60 ms a call a third more than the quota of a hundred a second, so that the quota is the limit. */
const UPDATES = 8;

/**
 * Takes a type off all of its things, so that it can be deleted. `TypeReplacement` gives it back to them.
 *
 * @throws UnfinishedError if it continues with the next message
 * @throws WaitingError on the stream path, whose shard it would hold up, and while somebody's things have the type
 */
export async function takeOffAll(typeName: string, there: TypeState, context: ApplyContext): Promise<void> {
  const { registry, progress, hasTime } = context;
  if (!progress) throw new WaitingError('the type has other properties here; it is being replaced through the retry queue');
  // What comes next is to be found as it is left, whatever was known of it before.
  context.voidPremise();
  const walking = { progress, hasTime, concurrency: UPDATES };
  const list = (token: string | undefined) => registry.thingsOfType(typeName, token);
  if (progress.at?.phase !== 'takeOff') {
    if (progress.at?.phase !== 'look') progress.begin('look');
    await walkThrough(list, walking, { before: (thingNames) => expectOwn(thingNames, context) });
    // The message has to contain it before the first thing loses its type: its consumer restores the type afterwards.
    progress.begin('takeOff');
    throw new UnfinishedError();
  }
  if (!there.deprecated) await registry.deprecateType(typeName, true);
  await walkThrough(list, walking, { before: (thingNames) => expectOwn(thingNames, context), each: (thingName) => takeOff(thingName, context) });
}

/** What would bring the type back to a thing that has no record? It is not touched; during a backfill its record may be pending. */
async function expectOwn(thingNames: readonly string[], { hasRecord }: ApplyContext): Promise<void> {
  const known = await pMap(thingNames, (thingName) => hasRecord(keyOf.thing(thingName)), { concurrency: READS });
  const unmanagedThings = known.filter((each) => !each).length;
  if (unmanagedThings === 0) return;
  throw new WaitingError(`the type has other properties here, and ${unmanagedThings} or more unreplicated things use it: remove the type from them, or delete them`);
}

/** A thing without a type may have fewer attributes; they come back with the type. */
async function takeOff(thingName: string, { registry }: ApplyContext): Promise<void> {
  const answer = await registry.removeTypeOfThing(thingName);
  if (answer.is !== 'refused') return;
  const there = await registry.describeThing(thingName);
  await registry.removeTypeOfThing(thingName, Object.keys(there?.attributes ?? {}));
}
