import {
  AddThingToThingGroupCommand, ListThingGroupsForThingCommand, ListThingsInThingGroupCommand, RemoveThingFromThingGroupCommand,
} from '@aws-sdk/client-iot';
import { answerTo, found } from '../../../runtime/answers';
import { KindReader, PAGE_SIZE } from '../../handler/kind-reader';
import type { KindRule } from '../../handler/kind-rule';
import { LinkCalls, linkReader, linkRule } from '../../handler/link';
import type { membership } from '../membership';

/** Members of the groups themselves, not of their children. */
const calls: LinkCalls<typeof membership> = {
  listIn: {
    group: async (iot, { groupName }, nextToken) => {
      const input = { thingGroupName: groupName, maxResults: PAGE_SIZE, nextToken };
      const page = found(await answerTo(iot.send(new ListThingsInThingGroupCommand(input))));
      return { items: (page?.things ?? []).map((thingName) => ({ kind: 'membership', thingName, groupName })), next: page?.nextToken || undefined };
    },
    thing: async (iot, { thingName }, nextToken) => {
      const page = found(await answerTo(iot.send(new ListThingGroupsForThingCommand({ thingName, maxResults: PAGE_SIZE, nextToken }))));
      return { items: (page?.thingGroups ?? []).map((each) => ({ kind: 'membership', thingName, groupName: each.groupName! })), next: page?.nextToken || undefined };
    },
  },
  readIn: 'thing',
  add: (iot, { thingName, groupName }) => answerTo(iot.send(new AddThingToThingGroupCommand({ thingName, thingGroupName: groupName }))),
  remove: (iot, { thingName, groupName }) => answerTo(iot.send(new RemoveThingFromThingGroupCommand({ thingName, thingGroupName: groupName }))),
  refusals: {
    add: 'the group refuses the thing now, probably because of a limit of groups per thing or per hierarchy',
    remove: 'the group refuses the removal now',
  },
};

export const membershipReader: KindReader<typeof membership> = linkReader(calls);

export const membershipRule: KindRule<typeof membership> = linkRule(calls);
