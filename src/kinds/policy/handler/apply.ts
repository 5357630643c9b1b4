import { isSameDocument } from '../canonical-json';
import { holderOf } from './holders';
import {
  adopt, createPolicy, createVersion, deletePolicy, deleteVersion, detachPolicy, isCopy, otherVersions, readPolicy, targetsOf,
} from './registry';
import { ForeignPolicyError, PolicyInUseError, relocated } from './rejection';
import { rewritePolicy } from './rewrite';
import type { RegistryRecord } from '../..';
import { errorOf, WaitingError } from '../../../runtime/answers';
import type { ApplyContext, Change } from '../../handler/apply-context';
import { Identities, identitiesOf } from '../../handler/identities';
import type { KindRule } from '../../handler/kind-rule';
import type { policy, PolicyRecord, PolicyState } from '../policy';

const MAX_TURNS = 4;

export const policyRule: KindRule<typeof policy> = { read: (iot, { policyName }) => readPolicy(iot, policyName), apply };

async function apply({ record, history, old, premise }: Change<PolicyRecord>, context: ApplyContext): Promise<undefined> {
  const identities = identitiesOf(context);
  const { policyName, deleted, state } = record;
  if (deleted) {
    if (!await context.isRetained()) await remove(policyName, context, identities);
    return undefined;
  }
  const document = relocated(state.document, identities.relocation);
  if (history === 'plain' && old && !premise && isSameDocument(relocatedIfPossible(old.state, identities), document)) return undefined;
  // What was written here last is ours, and as its record said.
  const isOurs = history === 'plain' && old && !premise && await identities.writes.wasApplied(old);
  if (!isOurs || !await replaceVersion(record, document, context, identities)) await write(record, { document, mayBeThere: history !== 'new' }, context, identities);
  return undefined;
}

/** A text that no document equals, if it can't be rewritten: its own record is rejected, with the reason. */
export function relocatedIfPossible({ document }: PolicyState, { relocation }: Identities): string {
  const rewriting = rewritePolicy(document, relocation);
  return rewriting.is === 'rejected' ? '' : rewriting.document;
}

async function write(
  record: PolicyRecord, { document, mayBeThere }: { readonly document: string; readonly mayBeThere: boolean }, context: ApplyContext,
  identities: Identities,
): Promise<void> {
  const { policyName } = record;
  const { iot, restsOnLook } = context;
  let look = mayBeThere;
  for (let turn = 0; turn < MAX_TURNS; turn++) {
    const there = look ? await readPolicy(iot, policyName) : undefined;
    if (!there) {
      // A retry could not distinguish it from one that existed before.
      context.voidPremise();
      const created = await identities.writes.inTurn(record, (signal) => createPolicy(iot, policyName, document, identities.relocation, signal));
      if (created.is === 'done') return identities.writes.noteApplied(record);
      if (created.is !== 'exists') throw errorOf(created);
      look = true;
      continue;
    }
    restsOnLook();
    if (isSameDocument(there.state.document, document)) return;
    await expectOwn(record, context, identities);
    if (await replaceVersion(record, document, context, identities)) return;
  }
  throw new WaitingError('the policy keeps changing in the destination');
}

/** @throws ForeignPolicyError */
async function expectOwn(record: PolicyRecord, { iot }: ApplyContext, { relocation, adoptsPolicies, writes }: Identities): Promise<void> {
  const { policyName } = record;
  if (await isCopy(iot, policyName, relocation)) return;
  if (!adoptsPolicies) {
    // It may have been ours: neither is it attached as ours from now on, nor is the next document written without a look.
    await writes.forgetApplied(record);
    throw new ForeignPolicyError(relocation);
  }
  await adopt(iot, policyName, relocation);
}

/** @returns false if the policy is gone */
async function replaceVersion(record: PolicyRecord, document: string, { iot }: ApplyContext, { writes }: Identities): Promise<boolean> {
  const { policyName } = record;
  for (let turn = 0; turn < MAX_TURNS; turn++) {
    const created = await writes.inTurn(record, (signal) => createVersion(iot, policyName, document, signal));
    if (created.is === 'done') {
      await writes.noteApplied(record);
      return true;
    }
    if (created.is === 'notFound') return false;
    if (created.error?.name !== 'VersionsLimitExceededException') throw errorOf(created);
    const [oldest] = await otherVersions(iot, policyName) ?? [];
    // Another consumer may have deleted it: then there is room.
    if (oldest !== undefined) await deleteVersion(iot, policyName, oldest);
  }
  throw new WaitingError('the policy has five versions, which keep changing in the destination');
}

/**
 * Looks at all targets before anything is detached: what has no record here keeps the policy, and what a live record attaches it to is waited for, as that record is stale, and its successor is
 * about to arrive.
 *
 * @throws PolicyInUseError
 * @throws WaitingError
 */
async function remove(policyName: string, context: ApplyContext, { relocation }: Identities): Promise<void> {
  const { iot, admitDeletion } = context;
  const there = await readPolicy(iot, policyName);
  context.restsOnLook();
  if (!there || !await isCopy(iot, policyName, relocation)) return;
  const targets = await targetsOf(iot, policyName);
  const holders = new Set<string>();
  let isNeeded = false;
  for (const target of targets) {
    const holder = await holderIn(target, context);
    if (!holder.record) holders.add(holder.is);
    else isNeeded ||= !holder.record.deleted && policiesIn(holder.record).includes(policyName);
  }
  if (holders.size > 0) throw new PolicyInUseError([...holders].sort());
  if (isNeeded) throw new WaitingError('records of certificates or thing groups still have the policy');
  await admitDeletion();
  context.voidPremise();
  for (const target of targets) await detachPolicy(iot, policyName, target);
  for (const version of await otherVersions(iot, policyName) ?? []) await deleteVersion(iot, policyName, version);
  const deleted = await deletePolicy(iot, policyName);
  if (deleted.is === 'done' || deleted.is === 'notFound') return;
  throw new WaitingError('a policy can be deleted up to five minutes after it was detached');
}

/** What has a policy, and the record that says which ones it is to have. */
async function holderIn(target: string, { readings }: ApplyContext): Promise<{ readonly is: string; readonly record?: RegistryRecord }> {
  const { is, key } = holderOf(target);
  return { is, record: key && await readings.read(key) };
}

function policiesIn(record: RegistryRecord): readonly string[] {
  if (record.kind === 'certificate') return record.state.policies ?? [];
  return record.kind === 'groupPolicies' ? record.state.elements : [];
}
