import { Attribute } from '../../record/record';
import { Kind, on, RecordOf } from '../kind';
import { setKind, SetState } from '../set';

/** The certificates that are attached to a thing, each with the type of its attachment; see `elementOf`. Cognito identities are no part of it. */
export const principals: Kind<'principals', 'thingName', SetState, 'thingId'> = {
  ...setKind,
  name: 'principals',
  phase: 'principals',
  plural: 'principals of things',
  feature: 'identities',
  after: ['thing', 'certificate'],
  owners: [{ kind: 'thing', attribute: Attribute.THING_ID }],
  listedBy: 'thing',
  key: { pk: { prefix: 'thing', id: 'thingName' }, sk: { prefix: 'principals' } },
  selectedBy: { thingName: 'thing' },

  refersTo: ({ elements }) => elements.map((element) => ({ kind: 'certificate', certificateId: attachmentOf(element).certificateId })),

  quotas: {
    list: { ListThingPrincipalsV2: 20 },
    read: { ListThingPrincipalsV2: 20 },
    missing: { AttachThingPrincipal: 100 },
    different: { AttachThingPrincipal: 100 },
    gone: { DetachThingPrincipal: 100 },
  },
  permissions: {
    // The reference of permissions has an action for the second version of the call, the reference of the API says that it needs that of the first.
    read: [on('thing/*', 'ListThingPrincipals', 'ListThingPrincipalsV2')],
    write: [
      on('thing', 'ListThingPrincipals', 'ListThingPrincipalsV2', 'AttachThingPrincipal', 'DetachThingPrincipal'),
      on('cert/*', 'AttachThingPrincipal', 'DetachThingPrincipal'),
    ],
  },
};

export type PrincipalsRecord = RecordOf<typeof principals>;

/** A certificate as a thing has it. */
export interface Attachment {
  readonly certificateId: string;
  /** Whether the certificate can be attached to no other thing. */
  readonly isExclusive: boolean;
}

const EXCLUSIVE = '/exclusive';

/** The element of a set: the id of the certificate, with a suffix if it is attached exclusively. */
export function elementOf({ certificateId, isExclusive }: Attachment): string {
  return isExclusive ? certificateId + EXCLUSIVE : certificateId;
}

export function attachmentOf(element: string): Attachment {
  const isExclusive = element.endsWith(EXCLUSIVE);
  return { certificateId: isExclusive ? element.slice(0, -EXCLUSIVE.length) : element, isExclusive };
}
