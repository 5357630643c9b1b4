import { CreateThingCommand, CreateThingTypeCommand, DeleteThingTypeCommand, DeprecateThingTypeCommand, UpdateThingCommand, UpdateThingTypeCommand } from '@aws-sdk/client-iot';
import { accepted, Answer, answerOf, refused, shownAnswer } from '../answer';
import type { Belief, Finding } from '../belief';
import type { Look } from '../look';

const TYPES = 'https://docs.aws.amazon.com/iot/latest/developerguide/thing-types.html';

/** AWS's five minutes between a type's deprecation and its deletion. */
const BEFORE_DELETION_SECONDS = 300;
const AT_MOST_SECONDS = 60;

const mqtt5Configuration = { propagatingAttributes: [{ userPropertyKey: 'key', thingAttribute: 'model' }] };

function deprecate({ source: { iot } }: Look, thingTypeName: string): Promise<unknown> {
  return iot.send(new DeprecateThingTypeCommand({ thingTypeName }));
}

function deletion({ source: { iot } }: Look, thingTypeName: string): Promise<Answer> {
  return answerOf(() => iot.send(new DeleteThingTypeCommand({ thingTypeName })));
}

/** Whether a type can be deleted a little more than five minutes after its deprecation. */
async function deletedAfterFiveMinutes(look: Look, thingTypeName: string): Promise<Finding> {
  let answer = await deletion(look, thingTypeName);
  const gone = await look.eventually(async () => {
    answer = await deletion(look, thingTypeName);
    return answer.ok ? true : undefined;
  }, AT_MOST_SECONDS);
  return { holds: gone === true, seen: `five to six minutes later: ${shownAnswer(answer)}` };
}

