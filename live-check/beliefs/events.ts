import {
  AddThingToThingGroupCommand, DeleteThingCommand, DeleteThingGroupCommand, EventType, UpdateThingCommand,
} from '@aws-sdk/client-iot';
import { PublishCommand } from '@aws-sdk/client-iot-data-plane';
import { attachingPrincipal, detachingPrincipal, done } from '../attachments';
import { Belief, Finding, NotLookable } from '../belief';
import type { Look } from '../look';
import { prefixOf } from '../names';
import type { RecordedEvents, RegistryEvent } from '../recorded-events';

const REGISTRY_EVENTS = 'https://docs.aws.amazon.com/iot/latest/developerguide/registry-events.html';

/** A look at events: each waits at most a minute for its events. */
function eventBelief(belief: Omit<Belief, 'topic' | 'needsEvents' | 'boundSeconds' | 'look'>, look: (look: Look, recorder: RecordedEvents) => Promise<Finding>): Belief {
  // The recorder may have to be created first.
  return { ...belief, topic: 'events', needsEvents: true, boundSeconds: 420, look: async (context) => look(context, await context.run.events()) };
}

const isOf = (eventType: string, operation: string) => (event: RegistryEvent) => event.eventType === eventType && event.operation === operation;
const has = (eventType: string, operation: string) => (events: readonly RegistryEvent[]) => events.some(isOf(eventType, operation));

/** The events, in the order of their timestamps, such as `THING_EVENT UPDATED`. */
function kindsOf(events: readonly RegistryEvent[]): string {
  const sorted = [...events].sort((a, b) => Number(a.timestamp) - Number(b.timestamp));
  return sorted.map(({ eventType, operation }) => `${eventType} ${operation}`).join(', ') || 'no events';
}

/** The only expected event. */
async function theEvent(recorder: RecordedEvents, name: string, eventType: string, operation: string): Promise<RegistryEvent> {
  const event = (await recorder.about(name, has(eventType, operation))).find(isOf(eventType, operation));
  if (!event) throw new NotLookable(`no event ${eventType} ${operation} was received within a minute`);
  return event;
}

/** The value of a field of an event; `absent` if it is missing. */
function shownField(event: RegistryEvent, field: string): string {
  return field in event ? JSON.stringify(event[field]) : 'absent';
}

async function member(look: Look): Promise<{ readonly thingName: string; readonly thingGroupName: string }> {
  const [thingName, thingGroupName] = [await look.thing('lamp'), await look.group('group')];
  await look.source.iot.send(new AddThingToThingGroupCommand({ thingName, thingGroupName }));
  return { thingName, thingGroupName };
}

/** The absent fields of a thing, a group or a type, and how its event contains them. */
const FIELDS: readonly { readonly id: string; readonly what: string; readonly field: string; readonly likeliest: string; readonly of: 'thing' | 'group' | 'type' }[] = [
  { id: 'event-thing-no-attributes', what: 'a thing without attributes', field: 'attributes', likeliest: '{}', of: 'thing' },
  { id: 'event-thing-no-type', what: 'a thing without a type', field: 'thingTypeName', likeliest: 'null', of: 'thing' },
  { id: 'event-thing-billin-group', what: 'a thing, by a field that is not documented,', field: 'billinGroupName', likeliest: 'null', of: 'thing' },
  { id: 'event-group-no-attributes', what: 'a group without attributes', field: 'attributes', likeliest: '{}', of: 'group' },
  { id: 'event-group-no-description', what: 'a group without a description', field: 'description', likeliest: 'null', of: 'group' },
  { id: 'event-group-no-parent', what: 'a root group', field: 'parentGroupName', likeliest: 'null', of: 'group' },
  { id: 'event-group-no-path', what: 'a root group', field: 'rootToParentThingGroups', likeliest: '[]', of: 'group' },
  { id: 'event-group-not-dynamic', what: 'a static group', field: 'dynamicGroupMappingId', likeliest: 'null', of: 'group' },
  { id: 'event-type-no-searchable', what: 'a type without searchable attributes', field: 'searchableAttributes', likeliest: '[]', of: 'type' },
  { id: 'event-type-no-propagating', what: 'a type without propagating attributes', field: 'propagatingAttributes', likeliest: '[]', of: 'type' },
];

