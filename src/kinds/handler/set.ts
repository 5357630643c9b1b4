import type { RegistryRecord } from '..';
import type { ApplyContext, Change } from './apply-context';
import { applyDependant, waitForOwners } from './dependant';
import type { KindReader } from './kind-reader';
import type { KindRule } from './kind-rule';
import { Answer, errorOf } from '../../runtime/answers';
import type { IotSender } from '../../runtime/senders';
import type { EntityOf, ObservedOf } from '../kind';
import type { SetState } from '../set';
import { setOf } from '../set';

/** The calls of a set that belongs to one owner. */
export interface SetCalls<K> {
  /** The kind of the owner. */
  readonly owner: string;
  /** All elements; none for a deleted owner. */
  elements(iot: IotSender, names: EntityOf<K>): Promise<readonly string[]>;
  /** Not found if the owner is missing. Adding an existing element is no error. */
  add(iot: IotSender, names: EntityOf<K>, element: string): Promise<Answer<unknown>>;
  /** Removing a missing element is no error, or not found. */
  remove(iot: IotSender, names: EntityOf<K>, element: string): Promise<Answer<unknown>>;
}

/** Reading returns a set; an owner without one has no entity. */
export function setReader<K>({ kind, owner, elements }: Pick<SetCalls<K>, 'owner' | 'elements'> & { readonly kind: string }): Required<Pick<KindReader<K>, 'listIn' | 'read'>> {
  const read = async (iot: IotSender, names: EntityOf<K>) => {
    const state = setOf(await elements(iot, names));
    return state.elements.length > 0 ? { ...names, kind, state } as unknown as ObservedOf<K> : undefined;
  };
  return {
    listIn: {
      [owner]: async (iot, names) => {
        const there = await read(iot, names as unknown as EntityOf<K>);
        return { items: there ? [there] : [] };
      },
    },
    read,
  };
}

export function setRule<K>(calls: SetCalls<K> & { readonly kind: string }): KindRule<K> {
  return {
    ...setReader(calls),
    apply: async (change, context) => {
      const record = change.record as unknown as RegistryRecord & { readonly state: SetState };
      return applyDependant(record, context, {
        put: () => put(record, change as unknown as Change<{ readonly state: SetState }>, context, calls),
        remove: (isDeletion) => removeAll(record, context, isDeletion, calls),
      });
    },
  };
}

/** One call for each changed element. The current set is read only if the stream does not contain the old one. */
async function put<K>(
  record: RegistryRecord & { readonly state: SetState }, { history, old }: Change<{ readonly state: SetState }>, context: ApplyContext,
  calls: SetCalls<K>,
): Promise<void> {
  const { iot, restsOnLook } = context;
  const names = record as unknown as EntityOf<K>;
  const isTold = history === 'plain' && old !== undefined;
  if (!isTold) restsOnLook();
  const before = isTold ? old.state.elements : await calls.elements(iot, names);
  const { elements } = record.state;
  for (const element of elements.filter((each) => !before.includes(each))) await added(calls.add(iot, names, element), record);
  for (const element of before.filter((each) => !elements.includes(each))) await removed(calls.remove(iot, names, element));
}

async function removeAll<K>(
  record: RegistryRecord, { iot, admitDeletion, restsOnLook }: ApplyContext, isDeletion: boolean, calls: SetCalls<K>,
): Promise<void> {
  const names = record as unknown as EntityOf<K>;
  const there = await calls.elements(iot, names);
  restsOnLook();
  if (there.length === 0) return;
  if (isDeletion) await admitDeletion();
  for (const element of there) await removed(calls.remove(iot, names, element));
}

/** @throws WaitingError if the owner is missing */
async function added(call: Promise<Answer<unknown>>, record: RegistryRecord): Promise<void> {
  const answer = await call;
  if (answer.is === 'notFound') throw waitForOwners(record);
  if (answer.is === 'refused') throw errorOf(answer);
}

/** If the owner is gone, its elements are too. */
async function removed(call: Promise<Answer<unknown>>): Promise<void> {
  const answer = await call;
  if (answer.is === 'refused') throw errorOf(answer);
}
