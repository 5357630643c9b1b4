import { isSameDocument } from '../canonical-json';
import { adopt, createPolicy, createVersion, deleteVersion, isCopy, otherVersions, readPolicy } from './registry';
import { ForeignPolicyError, relocated } from './rejection';
import { REMOVAL_PHASES, removePolicy } from './removal';
import { rewritePolicy } from './rewrite';
import { errorOf, WaitingError } from '../../../runtime/answers';
import type { ApplyContext, Change } from '../../handler/apply-context';
import { Identities, identitiesOf } from '../../handler/identities';
import type { KindRule } from '../../handler/kind-rule';
import type { policy, PolicyRecord, PolicyState } from '../policy';

const MAX_TURNS = 4;

export const policyRule: KindRule<typeof policy> = { read: (iot, { policyName }) => readPolicy(iot, policyName), apply, phases: REMOVAL_PHASES };

async function apply({ record, history, old, premise }: Change<PolicyRecord>, context: ApplyContext): Promise<undefined> {
  const identities = identitiesOf(context);
  const { policyName, deleted, state } = record;
  if (deleted) {
    if (!await context.isRetained()) await removePolicy(policyName, context, identities);
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
