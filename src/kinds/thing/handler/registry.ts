import {
  CreateThingCommand, DeleteThingCommand, DescribeThingCommand, DetachThingPrincipalCommand, ListThingPrincipalsCommand, ListThingsCommand,
  UpdateThingCommand,
} from '@aws-sdk/client-iot';
import { Answer, answerTo, found } from '../../../runtime/answers';
import type { IotSender } from '../../../runtime/senders';
import { overwrite } from '../../handler/attributes';
import { KindReader, Page, PAGE_SIZE } from '../../handler/kind-reader';
import type { thing, ThingEntity, ThingState } from '../thing';

/** @param input selects things; all by default */
export async function listThings(
  iot: IotSender, nextToken?: string, maxResults = PAGE_SIZE, input: { readonly thingTypeName?: string } = {},
): Promise<Page<ThingEntity>> {
  const page = await iot.send(new ListThingsCommand({ ...input, maxResults, nextToken }));
  const items = (page.things ?? []).map((each): ThingEntity => ({
    kind: 'thing', thingName: each.thingName!, version: each.version ?? 0, state: { thingTypeName: each.thingTypeName, attributes: each.attributes ?? {} },
  }));
  return { items, next: page.nextToken || undefined };
}

export const thingReader: KindReader<typeof thing> = {
  list: listThings,
  read: (iot, { thingName }) => readThing(iot, thingName),
};

export async function readThing(iot: IotSender, thingName: string): Promise<ThingEntity | undefined> {
  const there = found(await answerTo(iot.send(new DescribeThingCommand({ thingName }))));
  return there && {
    kind: 'thing', thingName, version: there.version ?? 0, incarnation: there.thingId!, state: { thingTypeName: there.thingTypeName, attributes: there.attributes ?? {} },
  };
}

export function createThing(iot: IotSender, thingName: string, state: ThingState): Promise<Answer<unknown>> {
  return answerTo(iot.send(new CreateThingCommand({
    thingName,
    thingTypeName: state.thingTypeName,
    attributePayload: { attributes: { ...state.attributes } },
  })));
}

/**
 * Overwrites type and attributes.
 *
 * @param staleAttributes names of attributes to remove if the record has no attributes at all
 * @param removeType whether the thing may have a type although the record has none
 */
export function updateThing(
  iot: IotSender, thingName: string, state: ThingState, staleAttributes: readonly string[], removeType: boolean,
): Promise<Answer<unknown>> {
  return answerTo(iot.send(new UpdateThingCommand({
    thingName,
    thingTypeName: state.thingTypeName,
    removeThingType: removeType && !state.thingTypeName ? true : undefined,
    attributePayload: overwrite(state.attributes, staleAttributes),
  })));
}

/** @param staleAttributes names of attributes that are removed with it */
export function removeTypeOfThing(iot: IotSender, thingName: string, staleAttributes: readonly string[] = []): Promise<Answer<unknown>> {
  return answerTo(iot.send(new UpdateThingCommand({ thingName, removeThingType: true, attributePayload: overwrite({}, staleAttributes) })));
}

export function deleteThing(iot: IotSender, thingName: string): Promise<Answer<unknown>> {
  return answerTo(iot.send(new DeleteThingCommand({ thingName })));
}

/** None if the thing does not exist. */
export async function* principalsOf(iot: IotSender, thingName: string): AsyncGenerator<string> {
  let nextToken: string | undefined;
  do {
    const page = found(await answerTo(iot.send(new ListThingPrincipalsCommand({ thingName, nextToken }))));
    yield* page?.principals ?? [];
    nextToken = page?.nextToken;
  } while (nextToken);
}

export function detachPrincipal(iot: IotSender, thingName: string, principal: string): Promise<Answer<unknown>> {
  return answerTo(iot.send(new DetachThingPrincipalCommand({ thingName, principal })));
}
