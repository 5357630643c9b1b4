import {
  CreateThingTypeCommand, DeleteThingTypeCommand, DeprecateThingTypeCommand, DescribeThingTypeCommand, ListThingTypesCommand, ThingTypeMetadata,
  ThingTypeProperties, UpdateThingTypeCommand,
} from '@aws-sdk/client-iot';
import { Answer, answerTo, found } from '../../../runtime/answers';
import type { IotSender } from '../../../runtime/senders';
import { KindReader, PAGE_SIZE } from '../../handler/kind-reader';
import type { PropagatingAttribute, type, TypeEntity, TypeState } from '../type';

export const typeReader: KindReader<typeof type> = {
  async list(iot, nextToken, maxResults = PAGE_SIZE) {
    const page = await iot.send(new ListThingTypesCommand({ maxResults, nextToken }));
    const items = (page.thingTypes ?? []).map((each): TypeEntity => ({
      kind: 'type', typeName: each.thingTypeName!, state: typeStateOf(each.thingTypeProperties, each.thingTypeMetadata),
    }));
    return { items, next: page.nextToken || undefined };
  },
  read: (iot, { typeName }) => readType(iot, typeName),
};

export async function readType(iot: IotSender, typeName: string): Promise<TypeEntity | undefined> {
  const there = found(await answerTo(iot.send(new DescribeThingTypeCommand({ thingTypeName: typeName }))));
  return there && { kind: 'type', typeName, incarnation: there.thingTypeId!, state: typeStateOf(there.thingTypeProperties, there.thingTypeMetadata) };
}

export function createType(iot: IotSender, thingTypeName: string, state: TypeState): Promise<Answer<unknown>> {
  return answerTo(iot.send(new CreateThingTypeCommand({
    thingTypeName,
    thingTypeProperties: {
      thingTypeDescription: state.description || undefined,
      searchableAttributes: [...state.searchableAttributes],
      mqtt5Configuration: state.propagatingAttributes.length > 0 ? { propagatingAttributes: copy(state.propagatingAttributes) } : undefined,
    },
  })));
}

/** Overwrites the propagating attributes, the only property of a type that can be updated. */
export function updateType(iot: IotSender, thingTypeName: string, state: TypeState): Promise<Answer<unknown>> {
  return answerTo(iot.send(new UpdateThingTypeCommand({
    thingTypeName,
    thingTypeProperties: { mqtt5Configuration: { propagatingAttributes: copy(state.propagatingAttributes) } },
  })));
}

export function deprecateType(iot: IotSender, thingTypeName: string, deprecated: boolean): Promise<Answer<unknown>> {
  return answerTo(iot.send(new DeprecateThingTypeCommand({ thingTypeName, undoDeprecate: !deprecated })));
}

export function deleteType(iot: IotSender, thingTypeName: string): Promise<Answer<unknown>> {
  return answerTo(iot.send(new DeleteThingTypeCommand({ thingTypeName })));
}

/** A type in the form of records. */
function typeStateOf(properties: ThingTypeProperties | undefined, metadata: ThingTypeMetadata | undefined): TypeState {
  return {
    description: properties?.thingTypeDescription,
    searchableAttributes: properties?.searchableAttributes ?? [],
    propagatingAttributes: (properties?.mqtt5Configuration?.propagatingAttributes ?? [])
      .map((each) => ({ ...each, userPropertyKey: each.userPropertyKey! })),
    deprecated: metadata?.deprecated === true,
  };
}

function copy(attributes: readonly PropagatingAttribute[]): PropagatingAttribute[] {
  return attributes.map((each) => ({ ...each }));
}
