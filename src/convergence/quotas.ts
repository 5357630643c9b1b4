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
