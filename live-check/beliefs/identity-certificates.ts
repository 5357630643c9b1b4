import {
  CertificateDescription, CertificateStatus, DeleteCertificateCommand, DescribeCertificateCommand, ListCertificatesCommand,
  ResourceAlreadyExistsException, UpdateCertificateCommand,
} from '@aws-sdk/client-iot';
import { PAGE_SIZE } from '../../src/kinds/handler/kind-reader';
import { accepted, Answer, answerOf, refused, shownAnswer } from '../answer';
import { attachingPolicy, attachingPrincipal, detachingPolicy, detachingPrincipal, done } from '../attachments';
import { Belief, Finding, NotLookable } from '../belief';
import type { Clients } from '../clients';
import type { Certificate, Look } from '../look';
import { shownLag } from '../seconds';

const REGISTER = 'https://docs.aws.amazon.com/iot/latest/apireference/API_RegisterCertificateWithoutCA.html';
const DELETE = 'https://docs.aws.amazon.com/iot/latest/apireference/API_DeleteCertificate.html';
const DESCRIPTION = 'https://docs.aws.amazon.com/iot/latest/apireference/API_CertificateDescription.html';
const REVOKED = 'https://docs.aws.amazon.com/iot/latest/developerguide/revoke-ca-cert.html';
const CLIENTS = 'https://docs.aws.amazon.com/iot/latest/developerguide/x509-client-certs.html';

const MODE = 'SNI_ONLY';
const WEAK_BITS = 1_024;
/** Of that many dates, not each ends with a full second by chance. */
const DATES = 3;
/** The simulator's bound of how far listings lag behind. */
const LAG_SECONDS = 2;
const LISTING_SECONDS = 60;

async function described(certificateId: string, { iot }: Clients): Promise<CertificateDescription> {
  return (await iot.send(new DescribeCertificateCommand({ certificateId }))).certificateDescription!;
}

/** The newest certificates, of which those of the run are. */
async function listed({ source: { iot } }: Look, { registeredId }: Certificate) {
  const { certificates = [] } = await iot.send(new ListCertificatesCommand({ pageSize: PAGE_SIZE, ascendingOrder: false }));
  return certificates.find((each) => each.certificateId === registeredId);
}

function updating({ source: { iot } }: Look, certificateId: string, newStatus: CertificateStatus): Promise<Answer> {
  return answerOf(() => iot.send(new UpdateCertificateCommand({ certificateId, newStatus })));
}

function deleting({ source: { iot } }: Look, certificateId: string): Promise<Answer> {
  return answerOf(() => iot.send(new DeleteCertificateCommand({ certificateId })));
}

/** What becomes of a revoked certificate. */
async function revokedTo(look: Look, status: CertificateStatus): Promise<Finding> {
  const { registeredId } = await look.certificate('lamp', { status: CertificateStatus.REVOKED });
  const answer = await updating(look, registeredId, status);
  // It is active for no longer than it takes to know that it can be.
  if (answer.ok) await done(updating(look, registeredId, CertificateStatus.INACTIVE));
  return refused(answer, 'CertificateStateException');
}

/** What differs between descriptions before and after a change of the status. */
async function changeOfStatus(look: Look, field: 'creationDate' | 'lastModifiedDate' | 'customerVersion'): Promise<{ readonly isSame: boolean; readonly seen: string }> {
  const { registeredId } = await look.certificate('lamp');
  const before = await described(registeredId, look.source);
  // So that a date without milliseconds is another one.
  await look.pause(2);
  await done(updating(look, registeredId, CertificateStatus.REVOKED));
  const after = await described(registeredId, look.source);
  const [was, is] = [before, after].map((each) => JSON.stringify(each[field] ?? null));
  return { isSame: was === is, seen: was === is ? `${field} stayed ${was}` : `${field} ${was} became ${is}` };
}

function lessThan(lag: number | undefined): Finding {
  return { holds: lag !== undefined && lag <= LAG_SECONDS, seen: shownLag(lag, LISTING_SECONDS) };
}

