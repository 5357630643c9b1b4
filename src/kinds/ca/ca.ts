import { Kind, on, RecordOf } from '../kind';

/** https://docs.aws.amazon.com/iot/latest/apireference/API_CACertificateDescription.html */
export const CaStatus = { ACTIVE: 'ACTIVE', INACTIVE: 'INACTIVE' } as const;

export interface CaState {
  readonly status: string;
  /** Absent in a listing. */
  readonly pem?: string;
}

/**
 * Certificates of authorities, each with its status. Its id is a hash of the certificate, so it is the same in every Region. Its incarnation is the time of its registration.
 *
 * Only the PEM and the status are replicated: a copy needs no proof of the key, because it is `SNI_ONLY`, whatever the mode of the original. Whether devices register themselves
 * with it is not compared: a copy never lets them, and whoever switches it on in the destination decides for that Region.
 *
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/manage-your-CA-certs.html
 */
export const ca: Kind<'ca', 'caCertificateId', CaState, never> = {
  name: 'ca',
  phase: 'ca-certificates',
  plural: 'CA certificates',
  feature: 'caCertificates',
  after: [],
  key: { pk: { prefix: 'ca', id: 'caCertificateId' }, sk: { prefix: 'ca' } },
  selectedBy: {},
  resource: 'cacert',
  mayStay: ({ status }) => status !== CaStatus.ACTIVE,
  isUrgent: ({ deleted, state: { status } }) => deleted || status !== CaStatus.ACTIVE,

  decode: (read) => ({ status: read.string('status'), pem: read.string('pem') }),
  // The id stands for the text.
  fields: ({ status }) => ({ status }),

  quotas: {
    list: { ListCACertificates: 10 },
    read: { DescribeCACertificate: 10 },
    missing: { RegisterCACertificate: 10 },
    different: { UpdateCACertificate: 10 },
    gone: { DeleteCACertificate: 10 },
  },
  permissions: {
    read: [on('*', 'ListCACertificates'), on('cacert/*', 'DescribeCACertificate')],
    write: [on('*', 'RegisterCACertificate'), on('cacert/*', 'DescribeCACertificate', 'UpdateCACertificate', 'DeleteCACertificate')],
  },
};

export type CaRecord = RecordOf<typeof ca>;
