import { isDeepStrictEqual } from 'node:util';
import { defined } from '../fields';
import { Kind, ObservedOf, on, RecordOf } from '../kind';

/** One MQTT 5 user property that a type adds to the messages of its things: exactly one of the two sources is set. */
export interface PropagatingAttribute {
  readonly userPropertyKey: string;
  readonly thingAttribute?: string;
  readonly connectionAttribute?: string;
}

export interface TypeState {
  readonly description?: string;
  readonly searchableAttributes: readonly string[];
  readonly propagatingAttributes: readonly PropagatingAttribute[];
  readonly deprecated: boolean;
}

/** Thing types with their deprecation. The registry counts no versions of them. */
export const type: Kind<'type', 'typeName', TypeState, never> = {
  name: 'type',
  phase: 'types',
  plural: 'thing types',
  choice: 'THING_TYPE',
  after: [],
  key: { pk: { prefix: 'type', id: 'typeName' }, sk: { prefix: 'type' } },
  selectedBy: { typeName: 'type' },
  resource: 'thingtype',

  decode: (read) => ({
    description: read.optional('description', 'string'),
    searchableAttributes: read.list('searchableAttributes'),
    propagatingAttributes: read.children('propagatingAttributes').map((each) => ({
      userPropertyKey: each.string('userPropertyKey'),
      thingAttribute: each.optional('thingAttribute', 'string'),
      connectionAttribute: each.optional('connectionAttribute', 'string'),
    })),
    deprecated: read.boolean('deprecated'),
  }),
  fields: ({ description, searchableAttributes, propagatingAttributes, deprecated }) => defined({
    description: description || undefined,
    searchableAttributes: [...searchableAttributes].sort(),
    propagatingAttributes: propagatingAttributes.map(propagation).sort(),
    deprecated,
  }),
  awaited: ({ deprecated }) => deprecated,
  changes: typeChanges,
  lastStep: { field: 'deprecated', isDone: ({ deprecated }) => deprecated, without: (state) => ({ ...state, deprecated: false }) },
  // A type can be deleted five minutes after its deprecation; a deletion that waited for that is retried after the same time again.
  arrivesInSeconds: 10 * 60,

  quotas: {
    list: { ListThingTypes: 10 },
    read: { DescribeThingType: 100 },
    missing: { CreateThingType: 15 },
    different: { DeprecateThingType: 15 },
    gone: { DeleteThingType: 15 },
  },
  permissions: {
    read: [on('*', 'ListThingTypes'), on('thingtype/*', 'DescribeThingType')],
    // Things are listed when a type is replaced.
    write: [on('thingtype', 'CreateThingType', 'UpdateThingType', 'DeprecateThingType', 'DeleteThingType'), on('*', 'ListThings')],
    // A thing waits for a type that the prefixes exclude; the description is no error.
    others: [on('thingtype/*', 'DescribeThingType')],
    // A thing undeprecates the type for its creation, and applies the record of the type afterwards.
    unselected: [on('thingtype', 'CreateThingType', 'UpdateThingType', 'DeprecateThingType')],
  },
};

export type TypeRecord = RecordOf<typeof type>;
export type TypeEntity = ObservedOf<typeof type>;

/** The changeable parts of a type. */
export type TypeChange = 'deprecated' | 'propagatingAttributes';

/** The changes between two states of a type; undefined if one is impossible. */
export function typeChanges(old: TypeState, state: TypeState): TypeChange[] | undefined {
  if (!hasSameImmutables(old, state)) return undefined;
  return [
    ...samePropagation(old, state) ? [] : ['propagatingAttributes' as const],
    ...old.deprecated === state.deprecated ? [] : ['deprecated' as const],
  ];
}

/** UpdateThingType accepts only propagating attributes; the rest of a type never changes. */
export function hasSameImmutables(a: TypeState, b: TypeState): boolean {
  return (a.description ?? '') === (b.description ?? '') && isDeepStrictEqual([...a.searchableAttributes].sort(), [...b.searchableAttributes].sort());
}

export function samePropagation(a: TypeState, b: TypeState): boolean {
  return isDeepStrictEqual(canonical(a.propagatingAttributes), canonical(b.propagatingAttributes));
}

function canonical(attributes: readonly PropagatingAttribute[]): string[] {
  return attributes.map((each) => JSON.stringify([each.userPropertyKey, each.thingAttribute, each.connectionAttribute])).sort();
}

function propagation({ userPropertyKey, thingAttribute, connectionAttribute }: PropagatingAttribute): string {
  return thingAttribute === undefined ? `${userPropertyKey}: connection attribute ${connectionAttribute}` : `${userPropertyKey}: thing attribute ${thingAttribute}`;
}
