import { EntityOf, Kind, ObservedOf, on, RecordOf } from '../../../src/kinds/kind';
import { setKind, SetState } from '../../../src/kinds/set';
import { Attribute } from '../../../src/record/record';

/** What is attached to a thing: a kind to throw away, without registry events, a set of one owner. */
export const attachments: Kind<'attachments', 'thingName', SetState, 'incarnation'> = {
  ...setKind,
  name: 'attachments',
  phase: 'attachments',
  plural: 'attachments of things',
  after: ['thing'],
  owners: [{ kind: 'thing', attribute: Attribute.INCARNATION }],
  listedBy: 'thing',
  key: { pk: { prefix: 'thing', id: 'thingName' }, sk: { prefix: 'attachments' } },
  selectedBy: { thingName: 'thing' },
  quotas: {
    list: { ListThingPrincipals: 10 },
    read: { ListThingPrincipals: 10 },
    missing: { AttachThingPrincipal: 10 },
    different: { AttachThingPrincipal: 10 },
    gone: { DetachThingPrincipal: 10 },
  },
  permissions: {
    read: [on('thing/*', 'ListThingPrincipals')],
    write: [on('thing', 'ListThingPrincipals'), on('cert/*', 'AttachThingPrincipal', 'DetachThingPrincipal')],
  },
};

export type AttachmentsRecord = RecordOf<typeof attachments>;
export type AttachmentsEntity = ObservedOf<typeof attachments>;
export type AttachmentsKey = EntityOf<typeof attachments>;
