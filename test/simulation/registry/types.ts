import type { CreateThingTypeCommandInput, Mqtt5Configuration, PropagatingAttribute, ThingTypeDefinition } from '@aws-sdk/client-iot';
import { failure } from './errors';
import type { Handlers, Input } from './operations';
import { page } from './pages';
import { byName, type Context, type ThingType } from './state';
import { validAttributeName, validDescription, validName, validUserProperty } from './validation';

type TypeOperation = 'CreateThingType' | 'UpdateThingType' | 'DeprecateThingType' | 'DeleteThingType' | 'DescribeThingType' | 'ListThingTypes';

export function typeOperations(context: Context): Handlers<TypeOperation> {
  return {
    CreateThingType: (input) => {
      const type = create(context, input);
      return { thingTypeName: type.name, thingTypeArn: context.arns.type(type.name), thingTypeId: type.id };
    },
    UpdateThingType: (input) => {
      update(context, input);
      return {};
    },
    DeprecateThingType: (input) => {
      deprecate(context, input);
      return {};
    },
    DeleteThingType: (input) => {
      remove(context, input);
      return {};
    },
    DescribeThingType: (input) => {
      const type = byName.type(context, validName('thingTypeName', input.thingTypeName));
      return { ...listed(context, type), thingTypeId: type.id };
    },
    ListThingTypes: (input) => {
      const prefix = input.thingTypeName;
      const types = prefix === undefined ? context.types.values() : [...context.types.values()].filter(({ name }) => name.startsWith(prefix));
      const { items, nextToken } = page(types, input, context.limits);
      return { thingTypes: items.map((each) => listed(context, each)), nextToken };
    },
  };
}

function create(context: Context, input: CreateThingTypeCommandInput): ThingType {
  const name = validName('thingTypeName', input.thingTypeName);
  const properties = input.thingTypeProperties;
  const description = validDescription('thingTypeDescription', properties?.thingTypeDescription) ?? '';
  const searchableAttributes = (properties?.searchableAttributes ?? []).map(validAttributeName);
  const propagatingAttributes = propagating(properties?.mqtt5Configuration);
  const existing = context.types.get(name);
  if (existing) {
    const equal = existing.description === description && equalLists(existing.searchableAttributes, searchableAttributes)
      && (!context.facts.createTypeComparesPropagating || equalPropagating(existing.propagatingAttributes, propagatingAttributes));
    if (equal) return existing;
    throw failure.ResourceAlreadyExists(
      `Thing type ${name} already exists in current account with different properties`, name, context.arns.type(name));
  }
  const type: ThingType = { ...context.newEntity(name), description, searchableAttributes, propagatingAttributes, things: new Set() };
  context.types.set(name, type);
  context.events.operation().type('CREATED', type);
  return type;
}

function update(context: Context, input: Input<'UpdateThingType'>): void {
  const { facts } = context;
  const { thingTypeDescription, searchableAttributes, mqtt5Configuration } = input.thingTypeProperties ?? {};
  const type = byName.type(context, validName('thingTypeName', input.thingTypeName));
  if (thingTypeDescription !== undefined || searchableAttributes !== undefined || !mqtt5Configuration) {
    throw failure.InvalidRequest('Can only update mqtt5Configuration.');
  }
  if (type.deprecatedAt !== undefined && facts.deprecatedTypeUpdateRefused) throw failure.InvalidRequest(`Thing type ${type.name} is deprecated.`);
  const attributes = propagating(mqtt5Configuration);
  if (!facts.updateWithoutChangeEmits && equalPropagating(type.propagatingAttributes, attributes)) return;
  type.propagatingAttributes = attributes;
  context.events.operation().type('UPDATED', type);
}

function deprecate(context: Context, input: Input<'DeprecateThingType'>): void {
  const type = byName.type(context, validName('thingTypeName', input.thingTypeName));
  const deprecated = !input.undoDeprecate;
  const changes = deprecated !== (type.deprecatedAt !== undefined);
  if (!changes && context.facts.deprecationWithoutChange === 'ignored') return;
  type.deprecatedAt = deprecated ? context.now() : undefined;
  context.events.operation().type('UPDATED', type);
}

function remove(context: Context, input: Input<'DeleteThingType'>): void {
  const type = byName.type(context, validName('thingTypeName', input.thingTypeName));
  const cannot = (why: string) => failure.InvalidRequest(`Cannot delete thing type : ${type.name} ${why}`);
  if (type.deprecatedAt === undefined) throw cannot('before it is deprecated.');
  if (type.things.size > 0) throw cannot('when there are still things attached to it.');
  if (context.now() < type.deprecatedAt + context.limits.typeDeletionDelay) throw cannot('yet. Please wait for 5 minutes after deprecation and then retry.');
  context.types.delete(type.name);
  context.events.operation().type('DELETED', type);
}

function propagating(configuration: Mqtt5Configuration | undefined): PropagatingAttribute[] {
  return (configuration?.propagatingAttributes ?? []).map(({ userPropertyKey, thingAttribute, connectionAttribute }) => {
    validUserProperty('userPropertyKey', userPropertyKey);
    if ((thingAttribute === undefined) === (connectionAttribute === undefined)) {
      throw failure.InvalidRequest('A propagating attribute has exactly one of thingAttribute and connectionAttribute.');
    }
    if (thingAttribute === undefined) return { userPropertyKey, connectionAttribute: validUserProperty('connectionAttribute', connectionAttribute) };
    return { userPropertyKey, thingAttribute: validAttributeName(thingAttribute) };
  });
}

function equalPropagating(one: readonly PropagatingAttribute[], other: readonly PropagatingAttribute[]): boolean {
  return equalLists(one.map(propagatingText), other.map(propagatingText));
}

/** A propagating attribute in one line. */
export function propagatingText({ userPropertyKey, thingAttribute, connectionAttribute }: PropagatingAttribute): string {
  return thingAttribute === undefined ? `${userPropertyKey} of connection ${connectionAttribute}` : `${userPropertyKey} of thing ${thingAttribute}`;
}

/** Order has no meaning in either of a type's lists. */
function equalLists(one: readonly string[], other: readonly string[]): boolean {
  if (one.length !== other.length) return false;
  const sorted = [...other].sort();
  return [...one].sort().every((each, i) => each === sorted[i]);
}

function listed(context: Context, type: ThingType): ThingTypeDefinition {
  const attributes = type.propagatingAttributes;
  return {
    thingTypeName: type.name,
    thingTypeArn: context.arns.type(type.name),
    thingTypeProperties: {
      thingTypeDescription: type.description === '' ? undefined : type.description,
      searchableAttributes: [...type.searchableAttributes],
      mqtt5Configuration: attributes.length === 0 ? undefined : { propagatingAttributes: attributes.map((each) => ({ ...each })) },
    },
    thingTypeMetadata: {
      deprecated: type.deprecatedAt !== undefined,
      deprecationDate: type.deprecatedAt === undefined ? undefined : new Date(type.deprecatedAt),
      creationDate: new Date(type.createdAt),
    },
  };
}
