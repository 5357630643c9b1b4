import {
  DescribeThingCommand, DescribeThingGroupCommand, DescribeThingTypeCommand, ListThingGroupsCommand, ListThingGroupsForThingCommand,
  ListThingsCommand, ListThingsInThingGroupCommand, ListThingTypesCommand,
} from '@aws-sdk/client-iot';
import { Fleet, FleetThing } from './fleet';
import { Meter } from './meter';
import { QuotaBuckets } from './quota-buckets';

/** Long before any sweep. */
const CREATED = new Date(1_700_000_000_000);

type Read<Input> = (input: Input) => object;
/** Reads beyond those of things, types, groups and memberships, by the class of the command: the name of the operation, and its answer. */
export type MoreReads = ReadonlyMap<unknown, readonly [string, Read<never>]>;

/** Reads of the source registry, with AWS's quotas. */
export class SourceRegistry {
  // By the class of the command.
  private readonly reads: ReadonlyMap<unknown, readonly [string, Read<never>]>;

  constructor(
    private readonly fleet: Fleet, private readonly meter: Meter, private readonly quotas: Pick<QuotaBuckets, 'admit'> = new QuotaBuckets(), more: MoreReads = new Map(),
  ) {
    this.reads = new Map<unknown, readonly [string, Read<never>]>([
      [ListThingsCommand, ['ListThings', this.things.bind(this)]],
      [ListThingTypesCommand, ['ListThingTypes', this.types.bind(this)]],
      [ListThingGroupsCommand, ['ListThingGroups', this.groups.bind(this)]],
      [ListThingsInThingGroupCommand, ['ListThingsInThingGroup', this.members.bind(this)]],
      [ListThingGroupsForThingCommand, ['ListThingGroupsForThing', this.groupsOf.bind(this)]],
      [DescribeThingCommand, ['DescribeThing', this.thing.bind(this)]],
      [DescribeThingGroupCommand, ['DescribeThingGroup', this.group.bind(this)]],
      [DescribeThingTypeCommand, ['DescribeThingType', this.type.bind(this)]],
      ...more,
    ]);
  }

  /** @throws Error with the name of AWS's error */
  public answer(command: { readonly input: object }): object {
    const read = this.reads.get(command.constructor);
    if (!read) throw new Error(`the sweep changes the registry or reads it with ${command.constructor.name}`);
    const [operation, perform] = read;
    this.meter.add(`registry.${operation}`);
    this.quotas.admit(operation);
    return perform(command.input as never);
  }

  private things({ maxResults, nextToken }: ListThingsCommand['input']): object {
    const from = Number(nextToken ?? 0);
    const to = Math.min(from + maxResults!, this.fleet.end);
    const things: object[] = [];
    for (let i = from; i < to; i++) {
      const thing = this.fleet.thing(i);
      if (thing) things.push(described(thing));
    }
    return { things, nextToken: to < this.fleet.end ? String(to) : undefined };
  }

  private types(): object {
    return { thingTypes: Array.from({ length: this.fleet.types }, (_, t) => describedType(this.fleet.typeName(t))) };
  }

  private groups({ maxResults, nextToken }: ListThingGroupsCommand['input']): object {
    const from = Number(nextToken ?? 0);
    const to = Math.min(from + maxResults!, this.fleet.groups);
    const thingGroups = Array.from({ length: to - from }, (_, g) => ({ groupName: this.fleet.group(from + g).groupName }));
    return { thingGroups, nextToken: to < this.fleet.groups ? String(to) : undefined };
  }

  private members({ thingGroupName, maxResults, nextToken }: ListThingsInThingGroupCommand['input']): object {
    const from = Number(nextToken ?? 0);
    const all = this.fleet.members(Number(thingGroupName!.slice('group-'.length)));
    const to = from + maxResults!;
    return { things: all.slice(from, to), nextToken: to < all.length ? String(to) : undefined };
  }

  private groupsOf({ thingName }: ListThingGroupsForThingCommand['input']): object {
    return { thingGroups: this.fleet.groupsOf(this.existing(thingName!).thingName).map((groupName) => ({ groupName })) };
  }

  private thing({ thingName }: DescribeThingCommand['input']): object {
    const thing = this.existing(thingName!);
    return { ...described(thing), thingId: thing.thingId };
  }

  private group({ thingGroupName }: DescribeThingGroupCommand['input']): object {
    const { groupName, groupId, parentGroupName } = this.fleet.groupNamed(thingGroupName!);
    return {
      thingGroupName: groupName,
      thingGroupId: groupId,
      version: 1,
      thingGroupProperties: {},
      thingGroupMetadata: {
        creationDate: CREATED,
        ...parentGroupName ? { parentGroupName, rootToParentThingGroups: [{ groupName: parentGroupName }] } : {},
      },
    };
  }

  private type({ thingTypeName }: DescribeThingTypeCommand['input']): object {
    return { ...describedType(thingTypeName!), thingTypeId: `id-of-${thingTypeName}` };
  }

  private existing(thingName: string): FleetThing {
    const thing = this.fleet.thingNamed(thingName);
    if (!thing) throw Object.assign(new Error('there is no such thing'), { name: 'ResourceNotFoundException' });
    return thing;
  }
}

function described({ thingName, version, thingTypeName, attributes }: FleetThing): object {
  return { thingName, version, thingTypeName, attributes };
}

function describedType(thingTypeName: string): object {
  return { thingTypeName, thingTypeProperties: { searchableAttributes: ['serial'] }, thingTypeMetadata: { deprecated: false } };
}
