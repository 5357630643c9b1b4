import type { Feature } from '../record/feature';

/** Calls of AWS IoT, by what they can do to the devices that could connect. */
export interface Calls {
  /** They can shut devices out: their hints wait behind no others. */
  readonly urgent: readonly string[];
  readonly others: readonly string[];
}

/**
 * A status that shuts nobody out: the urgent calls that set it are not urgent, and whoever provisions a fleet may make one for each device. One that does not say which it sets is urgent.
 *
 * @see https://docs.aws.amazon.com/iot/latest/apireference/API_UpdateCertificate.html
 */
const ADMITTING = 'ACTIVE';

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

/**
 * What the details of the events of calls are like, as patterns of EventBridge, which matches any of the values of a field. Each call matches one of them.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function patternsOf({ urgent, others }: Calls): { readonly urgent: object; readonly others: object } {
  return {
    urgent: { eventName: urgent, requestParameters: { newStatus: [{ exists: false }, { 'anything-but': [ADMITTING] }] } },
    others: { $or: [{ eventName: others }, { eventName: urgent, requestParameters: { newStatus: [ADMITTING] } }] },
  };
}
