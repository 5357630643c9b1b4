import type { RegistryRecord } from '..';
import type { ApplyContext } from './apply-context';
import { identitiesOf } from './identities';
import { isSelectedPolicy } from './local';
import type { RecordKey } from '../../record/record';
import { errorOf, WaitingError } from '../../runtime/answers';
import { isResourceLimit } from '../../runtime/paced-iot';
import { isSameDocument } from '../policy/canonical-json';
import { relocatedIfPossible } from '../policy/handler/apply';
import { attachedTo, attachPolicy, detachPolicy, readPolicy } from '../policy/handler/registry';
import { denies, PolicyRecord } from '../policy/policy';
import { keyOf, revisionOf } from '../register';

/** The policies of a certificate or of a thing group. */
export interface PolicySet {
  /** What says that it is to have them. */
  readonly record: RegistryRecord;
  /** `cert/<id>` or `thinggroup/<name>`. */
  readonly target: string;
  /** Entities that have to exist besides the policies, by record key. */
  readonly owners: readonly RecordKey[];
  /** Names of the policies that it has. */
  readonly before: readonly string[];
  /** Names of the policies that it is to have. */
  readonly wanted: readonly string[];
}

/**
 * Attaches what is missing and detaches what is too much, so that at no moment more is allowed than before or after: what denies is attached first and detached last.
 *
 * A policy is attached only if it is as its record says: one of the same name may be somebody else's, or an older version. While one is missing, no other that allows is attached.
 * Policies that are not selected are left alone.
 *
 * @throws WaitingError if a policy or the target is missing
 */
export async function matchPolicies({ record, target, owners, before, ...set }: PolicySet, context: ApplyContext): Promise<void> {
  const { iot } = context;
  const identities = identitiesOf(context);
  const { writes } = identities;
  const wanted = set.wanted.filter((name) => isSelectedPolicy(name, identities));
  const missing = wanted.filter((name) => !before.includes(name));
  const surplus = before.filter((name) => !wanted.includes(name) && isSelectedPolicy(name, identities));
  const restrictive = missing.length + surplus.length > 1 ? await denying([...missing, ...surplus], context) : new Set<string>();
  const toDetach = [...surplus.filter((name) => !restrictive.has(name)), ...surplus.filter((name) => restrictive.has(name))];
  let refusal: Error | undefined;

  const detach = async (policyName: string) => {
    const answer = await writes.inTurn(record, (signal) => detachPolicy(iot, policyName, target, signal));
    if (answer.is === 'refused') throw errorOf(answer);
  };
  const attach = async (policyName: string): Promise<void> => {
    await expectAsRecorded(policyName, context);
    for (;;) {
      try {
        const answer = await writes.inTurn(record, (signal) => attachPolicy(iot, policyName, target, signal));
        if (answer.is === 'done' || answer.is === 'exists') return;
        if (answer.is === 'notFound') throw new WaitingError(`the policy ${policyName}, or what it is attached to, does not exist yet`, [policyKey(policyName), ...owners]);
        if (await isAttached(policyName, target, context)) return;
        if (toDetach.length === 0) throw errorOf(answer);
      } catch (error) {
        if (!isResourceLimit(error) || toDetach.length === 0) throw error;
      }
      // The target has as many as it may have: room for one comes from one that is too much.
      await detach(toDetach.shift()!);
    }
  };
  const attachAll = async (names: readonly string[]) => {
    for (const name of names) {
      try {
        await attach(name);
      } catch (error) {
        if (!(error instanceof WaitingError)) throw error;
        refusal ??= error;
      }
    }
  };

  await attachAll(missing.filter((name) => restrictive.has(name)));
  while (toDetach.length > 0 && !restrictive.has(toDetach[0])) await detach(toDetach.shift()!);
  if (!refusal) await attachAll(missing.filter((name) => !restrictive.has(name)));
  if (refusal) throw refusal;
  while (toDetach.length > 0) await detach(toDetach.shift()!);
}

function policyKey(policyName: string): RecordKey {
  return keyOf({ kind: 'policy', policyName });
}

/** Whether AWS refuses to attach what another consumer has attached is not documented. */
async function isAttached(policyName: string, target: string, { iot, restsOnLook }: ApplyContext): Promise<boolean> {
  restsOnLook();
  return (await attachedTo(iot, target)).includes(policyName);
}

/** Those that deny something, by their records; one without a record may. */
async function denying(names: readonly string[], { readings }: ApplyContext): Promise<ReadonlySet<string>> {
  const records = await Promise.all(names.map((name) => readings.read(policyKey(name))));
  return new Set(names.filter((_, i) => {
    const record = records[i];
    return record?.kind !== 'policy' || denies(record.state);
  }));
}

/** @throws WaitingError if the destination's policy is not as its record says */
async function expectAsRecorded(policyName: string, context: ApplyContext): Promise<void> {
  const { readings } = context;
  const { verified } = identitiesOf(context);
  const key = policyKey(policyName);
  const record = await readings.read(key) as PolicyRecord | undefined;
  if (!record || record.deleted) throw new WaitingError(`the policy ${policyName} has no record yet`, [key]);
  const revision = `${policyName} ${revisionOf(record)}`;
  const known = verified.get(revision);
  if (known) return known;
  const look = expectDocument(record, key, context);
  verified.set(revision, look);
  // By the time of the next certificate it may be as recorded. This one reports why it is not.
  look.catch(() => verified.delete(revision));
  return look;
}

async function expectDocument(record: PolicyRecord, key: RecordKey, context: ApplyContext): Promise<void> {
  const { policyName, state } = record;
  if (await identitiesOf(context).writes.wasApplied(record)) return;
  const there = await readPolicy(context.iot, policyName);
  if (!there) throw new WaitingError(`the policy ${policyName} does not exist yet`, [key]);
  if (!isSameDocument(there.state.document, relocatedIfPossible(state, identitiesOf(context)))) {
    throw new WaitingError(`the policy ${policyName} is not as its record says`, [key]);
  }
}
