import pMap from 'p-map';
import { holderOf } from './holders';
import { deletePolicy, deleteVersion, detachPolicy, isCopy, otherVersions, readPolicy, targetsFrom, targetsIn } from './registry';
import { PolicyInUseError } from './rejection';
import type { RegistryRecord } from '../..';
import { WaitingError } from '../../../runtime/answers';
import type { ApplyContext } from '../../handler/apply-context';
import type { Identities } from '../../handler/identities';
import { PAGE_SIZE } from '../../handler/kind-reader';
import { type Progress, walkThrough } from '../../handler/walk';

/**
 * Targets that are detached at once, on the stream path too. Also those of a page that is detached: at a tenth of the quota of 15 calls a second, they take 17 seconds, so that even then an
 * invocation finishes some pages.
 */
const AT_ONCE = 25;
/** Records that are read concurrently: at 5 ms each, a page takes a tenth of a second, as long as the quota of its listing. */
const READS = 16;
/** Concurrent detachments: at 100 ms a call more than the quota of 15 a second, so that the quota is the limit. */
const DETACHMENTS = 4;

const LOOK = 'holders';
const DETACH = 'detach';
export const REMOVAL_PHASES: readonly string[] = [LOOK, DETACH];

/**
 * Looks at all targets before anything is detached: what has no record here keeps the policy, and what a live record attaches it to is waited for, as that record is stale, and its successor is
 * about to arrive.
 *
 * A policy with many targets is removed from message to message:
 *
 * - phase `holders`: whether something needs the policy; nothing is touched
 * - phase `detach`: each page is looked at once more, then it loses the policy
 *
 * @throws PolicyInUseError
 * @throws WaitingError also on the stream path, whose shard many targets would block
 * @throws UnfinishedError if it continues with the next message
 */
export async function removePolicy(policyName: string, context: ApplyContext, { relocation }: Identities): Promise<void> {
  const { iot, admitDeletion } = context;
  const there = await readPolicy(iot, policyName);
  context.restsOnLook();
  if (!there || !await isCopy(iot, policyName, relocation)) return;
  const detach = await fewDetached(policyName, context) ?? await manyDetached(policyName, context);
  await admitDeletion();
  context.voidPremise();
  await detach();
  for (const version of await otherVersions(iot, policyName) ?? []) await deleteVersion(iot, policyName, version);
  const deleted = await deletePolicy(iot, policyName);
  if (deleted.is === 'done' || deleted.is === 'notFound') return;
  throw new WaitingError('a policy can be deleted up to five minutes after it was detached');
}

/** @returns what detaches all of its targets, none of which needs it; undefined if they are many */
async function fewDetached(policyName: string, context: ApplyContext): Promise<(() => Promise<void>) | undefined> {
  const { iot } = context;
  const { items: targets, next } = await targetsIn(iot, policyName, undefined, AT_ONCE);
  if (next !== undefined) return undefined;
  await expectFree(targets, policyName, context);
  return async () => {
    for (const target of targets) await detachPolicy(iot, policyName, target);
  };
}

/** @returns what detaches all of its targets, none of which needed it when it was looked at */
async function manyDetached(policyName: string, context: ApplyContext): Promise<() => Promise<void>> {
  const { iot, progress, hasTime } = context;
  if (!progress) throw new WaitingError(`the policy is attached to more than ${AT_ONCE} targets; it is being detached through the retry queue`);
  const listing = (pageSize: number) => (marker: string | undefined) => targetsFrom(iot, policyName, marker, pageSize);
  if (progress.at?.phase !== DETACH) {
    if (progress.at?.phase !== LOOK) progress.begin(LOOK);
    await walkThrough(listing(PAGE_SIZE), { progress, hasTime, concurrency: READS }, {
      before: (targets) => expectFree(targets, policyName, context),
    });
    progress.begin(DETACH);
  }
  return () => walkThrough(listing(AT_ONCE), { progress, hasTime, concurrency: DETACHMENTS }, {
    before: (targets) => expectStillFree(targets, policyName, context, progress),
    each: async (target) => { await detachPolicy(iot, policyName, target); },
  });
}

/** If something needs it after all, the next attempt looks at all of them again, also one that somebody redrives. */
async function expectStillFree(targets: readonly string[], policyName: string, context: ApplyContext, progress: Progress): Promise<void> {
  try {
    await expectFree(targets, policyName, context);
  } catch (error) {
    if (error instanceof WaitingError || error instanceof PolicyInUseError) progress.begin(LOOK);
    throw error;
  }
}

async function expectFree(targets: readonly string[], policyName: string, context: ApplyContext): Promise<void> {
  const holders = await pMap(targets, (target) => holderIn(target, context), { concurrency: READS });
  const unmanaged = new Set(holders.filter(({ record }) => !record).map(({ is }) => is));
  if (unmanaged.size > 0) throw new PolicyInUseError([...unmanaged].sort());
  const isNeeded = holders.some(({ record }) => record && !record.deleted && policiesIn(record).includes(policyName));
  if (isNeeded) throw new WaitingError('records of certificates or thing groups still have the policy');
}

/** What has a policy, and the record that says which ones it is to have. */
async function holderIn(target: string, { recordOf }: ApplyContext): Promise<{ readonly is: string; readonly record?: RegistryRecord }> {
  const { is, key } = holderOf(target);
  return { is, record: key && await recordOf(key) };
}

function policiesIn(record: RegistryRecord): readonly string[] {
  if (record.kind === 'certificate') return record.state.policies ?? [];
  return record.kind === 'groupPolicies' ? record.state.elements : [];
}
