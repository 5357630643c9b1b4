import { attributeFields, defined } from '../fields';
import { EntityOf, Kind, ObservedOf, on, RecordOf } from '../kind';

export interface ThingState {
  readonly thingTypeName?: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Things with their attributes and their type. */
export const thing: Kind<'thing', 'thingName', ThingState, never> = {
  name: 'thing',
  phase: 'things',
  plural: 'things',
  choice: 'THING',
  after: ['type', 'group'],
  key: { pk: { prefix: 'thing', id: 'thingName' }, sk: { prefix: 'thing' } },
  selectedBy: { thingName: 'thing' },
  resource: 'thing',

  decode: (read) => ({ thingTypeName: read.optional('thingTypeName', 'string'), attributes: read.strings('attributes') }),
  fields: ({ thingTypeName, attributes }) => defined({ thingTypeName, ...attributeFields(attributes) }),
  awaited: ({ thingTypeName }) => thingTypeName,
  clearable: ({ thingTypeName, attributes }) => ({ type: Boolean(thingTypeName), attributes: Object.keys(attributes).length > 0 }),
  carry: (before, between) => ({
    thingTypeName: before.thingTypeName ?? between.thingTypeName, attributes: { ...between.attributes, ...before.attributes },
  }),

  quotas: {
    list: { ListThings: 10 },
    read: { DescribeThing: 350 },
    missing: { CreateThing: 100 },
    different: { UpdateThing: 100 },
    gone: { DeleteThing: 100 },
  },
  permissions: {
    read: [on('*', 'ListThings'), on('thing/*', 'DescribeThing')],
    write: [
      on('thing', 'CreateThing', 'UpdateThing', 'DeleteThing', 'DescribeThing', 'ListThingPrincipals', 'DetachThingPrincipal'),
      // IAM authorizes it on the certificate, which contains no thing; other implementations authorize it on the thing, by the path of the call. In statements of their own: with as many
      // prefixes as there may be, one that repeats those of things takes a policy, of which a role has ten.
      on('cert/*', 'DetachThingPrincipal'),
    ],
    // A type that is replaced is taken off its things, and given back; a membership waits for its thing.
    unselected: [on('thing', 'DescribeThing', 'UpdateThing')],
  },
};

export type ThingRecord = RecordOf<typeof thing>;
export type ThingEntity = ObservedOf<typeof thing>;
export type ThingKey = EntityOf<typeof thing>;
