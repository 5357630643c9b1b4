import {
  CertificateStatus, DeleteCertificateCommand, DescribeCertificateCommand, ListCertificatesCommand, RegisterCertificateWithoutCACommand,
  UpdateCertificateCommand,
} from '@aws-sdk/client-iot';
import { nameInArn } from '../../../runtime/addressed-iot';
import { Answer, answerTo, found } from '../../../runtime/answers';
import type { IotSender } from '../../../runtime/senders';
import { certificateIn, incarnationOf } from '../../handler/certificates';
import { KindReader, PAGE_SIZE } from '../../handler/kind-reader';
import { Destination, isSelectedPolicy } from '../../handler/local';
import { attachedTo, policyReader, targetsIn } from '../../policy/handler/registry';
import { keyOf } from '../../register';
import { certificate, CertificateEntity, CertificateState, Status } from '../certificate';

export const certificateReader: KindReader<typeof certificate> = {
  async list(iot, marker, pageSize = PAGE_SIZE) {
    const page = await iot.send(new ListCertificatesCommand({ marker, pageSize }));
    const items = (page.certificates ?? []).map((each): CertificateEntity => ({
      kind: 'certificate', certificateId: each.certificateId!, version: 0, incarnation: incarnationOf(each), state: { status: each.status! },
    }));
    return { items, next: page.nextMarker || undefined };
  },
  read: (iot, { certificateId }) => readCertificate(iot, certificateId),
  async complete(iot, listed) {
    return { ...listed, state: { ...listed.state, policies: await policiesOf(iot, listed.certificateId) } };
  },
  shared: {
    calls: { having: 'ListTargetsForPolicy', complete: 'ListAttachedPolicies' },
    async names(iot, marker) {
      const { items, next } = await policyReader.list!(iot, marker);
      return { items: items.map(({ policyName }) => policyName), next };
    },
    async having(iot, policyName, marker) {
      const { items, next } = await targetsIn(iot, policyName, marker);
      // Other targets are groups and Cognito identities.
      const ids = items.flatMap((target) => nameInArn(target, 'cert') ?? []);
      return { items: ids.map((certificateId) => keyOf({ kind: 'certificate', certificateId })), next };
    },
    completed: (listed, names) => ({ ...listed, state: { ...listed.state, policies: [...names].sort() } }),
  },
  local: {
    // A copy of what just-in-time registration has not admitted yet would keep it from starting there; a transfer is no status that can be set.
    wanted: (state, destination) => {
      const { status } = state;
      if (status === Status.PENDING_ACTIVATION) return undefined;
      return selected({ ...state, status: settable(status) }, destination);
    },
    // What somebody has revoked here is shut out, as the source wants it, and can't become inactive.
    counted: (state, destination, _, recorded) => {
      const isShutOut = state.status === Status.REVOKED && recorded && settable(recorded.status) === Status.INACTIVE;
      return selected(isShutOut ? { ...state, status: Status.INACTIVE } : state, destination);
    },
  },
};

/** Every other status of the source is inactive in a destination. */
function settable(status: string): string {
  return status === Status.ACTIVE || status === Status.REVOKED ? status : Status.INACTIVE;
}

function selected({ policies, ...state }: CertificateState, destination: Destination): CertificateState {
  return policies ? { ...state, policies: policies.filter((name) => isSelectedPolicy(name, destination)) } : state;
}

export async function readCertificate(iot: IotSender, certificateId: string): Promise<CertificateEntity | undefined> {
  const there = await describeCertificate(iot, certificateId);
  return there && {
    kind: 'certificate',
    certificateId,
    version: 0,
    incarnation: incarnationOf(there),
    state: { status: there.status!, pem: there.certificatePem!, policies: await policiesOf(iot, certificateId) },
  };
}

export async function describeCertificate(iot: IotSender, certificateId: string) {
  return found(await answerTo(iot.send(new DescribeCertificateCommand({ certificateId }))))?.certificateDescription;
}

/** Sorted. */
export async function policiesOf(iot: IotSender, certificateId: string): Promise<readonly string[]> {
  return [...await attachedTo(iot, `cert/${certificateId}`)].sort();
}

/** Inactive, unless it is revoked. */
export function registerCertificate(iot: IotSender, pem: string, isRevoked: boolean): Promise<Answer<unknown>> {
  const certificatePem = certificateIn(pem);
  const status = isRevoked ? CertificateStatus.REVOKED : CertificateStatus.INACTIVE;
  return answerTo(iot.send(new RegisterCertificateWithoutCACommand({ certificatePem, status })));
}

export function updateStatus(
  iot: IotSender, certificateId: string, newStatus: CertificateStatus, abortSignal?: AbortSignal,
): Promise<Answer<unknown>> {
  return answerTo(iot.send(new UpdateCertificateCommand({ certificateId, newStatus }), { abortSignal }));
}

export function deleteCertificate(iot: IotSender, certificateId: string): Promise<Answer<unknown>> {
  return answerTo(iot.send(new DeleteCertificateCommand({ certificateId })));
}
