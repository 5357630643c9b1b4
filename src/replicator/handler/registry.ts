import {
  AddThingToThingGroupCommand, CreateThingCommand, CreateThingGroupCommand, CreateThingTypeCommand, DeleteThingCommand,
  DeleteThingGroupCommand, DeleteThingTypeCommand, DeprecateThingTypeCommand, DescribeThingCommand, DescribeThingGroupCommand,
  DescribeThingTypeCommand, DetachThingPrincipalCommand, ListThingGroupsForThingCommand, ListThingPrincipalsCommand,
  ListThingsCommand, RemoveThingFromThingGroupCommand, ThingTypeMetadata, ThingTypeProperties, UpdateThingCommand, UpdateThingGroupCommand,
  UpdateThingTypeCommand,
} from '@aws-sdk/client-iot';
import { GroupState, PropagatingAttribute, ThingState, TypeState } from '../../record/record';
import { Answer, answerTo } from '../../runtime/answers';
import { IotSender } from '../../runtime/senders';

/** A group as the destination has it. */
export interface DescribedGroup {
  readonly id?: string;
  readonly description?: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly parentGroupName?: string;
  /** Names from the root to the parent; absent if the service does not return them. */
  readonly path?: readonly string[];
  readonly dynamic: boolean;
}

/** A thing as the listing shows it. */
export interface ListedThing {
  readonly thingName: string;
  readonly thingTypeName?: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Absent on the last one. */
  readonly nextToken?: string;
}

/**
 * The destination's registry: one method per call, in the terms of records.
 *
 * Nothing is decided here. Errors that name a state of the registry come back as {@link Answer}s, all others are thrown.
 */
export class Registry {
  /** Whether something was read here. */
  public hasLooked = false;

  constructor(private readonly iot: IotSender) {}

  public createThing(thingName: string, state: ThingState): Promise<Answer<unknown>> {
    return answerTo(this.iot.send(new CreateThingCommand({
      thingName,
      thingTypeName: state.thingTypeName,
      attributePayload: { attributes: { ...state.attributes } },
    })));
  }

  /**
   * Overwrites type and attributes.
   *
   * @param staleAttributes names that the thing has and must lose when the record has no attributes at all
   * @param removeType whether the thing may have a type although the record has none
   */
  public updateThing(thingName: string, state: ThingState, staleAttributes: readonly string[], removeType: boolean): Promise<Answer<unknown>> {
    return answerTo(this.iot.send(new UpdateThingCommand({
      thingName,
      thingTypeName: state.thingTypeName,
      removeThingType: removeType && !state.thingTypeName ? true : undefined,
      attributePayload: overwrite(state.attributes, staleAttributes),
    })));
  }

  /** @param staleAttributes names of attributes that go with it */
  public removeTypeOfThing(thingName: string, staleAttributes: readonly string[] = []): Promise<Answer<unknown>> {
    return answerTo(this.iot.send(new UpdateThingCommand({ thingName, removeThingType: true, attributePayload: overwrite({}, staleAttributes) })));
  }

  public deleteThing(thingName: string): Promise<Answer<unknown>> {
    return answerTo(this.iot.send(new DeleteThingCommand({ thingName })));
  }

  public async describeThing(thingName: string): Promise<ThingState | undefined> {
    const { is, output, error } = await answerTo(this.look(new DescribeThingCommand({ thingName })));
    if (is === 'notFound') return undefined;
    if (!output) throw error;
    return { thingTypeName: output.thingTypeName, attributes: output.attributes ?? {} };
  }

  /** None if there is no such thing. */
  public async* principalsOf(thingName: string): AsyncGenerator<string> {
    let nextToken: string | undefined;
    do {
      const { is, output, error } = await answerTo(this.look(new ListThingPrincipalsCommand({ thingName, nextToken })));
      if (is === 'notFound') return;
      if (!output) throw error;
      yield* output.principals ?? [];
      nextToken = output.nextToken;
    } while (nextToken);
  }

  public detachPrincipal(thingName: string, principal: string): Promise<Answer<unknown>> {
    return answerTo(this.iot.send(new DetachThingPrincipalCommand({ thingName, principal })));
  }

  /** @returns a page of the names of a type's things; undefined if the token is not valid any more */
  public async thingsOfType(thingTypeName: string, nextToken: string | undefined): Promise<Page<string> | undefined> {
    const page = await this.listThings({ thingTypeName, nextToken });
    return page && { ...page, items: page.items.map(({ thingName }) => thingName) };
  }

  /** @returns a page of all things; undefined if the token is not valid any more */
  public things(nextToken: string | undefined): Promise<Page<ListedThing> | undefined> {
    return this.listThings({ nextToken });
  }

  private async listThings(input: { readonly thingTypeName?: string; readonly nextToken?: string }): Promise<Page<ListedThing> | undefined> {
    const { is, output, error } = await answerTo(this.look(new ListThingsCommand({ ...input, maxResults: 250 })));
    if (is === 'refused' && input.nextToken !== undefined) return undefined;
    if (!output) throw error;
    const items = (output.things ?? []).map(({ thingName, thingTypeName }) => ({ thingName: thingName!, thingTypeName }));
    return { items, nextToken: output.nextToken };
  }

  /** @returns with the id of the group that was created */
  public createGroup(groupName: string, state: GroupState): Promise<Answer<{ readonly thingGroupId?: string }>> {
    return answerTo(this.iot.send(new CreateThingGroupCommand({
      thingGroupName: groupName,
      parentGroupName: state.parentGroupName,
      thingGroupProperties: {
        thingGroupDescription: state.description || undefined,
        attributePayload: { attributes: { ...state.attributes } },
      },
    })));
  }

