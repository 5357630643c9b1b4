import {
  AddThingToThingGroupCommand, CreateThingGroupCommand, CreateThingGroupCommandInput, DeleteThingGroupCommand, DescribeThingGroupCommand,
  RemoveThingFromThingGroupCommand, ThingGroupProperties, UpdateThingGroupCommand,
} from '@aws-sdk/client-iot';
import { accepted, Answer, answerOf, refused, shownAnswer } from '../answer';
import { Belief, NotLookable } from '../belief';
import type { Look } from '../look';
import { tagsOf } from '../names';

const GROUPS = 'https://docs.aws.amazon.com/iot/latest/developerguide/thing-groups.html';
const CREATE = 'https://docs.aws.amazon.com/iot/latest/apireference/API_CreateThingGroup.html';
const QUOTAS = 'https://docs.aws.amazon.com/general/latest/gr/iot-core.html';

const GROUPS_OF_A_THING = 10;
const LEVELS = 7;

function adding({ source: { iot } }: Look, thingName: string, thingGroupName: string): Promise<Answer> {
  return answerOf(() => iot.send(new AddThingToThingGroupCommand({ thingName, thingGroupName })));
}

function removing({ source: { iot } }: Look, thingName: string, thingGroupName: string): Promise<Answer> {
  return answerOf(() => iot.send(new RemoveThingFromThingGroupCommand({ thingName, thingGroupName })));
}

/** Adds a member; has to succeed. */
async function add(look: Look, thingName: string, thingGroupName: string): Promise<void> {
  const answer = await adding(look, thingName, thingGroupName);
  if (!answer.ok) throw new NotLookable(`the thing could not be added to a group: ${shownAnswer(answer)}`);
}

function creating({ run, source: { iot } }: Look, group: CreateThingGroupCommandInput): Promise<Answer> {
  return answerOf(() => iot.send(new CreateThingGroupCommand({ ...group, tags: tagsOf(run.id) })));
}

/** A group's properties after an update. */
async function updated(
  look: Look, before: ThingGroupProperties, thingGroupProperties: ThingGroupProperties,
): Promise<ThingGroupProperties | undefined> {
  const thingGroupName = await look.group('group', { thingGroupProperties: before });
  await look.source.iot.send(new UpdateThingGroupCommand({ thingGroupName, thingGroupProperties }));
  return (await look.source.iot.send(new DescribeThingGroupCommand({ thingGroupName }))).thingGroupProperties;
}

const DESCRIBED = { thingGroupDescription: 'before' };
const shownDescription = (properties?: ThingGroupProperties) => JSON.stringify(properties?.thingGroupDescription ?? null);