export const TYPE_BELIEFS: readonly Belief[] = [
  {
    id: 'type-five-minutes',
    topic: 'registry',
    statement: 'a thing type can be deleted five minutes after its deprecation, and no sooner',
    otherwise: 'nothing: a deletion is tried again, for three days',
    see: TYPES,
    uses: { registryOperations: 70 },
    boundSeconds: BEFORE_DELETION_SECONDS + 2 * AT_MOST_SECONDS,
    look: async (look) => {
      const name = await look.type('type');
      await deprecate(look, name);
      const soon = await deletion(look, name);
      if (soon.ok) return { holds: false, seen: 'it was deleted at once' };
      await look.pause(BEFORE_DELETION_SECONDS);
      return deletedAfterFiveMinutes(look, name);
    },
  },
  {
    id: 'type-deprecated-again',
    topic: 'registry',
    statement: 'a thing type that is deprecated once more is deleted five minutes after its first deprecation',
    otherwise: 'the deletion of a type may take some minutes longer',
    uses: { registryOperations: 70 },
    boundSeconds: BEFORE_DELETION_SECONDS + 2 * AT_MOST_SECONDS,
    look: async (look) => {
      const name = await look.type('type');
      await deprecate(look, name);
      await look.pause(BEFORE_DELETION_SECONDS / 2);
      await deprecate(look, name);
      await look.pause(BEFORE_DELETION_SECONDS / 2);
      return deletedAfterFiveMinutes(look, name);
    },
  },
  {
    id: 'type-delete-before-deprecation',
    topic: 'registry',
    statement: 'a thing type that is not deprecated is not deleted: InvalidRequestException',
    otherwise: 'nothing: it is deleted without having been deprecated',
    see: TYPES,
    uses: { registryOperations: 3 },
    boundSeconds: 60,
    look: async (look) => refused(await deletion(look, await look.type('type')), 'InvalidRequestException'),
  },
  {
    id: 'type-deprecated-refuses-new',
    topic: 'registry',
    statement: 'a thing of a deprecated type is not created: InvalidRequestException',
    otherwise: 'nothing, if it is created. With another error, things of a deprecated type end in the dead-letter queue',
    see: TYPES,
    uses: { registryOperations: 5 },
    boundSeconds: 60,
    look: async (look) => {
      const thingTypeName = await look.type('type');
      await deprecate(look, thingTypeName);
      return refused(await answerOf(() => look.thing('lamp', { thingTypeName })), 'InvalidRequestException');
    },
  },
  {
    id: 'type-deprecated-refuses-others',
    topic: 'registry',
    statement: 'a thing is not given a deprecated type by an update: InvalidRequestException',
    otherwise: 'nothing, if it is. With another error, things of a deprecated type end in the dead-letter queue',
    see: TYPES,
    uses: { registryOperations: 5 },
    boundSeconds: 60,
    look: async (look) => {
      const thingTypeName = await look.type('type');
      const thingName = await look.thing('lamp');
      await deprecate(look, thingTypeName);
      return refused(await answerOf(() => look.source.iot.send(new UpdateThingCommand({ thingName, thingTypeName }))), 'InvalidRequestException');
    },
  },
  {
    id: 'type-deprecated-keeps-things',
    topic: 'registry',
    statement: 'an update of a thing may name the deprecated type that the thing has already',
    otherwise: 'nothing: the replicator lifts the deprecation for the time of the update',
    uses: { registryOperations: 5 },
    boundSeconds: 60,
    look: async (look) => {
      const thingTypeName = await look.type('type');
      const thingName = await look.thing('lamp', { thingTypeName });
      await deprecate(look, thingTypeName);
      const change = { thingName, thingTypeName, attributePayload: { attributes: { a: '1' } } };
      return accepted(await answerOf(() => look.source.iot.send(new UpdateThingCommand(change))));
    },
  },
  {
    id: 'type-deprecated-equal-create',
    topic: 'registry',
    statement: 'CreateThing that is equal to an existing thing of a deprecated type succeeds',
    otherwise: 'nothing: the replicator lifts the deprecation for the time of the call',
    uses: { registryOperations: 5 },
    boundSeconds: 60,
    look: async (look) => {
      const thingTypeName = await look.type('type');
      const thingName = await look.thing('lamp', { thingTypeName });
      await deprecate(look, thingTypeName);
      return accepted(await answerOf(() => look.source.iot.send(new CreateThingCommand({ thingName, thingTypeName }))));
    },
  },
  {
    id: 'type-deprecated-update',
    topic: 'registry',
    statement: 'the propagating attributes of a deprecated type can be changed',
    otherwise: 'nothing: the replicator lifts the deprecation for the time of the update',
    uses: { registryOperations: 4 },
    boundSeconds: 60,
    look: async (look) => {
      const thingTypeName = await look.type('type');
      await deprecate(look, thingTypeName);
      const change = { thingTypeName, thingTypeProperties: { mqtt5Configuration } };
      return accepted(await answerOf(() => look.source.iot.send(new UpdateThingTypeCommand(change))));
    },
  },
  {
    id: 'type-update-immutable',
    topic: 'registry',
    statement: 'a type\'s searchable attributes can\'t be changed: InvalidRequestException',
    otherwise: 'nothing: the replicator replaces such a type, which it then need not',
    see: 'https://github.com/aws/aws-cli/issues/9884',
    uses: { registryOperations: 4 },
    boundSeconds: 60,
    look: async (look) => {
      const thingTypeName = await look.type('type', { thingTypeProperties: { searchableAttributes: ['a'] } });
      const change = { thingTypeName, thingTypeProperties: { searchableAttributes: ['b'] } };
      return refused(await answerOf(() => look.source.iot.send(new UpdateThingTypeCommand(change))), 'InvalidRequestException');
    },
  },
  {
    id: 'type-create-compares-mqtt5',
    topic: 'registry',
    statement: 'CreateThingType that differs from an existing type in its propagating attributes alone is refused: ResourceAlreadyExistsException',
    otherwise: 'nothing: the replicator reads what it has created',
    uses: { registryOperations: 4 },
    boundSeconds: 60,
    look: async (look) => {
      const thingTypeName = await look.type('type');
      const other = { thingTypeName, thingTypeProperties: { mqtt5Configuration } };
      return refused(await answerOf(() => look.source.iot.send(new CreateThingTypeCommand(other))), 'ResourceAlreadyExistsException');
    },
  },
];
