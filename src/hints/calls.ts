import type { Feature } from '../record/feature';

/** Calls of AWS IoT, by what they can do to the devices that could connect. */
export interface Calls {
  /** They can shut devices out: their hints wait behind no others. */
  readonly urgent: readonly string[];
  readonly others: readonly string[];
}

/** Calls about CA certificates, which name these by `certificateId`. */
export const CA_CALLS: Calls = { urgent: ['UpdateCACertificate'], others: ['RegisterCACertificate'] };

/**
 * The calls that change what lets a device in.
 *
 * Deletions are left to checks and sweeps, which have a limit, but for those of policies, see `Kind.endsByHint`. None of them shuts out a device by itself: AWS IoT deletes only a certificate that is
 * not active, a policy that is attached to nothing, a version that is not the default one.
 *
 * @see https://docs.aws.amazon.com/iot/latest/apireference/API_DeleteCertificate.html
 * @see https://docs.aws.amazon.com/iot/latest/apireference/API_DeletePolicy.html
 * @see https://docs.aws.amazon.com/iot/latest/apireference/API_DeletePolicyVersion.html
 */
const CALLS: Readonly<Record<Feature, Calls>> = {
  identities: {
    urgent: [
      'UpdateCertificate', 'TransferCertificate', 'CreatePolicyVersion', 'SetDefaultPolicyVersion', 'DetachPolicy', 'DetachPrincipalPolicy', 'DetachThingPrincipal',
    ],
    others: [
      'RegisterCertificate', 'RegisterCertificateWithoutCA', 'CreateKeysAndCertificate', 'CreateCertificateFromCsr',
      'AcceptCertificateTransfer', 'CancelCertificateTransfer', 'CreatePolicy', 'DeletePolicy', 'AttachPolicy', 'AttachPrincipalPolicy', 'AttachThingPrincipal',
    ],
  },
  caCertificates: CA_CALLS,
};

export function callsOf(features: readonly Feature[]): Calls {
  const calls = features.map((feature) => CALLS[feature]);
  return { urgent: calls.flatMap(({ urgent }) => urgent), others: calls.flatMap(({ others }) => others) };
}
