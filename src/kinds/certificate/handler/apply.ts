import { CertificateStatus } from '@aws-sdk/client-iot';
import {
  deleteCertificate, describeCertificate, policiesOf, readCertificate, registerCertificate, updateStatus,
} from './registry';
import { errorOf, WaitingError } from '../../../runtime/answers';
import type { ApplyContext, Change } from '../../handler/apply-context';
import { expectPemOf } from '../../handler/certificates';
import { identitiesOf, noteIfSure } from '../../handler/identities';
import type { KindRule } from '../../handler/kind-rule';
import { matchPolicies } from '../../handler/policy-set';
import { detachPolicy } from '../../policy/handler/registry';
import { detach, thingsOf } from '../../principals/handler/registry';
import { keyOf } from '../../register';
import { certificate, CertificateRecord, isPending, Status } from '../certificate';

/** A certificate that the record says is active is revoked in the destination, which is final. */
export class RevokedCertificateError extends Error {
  public readonly name = 'RevokedCertificate';
  constructor() {
    super('the certificate is revoked in the destination, which is final, and not in the source: if that is a mistake, delete it in the destination and apply the record again');
  }
}

export const certificateRule: KindRule<typeof certificate> = { read: (iot, { certificateId }) => readCertificate(iot, certificateId), apply };

async function apply(change: Change<CertificateRecord>, context: ApplyContext): Promise<undefined> {
  const { deleted, state: { status } } = change.record;
  if (deleted || status !== Status.ACTIVE) await shutOut(change, context);
  else await letIn(change, context);
  // Now that it is there, or never will be.
  if (!isPending(change.record)) await identitiesOf(context).omissions.end(change.record);
  return undefined;
}

/** What the source has deactivated is deactivated before anything else, whatever the deletion mode, the number of deletions, and the rest of the record. */
async function shutOut(change: Change<CertificateRecord>, context: ApplyContext): Promise<void> {
  const { record } = change;
  const { certificateId, deleted, state } = record;
  const { iot } = context;
  const isRevoked = state.status === Status.REVOKED;
  const { writes, revocations } = identitiesOf(context);
  const status = isRevoked ? CertificateStatus.REVOKED : CertificateStatus.INACTIVE;
  const noted = isRevoked ? await revocations.note(record).then(() => undefined, (error: unknown) => ({ error })) : undefined;
  const updated = await writes.atOnce(record, (signal) => updateStatus(iot, certificateId, status, signal));
  // Whatever becomes of a note, the call is made.
  if (noted) throw noted.error;
  if (deleted) {
    // Somebody else has deleted it, or an attempt that did not get any further.
    if (updated.is === 'notFound') await revocations.forget(record);
    else if (!await context.isRetained()) await remove(record, context);
    return;
  }
  expectPemOf(certificateId, state.pem);
  // Whether it is to be admitted is decided in the source; a copy would keep just-in-time registration from starting here.
  if (state.status === Status.PENDING_ACTIVATION) return;
  if (updated.is === 'refused') {
    // What is revoked can't be made inactive, and is shut out.
    if (isRevoked || (await describeCertificate(iot, certificateId))?.status !== CertificateStatus.REVOKED) throw errorOf(updated);
    context.restsOnLook();
    if (await revocations.isOfEarlier(record)) await renew(record, context);
  }
  const told = updated.is === 'done' ? toldPolicies(change) : undefined;
  const isNew = updated.is === 'notFound' && await register(record, context);
  await match(record, told ?? (isNew ? [] : await present(record, context)), context);
  await noteIfSure(record, context, told && change.old);
}

/** Registered inactive, then its policies, then its status: it is never active without what restricts it. */
async function letIn(change: Change<CertificateRecord>, context: ApplyContext): Promise<void> {
  const { record, history, old } = change;
  const { certificateId } = record;
  expectPemOf(certificateId, record.state.pem);
  const told = toldPolicies(change);
  const { writes, revocations } = identitiesOf(context);
  const isActive = old?.state.status === Status.ACTIVE;
  // Unless it was applied as a whole, it may still wait for a policy that restricts it, or have one that it is to lose: then the stream does not tell what it has.
  if (told && old && await writes.wasApplied(old) && await hasMatched(record, told, context)) {
    if (isActive) return noteIfSure(record, context, old);
    await activate(record, context, old);
    // What somebody has changed by hand is found by the second look.
    context.restsOnLook();
    return undefined;
  }
  if (history !== 'new') await writes.beginLook(record);
  let there = history === 'new' ? undefined : await look(certificateId, context);
  let isNew = false;
  if (!there) {
    isNew = await register(record, context);
    // Somebody else has deleted the one that was revoked.
    if (isNew && history !== 'new') await revocations.forget(record);
    if (!isNew) there = await look(certificateId, context);
  }
  if (there?.status === CertificateStatus.REVOKED) {
    if (!await revocations.isOfEarlier(record)) throw new RevokedCertificateError();
    await renew(record, context);
    isNew = true;
  }
  try {
    await match(record, isNew ? [] : await present(record, context), context);
  } catch (error) {
    // Somebody else may have taken away what was applied as a whole: the next activation must not rely on it.
    if (history !== 'new') await writes.forgetApplied(record);
    throw error;
  }
  if (!isNew && there?.status === CertificateStatus.ACTIVE) return noteIfSure(record, context);
  return activate(record, context);
}

