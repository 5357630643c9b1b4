import {
  CreateThingGroupCommand, DeleteThingGroupCommand, DescribeThingGroupCommand, ListThingGroupsCommand, UpdateThingGroupCommand,
} from '@aws-sdk/client-iot';
import { Answer, answerTo, found } from '../../../runtime/answers';
import type { IotSender } from '../../../runtime/senders';
import { overwrite } from '../../handler/attributes';
import { KindReader, PAGE_SIZE } from '../../handler/kind-reader';
import type { group, GroupEntity, GroupState } from '../group';

export const groupReader: KindReader<typeof group> = {
  async list(iot, nextToken, maxResults = PAGE_SIZE) {
    const page = await iot.send(new ListThingGroupsCommand({ maxResults, nextToken }));
    return { items: (page.thingGroups ?? []).map((each) => ({ kind: 'group', groupName: each.groupName! })), next: page.nextToken || undefined };
  },
  listsNames: true,
  read: (iot, { groupName }) => readGroup(iot, groupName),
};

export async function readGroup(iot: IotSender, groupName: string): Promise<GroupEntity | undefined> {
  const there = found(await answerTo(iot.send(new DescribeThingGroupCommand({ thingGroupName: groupName }))));
  if (!there) return undefined;
  const { parentGroupName, rootToParentThingGroups, creationDate } = there.thingGroupMetadata ?? {};
  return {
    kind: 'group',
    groupName,
    version: there.version ?? 0,
    incarnation: there.thingGroupId!,
    createdAt: creationDate?.getTime(),
    state: {
      description: there.thingGroupProperties?.thingGroupDescription,
      attributes: there.thingGroupProperties?.attributePayload?.attributes ?? {},
      parentGroupName,
      // A root has no path; with a parent whose ancestors are absent, it is unknown.
      path: parentGroupName ? rootToParentThingGroups?.map((ancestor) => ancestor.groupName!) : [],
      dynamic: there.queryString !== undefined,
    },
  };
}

/** @returns with the id of the group that was created */
export function createGroup(iot: IotSender, groupName: string, state: GroupState): Promise<Answer<{ readonly thingGroupId?: string }>> {
  return answerTo(iot.send(new CreateThingGroupCommand({
    thingGroupName: groupName,
    parentGroupName: state.parentGroupName,
    thingGroupProperties: {
      thingGroupDescription: state.description || undefined,
      attributePayload: { attributes: { ...state.attributes } },
    },
  })));
}

/** Overwrites attributes, and the description if present, even an empty one. A parent can't be changed. */
export function updateGroup(iot: IotSender, groupName: string, state: GroupState, staleAttributes: readonly string[]): Promise<Answer<unknown>> {
  return answerTo(iot.send(new UpdateThingGroupCommand({
    thingGroupName: groupName,
    thingGroupProperties: {
      thingGroupDescription: state.description,
      attributePayload: overwrite(state.attributes, staleAttributes),
    },
  })));
}

export function deleteGroup(iot: IotSender, groupName: string): Promise<Answer<unknown>> {
  return answerTo(iot.send(new DeleteThingGroupCommand({ thingGroupName: groupName })));
}
