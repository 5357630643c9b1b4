import {
  DescribeThingCommand, DescribeThingGroupCommand, DescribeThingTypeCommand, ListThingGroupsCommand, ListThingGroupsForThingCommand,
  ListThingsCommand, ListThingsInThingGroupCommand, ListThingTypesCommand,
} from '@aws-sdk/client-iot';
import { Entity } from '../../record/record';
import { typeStateOf } from '../../replicator/handler/registry';
import { Answer, answerTo, errorOf } from '../../runtime/answers';
import { Pace } from '../../runtime/pace';
import { Quota } from '../../runtime/quotas';
import { IotSender } from '../../runtime/senders';
import { GroupEntity, RegistryEntity, ThingEntity, TypeEntity } from '../entity';

/** The most that a listing of the registry returns at a time. */
const PAGE_SIZE = 250;

/** Names of things, groups and types; asking for another is an error. https://docs.aws.amazon.com/iot/latest/apireference/API_CreateThing.html */
const NAME = /^[a-zA-Z0-9:_-]{1,128}$/;

/** A page of a listing; without `next` it is the last. */
export interface Page<T> {
  readonly items: T[];
  readonly next?: string;
}

/**
 * The registry of one Region in the terms of records: page by page, and one by one.
 *
 * Listings are eventually consistent, direct reads are not known to be.
 */
export class RegistryReader {
  constructor(private readonly iot: IotSender, private readonly pace: Pace) {}

  /** Calls a second. */
  public rateOf(operation: Quota): number {
    return this.pace.rateOf(operation);
  }

  /** Without their ids. */
  public async types(nextToken?: string): Promise<Page<TypeEntity>> {
    await this.pace.pass('ListThingTypes');
    const page = await this.iot.send(new ListThingTypesCommand({ maxResults: PAGE_SIZE, nextToken }));
    const items = (page.thingTypes ?? []).map((each): TypeEntity => ({
      kind: 'type', typeName: each.thingTypeName!, state: typeStateOf(each.thingTypeProperties, each.thingTypeMetadata),
    }));
    return { items, next: page.nextToken || undefined };
  }

  /** @param maxResults names at most, up to 250 */
  public async groupNames(nextToken?: string, maxResults = PAGE_SIZE): Promise<Page<string>> {
    await this.pace.pass('ListThingGroups');
    const page = await this.iot.send(new ListThingGroupsCommand({ maxResults, nextToken }));
    return { items: (page.thingGroups ?? []).map((each) => each.groupName!), next: page.nextToken || undefined };
  }

  /** Without their ids. */
  public async things(nextToken?: string): Promise<Page<ThingEntity>> {
    await this.pace.pass('ListThings');
    const page = await this.iot.send(new ListThingsCommand({ maxResults: PAGE_SIZE, nextToken }));
    const items = (page.things ?? []).map((each): ThingEntity => ({
      kind: 'thing', thingName: each.thingName!, version: each.version ?? 0, state: { thingTypeName: each.thingTypeName, attributes: each.attributes ?? {} },
    }));
    return { items, next: page.nextToken || undefined };
  }

  /** Names of the things in a group itself; of a group that is gone, none. */
  public async members(thingGroupName: string, nextToken?: string): Promise<Page<string>> {
    await this.pace.pass('ListThingsInThingGroup');
    const page = found(await answerTo(this.iot.send(new ListThingsInThingGroupCommand({ thingGroupName, maxResults: PAGE_SIZE, nextToken }))));
    return { items: page?.things ?? [], next: page?.nextToken || undefined };
  }

  /** One entity, read directly. What can't be named so is not there. */
  public async read(entity: Entity): Promise<RegistryEntity | undefined> {
    if (!namesOf(entity).every((name) => NAME.test(name))) return undefined;
    switch (entity.kind) {
      case 'thing': return this.thing(entity.thingName);
      case 'group': return this.group(entity.groupName);
      case 'type': return this.type(entity.typeName);
      case 'membership': return await this.isMember(entity.thingName, entity.groupName) ? entity : undefined;
    }
  }

  public async thing(thingName: string): Promise<ThingEntity | undefined> {
    await this.pace.pass('DescribeThing');
    const there = found(await answerTo(this.iot.send(new DescribeThingCommand({ thingName }))));
    return there && {
      kind: 'thing', thingName, version: there.version ?? 0, incarnation: there.thingId!, state: { thingTypeName: there.thingTypeName, attributes: there.attributes ?? {} },
    };
  }

  public async group(groupName: string): Promise<GroupEntity | undefined> {
    await this.pace.pass('DescribeThingGroup');
    const there = found(await answerTo(this.iot.send(new DescribeThingGroupCommand({ thingGroupName: groupName }))));
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

  private async type(typeName: string): Promise<TypeEntity | undefined> {
    await this.pace.pass('DescribeThingType');
    const there = found(await answerTo(this.iot.send(new DescribeThingTypeCommand({ thingTypeName: typeName }))));
    return there && { kind: 'type', typeName, incarnation: there.thingTypeId!, state: typeStateOf(there.thingTypeProperties, there.thingTypeMetadata) };
  }

  private async isMember(thingName: string, groupName: string): Promise<boolean> {
    let nextToken: string | undefined;
    do {
      await this.pace.pass('ListThingGroupsForThing');
      const page = found(await answerTo(this.iot.send(new ListThingGroupsForThingCommand({ thingName, maxResults: PAGE_SIZE, nextToken }))));
      if (page?.thingGroups?.some((group) => group.groupName === groupName)) return true;
      nextToken = page?.nextToken || undefined;
    } while (nextToken);
    return false;
  }
}

function namesOf(entity: Entity): string[] {
  switch (entity.kind) {
    case 'thing': return [entity.thingName];
    case 'group': return [entity.groupName];
    case 'type': return [entity.typeName];
    case 'membership': return [entity.thingName, entity.groupName];
  }
}

/** What the registry returned; nothing if it has no such entity. */
function found<T>(answer: Answer<T>): T | undefined {
  if (answer.is === 'notFound') return undefined;
  if (!answer.output) throw errorOf(answer);
  return answer.output;
}