/** Call it once all of its policies are attached. @param old as for `noteIfSure` */
async function activate(record: CertificateRecord, context: ApplyContext, old?: CertificateRecord): Promise<void> {
  const { certificateId } = record;
  const { iot } = context;
  const { writes } = identitiesOf(context);
  const activated = await writes.inTurn(record, (signal) => updateStatus(iot, certificateId, CertificateStatus.ACTIVE, signal));
  if (activated.is === 'notFound') throw new WaitingError('the certificate was deleted in the destination');
  if (activated.is === 'refused') {
    if ((await look(certificateId, context))?.status === CertificateStatus.REVOKED) throw new WaitingError('the certificate was revoked in the destination');
    throw errorOf(activated);
  }
  await noteIfSure(record, context, old);
}

async function look(certificateId: string, { iot, restsOnLook }: ApplyContext) {
  restsOnLook();
  return describeCertificate(iot, certificateId);
}

/** The policies that the destination has, if the stream tells: not if an earlier attempt may have left the work half done. */
function toldPolicies({ history, old, premise }: Change<CertificateRecord>): readonly string[] | undefined {
  return history === 'plain' && !premise ? old?.state.policies : undefined;
}

function present({ certificateId }: CertificateRecord, { iot, restsOnLook }: ApplyContext): Promise<readonly string[]> {
  restsOnLook();
  return policiesOf(iot, certificateId);
}

function match(record: CertificateRecord, before: readonly string[], context: ApplyContext): Promise<void> {
  const { certificateId, state } = record;
  return matchPolicies({ record, target: `cert/${certificateId}`, owners: [], before, wanted: state.policies ?? [] }, context);
}

/** @returns false if something is missing, which may be the certificate */
async function hasMatched(record: CertificateRecord, before: readonly string[], context: ApplyContext): Promise<boolean> {
  try {
    await match(record, before, context);
    return true;
  } catch (error) {
    if (error instanceof WaitingError) return false;
    throw error;
  }
}

/** @returns false if it exists */
async function register({ state }: CertificateRecord, { iot, voidPremise }: ApplyContext): Promise<boolean> {
  // A retry could not distinguish it from one that existed before.
  voidPremise();
  const registered = await registerCertificate(iot, state.pem!, state.status === Status.REVOKED);
  if (registered.is === 'done') return true;
  if (registered.is === 'exists') return false;
  throw errorOf(registered);
}

/** Registers anew what is revoked here and was registered anew in the source. Its things get it back by their own records. */
async function renew(record: CertificateRecord, context: ApplyContext): Promise<void> {
  const { certificateId } = record;
  const { iot, queueFirst } = context;
  context.voidPremise();
  const things = await thingsOf(iot, certificateId);
  await queueFirst(things.map((thingName) => keyOf({ kind: 'principals', thingName })));
  await detachAll(certificateId, things, context);
  await expectGone(record, context);
  if (!await register(record, context)) throw new WaitingError('the certificate is being registered anew');
}

async function remove(record: CertificateRecord, context: ApplyContext): Promise<void> {
  const { certificateId } = record;
  await context.admitDeletion();
  context.voidPremise();
  await detachAll(certificateId, await thingsOf(context.iot, certificateId), context);
  await expectGone(record, context);
}

/** Once it is deleted, what is revoked under its id is another one, which somebody here has revoked: it stays so. */
async function expectGone(record: CertificateRecord, context: ApplyContext): Promise<void> {
  await expectDeleted(record.certificateId, context);
  await identitiesOf(context).revocations.forget(record);
}

/** From its things and policies, or AWS would not delete it. */
async function detachAll(certificateId: string, things: readonly string[], context: ApplyContext): Promise<void> {
  const { iot } = context;
  for (const thingName of things) await detach(iot, thingName, { certificateId });
  for (const policyName of await policiesOf(iot, certificateId)) await detachPolicy(iot, policyName, `cert/${certificateId}`);
}

async function expectDeleted(certificateId: string, { iot }: ApplyContext): Promise<void> {
  const deleted = await deleteCertificate(iot, certificateId);
  if (deleted.is === 'done' || deleted.is === 'notFound') return;
  // DetachThingPrincipal is asynchronous: https://docs.aws.amazon.com/iot/latest/apireference/API_DetachThingPrincipal.html
  throw new WaitingError(`the certificate can't be deleted yet: ${errorOf(deleted).message}`);
}
