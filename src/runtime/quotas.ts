import type { EntityKind } from '../record/record';

/**
 * AWS's default quotas: calls a second of an account in a Region.
 *
 * @see https://docs.aws.amazon.com/general/latest/gr/iot-core.html
 */
export const QUOTAS = {
  ListThings: 10,
  ListThingTypes: 10,
  ListThingGroups: 10,
  ListThingsInThingGroup: 25,
  ListThingGroupsForThing: 100,
  DescribeThing: 350,
  DescribeThingGroup: 100,
  DescribeThingType: 100,
  CreateThing: 100,
  UpdateThing: 100,
  DeleteThing: 100,
  AddThingToThingGroup: 100,
  RemoveThingFromThingGroup: 100,
  CreateThingGroup: 25,
  UpdateThingGroup: 15,
  DeleteThingGroup: 15,
  CreateThingType: 15,
  DeprecateThingType: 15,
  DeleteThingType: 15,
} as const;

/** An operation of AWS IoT's control plane that has a quota of its own. */
export type Quota = keyof typeof QUOTAS;

/** The calls by which an entity is read directly. */
export const READS: Readonly<Record<EntityKind, Quota>> = {
  type: 'DescribeThingType', group: 'DescribeThingGroup', thing: 'DescribeThing', membership: 'ListThingGroupsForThing',
};

/** The calls of a destination that a difference leads to; of several, the one with the lowest quota. */
export const WRITES: Readonly<Record<EntityKind, Readonly<Record<'missing' | 'different' | 'gone', Quota>>>> = {
  type: { missing: 'CreateThingType', different: 'DeprecateThingType', gone: 'DeleteThingType' },
  group: { missing: 'CreateThingGroup', different: 'UpdateThingGroup', gone: 'DeleteThingGroup' },
  thing: { missing: 'CreateThing', different: 'UpdateThing', gone: 'DeleteThing' },
  // A membership is there or not, but what is recorded of it can be of another end.
  membership: { missing: 'AddThingToThingGroup', different: 'AddThingToThingGroup', gone: 'RemoveThingFromThingGroup' },
};
