import type { RegistryRecord } from '..';
import type { ApplyContext } from './apply-context';
import { applyDependant, waitForOwners } from './dependant';
import type { KindReader, Page } from './kind-reader';
import type { KindRule } from './kind-rule';
import { Answer, errorOf, WaitingError } from '../../runtime/answers';
import type { IotSender } from '../../runtime/senders';
import type { EntityOf, Ids, ObservedOf } from '../kind';

/** The calls of a link between two entities, which exists or not. */
export interface LinkCalls<K> {
  /** One page of the links of an end, by the kind of the end; empty for a deleted end. */
  readonly listIn: NonNullable<KindReader<K>['listIn']>;
  /** The kind of the end whose listing is the shortest way to know whether a link exists. */
  readonly readIn: string;
  /** Why AWS IoT may currently refuse an addition, as the beginning of a sentence; and a removal. */
  readonly refusals: { readonly add: string; readonly remove: string };
  /** Not found if an end is missing. Adding an existing link may be refused. */
  add(iot: IotSender, names: EntityOf<K>): Promise<Answer<unknown>>;
  /** Removing a missing link may be refused, or not found. */
  remove(iot: IotSender, names: EntityOf<K>): Promise<Answer<unknown>>;
}

export function linkReader<K>(calls: LinkCalls<K>): KindReader<K> {
  return { listIn: calls.listIn, read: async (iot, names) => (await isThere(iot, names, calls) ? names as unknown as ObservedOf<K> : undefined) };
}

async function isThere<K>(iot: IotSender, names: EntityOf<K>, { listIn, readIn }: LinkCalls<K>): Promise<boolean> {
  const wanted = names as unknown as Ids;
  let cursor: string | undefined;
  do {
    const { items, next }: Page<ObservedOf<K>> = await listIn[readIn](iot, wanted, cursor);
    if (items.some((each) => Object.entries(each as Ids).every(([id, name]) => wanted[id] === name))) return true;
    cursor = next;
  } while (cursor);
  return false;
}

export function linkRule<K>(calls: LinkCalls<K>): KindRule<K> {
  return {
    ...linkReader(calls),
    apply: async (change, context) => {
      const record = change.record as unknown as RegistryRecord;
      return applyDependant(record, context, {
        put: () => add(record, context, calls),
        remove: (isDeletion) => remove(record, context, isDeletion, calls),
      });
    },
  };
}

async function add<K>(record: RegistryRecord, { iot, restsOnLook }: ApplyContext, calls: LinkCalls<K>): Promise<void> {
  const names = record as unknown as EntityOf<K>;
  const answer = await calls.add(iot, names);
  if (answer.is === 'done' || answer.is === 'exists') return;
  if (answer.is === 'notFound') throw waitForOwners(record);
  // AWS does not document whether adding it twice is refused.
  if (await isThere(iot, names, calls)) return restsOnLook();
  throw new WaitingError(`${calls.refusals.add}: ${errorOf(answer).message}`);
}

async function remove<K>(record: RegistryRecord, context: ApplyContext, isDeletion: boolean, calls: LinkCalls<K>): Promise<void> {
  const { iot, admitDeletion, isReplayed, restsOnLook } = context;
  const names = record as unknown as EntityOf<K>;
  // A group whose members have left may have thousands, and each would take the place of a necessary deletion.
  if (isReplayed && !await isThere(iot, names, calls)) {
    // A membership that the source has removed has an event of its own, and a second look. Nothing else reports leftovers, and this look may lag.
    if (!isDeletion) restsOnLook();
    return;
  }
  if (isDeletion) await admitDeletion();
  const answer = await calls.remove(iot, names);
  if (answer.is === 'done' || answer.is === 'notFound') return;
  // AWS does not document whether removing a missing link is refused. By now somebody else may have added it.
  if (await isThere(iot, names, calls)) throw new WaitingError(`${calls.refusals.remove}: ${errorOf(answer).message}`);
  restsOnLook();
}