  /** Overwrites attributes, and the description if there is one, be it empty. A parent can't be changed. */
  public updateGroup(groupName: string, state: GroupState, staleAttributes: readonly string[]): Promise<Answer<unknown>> {
    return answerTo(this.iot.send(new UpdateThingGroupCommand({
      thingGroupName: groupName,
      thingGroupProperties: {
        thingGroupDescription: state.description,
        attributePayload: overwrite(state.attributes, staleAttributes),
      },
    })));
  }

  public deleteGroup(groupName: string): Promise<Answer<unknown>> {
    return answerTo(this.iot.send(new DeleteThingGroupCommand({ thingGroupName: groupName })));
  }

  public async describeGroup(groupName: string): Promise<DescribedGroup | undefined> {
    const { is, output, error } = await answerTo(this.look(new DescribeThingGroupCommand({ thingGroupName: groupName })));
    if (is === 'notFound') return undefined;
    if (!output) throw error;
    return {
      id: output.thingGroupId,
      description: output.thingGroupProperties?.thingGroupDescription,
      attributes: output.thingGroupProperties?.attributePayload?.attributes ?? {},
      parentGroupName: output.thingGroupMetadata?.parentGroupName,
      path: output.thingGroupMetadata?.rootToParentThingGroups?.map((ancestor) => ancestor.groupName!),
      dynamic: output.queryString !== undefined,
    };
  }

  public createType(thingTypeName: string, state: TypeState): Promise<Answer<unknown>> {
    return answerTo(this.iot.send(new CreateThingTypeCommand({
      thingTypeName,
      thingTypeProperties: {
        thingTypeDescription: state.description || undefined,
        searchableAttributes: [...state.searchableAttributes],
        mqtt5Configuration: state.propagatingAttributes.length > 0 ? { propagatingAttributes: copy(state.propagatingAttributes) } : undefined,
      },
    })));
  }

  /** Overwrites the propagating attributes, the only property of a type that can be updated. */
  public updateType(thingTypeName: string, state: TypeState): Promise<Answer<unknown>> {
    return answerTo(this.iot.send(new UpdateThingTypeCommand({
      thingTypeName,
      thingTypeProperties: { mqtt5Configuration: { propagatingAttributes: copy(state.propagatingAttributes) } },
    })));
  }

  public deprecateType(thingTypeName: string, deprecated: boolean): Promise<Answer<unknown>> {
    return answerTo(this.iot.send(new DeprecateThingTypeCommand({ thingTypeName, undoDeprecate: !deprecated })));
  }

  public deleteType(thingTypeName: string): Promise<Answer<unknown>> {
    return answerTo(this.iot.send(new DeleteThingTypeCommand({ thingTypeName })));
  }

  public async describeType(thingTypeName: string): Promise<TypeState | undefined> {
    const { is, output, error } = await answerTo(this.look(new DescribeThingTypeCommand({ thingTypeName })));
    if (is === 'notFound') return undefined;
    if (!output) throw error;
    return typeStateOf(output.thingTypeProperties, output.thingTypeMetadata);
  }

  public addToGroup(thingName: string, thingGroupName: string): Promise<Answer<unknown>> {
    return answerTo(this.iot.send(new AddThingToThingGroupCommand({ thingName, thingGroupName })));
  }

  public removeFromGroup(thingName: string, thingGroupName: string): Promise<Answer<unknown>> {
    return answerTo(this.iot.send(new RemoveThingFromThingGroupCommand({ thingName, thingGroupName })));
  }

  public async isMember(thingName: string, groupName: string): Promise<boolean> {
    for await (const groupNames of this.groupsOf(thingName)) if (groupNames.includes(groupName)) return true;
    return false;
  }

  /** Names of the groups that a thing is in, a page at a time; none if there is no such thing. */
  public async* groupsOf(thingName: string): AsyncGenerator<string[]> {
    let nextToken: string | undefined;
    do {
      const { is, output, error } = await answerTo(this.look(new ListThingGroupsForThingCommand({ thingName, nextToken })));
      if (is === 'notFound') return;
      if (!output) throw error;
      yield (output.thingGroups ?? []).map((group) => group.groupName!);
      nextToken = output.nextToken;
    } while (nextToken);
  }

  /** AWS documents for no call that reads that it sees the write before it. */
  private get look(): IotSender['send'] {
    this.hasLooked = true;
    return this.iot.send.bind(this.iot);
  }
}

/** A type in the terms of records. */
export function typeStateOf(properties: ThingTypeProperties | undefined, metadata: ThingTypeMetadata | undefined): TypeState {
  return {
    description: properties?.thingTypeDescription,
    searchableAttributes: properties?.searchableAttributes ?? [],
    propagatingAttributes: (properties?.mqtt5Configuration?.propagatingAttributes ?? [])
      .map((each) => ({ ...each, userPropertyKey: each.userPropertyKey! })),
    deprecated: metadata?.deprecated === true,
  };
}

/**
 * A payload that leaves exactly these attributes.
 *
 * Whether an empty map clears or means "no change" differs between APIs and is not documented; an empty value removes its key, and together
 * with `merge: false` it also clears the rest.
 *
 * @see https://docs.aws.amazon.com/iot/latest/apireference/API_AttributePayload.html
 */
function overwrite(attributes: Readonly<Record<string, string>>, stale: readonly string[]) {
  const cleared = Object.keys(attributes).length === 0;
  if (cleared && stale.length === 0) return undefined;
  return { merge: false, attributes: cleared ? Object.fromEntries(stale.map((name) => [name, ''])) : { ...attributes } };
}

function copy(attributes: readonly PropagatingAttribute[]): PropagatingAttribute[] {
  return attributes.map((each) => ({ ...each }));
}
