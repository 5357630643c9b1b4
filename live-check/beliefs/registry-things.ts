import { DescribeThingCommand, UpdateThingCommand } from '@aws-sdk/client-iot';
import { answerOf, shownAnswer } from '../answer';
import type { Belief } from '../belief';
import type { Look } from '../look';

const UPDATE = 'https://docs.aws.amazon.com/iot/latest/apireference/API_UpdateThing.html';

async function attributesOf({ source: { iot } }: Look, thingName: string): Promise<string> {
  const { attributes } = await iot.send(new DescribeThingCommand({ thingName }));
  return JSON.stringify(Object.fromEntries(Object.entries(attributes ?? {}).sort()));
}

/** A thing with two attributes after an update of them. */
async function updated(look: Look, attributePayload: { readonly attributes: Record<string, string>; readonly merge: boolean }): Promise<string> {
  const thingName = await look.thing('lamp', { attributePayload: { attributes: { a: '1', b: '2' } } });
  await look.source.iot.send(new UpdateThingCommand({ thingName, attributePayload }));
  return attributesOf(look, thingName);
}

export const THING_BELIEFS: readonly Belief[] = [
  {
    id: 'thing-empty-map',
    topic: 'registry',
    statement: 'UpdateThing with an empty map of attributes, not merged, leaves the attributes as they are',
    otherwise: 'nothing: the replicator clears attributes in a way that works either way',
    uses: { registryOperations: 4 },
    boundSeconds: 60,
    look: async (look) => {
      const left = await updated(look, { attributes: {}, merge: false });
      return { holds: left === '{"a":"1","b":"2"}', seen: `of {"a":"1","b":"2"} it left ${left}` };
    },
  },
  {
    id: 'thing-empty-values',
    topic: 'registry',
    statement: 'UpdateThing with an empty value for each attribute, not merged, clears all attributes',
    otherwise: 'a thing whose attributes are all removed in the source keeps them in the destinations: a fault that the drift check reports',
    see: UPDATE,
    uses: { registryOperations: 4 },
    boundSeconds: 60,
    look: async (look) => {
      const left = await updated(look, { attributes: { a: '', b: '' }, merge: false });
      return { holds: left === '{}', seen: `of {"a":"1","b":"2"} it left ${left}` };
    },
  },
  {
    id: 'thing-empty-value-clears-others',
    topic: 'registry',
    statement: 'UpdateThing with an empty value for one attribute and no other, not merged, clears the others too',
    otherwise: 'nothing: the replicator names every attribute that it clears',
    uses: { registryOperations: 4 },
    boundSeconds: 60,
    look: async (look) => {
      const left = await updated(look, { attributes: { a: '' }, merge: false });
      return { holds: left === '{}', seen: `of {"a":"1","b":"2"} it left ${left}` };
    },
  },
  {
    id: 'thing-empty-value-merged',
    topic: 'registry',
    statement: 'UpdateThing with an empty value for one attribute, merged, removes only that one',
    otherwise: 'nothing: the replicator does not merge',
    see: UPDATE,
    uses: { registryOperations: 4 },
    boundSeconds: 60,
    look: async (look) => {
      const left = await updated(look, { attributes: { a: '' }, merge: true });
      return { holds: left === '{"b":"2"}', seen: `of {"a":"1","b":"2"} it left ${left}` };
    },
  },
  {
    id: 'thing-update-without-change',
    topic: 'registry',
    statement: 'an update of a thing that changes nothing raises its version',
    otherwise: 'nothing: an event that has the same version and another time is either a duplicate or equal',
    uses: { registryOperations: 5 },
    boundSeconds: 60,
    look: async (look) => {
      const attributePayload = { attributes: { a: '1' } };
      const thingName = await look.thing('lamp', { attributePayload });
      const version = async () => (await look.source.iot.send(new DescribeThingCommand({ thingName }))).version!;
      const before = await version();
      await look.source.iot.send(new UpdateThingCommand({ thingName, attributePayload }));
      const after = await version();
      return { holds: after > before, seen: `version ${before} became ${after}` };
    },
  },
  {
    id: 'thing-remove-no-type',
    topic: 'registry',
    statement: 'UpdateThing that removes the type of a thing without a type succeeds',
    otherwise: 'nothing: the replicator recognizes the refusal',
    uses: { registryOperations: 3 },
    boundSeconds: 60,
    look: async (look) => {
      const thingName = await look.thing('lamp');
      const answer = await answerOf(() => look.source.iot.send(new UpdateThingCommand({ thingName, removeThingType: true })));
      return { holds: answer.ok, seen: shownAnswer(answer) };
    },
  },
  {
    id: 'thing-attributes-without-type',
    topic: 'registry',
    statement: 'a thing without a type is refused a fourth attribute',
    otherwise: 'nothing: what the source accepts is written as it is',
    see: 'https://docs.aws.amazon.com/iot/latest/developerguide/thing-types.html',
    uses: { registryOperations: 2 },
    boundSeconds: 60,
    look: async (look) => {
      const answer = await answerOf(() => look.thing('lamp', { attributePayload: { attributes: { a: '1', b: '2', c: '3', d: '4' } } }));
      return { holds: !answer.ok, seen: shownAnswer(answer) };
    },
  },
];
