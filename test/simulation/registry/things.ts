import type { CreateThingCommandInput, ListThingsCommandInput, ThingAttribute, UpdateThingCommandInput } from '@aws-sdk/client-iot';
import { equalAttributes, initialAttributes, limitAttributes, updatedAttributes } from './attributes';
import { failUnlessOk, failure } from './errors';
import type { OperationEvents } from './events';
import type { Handlers, Input } from './operations';
import { inOrder, page } from './pages';
import { dropAll, letGo } from './principals';
import { byName, expectVersion, type Context, type Thing, type ThingType } from './state';
import { validAttributes, validName } from './validation';

type ThingOperation = 'CreateThing' | 'UpdateThing' | 'DeleteThing' | 'DescribeThing' | 'ListThings';

export function thingOperations(context: Context): Handlers<ThingOperation> {
  return {
    CreateThing: (input) => {
      const thing = create(context, input);
      return { thingName: thing.name, thingArn: context.arns.thing(thing.name), thingId: thing.id };
    },
    UpdateThing: (input) => {
      update(context, input);
      return {};
    },
    DeleteThing: (input) => {
      remove(context, input);
      return {};
    },
    DescribeThing: (input) => {
      const thing = byName.thing(context, validName('thingName', input.thingName));
      return { ...listed(context, thing), defaultClientId: thing.name, thingId: thing.id };
    },
    ListThings: (input) => {
      const { items, nextToken } = page(matching(context, input), input, context.limits);
      return { things: items.map((each) => listed(context, each)), nextToken };
    },
  };
}

function create(context: Context, input: CreateThingCommandInput): Thing {
  const { things, facts } = context;
  const name = validName('thingName', input.thingName);
  validAttributes(input.attributePayload?.attributes);
  const attributes = initialAttributes(input.attributePayload);
  const existing = things.get(name);
  if (existing) {
    if (existing.type?.name !== input.thingTypeName || !equalAttributes(existing.attributes, attributes)) {
      throw failure.ResourceAlreadyExists(`Thing ${name} already exists in account with different attributes`, name, context.arns.thing(name));
    }
    if (existing.type && facts.equalCreateOfDeprecatedTypeRefused) refuseDeprecated(existing.type);
    return existing;
  }
  const type = input.thingTypeName === undefined ? undefined : byName.type(context, validName('thingTypeName', input.thingTypeName));
  if (type) refuseDeprecated(type);
  limitAttributes(attributes, attributeLimit(context, type));
  const thing: Thing = {
    ...context.newEntity(name), type, attributes, version: 1, groups: new Map(), principals: new Map(),
  };
  things.set(name, thing);
  type?.things.add(thing);
  const events = context.events.operation();
  events.thing('CREATED', thing);
  if (type && facts.createEmitsAssociation) events.association('ADDED', thing, type);
  return thing;
}

function update(context: Context, input: UpdateThingCommandInput): void {
  const { facts } = context;
  validAttributes(input.attributePayload?.attributes);
  const thing = byName.thing(context, validName('thingName', input.thingName));
  expectVersion(thing, input.expectedVersion);
  const type = typeAfter(context, thing, input);
  const attributes = updatedAttributes(thing.attributes, input.attributePayload, facts.emptyAttributeMapClears, facts.onlyEmptyValues);
  limitAttributes(attributes, attributeLimit(context, type));
  const before = thing.type;
  if (type === before && equalAttributes(attributes, thing.attributes) && !facts.updateWithoutChangeEmits) return;
  thing.attributes = attributes;
  thing.version += 1;
  if (type !== before) {
    before?.things.delete(thing);
    thing.type = type;
    type?.things.add(thing);
  }
  const events = context.events.operation();
  events.thing('UPDATED', thing);
  if (type !== before) associationEvents(context, events, thing, before, type);
}

/** The type after an update; a deprecated one takes no new things. */
function typeAfter(context: Context, thing: Thing, input: UpdateThingCommandInput): ThingType | undefined {
  if (input.removeThingType) {
    if (input.thingTypeName !== undefined) throw failure.InvalidRequest('removeThingType and thingTypeName exclude each other.');
    if (!thing.type) failUnlessOk(context.facts.removeTypeOfUntypedThing, `Thing ${thing.name} has no thing type to remove.`);
    return undefined;
  }
  if (input.thingTypeName === undefined) return thing.type;
  const type = byName.type(context, validName('thingTypeName', input.thingTypeName));
  if (type !== thing.type || context.facts.sameTypeDeprecatedUpdateRefused) refuseDeprecated(type);
  return type;
}

function associationEvents(context: Context, events: OperationEvents, thing: Thing, before?: ThingType, after?: ThingType): void {
  const removedFirst = context.facts.typeChangeOrder === 'removedFirst';
  if (before && removedFirst) events.association('REMOVED', thing, before);
  if (after) events.association('ADDED', thing, after);
  if (before && !removedFirst) events.association('REMOVED', thing, before);
}

function remove(context: Context, input: Input<'DeleteThing'>): void {
  const thing = context.things.get(validName('thingName', input.thingName));
  if (!thing) return;
  expectVersion(thing, input.expectedVersion);
  letGo(context, thing);
  if (context.facts.deleteThingDetaches) dropAll(context, thing);
  if (thing.principals.size > 0) throw failure.InvalidRequest(`Cannot delete. Thing ${thing.name} is still attached to one or more principals`);
  context.things.delete(thing.name);
  thing.type?.things.delete(thing);
  for (const { group } of thing.groups.values()) group.members.delete(thing.name);
  const events = context.events.operation();
  events.thing('DELETED', thing);
  if (context.facts.deletionCascade === 'none') return;
  for (const { group, id } of thing.groups.values()) events.membership('REMOVED', thing, group, id);
  if (thing.type) events.association('REMOVED', thing, thing.type);
}

function refuseDeprecated(type: ThingType): void {
  if (type.deprecatedAt !== undefined) throw failure.InvalidRequest(`Can not create new thing with depreated thing type:${type.name}`);
}

function attributeLimit({ limits }: Context, type: ThingType | undefined): number {
  return type ? limits.attributesWithType : limits.attributesWithoutType;
}

function matching(context: Context, input: ListThingsCommandInput): Iterable<Thing> {
  const { thingTypeName, attributeName, attributeValue, usePrefixAttributeValue } = input;
  const things = thingTypeName === undefined ? context.things.values() : inOrder(context.types.get(thingTypeName)?.things ?? []);
  if (attributeName === undefined) return things;
  return [...things].filter(({ attributes }) => {
    const value = attributes.get(attributeName);
    if (value === undefined || attributeValue === undefined) return value !== undefined;
    return usePrefixAttributeValue ? value.startsWith(attributeValue) : value === attributeValue;
  });
}

function listed(context: Context, thing: Thing): ThingAttribute {
  return {
    thingName: thing.name,
    thingTypeName: thing.type?.name,
    thingArn: context.arns.thing(thing.name),
    attributes: Object.fromEntries(thing.attributes),
    version: thing.version,
  };
}
