import { CACertificateStatus } from '@aws-sdk/client-iot';
import { caReader, deleteCa, readCa, registerCa, updateCaStatus } from './registry';
import { errorOf, WaitingError } from '../../../runtime/answers';
import { isResourceLimit } from '../../../runtime/paced-iot';
import type { ApplyContext, Change } from '../../handler/apply-context';
import { expectPemOf } from '../../handler/certificates';
import { identitiesOf } from '../../handler/identities';
import type { KindRule } from '../../handler/kind-rule';
import { ca, CaRecord, CaStatus } from '../ca';

/** The account has as many CA certificates of the same subject as it may have. https://docs.aws.amazon.com/general/latest/gr/iot-core.html */
export class TooManyCaCertificatesError extends Error {
  public readonly name = 'TooManyCaCertificates';
  constructor() {
    super('the destination has as many CA certificates with the subject of this one as AWS IoT allows, ten: delete one there, and apply the record again');
  }
}

export const caRule: KindRule<typeof ca> = { read: caReader.read, apply };

async function apply(change: Change<CaRecord>, context: ApplyContext): Promise<undefined> {
  const { deleted, state: { status } } = change.record;
  if (deleted || status !== CaStatus.ACTIVE) await deactivate(change, context);
  else await activate(change, context);
  return undefined;
}

/** At once, whatever the deletion mode, the number of deletions, and the rest of the record. */
async function deactivate({ record }: Change<CaRecord>, context: ApplyContext): Promise<void> {
  const { caCertificateId, deleted, state } = record;
  const { iot } = context;
  const { writes } = identitiesOf(context);
  const updated = await writes.atOnce(record, (signal) => updateCaStatus(iot, caCertificateId, CACertificateStatus.INACTIVE, signal));
  if (updated.is === 'refused') throw errorOf(updated);
  if (!deleted) {
    expectPemOf(caCertificateId, state.pem);
    if (updated.is === 'notFound' && !await register(record, context)) throw new WaitingError('the CA certificate is being registered in the destination');
    return;
  }
  if (updated.is === 'notFound' || await context.isRetained()) return;
  await context.admitDeletion();
  context.voidPremise();
  const removed = await deleteCa(iot, caCertificateId);
  if (removed.is === 'refused') throw new WaitingError('the CA certificate was activated in the destination, so it can\'t be deleted');
}

/** Registered inactive, then its status. */
async function activate(change: Change<CaRecord>, context: ApplyContext): Promise<void> {
  const { record, history, old, premise } = change;
  const { caCertificateId, state } = record;
  const { iot } = context;
  expectPemOf(caCertificateId, state.pem);
  const isTold = history === 'plain' && !premise && old !== undefined;
  if (isTold && old.state.status === CaStatus.ACTIVE) return;
  if (history === 'new') {
    await register(record, context);
  } else if (!isTold) {
    const there = await readCa(iot, caCertificateId);
    context.restsOnLook();
    if (there?.state.status === CaStatus.ACTIVE) return;
    if (!there) await register(record, context);
  }
  const { writes } = identitiesOf(context);
  const activated = await writes.inTurn(record, (signal) => updateCaStatus(iot, caCertificateId, CACertificateStatus.ACTIVE, signal));
  if (activated.is === 'notFound') throw new WaitingError('the CA certificate was deleted in the destination');
  if (activated.is === 'refused') throw errorOf(activated);
}

/** @returns false if it exists: then it is adopted as it is, whatever its mode, and only its status follows */
async function register({ state }: CaRecord, { iot, voidPremise }: ApplyContext): Promise<boolean> {
  // A retry could not distinguish it from one that existed before.
  voidPremise();
  try {
    const registered = await registerCa(iot, state.pem!);
    if (registered.is !== 'done' && registered.is !== 'exists') throw errorOf(registered);
    return registered.is === 'done';
  } catch (error) {
    if (isResourceLimit(error)) throw new TooManyCaCertificatesError();
    throw error;
  }
}
