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
import { Effects, effectsOf, PolicyRecord } from '../policy/policy';
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
 * Attaches what is missing and detaches what is too much, so that at no moment more is allowed than before or after:
 *
 * | policy | attached | detached |
 * |---|---|---|
 * | only denies | first | last |
 * | denies and allows | second, once all that deny are known to be here | third, once all that deny are attached |
 * | only allows | third, once all that deny are attached | first |
 *
 * While one that denies is missing, what denies stays, unless nothing that stays allows anything. Two that deny and allow can't be attached in one call: between the two calls, the first one lacks what
 * the second one denies.
 *
 * A policy is attached only if it is as its record says: one of the same name may be somebody else's, or an older version. Policies that are not selected are left alone.
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
  const effects = missing.length + surplus.length > 1 ? await effectsByName([...missing, ...surplus], context) : new Map<string, Effects>();
  const toAttach = inGroups(missing, effects);
  const toDetach = inGroups(surplus, effects);
  let refusal: Error | undefined;

  const detach = async (policyName: string): Promise<void> => {
    const answer = await writes.inTurn(record, (signal) => detachPolicy(iot, policyName, target, signal));
    if (answer.is === 'refused') throw errorOf(answer);
  };
  const attach = async (policyName: string): Promise<void> => {
    for (;;) {
      try {
        const answer = await writes.inTurn(record, (signal) => attachPolicy(iot, policyName, target, signal));
        if (answer.is === 'done' || answer.is === 'exists') return;
        if (answer.is === 'notFound') throw new WaitingError(`the policy ${policyName}, or what it is attached to, does not exist yet`, [policyKey(policyName), ...owners]);
        if (await isAttached(policyName, target, context)) return;
        if (isEmpty(toDetach)) throw errorOf(answer);
      } catch (error) {
        if (!isResourceLimit(error) || isEmpty(toDetach)) throw error;
      }
      // The target has as many as it may have: room for one comes from one that is too much.
      await detach((toDetach.allow.shift() ?? toDetach.mixed.shift() ?? toDetach.deny.shift())!);
    }
  };
  const attachAll = async (names: readonly string[]) => {
    for (const name of names) {
      try {
        await expectAsRecorded(name, context);
        await attach(name);
      } catch (error) {
        if (!(error instanceof WaitingError)) throw error;
        refusal ??= error;
      }
    }
  };

  /** All or none: one may allow what another one denies. */
  const attachTogether = async (names: readonly string[]) => {
    const attached: string[] = [];
    try {
      for (const name of names) await expectAsRecorded(name, context);
      for (const name of names) {
        await attach(name);
        attached.push(name);
      }
    } catch (error) {
      for (const name of attached) await detach(name);
      if (!(error instanceof WaitingError)) throw error;
      refusal ??= error;
    }
  };
  const detachAll = async (names: string[]) => {
    while (names.length > 0) await detach(names.shift()!);
  };

  await attachAll(toAttach.deny);
  await detachAll(toDetach.allow);
  if (!refusal) await attachTogether(toAttach.mixed);
  const isRestricted = !refusal;
  const mayDetach = isRestricted || isEmpty(toDetach) || await allowNothing(before.filter((name) => !surplus.includes(name)), context);
  if (mayDetach) await detachAll(toDetach.mixed);
  if (isRestricted) await attachAll(toAttach.allow);
  if (mayDetach) await detachAll(toDetach.deny);
  if (refusal) throw refusal;
}

/** Names of policies by what they do. */
interface Groups {
  readonly deny: string[];
  readonly mixed: string[];
  readonly allow: string[];
}

/** Where nothing is known of the effects, the order does not matter. */
function inGroups(names: readonly string[], effects: ReadonlyMap<string, Effects>): Groups {
  const groupOf = (name: string): keyof Groups => {
    const { allows, denies } = effects.get(name) ?? { allows: true, denies: false };
    return !allows ? 'deny' : denies ? 'mixed' : 'allow';
  };
  const of = (group: keyof Groups) => names.filter((name) => groupOf(name) === group);
  return { deny: of('deny'), mixed: of('mixed'), allow: of('allow') };
}

function isEmpty({ deny, mixed, allow }: Groups): boolean {
  return deny.length + mixed.length + allow.length === 0;
}

function policyKey(policyName: string): RecordKey {
  return keyOf({ kind: 'policy', policyName });
}

/** Whether AWS refuses to attach what another consumer has attached is not documented. */
async function isAttached(policyName: string, target: string, { iot, restsOnLook }: ApplyContext): Promise<boolean> {
  restsOnLook();
  return (await attachedTo(iot, target)).includes(policyName);
}

/** What policies do, by their records; one without a record may do anything. */
async function effectsByName(names: readonly string[], { readings }: ApplyContext): Promise<ReadonlyMap<string, Effects>> {
  const records = await Promise.all(names.map((name) => readings.read(policyKey(name))));
  return new Map(names.map((name, i) => {
    const record = records[i];
    return [name, record?.kind === 'policy' ? effectsOf(record.state) : { allows: true, denies: true }];
  }));
}

async function allowNothing(names: readonly string[], context: ApplyContext): Promise<boolean> {
  const effects = await effectsByName(names, context);
  return [...effects.values()].every(({ allows }) => !allows);
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
