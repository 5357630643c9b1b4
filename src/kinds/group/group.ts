import { attributeFields, defined } from '../fields';
import { Kind, ObservedOf, on, RecordOf, UNKNOWN } from '../kind';

export interface GroupState {
  readonly description?: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly parentGroupName?: string;
  /** Names from the root to the parent; absent if the event did not contain them. */
  readonly path?: readonly string[];
  /** A dynamic group's members follow from its query; neither is replicated. */
  readonly dynamic: boolean;
}

/** Static thing groups with their place in the hierarchy. */
export const group: Kind<'group', 'groupName', GroupState, never> = {
  name: 'group',
  phase: 'groups',
  plural: 'thing groups',
  choice: 'THING_GROUP',
  after: ['type'],
  key: { pk: { prefix: 'group', id: 'groupName' }, sk: { prefix: 'group' } },
  selectedBy: { groupName: 'group' },
  resource: 'thinggroup',

  decode: (read) => ({
    description: read.optional('description', 'string'),
    attributes: read.strings('attributes'),
    parentGroupName: read.optional('parentGroupName', 'string'),
    path: read.has('path') ? read.list('path') : undefined,
    dynamic: read.boolean('dynamic'),
  }),
  fields: ({ description, attributes, parentGroupName, path = UNKNOWN, dynamic }) => (
    defined({ description: description || undefined, parentGroupName, path, dynamic, ...attributeFields(attributes) })
  ),
  depthOf: ({ path }) => path?.length ?? 0,
  derived: { field: 'dynamic', is: ({ dynamic }) => dynamic },
  awaited: ({ parentGroupName }) => parentGroupName,
  clearable: ({ description, attributes }) => ({ description: Boolean(description), attributes: Object.keys(attributes).length > 0 }),
  carry: (before, between) => ({
    ...before, description: before.description || between.description, attributes: { ...between.attributes, ...before.attributes },
  }),

  quotas: {
    list: { ListThingGroups: 10 },
    read: { DescribeThingGroup: 100 },
    missing: { CreateThingGroup: 25 },
    different: { UpdateThingGroup: 15 },
    gone: { DeleteThingGroup: 15 },
  },
  permissions: {
    read: [on('*', 'ListThingGroups'), on('thinggroup/*', 'DescribeThingGroup')],
    write: [on('thinggroup', 'CreateThingGroup', 'UpdateThingGroup', 'DeleteThingGroup')],
    // A child waits for a parent that the prefixes exclude; the description is no error.
    others: [on('thinggroup/*', 'DescribeThingGroup')],
  },
};

export type GroupRecord = RecordOf<typeof group>;
export type GroupEntity = ObservedOf<typeof group>;