export const CERTIFICATE_BELIEFS: readonly Belief[] = [
  {
    id: 'certificate-id',
    topic: 'identities',
    statement: 'the id of a certificate is the SHA-256 of its DER form',
    otherwise: 'no certificate is replicated: each becomes a dead letter, CertificateMismatch',
    see: 'https://github.com/getmoto/moto/issues/3321',
    uses: { registryOperations: 4 },
    boundSeconds: 60,
    look: async (look) => {
      const { id, registeredId } = await look.certificate('lamp');
      return { holds: registeredId === id, seen: registeredId === id ? 'it is' : `for ${id} it is ${registeredId}` };
    },
  },
  {
    id: 'certificate-two-regions',
    topic: 'identities',
    statement: 'a certificate that is registered in one Region is registered in another one without a CA, with the same id',
    otherwise: 'no certificate is replicated',
    see: CLIENTS,
    uses: { registryOperations: 8 },
    boundSeconds: 60,
    look: async (look) => {
      const certificate = await look.certificate('lamp');
      const answer = await answerOf(() => look.register(certificate, { clients: look.destination }));
      if (!answer.ok) return accepted(answer);
      const there = await described(certificate.registeredId, look.destination);
      return { holds: there.certificateId === certificate.registeredId, seen: `it is, with the mode ${there.certificateMode}` };
    },
  },
  {
    id: 'certificate-mode',
    topic: 'identities',
    statement: `a certificate that is registered without a CA has the mode ${MODE}`,
    otherwise: 'nothing: modes are not compared. With DEFAULT, devices need not send the server name in a destination',
    see: CLIENTS,
    uses: { registryOperations: 5 },
    boundSeconds: 60,
    look: async (look) => {
      const { certificateMode } = await described((await look.certificate('lamp')).registeredId, look.source);
      return { holds: certificateMode === MODE, seen: String(certificateMode) };
    },
  },
  {
    id: 'certificate-pem',
    topic: 'identities',
    statement: 'DescribeCertificate returns a PEM of the same DER form as the one that was registered',
    otherwise: 'no certificate is replicated: each becomes a dead letter, CertificateMismatch',
    see: DESCRIPTION,
    uses: { registryOperations: 5 },
    boundSeconds: 60,
    look: async (look) => {
      const { pem, registeredId } = await look.certificate('lamp');
      const { certificatePem = '' } = await described(registeredId, look.source);
      const body = (text: string) => /-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----/.exec(text)?.[1].replace(/\s/g, '');
      const holds = body(certificatePem) === body(pem);
      return { holds, seen: certificatePem === pem ? 'byte for byte' : holds ? 'with other white space, or text around it' : 'another one' };
    },
  },
  {
    id: 'certificate-again',
    topic: 'identities',
    statement: 'RegisterCertificateWithoutCA of a registered certificate is refused: ResourceAlreadyExistsException',
    otherwise: 'a certificate that is in a destination already is not taken over, but becomes a dead letter',
    see: REGISTER,
    uses: { registryOperations: 5 },
    boundSeconds: 60,
    look: async (look) => {
      const { registeredId, arn, ...certificate } = await look.certificate('lamp');
      const answer = await answerOf(() => look.register(certificate));
      const { resourceId, resourceArn } = (answer.error ?? {}) as Partial<ResourceAlreadyExistsException>;
      const fields = [['resourceId', resourceId, registeredId], ['resourceArn', resourceArn, arn]].map(([name, is, own]) => `${name} is ${is === undefined ? 'absent' : is === own ? 'its own' : is}`);
      return { ...refused(answer, 'ResourceAlreadyExistsException'), seen: `${shownAnswer(answer)}; ${fields.join(', ')}` };
    },
  },
  {
    id: 'certificate-expired',
    topic: 'identities',
    statement: 'RegisterCertificateWithoutCA of a certificate that has expired succeeds',
    otherwise: 'certificates that have expired in the source are not copied by a first sweep: they become dead letters, CertificateValidationException',
    uses: { registryOperations: 4 },
    boundSeconds: 60,
    look: async (look) => accepted(await answerOf(() => look.register(look.unregistered('lamp', { days: -1 })))),
  },
  {
    id: 'certificate-weak-key',
    topic: 'identities',
    statement: `RegisterCertificateWithoutCA of a certificate with an RSA key of ${WEAK_BITS} bits is refused: CertificateValidationException`,
    otherwise: 'nothing: what the source has is registered as it is, and what AWS refuses becomes a dead letter with its error',
    see: CLIENTS,
    uses: { registryOperations: 4 },
    boundSeconds: 60,
    look: async (look) => refused(await answerOf(() => look.register(look.unregistered('lamp', { rsaBits: WEAK_BITS }))), 'CertificateValidationException'),
  },
  {
    id: 'certificate-registered-revoked',
    topic: 'identities',
    statement: 'a certificate can be registered as REVOKED',
    otherwise: 'a certificate that was revoked before it was replicated becomes a dead letter, and is not in the destinations',
    see: REGISTER,
    uses: { registryOperations: 5 },
    boundSeconds: 60,
    look: async (look) => accepted(await answerOf(() => look.certificate('lamp', { status: CertificateStatus.REVOKED }))),
  },
  {
    id: 'certificate-revoked-to-active',
    topic: 'identities',
    statement: 'UpdateCertificate of a revoked certificate to ACTIVE is refused: CertificateStateException',
    otherwise: 'nothing with InvalidRequestException. If it succeeds, a certificate that somebody has revoked by hand in a destination can become active there with the next change in the source',
    see: REVOKED,
    uses: { registryOperations: 6 },
    boundSeconds: 60,
    look: (look) => revokedTo(look, CertificateStatus.ACTIVE),
  },
  {
    id: 'certificate-revoked-to-inactive',
    topic: 'identities',
    statement: 'UpdateCertificate of a revoked certificate to INACTIVE is refused: CertificateStateException',
    otherwise: 'nothing with InvalidRequestException. If it succeeds, a certificate that somebody has revoked by hand in a destination becomes inactive with its next deactivation in the source',
    see: REVOKED,
    uses: { registryOperations: 5 },
    boundSeconds: 60,
    look: (look) => revokedTo(look, CertificateStatus.INACTIVE),
  },
  {
    id: 'certificate-registered-anew',
    topic: 'identities',
    statement: 'a certificate that is deleted and registered again has the same id and another creationDate',
    otherwise: 'with the same creationDate, a certificate whose deletion was replicated stays deleted in every destination, and one that was revoked stays revoked',
    uses: { registryOperations: 8 },
    boundSeconds: 60,
    look: async (look) => {
      const first = await look.certificate('lamp');
      const { creationDate: was } = await described(first.registeredId, look.source);
      await done(deleting(look, first.registeredId));
      // A date without milliseconds is what another belief is about.
      await look.pause(2);
      const again = await look.register(first);
      const { creationDate: is } = await described(again.registeredId, look.source);
      const isAnother = was?.getTime() !== is?.getTime();
      const seen = `${again.registeredId === first.registeredId ? 'the same' : 'another'} id, ${isAnother ? 'another' : 'the same'} creationDate`;
      return { holds: again.registeredId === first.registeredId && isAnother, seen };
    },
  },
  {
    id: 'certificate-date-listed',
    topic: 'identities',
    statement: 'ListCertificates and DescribeCertificate return the same creationDate, to the millisecond',
    otherwise: 'each certificate looks as if it was registered anew: each check reads each certificate again',
    see: DESCRIPTION,
    uses: { registryOperations: 4 + LISTING_SECONDS },
    boundSeconds: 2 * LISTING_SECONDS,
    look: async (look) => {
      const certificate = await look.certificate('lamp');
      const entry = await look.eventually(() => listed(look, certificate), LISTING_SECONDS);
      if (!entry) throw new NotLookable(`the certificate was not listed within ${LISTING_SECONDS} s`);
      const [list, description] = [entry.creationDate, (await described(certificate.registeredId, look.source)).creationDate].map((date) => date?.toISOString() ?? 'none');
      return { holds: list === description, seen: `${list} in the listing, ${description} in the description` };
    },
  },
  {
    id: 'certificate-date-precision',
    topic: 'identities',
    statement: 'creationDate of a certificate has milliseconds',
    otherwise: 'a certificate that is deleted and registered again within one second looks as if it was neither, and if its deletion was replicated it stays deleted in the destinations',
    see: DESCRIPTION,
    uses: { registryOperations: 5 * DATES },
    boundSeconds: 60,
    look: async (look) => {
      const dates: string[] = [];
      for (let each = 1; each <= DATES; each++) {
        const { creationDate } = await described((await look.certificate(`lamp-${each}`)).registeredId, look.source);
        dates.push(creationDate?.toISOString() ?? 'none');
      }
      return { holds: dates.some((date) => /\.\d+Z$/.test(date) && !date.endsWith('.000Z')), seen: dates.join(', ') };
    },
  },
  {
    id: 'certificate-status-creation',
    topic: 'identities',
    statement: 'a change of the status leaves creationDate of a certificate as it is',
    otherwise: 'each change of the status looks as if the certificate was registered anew, so that a revoked one is not final',
    see: DESCRIPTION,
    uses: { registryOperations: 6 },
    boundSeconds: 60,
    look: async (look) => {
      const { isSame, seen } = await changeOfStatus(look, 'creationDate');
      return { holds: isSame, seen };
    },
  },
  {
    id: 'certificate-status-modified',
    topic: 'identities',
    statement: 'a change of the status changes lastModifiedDate of a certificate',
    otherwise: 'nothing: it is not read',
    see: DESCRIPTION,
    uses: { registryOperations: 6 },
    boundSeconds: 60,
    look: async (look) => {
      const { isSame, seen } = await changeOfStatus(look, 'lastModifiedDate');
      return { holds: !isSame, seen };
    },
  },
  {
    id: 'certificate-customer-version',
    topic: 'identities',
    statement: 'a change of the status leaves customerVersion of a certificate as it is',
    otherwise: 'nothing: it is not read, because AWS does not document what it counts',
    see: DESCRIPTION,
    uses: { registryOperations: 6 },
    boundSeconds: 60,
    look: async (look) => {
      const { isSame, seen } = await changeOfStatus(look, 'customerVersion');
      return { holds: isSame, seen };
    },
  },
  {
    id: 'certificate-listed-soon',
    topic: 'identities',
    statement: `ListCertificates, newest first, has a new certificate within ${LAG_SECONDS} s`,
    otherwise: 'new certificates are replicated by a later check',
    uses: { registryOperations: 3 + LISTING_SECONDS },
    boundSeconds: 2 * LISTING_SECONDS,
    look: async (look) => {
      const certificate = await look.certificate('lamp');
      return lessThan(await look.secondsUntil(async () => await listed(look, certificate) !== undefined, LISTING_SECONDS));
    },
  },
  {
    id: 'certificate-status-listed-soon',
    topic: 'identities',
    statement: `ListCertificates has a new status of a certificate within ${LAG_SECONDS} s`,
    otherwise: 'a certificate that was deactivated or revoked in the source can connect in the destinations for another interval of certificate checks',
    uses: { registryOperations: 4 + 2 * LISTING_SECONDS },
    boundSeconds: 3 * LISTING_SECONDS,
    look: async (look) => {
      const certificate = await look.certificate('lamp');
      const status = async () => (await listed(look, certificate))?.status;
      if (await look.secondsUntil(async () => await status() !== undefined, LISTING_SECONDS) === undefined) throw new NotLookable(`the certificate was not listed within ${LISTING_SECONDS} s`);
      await done(updating(look, certificate.registeredId, CertificateStatus.REVOKED));
      return lessThan(await look.secondsUntil(async () => await status() === CertificateStatus.REVOKED, LISTING_SECONDS));
    },
  },
  {
    id: 'certificate-delete-active',
    topic: 'identities',
    statement: 'a certificate that is active is not deleted: CertificateStateException',
    otherwise: 'nothing: the replicator deactivates it first',
    see: DELETE,
    uses: { registryOperations: 6 },
    boundSeconds: 60,
    look: async (look) => {
      const { registeredId } = await look.certificate('lamp', { status: CertificateStatus.ACTIVE });
      const answer = await deleting(look, registeredId);
      if (!answer.ok) await done(updating(look, registeredId, CertificateStatus.INACTIVE));
      return refused(answer, 'CertificateStateException');
    },
  },
  {
    id: 'certificate-delete-with-policy',
    topic: 'identities',
    statement: 'a certificate that has a policy is not deleted: DeleteConflictException',
    otherwise: 'nothing with InvalidRequestException or CertificateStateException, after which the replicator waits as well. With another error, deletions of certificates may become dead letters',
    see: DELETE,
    uses: { registryOperations: 10 },
    boundSeconds: 60,
    look: async (look) => {
      const [{ registeredId, arn }, policyName] = [await look.certificate('lamp'), await look.policy('policy')];
      await done(attachingPolicy(look, policyName, arn));
      return refused(await deleting(look, registeredId), 'DeleteConflictException');
    },
  },
  {
    id: 'certificate-delete-with-thing',
    topic: 'identities',
    statement: 'a certificate that is attached to a thing is not deleted: DeleteConflictException',
    otherwise: 'nothing with InvalidRequestException or CertificateStateException, after which the replicator waits as well. With another error, deletions of certificates may become dead letters',
    see: DELETE,
    uses: { registryOperations: 9 },
    boundSeconds: 60,
    look: async (look) => {
      const [{ registeredId, arn }, thingName] = [await look.certificate('lamp'), await look.thing('lamp')];
      await done(attachingPrincipal(look, thingName, arn));
      return refused(await deleting(look, registeredId), 'DeleteConflictException');
    },
  },
  {
    id: 'certificate-delete-detached',
    topic: 'identities',
    statement: `a certificate is deleted within ${LISTING_SECONDS} s after it was detached from its thing and policy`,
    otherwise: 'nothing: a deletion is tried again, for three days',
    see: 'https://docs.aws.amazon.com/iot/latest/apireference/API_DetachThingPrincipal.html',
    uses: { registryOperations: 10 + LISTING_SECONDS },
    boundSeconds: 2 * LISTING_SECONDS,
    look: async (look) => {
      const [{ registeredId, arn }, policyName, thingName] = [await look.certificate('lamp'), await look.policy('policy'), await look.thing('lamp')];
      await done(attachingPolicy(look, policyName, arn));
      await done(attachingPrincipal(look, thingName, arn));
      await done(detachingPrincipal(look, thingName, arn));
      await done(detachingPolicy(look, policyName, arn));
      let answer: Answer | undefined;
      const lag = await look.secondsUntil(async () => (answer = await deleting(look, registeredId)).ok, LISTING_SECONDS);
      return { holds: lag !== undefined, seen: `${shownLag(lag, LISTING_SECONDS)}: ${shownAnswer(answer!)}` };
    },
  },
];
