import { createHash } from 'node:crypto';
import type { CACertificateStatus } from '@aws-sdk/client-iot';
import { failure } from './errors';
import type { Handlers, Input } from './operations';
import { markedPage } from './pages';
import { certificateIn, pemOf } from './pem';
import { byName, type Authority, type Context } from './state';
import { setTags } from './tags';
import { validCertificateId, validText } from './validation';

type AuthorityOperation = 'RegisterCACertificate' | 'UpdateCACertificate' | 'DeleteCACertificate' | 'DescribeCACertificate' | 'ListCACertificates' | 'GetRegistrationCode';

const STATUSES: readonly (CACertificateStatus | undefined)[] = ['ACTIVE', 'INACTIVE'];

export function authorityOperations(context: Context): Handlers<AuthorityOperation> {
  const { authorities, limits, changes, arns } = context;
  return {
    RegisterCACertificate: (input) => {
      const { id } = register(context, input);
      return { certificateArn: arns.authority(id), certificateId: id };
    },
    UpdateCACertificate: (input) => {
      update(context, input);
      return {};
    },
    DeleteCACertificate: (input) => {
      const authority = byName.authority(context, validCertificateId(input.certificateId));
      if (authority.status === 'ACTIVE') throw failure.CertificateState(`CA certificate ${authority.id} must be deactivated before deletion.`);
      authorities.delete(authority.id);
      changes.authority(authority, false);
      return {};
    },
    DescribeCACertificate: (input) => {
      const authority = byName.authority(context, validCertificateId(input.certificateId));
      return { certificateDescription: described(context, authority), registrationConfig: authority.registrationConfig };
    },
    ListCACertificates: (input) => {
      const { items, nextMarker } = markedPage(authorities, input, limits);
      return { certificates: items.map(({ id, status, createdAt }) => ({ certificateArn: arns.authority(id), certificateId: id, status, creationDate: new Date(createdAt) })), nextMarker };
    },
    GetRegistrationCode: () => ({ registrationCode: registrationCode(context) }),
  };
}

function register(context: Context, input: Input<'RegisterCACertificate'>): Authority {
  const { authorities, limits } = context;
  const { id, der, subject } = certificateIn(validText('caCertificate', input.caCertificate));
  const mode = input.certificateMode ?? 'DEFAULT';
  expectProof(context, subject, mode === 'DEFAULT', input.verificationCertificate);
  if (authorities.has(id)) throw failure.ResourceAlreadyExists('The CA certificate is already registered', id, context.arns.authority(id));
  if (authorities.values().filter((each) => each.subject === subject).length >= limits.authoritiesPerSubject) {
    throw failure.LimitExceeded(`The account has ${limits.authoritiesPerSubject} CA certificates of this subject already.`);
  }
  const authority: Authority = {
    sequence: context.nextSequence(),
    id,
    pem: context.facts.returnedPem === 'asGiven' ? input.caCertificate! : pemOf(der),
    subject,
    mode,
    createdAt: context.now(),
    generationId: context.ids.next(),
    status: input.setAsActive ? 'ACTIVE' : 'INACTIVE',
    autoRegisters: input.allowAutoRegistration ?? false,
    registrationConfig: input.registrationConfig,
    modifiedAt: context.now(),
    customerVersion: 1,
    tags: new Map(),
  };
  setTags(context, authority.tags, input.tags);
  authorities.add(id, authority);
  context.changes.authority(authority);
  return authority;
}

/** Whoever registers one for all server names proves to have its key; for devices that send a server name nobody may. */
function expectProof(context: Context, subject: string, isProofNeeded: boolean, proof: string | undefined): void {
  if (!isProofNeeded) {
    if (proof !== undefined) throw failure.InvalidRequest('verificationCertificate must be empty for SNI_ONLY.');
    return;
  }
  if (proof === undefined) throw failure.InvalidRequest('verificationCertificate is missing.');
  const { issuer, commonName } = certificateIn(proof);
  if (issuer !== subject) throw failure.CertificateValidation('The verification certificate is not signed by the CA certificate.');
  if (commonName !== registrationCode(context)) throw failure.RegistrationCodeValidation('The common name of the verification certificate is not the registration code.');
}

function update(context: Context, input: Input<'UpdateCACertificate'>): void {
  const { newStatus, newAutoRegistrationStatus, registrationConfig, removeAutoRegistration } = input;
  const authority = byName.authority(context, validCertificateId(input.certificateId));
  if (newStatus !== undefined && !STATUSES.includes(newStatus)) throw failure.InvalidRequest(`CA certificates cannot be updated to ${newStatus}.`);
  if (newStatus !== undefined) authority.status = newStatus;
  if (newAutoRegistrationStatus !== undefined) authority.autoRegisters = newAutoRegistrationStatus === 'ENABLE';
  if (registrationConfig !== undefined) authority.registrationConfig = registrationConfig;
  if (removeAutoRegistration) Object.assign(authority, { autoRegisters: false, registrationConfig: undefined });
  if (context.facts.updateRaisesCustomerVersion) authority.customerVersion += 1;
  authority.modifiedAt = context.now();
  context.changes.authority(authority);
}

function described(context: Context, authority: Authority) {
  const { id, pem, status, mode, autoRegisters, createdAt, modifiedAt, customerVersion, generationId } = authority;
  const { notBefore, notAfter } = certificateIn(pem);
  return {
    certificateArn: context.arns.authority(id),
    certificateId: id,
    certificatePem: pem,
    status,
    certificateMode: mode,
    ownedBy: context.arns.accountId,
    autoRegistrationStatus: autoRegisters ? 'ENABLE' as const : 'DISABLE' as const,
    creationDate: new Date(createdAt),
    lastModifiedDate: new Date(modifiedAt),
    customerVersion,
    generationId,
    validity: { notBefore: new Date(notBefore), notAfter: new Date(notAfter) },
  };
}

/** One per account and Region. */
function registrationCode({ arns }: Context): string {
  return createHash('sha256').update(arns.authority('')).digest('hex');
}
