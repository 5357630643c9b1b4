import { defined } from '../fields';
import { Kind, ObservedOf, on, RecordOf, UNKNOWN } from '../kind';

/** https://docs.aws.amazon.com/iot/latest/apireference/API_CertificateDescription.html */
export const Status = {
  ACTIVE: 'ACTIVE',
  INACTIVE: 'INACTIVE',
  /** Final within an incarnation. */
  REVOKED: 'REVOKED',
  /** Of just-in-time registration: whoever handles its message decides. It is not registered elsewhere. */
  PENDING_ACTIVATION: 'PENDING_ACTIVATION',
} as const;

export interface CertificateState {
  readonly status: string;
  /** Absent in a listing. */
  readonly pem?: string;
  /** Names of the policies that are attached to it, sorted; absent in a listing. */
  readonly policies?: readonly string[];
}

/** A certificate as a record has it. */
export interface CompleteState {
  readonly status: string;
  readonly pem: string;
  readonly policies: readonly string[];
}

/**
 * Certificates, each with its status and the names of its policies. Its id is a hash of the certificate, so it is the same in every Region. Its incarnation is the time of its
 * registration: one that is registered again has another.
 */
export const certificate: Kind<'certificate', 'certificateId', CertificateState, never> = {
  name: 'certificate',
  phase: 'certificates',
  plural: 'certificates',
  feature: 'identities',
  after: ['policy'],
  key: { pk: { prefix: 'cert', id: 'certificateId' }, sk: { prefix: 'cert' } },
  selectedBy: {},
  resource: 'cert',
  arrivesInSeconds: 5 * 60,
  final: { field: 'status', value: Status.REVOKED },
  isCredential: true,
  needs: ({ policies = [] }) => policies.map((policyName) => ({ kind: 'policy', policyName })),
  mayStay: ({ status }) => status !== Status.ACTIVE,
  isUrgent: ({ deleted, state: { status } }) => deleted || status !== Status.ACTIVE,

  decode: (read) => ({ status: read.string('status'), pem: read.string('pem'), policies: read.list('policies') }),
  // The copy has another mode than the original, and AWS does not document that it returns the text of a certificate as it was given: the id stands for it.
  fields: ({ status, policies }) => defined({ status, policies: policies ? [...policies].sort() : UNKNOWN }),

  quotas: {
    list: { ListCertificates: 10 },
    read: { DescribeCertificate: 10, ListAttachedPolicies: 15 },
    missing: { RegisterCertificateWithoutCA: 10 },
    different: { UpdateCertificate: 10 },
    gone: { DeleteCertificate: 10 },
  },
  permissions: {
    read: [on('*', 'ListCertificates', 'ListAttachedPolicies'), on('cert/*', 'DescribeCertificate')],
    write: [
      on('*', 'RegisterCertificateWithoutCA', 'ListAttachedPolicies'),
      // `ListPrincipalThings` for its second version too, as with the principals of things.
      on('cert/*', 'DescribeCertificate', 'UpdateCertificate', 'DeleteCertificate', 'ListPrincipalThings', 'ListPrincipalThingsV2', 'AttachPolicy', 'DetachPolicy', 'DetachThingPrincipal'),
      on('thing', 'DetachThingPrincipal'),
    ],
  },
};

export type CertificateRecord = RecordOf<typeof certificate>;
export type CertificateEntity = ObservedOf<typeof certificate>;

/** Whether nobody has admitted the certificate of a record yet. It is copied nowhere, so what names it is applied without it. */
export function isPending(record: { readonly kind: string; readonly deleted: boolean } | undefined): boolean {
  return record?.kind === certificate.name && !record.deleted && (record as CertificateRecord).state.status === Status.PENDING_ACTIVATION;
}
