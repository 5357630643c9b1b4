import { Destination, record } from './harness';
import { PassingTime } from './passing-time';
import { keyString, RecordKey } from '../../src/record/record';
import { stateKeyOf, WAITING_KEY_PREFIX, WATCH_KEY_PREFIX } from '../../src/record/state-keys';
import { RetryMessage } from '../../src/replicator/handler/queues';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** Another number each time, the same ones in each run. */
export function numbers(): () => number {
  let count = 0;
  return () => (++count % 1000) / 1000;
}

export interface World {
  readonly destination: Destination;
  readonly time: PassingTime;
}

export function world(): World {
  const destination = new Destination({ random: numbers() });
  return { destination, time: new PassingTime(destination) };
}

export const LAMP = { pk: 'thing#lamp', sk: 'thing' };
export const LIGHT = { pk: 'type#light', sk: 'type' };
export const lamp = () => record.thing('lamp', { thingTypeName: 'light' });

export function waitingItem({ state }: Destination, { pk, sk }: RecordKey = LAMP) {
  return state.get(stateKeyOf.waiting(keyString({ pk, sk })));
}

/** What the index has of a key: what it is parked for, or `lettered#` and that. */
export function parkedFor(destination: Destination, key = LAMP): string | undefined {
  return waitingItem(destination, key)?.prerequisite?.S;
}

/** Messages that apply a key. */
export const messagesOf = (messages: readonly RetryMessage[], { pk, sk }: RecordKey) => messages.filter((each) => each.pk === pk && each.sk === sk && each.watch === undefined);

/** Whatever is left of keys that waited. */
export function remembered({ state }: Destination): unknown[] {
  return [...state.withPrefix(WAITING_KEY_PREFIX), ...state.withPrefix(WATCH_KEY_PREFIX)];
}

/** A group that has a child which the source knows nothing of: it can't be deleted, and names nothing that it waits for. */
export const HOUSE = { pk: 'group#house', sk: 'group' };
export async function undeletable({ destination, time }: World): Promise<void> {
  await time.stream(destination.write(record.group('house')));
  destination.registry.execute('CreateThingGroup', { thingGroupName: 'theirs', parentGroupName: 'house' });
  await time.stream(destination.write(record.deletedGroup('house')));
}
