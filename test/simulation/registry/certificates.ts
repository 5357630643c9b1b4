import type { Certificate as ListedCertificate, CertificateMode, CertificateStatus } from '@aws-sdk/client-iot';
import { failUnlessOk, failure, named } from './errors';
import type { Handlers, Input } from './operations';
import { Ordered } from './ordered';
import { markedPage } from './pages';
import { certificateIn, pemOf, type CertificateContents } from './pem';
import { detachAll } from './policy-links';
import { letGoOf } from './principals';
import { byName, type Authority, type Certificate, type Context } from './state';
import { validCertificateId, validText } from './validation';

type CertificateOperation = 'RegisterCertificate' | 'RegisterCertificateWithoutCA' | 'UpdateCertificate' | 'DeleteCertificate' | 'DescribeCertificate'
| 'ListCertificates' | 'ListCertificatesByCA' | 'TransferCertificate' | 'CancelCertificateTransfer';

/** What AWS itself makes: by CreateKeysAndCertificate and its like; or, pending, when a device of a registered authority first connects. */
export interface IssuedCertificate {
  readonly certificatePem: string;
  readonly status: CertificateStatus;
  readonly authorityId?: string;
}

/** What can be asked for. */
const STATUSES: readonly (CertificateStatus | undefined)[] = ['ACTIVE', 'INACTIVE', 'REVOKED'];

export function certificateOperations(context: Context): Handlers<CertificateOperation> {
  const { certificates, limits } = context;
  const answer = ({ id }: Certificate) => ({ certificateArn: context.arns.certificate(id), certificateId: id });
  return {
    RegisterCertificate: (input) => {
      const contents = certificateIn(validText('certificatePem', input.certificatePem));
      const authority = signerOf(context, contents, input.caCertificatePem);
      if (authority.status !== 'ACTIVE') throw failure.CertificateState(`The CA certificate ${authority.id} is not active.`);
      const status = input.status ?? (input.setAsActive ? 'ACTIVE' : 'INACTIVE');
      return answer(register(context, input.certificatePem!, contents, { status, mode: authority.mode, authorityId: authority.id }));
    },
    RegisterCertificateWithoutCA: (input) => {
      const contents = certificateIn(validText('certificatePem', input.certificatePem));
      return answer(register(context, input.certificatePem!, contents, { status: input.status ?? 'INACTIVE', mode: 'SNI_ONLY' }));
    },
    UpdateCertificate: (input) => {
      update(context, input);
      return {};
    },
    DeleteCertificate: (input) => {
      remove(context, input);
      return {};
    },
    DescribeCertificate: (input) => {
      const certificate = byName.certificate(context, validCertificateId(input.certificateId));
      return { certificateDescription: described(context, certificate) };
    },
    ListCertificates: (input) => {
      const { items, nextMarker } = markedPage(certificates, input, limits);
      return { certificates: items.map((each) => listed(context, each)), nextMarker };
    },
    ListCertificatesByCA: (input) => {
      const authorityId = validCertificateId(input.caCertificateId);
      const { items, nextMarker } = markedPage(certificates, input, limits, (each) => each.authorityId === authorityId);
      return { certificates: items.map((each) => listed(context, each)), nextMarker };
    },
    TransferCertificate: (input) => {
      const certificate = byName.certificate(context, validCertificateId(input.certificateId));
      validText('targetAwsAccount', input.targetAwsAccount);
      if (certificate.status !== 'INACTIVE') throw failure.CertificateState(`Certificate ${certificate.id} must be inactive to be transferred.`);
      if (certificate.policies.size > 0 || letGoOf(context, context.arns.certificate(certificate.id)).length > 0) {
        throw failure.InvalidRequest(`Certificate ${certificate.id} must have no policies and things to be transferred.`);
      }
      setStatus(context, certificate, 'PENDING_TRANSFER');
      return { transferredCertificateArn: context.arns.certificate(certificate.id) };
    },
    CancelCertificateTransfer: (input) => {
      const certificate = byName.certificate(context, validCertificateId(input.certificateId));
      if (certificate.status !== 'PENDING_TRANSFER') throw failure.InvalidRequest(`Certificate ${certificate.id} is not being transferred.`);
      setStatus(context, certificate, 'INACTIVE');
      return {};
    },
  };
}

/** A certificate that is there without a call that this registry has. */
export function issueCertificate(context: Context, { certificatePem, status, authorityId }: IssuedCertificate): string {
  const contents = certificateIn(certificatePem);
  const mode = authorityId === undefined ? 'DEFAULT' : byName.authority(context, authorityId).mode;
  return add(context, certificatePem, contents, { status, mode, authorityId }).id;
}

