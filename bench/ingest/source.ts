import { InMemoryRegistry, type EventKind } from '../../test/simulation/registry';

export interface EmittedEvent {
  readonly topic: string;
  readonly payload: object;
}

/** All event types are on: those without a subscription must cost nothing. */
const EVENT_KINDS: readonly EventKind[] = ['THING', 'THING_GROUP', 'THING_TYPE', 'THING_GROUP_MEMBERSHIP', 'THING_GROUP_HIERARCHY', 'THING_TYPE_ASSOCIATION'];

/** Events of a source registry about the life of a few entities, in AWS's documented shapes. */
export function lifeOfARegistry(): EmittedEvent[] {
  const events: EmittedEvent[] = [];
  const registry = sourceRegistry(events);
  registry.execute('CreateThingType', { thingTypeName: 'sensor', thingTypeProperties: { searchableAttributes: ['serial'] } });
  registry.execute('CreateThingGroup', { thingGroupName: 'house' });
  registry.execute('CreateThingGroup', { thingGroupName: 'room', parentGroupName: 'house', thingGroupProperties: { thingGroupDescription: 'upstairs' } });
  registry.execute('CreateThing', { thingName: 'lamp', thingTypeName: 'sensor', attributePayload: { attributes: { serial: '1' } } });
  registry.execute('AddThingToThingGroup', { thingName: 'lamp', thingGroupName: 'room' });
  registry.execute('UpdateThing', { thingName: 'lamp', attributePayload: { attributes: { serial: '2' } } });
  registry.execute('UpdateThingGroup', { thingGroupName: 'room', thingGroupProperties: { thingGroupDescription: 'downstairs' } });
  registry.execute('RemoveThingFromThingGroup', { thingName: 'lamp', thingGroupName: 'room' });
  registry.execute('DeprecateThingType', { thingTypeName: 'sensor' });
  registry.execute('DeleteThing', { thingName: 'lamp' });
  registry.execute('DeleteThingGroup', { thingGroupName: 'room' });
  registry.execute('DeleteThingGroup', { thingGroupName: 'house' });
  return events;
}

/** The events of one changed thing, with an attribute of that many bytes beside another one; no value takes more than 800. */
export function changedThing(bytes: number): EmittedEvent[] {
  const events: EmittedEvent[] = [];
  const registry = sourceRegistry(events);
  registry.execute('CreateThing', { thingName: 'lamp' });
  events.length = 0;
  registry.execute('UpdateThing', { thingName: 'lamp', attributePayload: { attributes: { calibration: 'x'.repeat(400), configuration: 'x'.repeat(bytes) } } });
  return events;
}

/** The events of one thing that was added to a group. */
export function addedMember(): EmittedEvent[] {
  const events: EmittedEvent[] = [];
  const registry = sourceRegistry(events);
  registry.execute('CreateThing', { thingName: 'lamp' });
  registry.execute('CreateThingGroup', { thingGroupName: 'house' });
  events.length = 0;
  registry.execute('AddThingToThingGroup', { thingName: 'lamp', thingGroupName: 'house' });
  return events;
}

function sourceRegistry(events: EmittedEvent[]): InMemoryRegistry {
  let now = 1_700_000_000_000;
  return new InMemoryRegistry({
    region: 'us-east-1',
    accountId: '111122223333',
    now: () => now += 1000,
    events: Object.fromEntries(EVENT_KINDS.map((kind) => [kind, true])),
    onEvent: (topic, payload) => events.push({ topic, payload }),
  });
}