const EVENT_OF = { thing: 'THING_EVENT', group: 'THING_GROUP_EVENT', type: 'THING_TYPE_EVENT' } as const;

const fieldBeliefs = FIELDS.map(({ id, what, field, likeliest, of }) => eventBelief({
  id,
  statement: `in the event of ${what} ${field} is ${likeliest}`,
  otherwise: 'nothing with null, an empty value, or without the field: the workflow reads all of them',
  see: REGISTRY_EVENTS,
  uses: { registryOperations: 3, events: 2 },
}, async (look, recorder) => {
  const event = await theEvent(recorder, await look[of]('entity'), EVENT_OF[of], 'CREATED');
  const shown = shownField(event, field);
  return { holds: shown === likeliest, seen: shown };
}));

export const EVENT_BELIEFS: readonly Belief[] = [
  eventBelief({
    id: 'event-configurations-merge',
    statement: 'UpdateEventConfigurations with one kind of event leaves the other kinds as they are',
    otherwise: 'a deployment switches off events of other kinds, jobs for example, that somebody has switched on',
    see: 'https://docs.aws.amazon.com/iot/latest/apireference/API_UpdateEventConfigurations.html',
    uses: { registryOperations: 4 },
  }, async (_, { merged }) => {
    if (merged === undefined) throw new NotLookable('event types were on before, which a negative answer would switch off for a moment');
    return { holds: merged, seen: merged ? 'the others stayed on' : 'the others were switched off; the check has switched on its own again' };
  }),
  eventBelief({
    id: 'event-first-change',
    statement: 'a change one second after topic rule and events are switched on sends an event',
    otherwise: 'nothing: the first sweep finds changes without an event',
    uses: { registryOperations: 20, events: 10 },
  }, async (_, recorder) => {
    if (!recorder.wereSwitchedOn) throw new NotLookable('events were already on');
    const { isTold, unheard } = await recorder.firstChange();
    return { holds: isTold, seen: isTold ? 'it was' : `the first ${unheard} things, one each second, were not` };
  }),
  ...fieldBeliefs,
  eventBelief({
    id: 'event-deleted-version',
    statement: 'the DELETED event of a thing has its last version, not a higher one',
    otherwise: 'nothing: a deletion is newer than anything of the same thing, whatever its version',
    uses: { registryOperations: 5, events: 4 },
  }, async (look, recorder) => {
    const thingName = await look.thing('lamp');
    await look.source.iot.send(new UpdateThingCommand({ thingName, attributePayload: { attributes: { a: '1' } } }));
    await look.source.iot.send(new DeleteThingCommand({ thingName }));
    const { versionNumber } = await theEvent(recorder, thingName, 'THING_EVENT', 'DELETED');
    return { holds: versionNumber === 2, seen: `after version 2: ${String(versionNumber)}` };
  }),
  eventBelief({
    id: 'event-update-without-change',
    statement: 'an update of a thing that changes nothing sends an event',
    otherwise: 'nothing: the event would be stale',
    uses: { registryOperations: 4, events: 4 },
  }, async (look, recorder) => {
    const attributePayload = { attributes: { a: '1' } };
    const thingName = await look.thing('lamp', { attributePayload });
    await look.source.iot.send(new UpdateThingCommand({ thingName, attributePayload }));
    // The look waits for a later event, so that this one has had enough time.
    await look.source.iot.send(new DeleteThingCommand({ thingName }));
    const events = await recorder.about(thingName, has('THING_EVENT', 'DELETED'));
    return { holds: has('THING_EVENT', 'UPDATED')(events), seen: kindsOf(events) };
  }),
  eventBelief({
    id: 'event-create-association',
    statement: 'CreateThing with a type sends the event of the association too',
    otherwise: 'nothing: these events are not subscribed',
    uses: { registryOperations: 5, events: 4 },
  }, async (look, recorder) => {
    const thingName = await look.thing('lamp', { thingTypeName: await look.type('type') });
    const events = await recorder.about(thingName, has('THING_TYPE_ASSOCIATION_EVENT', 'ADDED'), 15);
    return { holds: has('THING_TYPE_ASSOCIATION_EVENT', 'ADDED')(events), seen: kindsOf(events) };
  }),
  eventBelief({
    id: 'event-thing-deletion-cascade',
    statement: 'DeleteThing of a member sends the event of the membership\'s end',
    otherwise: 'nothing: the deletion of a thing ends its memberships',
    uses: { registryOperations: 6, events: 6 },
  }, async (look, recorder) => {
    const { thingName } = await member(look);
    await look.source.iot.send(new DeleteThingCommand({ thingName }));
    const isRemoved = has('THING_GROUP_MEMBERSHIP_EVENT', 'REMOVED');
    const events = await recorder.about(thingName, (all) => isRemoved(all) && has('THING_EVENT', 'DELETED')(all), 15);
    return { holds: isRemoved(events), seen: kindsOf(events) };
  }),
  eventBelief({
    id: 'event-group-deletion-cascade',
    statement: 'DeleteThingGroup of a group with a member sends no event of the membership\'s end',
    otherwise: 'nothing: the deletion of a group ends its memberships',
    uses: { registryOperations: 6, events: 6 },
  }, async (look, recorder) => {
    const { thingGroupName } = await member(look);
    await look.source.iot.send(new DeleteThingGroupCommand({ thingGroupName }));
    const events = await recorder.about(thingGroupName, has('THING_GROUP_EVENT', 'DELETED'));
    return { holds: !has('THING_GROUP_MEMBERSHIP_EVENT', 'REMOVED')(events), seen: kindsOf(events) };
  }),
  eventBelief({
    id: 'event-member-again',
    statement: 'AddThingToThingGroup of a member sends no event',
    otherwise: 'nothing: the event repeats the record',
    uses: { registryOperations: 7, events: 6 },
  }, async (look, recorder) => {
    const { thingName, thingGroupName } = await member(look);
    await look.source.iot.send(new AddThingToThingGroupCommand({ thingName, thingGroupName }));
    await look.source.iot.send(new DeleteThingCommand({ thingName }));
    const events = await recorder.about(thingName, has('THING_EVENT', 'DELETED'));
    const count = events.filter(isOf('THING_GROUP_MEMBERSHIP_EVENT', 'ADDED')).length;
    return { holds: count === 1, seen: kindsOf(events) };
  }),
  eventBelief({
    id: 'event-principal',
    statement: 'AttachThingPrincipal and DetachThingPrincipal send no event',
    otherwise: 'nothing: events of unknown kinds are ignored, and certificates of things are found by hints and sweeps',
    uses: { registryOperations: 12, events: 6 },
  }, async (look, recorder) => {
    const [thingName, { arn }] = [await look.thing('lamp'), await look.certificate('lamp')];
    await done(attachingPrincipal(look, thingName, arn));
    await done(detachingPrincipal(look, thingName, arn));
    await look.source.iot.send(new UpdateThingCommand({ thingName, attributePayload: { attributes: { a: '1' } } }));
    const events = await recorder.about(thingName, has('THING_EVENT', 'UPDATED'));
    return { holds: has('THING_EVENT', 'UPDATED')(events) && events.length === 2, seen: kindsOf(events) };
  }),
  eventBelief({
    id: 'event-forged',
    statement: 'a message published to $aws/events/… reaches no topic rule',
    otherwise: 'everybody who may publish MQTT messages can forge events, and thereby change every destination',
    uses: { events: 4 },
  }, async (look, recorder) => {
    const { iotData } = look.source;
    const payload = Buffer.from(JSON.stringify({ eventType: EventType.THING, forged: true }));
    // So that a refusal does not mean a missing permission.
    await iotData.send(new PublishCommand({ topic: `${prefixOf(look.run.id)}control`, payload }));
    const name = look.name('lamp');
    const refusal = await iotData.send(new PublishCommand({ topic: `$aws/events/thing/${name}/created`, payload })).then(() => undefined, (error: Error) => error.name);
    const events = await recorder.about(name, (all) => all.length > 0, 10);
    return { holds: events.length === 0, seen: `${refusal ?? 'the message was accepted'}; ${events.length > 0 ? 'the rule received it' : 'the rule received nothing'}` };
  }),
];