export const GROUP_BELIEFS: readonly Belief[] = [
  {
    id: 'group-empty-map',
    topic: 'registry',
    statement: 'UpdateThingGroup with an empty map of attributes leaves the attributes as they are',
    otherwise: 'nothing: the replicator clears attributes in a way that works either way',
    see: 'https://github.com/getmoto/moto/pull/5318',
    uses: { registryOperations: 4 },
    boundSeconds: 60,
    look: async (look) => {
      const payload = (attributes: Record<string, string>) => ({ attributePayload: { attributes } });
      const after = await updated(look, payload({ a: '1' }), payload({}));
      const left = JSON.stringify(after?.attributePayload?.attributes ?? {});
      return { holds: left === '{"a":"1"}', seen: `of {"a":"1"} it left ${left}` };
    },
  },
  {
    id: 'group-empty-description',
    topic: 'registry',
    statement: 'UpdateThingGroup with an empty description clears the description',
    otherwise: 'the replicator omits the description instead; if that does not clear it either, a description that is removed in the source stays in the destinations',
    uses: { registryOperations: 4 },
    boundSeconds: 60,
    look: async (look) => {
      const after = shownDescription(await updated(look, DESCRIBED, { thingGroupDescription: '' }));
      return { holds: ['null', '""'].includes(after), seen: `"before" became ${after}` };
    },
  },
  {
    id: 'group-absent-description',
    topic: 'registry',
    statement: 'UpdateThingGroup without a description leaves the description as it is',
    otherwise: 'nothing: the replicator omits it only if an empty one does not clear it',
    uses: { registryOperations: 4 },
    boundSeconds: 60,
    look: async (look) => {
      const after = shownDescription(await updated(look, DESCRIBED, { attributePayload: { attributes: { a: '1' } } }));
      return { holds: after === '"before"', seen: `"before" became ${after}` };
    },
  },
  {
    id: 'group-create-equal',
    topic: 'registry',
    statement: 'CreateThingGroup that is equal to an existing group succeeds',
    otherwise: 'nothing: the replicator compares',
    see: CREATE,
    uses: { registryOperations: 3 },
    boundSeconds: 60,
    look: async (look) => accepted(await creating(look, { thingGroupName: await look.group('group') })),
  },
  {
    id: 'group-create-other-attributes',
    topic: 'registry',
    statement: 'CreateThingGroup with other attributes than an existing group is refused: ResourceAlreadyExistsException',
    otherwise: 'a group that exists in a destination keeps its attributes until the next drift check',
    see: CREATE,
    uses: { registryOperations: 3 },
    boundSeconds: 60,
    look: async (look) => {
      const other = { thingGroupName: await look.group('group'), thingGroupProperties: { attributePayload: { attributes: { a: '1' } } } };
      return refused(await creating(look, other), 'ResourceAlreadyExistsException');
    },
  },
  {
    id: 'group-create-other-parent',
    topic: 'registry',
    statement: 'CreateThingGroup under another parent than an existing group is refused: ResourceAlreadyExistsException',
    otherwise: 'nothing: the replicator reads what it has created',
    see: CREATE,
    uses: { registryOperations: 7 },
    boundSeconds: 60,
    look: async (look) => {
      const [parent, other] = [await look.group('parent'), await look.group('other')];
      const thingGroupName = await look.group('child', { parentGroupName: parent });
      return refused(await creating(look, { thingGroupName, parentGroupName: other }), 'ResourceAlreadyExistsException');
    },
  },
  {
    id: 'group-missing-parent',
    topic: 'registry',
    statement: 'a group under a parent that does not exist is not created: ResourceNotFoundException',
    otherwise: 'nothing with InvalidRequestException: the replicator checks whether the parent exists. With another error, children that arrive before their parent become dead letters',
    see: CREATE,
    uses: { registryOperations: 2 },
    boundSeconds: 60,
    look: async (look) => refused(await answerOf(() => look.group('child', { parentGroupName: look.name('nobody') })), 'ResourceNotFoundException'),
  },
  {
    id: 'group-delete-missing',
    topic: 'registry',
    statement: 'DeleteThingGroup of a group that does not exist succeeds',
    otherwise: 'nothing: the replicator treats not found as success',
    uses: { registryOperations: 1 },
    boundSeconds: 60,
    look: async (look) => accepted(await answerOf(() => look.source.iot.send(new DeleteThingGroupCommand({ thingGroupName: look.name('nobody') })))),
  },
  {
    id: 'group-delete-with-children',
    topic: 'registry',
    statement: 'a group that has a child is not deleted: InvalidRequestException',
    otherwise: 'with another error, groups that are deleted before their children become dead letters',
    see: GROUPS,
    uses: { registryOperations: 5 },
    boundSeconds: 60,
    look: async (look) => {
      const thingGroupName = await look.group('parent');
      await look.group('child', { parentGroupName: thingGroupName });
      return refused(await answerOf(() => look.source.iot.send(new DeleteThingGroupCommand({ thingGroupName }))), 'InvalidRequestException');
    },
  },
  {
    id: 'group-delete-with-members',
    topic: 'registry',
    statement: 'a group that has members can be deleted',
    otherwise: 'deletions of groups wait until their members are gone',
    see: GROUPS,
    uses: { registryOperations: 5 },
    boundSeconds: 60,
    look: async (look) => {
      const [thingGroupName, thingName] = [await look.group('group'), await look.thing('lamp')];
      await add(look, thingName, thingGroupName);
      return accepted(await answerOf(() => look.source.iot.send(new DeleteThingGroupCommand({ thingGroupName }))));
    },
  },
  {
    id: 'group-levels',
    topic: 'registry',
    statement: `a group on level ${LEVELS + 1} is refused: LimitExceededException`,
    otherwise: 'nothing with InvalidRequestException, after which the replicator waits as well. With another error, groups of a tree that is being moved may become dead letters',
    see: QUOTAS,
    uses: { registryOperations: 2 * LEVELS + 2 },
    boundSeconds: 60,
    look: async (look) => {
      let parentGroupName: string | undefined;
      for (let level = 1; level <= LEVELS; level++) parentGroupName = await look.group(`level-${level}`, { parentGroupName });
      return refused(await answerOf(() => look.group(`level-${LEVELS + 1}`, { parentGroupName })), 'LimitExceededException');
    },
  },
  {
    id: 'member-again',
    topic: 'registry',
    statement: 'AddThingToThingGroup of a member succeeds',
    otherwise: 'nothing: the replicator checks whether the thing is a member',
    uses: { registryOperations: 6 },
    boundSeconds: 60,
    look: async (look) => {
      const [group, thing] = [await look.group('group'), await look.thing('lamp')];
      await add(look, thing, group);
      return accepted(await adding(look, thing, group));
    },
  },
  {
    id: 'member-remove-none',
    topic: 'registry',
    statement: 'RemoveThingFromThingGroup of a thing that is no member succeeds',
    otherwise: 'nothing: the replicator checks whether the thing is a member',
    uses: { registryOperations: 5 },
    boundSeconds: 60,
    look: async (look) => accepted(await removing(look, await look.thing('lamp'), await look.group('group'))),
  },
  {
    id: 'member-remove-missing-group',
    topic: 'registry',
    statement: 'RemoveThingFromThingGroup from a group that does not exist succeeds',
    otherwise: 'nothing: the replicator treats not found as success',
    uses: { registryOperations: 3 },
    boundSeconds: 60,
    look: async (look) => accepted(await removing(look, await look.thing('lamp'), look.name('nobody'))),
  },
  {
    id: 'member-remove-missing-thing',
    topic: 'registry',
    statement: 'RemoveThingFromThingGroup of a thing that does not exist succeeds',
    otherwise: 'nothing: the replicator treats not found as success',
    uses: { registryOperations: 3 },
    boundSeconds: 60,
    look: async (look) => accepted(await removing(look, look.name('nobody'), await look.group('group'))),
  },
  {
    id: 'member-missing-thing',
    topic: 'registry',
    statement: 'AddThingToThingGroup of a thing that does not exist is refused: ResourceNotFoundException',
    otherwise: 'with another error, memberships that arrive before their thing become dead letters',
    see: 'https://docs.aws.amazon.com/iot/latest/apireference/API_AddThingToThingGroup.html',
    uses: { registryOperations: 3 },
    boundSeconds: 60,
    look: async (look) => refused(await adding(look, look.name('nobody'), await look.group('group')), 'ResourceNotFoundException'),
  },
  {
    id: 'member-missing-group',
    topic: 'registry',
    statement: 'AddThingToThingGroup to a group that does not exist is refused: ResourceNotFoundException',
    otherwise: 'with another error, memberships that arrive before their group become dead letters',
    see: 'https://docs.aws.amazon.com/iot/latest/apireference/API_AddThingToThingGroup.html',
    uses: { registryOperations: 3 },
    boundSeconds: 60,
    look: async (look) => refused(await adding(look, await look.thing('lamp'), look.name('nobody')), 'ResourceNotFoundException'),
  },
  {
    id: 'member-eleventh-group',
    topic: 'registry',
    statement: `a thing is not added to more than ${GROUPS_OF_A_THING} groups: LimitExceededException`,
    otherwise: 'nothing with InvalidRequestException, after which the replicator waits as well. With another error, a thing that changes between ten groups and more may become dead letters',
    see: QUOTAS,
    uses: { registryOperations: 3 * GROUPS_OF_A_THING + 5 },
    boundSeconds: 60,
    look: async (look) => {
      const thing = await look.thing('lamp');
      for (let group = 1; group <= GROUPS_OF_A_THING; group++) await add(look, thing, await look.group(`group-${group}`));
      return refused(await adding(look, thing, await look.group(`group-${GROUPS_OF_A_THING + 1}`)), 'LimitExceededException');
    },
  },
  {
    id: 'member-same-hierarchy',
    topic: 'registry',
    statement: 'a thing is not added to two groups of one hierarchy: LimitExceededException',
    otherwise: 'nothing with InvalidRequestException, after which the replicator waits as well. With another error, a thing that moves within a hierarchy may become dead letters',
    see: GROUPS,
    uses: { registryOperations: 8 },
    boundSeconds: 60,
    look: async (look) => {
      const [parent, thing] = [await look.group('parent'), await look.thing('lamp')];
      await add(look, thing, parent);
      return refused(await adding(look, thing, await look.group('child', { parentGroupName: parent })), 'LimitExceededException');
    },
  },
];