interface Registration {
  readonly status: CertificateStatus;
  readonly mode: CertificateMode;
  readonly authorityId?: string;
}

function register(context: Context, pem: string, contents: CertificateContents, registration: Registration): Certificate {
  if (!STATUSES.includes(registration.status)) throw failure.CertificateState(`A certificate cannot be registered as ${registration.status}.`);
  if (contents.notAfter < context.now()) failUnlessOk(context.facts.expiredCertificate, 'The certificate has expired.');
  return add(context, pem, contents, registration);
}

function add(context: Context, pem: string, contents: CertificateContents, { status, mode, authorityId }: Registration): Certificate {
  const { id, der } = contents;
  if (context.certificates.has(id)) throw failure.ResourceAlreadyExists('The certificate is already provisioned or registered', id, context.arns.certificate(id));
  const certificate: Certificate = {
    sequence: context.nextSequence(),
    id,
    pem: context.facts.returnedPem === 'asGiven' ? pem : pemOf(der),
    mode,
    authorityId,
    createdAt: context.now(),
    generationId: context.ids.next(),
    status,
    modifiedAt: context.now(),
    customerVersion: 1,
    policies: new Ordered(),
  };
  context.certificates.add(id, certificate);
  context.changes.certificate(certificate);
  return certificate;
}

/** The authority that a certificate names as its issuer. */
function signerOf({ authorities }: Context, { issuer }: CertificateContents, authorityPem: string | undefined): Authority {
  const given = authorityPem === undefined ? undefined : certificateIn(authorityPem).id;
  const signers = authorities.values().filter((each) => each.subject === issuer && (given === undefined || each.id === given));
  if (signers.length === 0) throw failure.CertificateState('No CA certificate exists for the given certificate');
  if (signers.length > 1) throw failure.CertificateConflict('Several CA certificates have the subject of the issuer: give caCertificatePem.');
  return signers[0];
}

function update(context: Context, { certificateId, newStatus }: Input<'UpdateCertificate'>): void {
  const { facts } = context;
  const certificate = byName.certificate(context, validCertificateId(certificateId));
  if (!STATUSES.includes(newStatus)) throw failure.InvalidRequest(`Certificates cannot be updated to ${newStatus}.`);
  if (certificate.status === 'PENDING_TRANSFER') throw failure.CertificateState(`Certificate ${certificate.id} is being transferred.`);
  if (certificate.status === 'REVOKED' && newStatus !== 'REVOKED' && facts.revokedBack !== 'ok') {
    throw named(facts.revokedBack, `Certificate ${certificate.id} is revoked.`);
  }
  if (facts.updateRaisesCustomerVersion) certificate.customerVersion += 1;
  setStatus(context, certificate, newStatus!);
}

function remove(context: Context, input: Input<'DeleteCertificate'>): void {
  const certificate = byName.certificate(context, validCertificateId(input.certificateId));
  const arn = context.arns.certificate(certificate.id);
  if (certificate.status === 'ACTIVE' || certificate.status === 'PENDING_TRANSFER') {
    throw failure.CertificateState(`Certificate must be deactivated (not ACTIVE) before deletion. Id: ${certificate.id}`);
  }
  if (letGoOf(context, arn).length > 0) throw failure.DeleteConflict(`Things must be detached before deletion (arn: ${arn})`);
  if (certificate.policies.size > 0 && !input.forceDelete) throw failure.DeleteConflict(`Certificate policies must be detached before deletion (arn: ${arn})`);
  detachAll(context, certificate.policies);
  context.certificates.delete(certificate.id);
  context.changes.certificate(certificate, false);
}

function setStatus(context: Context, certificate: Certificate, status: CertificateStatus): void {
  if (certificate.status === status) return;
  certificate.status = status;
  certificate.modifiedAt = context.now();
  context.changes.certificate(certificate);
}

function listed(context: Context, { id, status, mode, createdAt }: Certificate): ListedCertificate {
  return { certificateArn: context.arns.certificate(id), certificateId: id, status, certificateMode: mode, creationDate: new Date(createdAt) };
}

function described(context: Context, certificate: Certificate) {
  const { pem, authorityId, modifiedAt, customerVersion, generationId } = certificate;
  const { notBefore, notAfter } = certificateIn(pem);
  return {
    ...listed(context, certificate),
    certificatePem: pem,
    caCertificateId: authorityId,
    ownedBy: context.arns.accountId,
    lastModifiedDate: new Date(modifiedAt),
    customerVersion,
    generationId,
    validity: { notBefore: new Date(notBefore), notAfter: new Date(notAfter) },
  };
}
