import {
  CACertificateStatus, DeleteCACertificateCommand, DescribeCACertificateCommand, ListCACertificatesCommand, RegisterCACertificateCommand,
  UpdateCACertificateCommand,
} from '@aws-sdk/client-iot';
import { Answer, answerTo, found } from '../../../runtime/answers';
import type { IotSender } from '../../../runtime/senders';
import { certificateIn, incarnationOf } from '../../handler/certificates';
import { KindReader, PAGE_SIZE } from '../../handler/kind-reader';
import type { ObservedOf } from '../../kind';
import type { ca } from '../ca';

type CaEntity = ObservedOf<typeof ca>;

export const caReader: KindReader<typeof ca> = {
  async list(iot, marker, pageSize = PAGE_SIZE) {
    const page = await iot.send(new ListCACertificatesCommand({ marker, pageSize }));
    const items = (page.certificates ?? []).map((each): CaEntity => ({
      kind: 'ca', caCertificateId: each.certificateId!, version: 0, incarnation: incarnationOf(each), state: { status: each.status! },
    }));
    return { items, next: page.nextMarker || undefined };
  },
  read: (iot, { caCertificateId }) => readCa(iot, caCertificateId),
};

export async function readCa(iot: IotSender, caCertificateId: string): Promise<CaEntity | undefined> {
  const there = found(await answerTo(iot.send(new DescribeCACertificateCommand({ certificateId: caCertificateId }))))?.certificateDescription;
  return there && {
    kind: 'ca', caCertificateId, version: 0, incarnation: incarnationOf(there), state: { status: there.status!, pem: there.certificatePem! },
  };
}

/** Inactive, and without registration of its devices. Such a mode takes no proof: https://docs.aws.amazon.com/iot/latest/developerguide/manage-your-CA-certs.html. */
export function registerCa(iot: IotSender, pem: string): Promise<Answer<unknown>> {
  const caCertificate = certificateIn(pem);
  return answerTo(iot.send(new RegisterCACertificateCommand({ caCertificate, certificateMode: 'SNI_ONLY', setAsActive: false, allowAutoRegistration: false })));
}

/** Whether its devices register themselves stays as it is. */
export function updateCaStatus(
  iot: IotSender, caCertificateId: string, newStatus: CACertificateStatus, abortSignal?: AbortSignal,
): Promise<Answer<unknown>> {
  return answerTo(iot.send(new UpdateCACertificateCommand({ certificateId: caCertificateId, newStatus }), { abortSignal }));
}

export function deleteCa(iot: IotSender, caCertificateId: string): Promise<Answer<unknown>> {
  return answerTo(iot.send(new DeleteCACertificateCommand({ certificateId: caCertificateId })));
}
