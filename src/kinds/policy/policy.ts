import { canonicalDocument, meaningOf } from './canonical-json';
import { Kind, ObservedOf, on, RecordOf } from '../kind';

export interface PolicyState {
  /** The document of the default version, as the source has it, without white space outside of strings. */
  readonly document: string;
}

/** https://docs.aws.amazon.com/iot/latest/apireference/API_CreatePolicy.html */
export const POLICY_CHARACTERS = 'a-zA-Z0-9_+=,.@-';

/** Policies of AWS IoT, each by its default document. No registry event reports them. */
export const policy: Kind<'policy', 'policyName', PolicyState, never> = {
  name: 'policy',
  phase: 'policies',
  plural: 'policies',
  feature: 'identities',
  after: [],
  key: { pk: { prefix: 'policy', id: 'policyName', characters: POLICY_CHARACTERS }, sk: { prefix: 'policy' } },
  selectedBy: { policyName: 'policy' },
  resource: 'policy',
  // A destination keeps it while the record of a certificate or of a group has it.
  endsByHint: true,
  // A policy can be deleted five minutes after it was detached.
  arrivesInSeconds: 10 * 60,

  decode: (read) => ({ document: read.string('document') }),
  // Documents that differ in white space or in the order of keys are the same.
  fields: ({ document }) => ({ document: canonicalDocument(document) }),

  quotas: {
    list: { ListPolicies: 10, ListTargetsForPolicy: 10 },
    read: { GetPolicy: 10 },
    missing: { CreatePolicy: 10 },
    different: { CreatePolicyVersion: 10, ListTagsForResource: 10 },
    gone: { DeletePolicy: 10 },
  },
  permissions: {
    read: [on('*', 'ListPolicies'), on('policy/*', 'GetPolicy', 'ListTargetsForPolicy')],
    write: [
      on(
        'policy',
        'CreatePolicy', 'CreatePolicyVersion', 'DeletePolicy', 'DeletePolicyVersion', 'GetPolicy', 'ListPolicyVersions', 'ListTagsForResource',
        'ListTargetsForPolicy', 'TagResource',
      ),
      on('cert/*', 'DetachPolicy'), on('thinggroup', 'DetachPolicy'),
    ],
  },
};

export type PolicyRecord = RecordOf<typeof policy>;
export type PolicyEntity = ObservedOf<typeof policy>;

/** What a document may do. */
export interface Effects {
  readonly allows: boolean;
  readonly denies: boolean;
}

/** A document that is unreadable may do both. */
export function effectsOf({ document }: PolicyState): Effects {
  const meaning = meaningOf(document);
  const { Statement } = (typeof meaning === 'string' ? {} : meaning.value ?? {}) as { readonly Statement?: unknown };
  if (Statement === undefined) return { allows: true, denies: true };
  const effects = [Statement].flat().map((each) => (each as { readonly Effect?: unknown } | null)?.Effect);
  return { allows: effects.some((each) => each !== 'Deny'), denies: effects.some((each) => each !== 'Allow') };
}
