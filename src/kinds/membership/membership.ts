import { Attribute, MembersIndex } from '../../record/record';
import { EntityOf, Kind, on, RecordOf } from '../kind';

/** IAM authorizes changes on both ends. */
const CHANGES = [on('thing', 'ListThingGroupsForThing'), on(['thing', 'thinggroup'], 'AddThingToThingGroup', 'RemoveThingFromThingGroup')];

/** Which things are members of which static groups: links without a state. */
export const membership: Kind<'membership', 'thingName' | 'groupName', undefined, 'thingId' | 'groupId'> = {
  name: 'membership',
  phase: 'memberships',
  plural: 'memberships',
  choice: 'THING_GROUP_MEMBERSHIP',
  after: ['thing', 'group'],
  owners: [
    { kind: 'thing', attribute: Attribute.THING_ID },
    { kind: 'group', attribute: Attribute.GROUP_ID, index: { name: MembersIndex.NAME, id: MembersIndex.PARTITION_KEY } },
  ],
  listedBy: 'group',
  key: { pk: { prefix: 'thing', id: 'thingName' }, sk: { prefix: 'group', id: 'groupName' } },
  selectedBy: { thingName: 'thing', groupName: 'group' },

  quotas: {
    list: { ListThingsInThingGroup: 25 },
    read: { ListThingGroupsForThing: 100 },
    missing: { AddThingToThingGroup: 100 },
    // It exists or not, but its record can belong to another end.
    different: { AddThingToThingGroup: 100 },
    gone: { RemoveThingFromThingGroup: 100 },
  },
  permissions: {
    read: [on('thinggroup/*', 'ListThingsInThingGroup'), on('thing/*', 'ListThingGroupsForThing')],
    write: CHANGES,
    // A group that is placed anew has lost its members, and gets them back by their records. So does a thing.
    unselected: CHANGES,
  },
};

export type MembershipRecord = RecordOf<typeof membership>;
export type MembershipEntity = EntityOf<typeof membership>;
