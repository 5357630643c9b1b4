import {
  AttachPolicyCommand, CreatePolicyCommand, CreatePolicyVersionCommand, DeletePolicyCommand, DeletePolicyVersionCommand, DetachPolicyCommand,
  GetPolicyCommand, ListAttachedPoliciesCommand, ListPoliciesCommand, ListPolicyVersionsCommand, ListTagsForResourceCommand,
  ListTargetsForPolicyCommand, type ListTargetsForPolicyCommandOutput, TagResourceCommand,
} from '@aws-sdk/client-iot';
import { holderOf } from './holders';
import { ForeignPolicyError, PolicyInUseError, UnfaithfulPolicyError } from './rejection';
import { type Relocation, rewritePolicy } from './rewrite';
import type { RecordKey } from '../../../record/record';
import { Answer, answerTo, found } from '../../../runtime/answers';
import type { IotSender } from '../../../runtime/senders';
import { KindReader, Page, PAGE_SIZE } from '../../handler/kind-reader';
import type { OtherRecords } from '../../handler/local';
import { withoutWhiteSpace } from '../canonical-json';
import type { policy, PolicyEntity } from '../policy';

/**
 * Marks policies that a replication has created or adopted, by the Region they are copies from. Not by its name: a replication that is renamed or moved, and one that replaces another
 * of the same source, goes on with its policies.
 */
const SOURCE_TAG = 'iot-registry-replication';

/**
 * Pages of targets that are read for a policy that should be gone: 5,000 targets. More are most likely replicated ones, from which it is being detached, and their listing would take
 * minutes of a step; then the policy is a difference until the replicator has read them all.
 */
const MAX_PAGES_OF_HOLDERS = 20;

export const policyReader: KindReader<typeof policy> = {
  async list(iot, marker, pageSize = PAGE_SIZE) {
    const page = await iot.send(new ListPoliciesCommand({ marker, pageSize }));
    return { items: (page.policies ?? []).map(({ policyName }) => ({ kind: 'policy', policyName: policyName! })), next: page.nextMarker || undefined };
  },
  listsNames: true,
  read: (iot, { policyName }) => readPolicy(iot, policyName),
  local: {
    // What can't be rewritten is never applied, so it differs from whatever is there.
    wanted: (state, { relocation }) => {
      const rewriting = rewritePolicy(state.document, relocation);
      return rewriting.is === 'rejected' ? state : { document: rewriting.document };
    },
    counted: (state) => state,
    rejection: async (iot, { policyName }, { document }, isThere, { relocation, adoptsPolicies }) => {
      const rewriting = rewritePolicy(document, relocation);
      if (rewriting.is === 'rejected') return new UnfaithfulPolicyError(rewriting.message);
      return isThere && !adoptsPolicies && !await isCopy(iot, policyName, relocation) ? new ForeignPolicyError(relocation) : undefined;
    },
    staying: async (iot, { policyName }, { relocation }, recordsOf) => {
      if (!await isCopy(iot, policyName, relocation)) return {};
      const holders = await holdersWithoutRecord(iot, policyName, recordsOf);
      return holders.length > 0 ? { reason: new PolicyInUseError(holders) } : undefined;
    },
  },
};

export async function readPolicy(iot: IotSender, policyName: string): Promise<PolicyEntity | undefined> {
  const there = found(await answerTo(iot.send(new GetPolicyCommand({ policyName }))));
  return there && {
    kind: 'policy',
    policyName,
    version: 0,
    // A policy that is created again has the same name, and may have the same second.
    incarnation: [there.creationDate!.getTime(), ...there.generationId ? [there.generationId] : []].join('-'),
    // A document has 2,048 characters besides white space, and 400,000 with it: more than an execution takes.
    state: { document: withoutWhiteSpace(there.policyDocument!) },
  };
}

/** Tagged as a copy from the source. */
export function createPolicy(
  iot: IotSender, policyName: string, policyDocument: string, { sourceRegion }: Relocation, abortSignal?: AbortSignal,
): Promise<Answer<unknown>> {
  const command = new CreatePolicyCommand({ policyName, policyDocument, tags: [{ Key: SOURCE_TAG, Value: sourceRegion }] });
  return answerTo(iot.send(command, { abortSignal }));
}

/** The document becomes that of the default version. Refused if there are five versions. */
export function createVersion(iot: IotSender, policyName: string, policyDocument: string, abortSignal?: AbortSignal): Promise<Answer<unknown>> {
  return answerTo(iot.send(new CreatePolicyVersionCommand({ policyName, policyDocument, setAsDefault: true }), { abortSignal }));
}

/** Ids of versions that are not the default, the oldest first; undefined if there is no such policy. */
export async function otherVersions(iot: IotSender, policyName: string): Promise<readonly string[] | undefined> {
  const there = found(await answerTo(iot.send(new ListPolicyVersionsCommand({ policyName }))));
  const others = (there?.policyVersions ?? []).filter(({ isDefaultVersion }) => !isDefaultVersion);
  return there && others.sort((a, b) => Number(a.versionId) - Number(b.versionId)).map(({ versionId }) => versionId!);
}

export function deleteVersion(iot: IotSender, policyName: string, policyVersionId: string): Promise<Answer<unknown>> {
  return answerTo(iot.send(new DeletePolicyVersionCommand({ policyName, policyVersionId })));
}

export function deletePolicy(iot: IotSender, policyName: string): Promise<Answer<unknown>> {
  return answerTo(iot.send(new DeletePolicyCommand({ policyName })));
}

/** Whether a replication of this source has created or adopted it. */
export async function isCopy(iot: IotSender, policyName: string, { sourceRegion }: Relocation): Promise<boolean> {
  let nextToken: string | undefined;
  do {
    const page = found(await answerTo(iot.send(new ListTagsForResourceCommand({ resourceArn: `policy/${policyName}`, nextToken }))));
    const tag = page?.tags?.find(({ Key }) => Key === SOURCE_TAG);
    if (tag) return tag.Value === sourceRegion;
    nextToken = page?.nextToken || undefined;
  } while (nextToken);
  return false;
}

export function adopt(iot: IotSender, policyName: string, { sourceRegion }: Relocation): Promise<Answer<unknown>> {
  return answerTo(iot.send(new TagResourceCommand({ resourceArn: `policy/${policyName}`, tags: [{ Key: SOURCE_TAG, Value: sourceRegion }] })));
}

/** One page of the ARNs and Cognito identities that a policy is attached to; none if it does not exist. */
export async function targetsIn(iot: IotSender, policyName: string, marker?: string, pageSize = PAGE_SIZE): Promise<Page<string>> {
  return targetsOf(found(await listTargets(iot, policyName, marker, pageSize)));
}

/** The same; undefined if the marker is no longer valid. */
export async function targetsFrom(
  iot: IotSender, policyName: string, marker: string | undefined, pageSize: number,
): Promise<Page<string> | undefined> {
  const answer = await listTargets(iot, policyName, marker, pageSize);
  return answer.is === 'refused' && marker !== undefined ? undefined : targetsOf(found(answer));
}

function listTargets(
  iot: IotSender, policyName: string, marker: string | undefined, pageSize: number,
): Promise<Answer<ListTargetsForPolicyCommandOutput>> {
  return answerTo(iot.send(new ListTargetsForPolicyCommand({ policyName, marker, pageSize })));
}

function targetsOf(page: ListTargetsForPolicyCommandOutput | undefined): Page<string> {
  return { items: page?.targets ?? [], next: page?.nextMarker || undefined };
}

/** What has a policy and no record: the first that are found. */
async function holdersWithoutRecord(
  iot: IotSender, policyName: string, recordsOf: (keys: readonly RecordKey[]) => Promise<OtherRecords>,
): Promise<readonly string[]> {
  let marker: string | undefined;
  for (let page = 0; page < MAX_PAGES_OF_HOLDERS; page++) {
    const { items, next } = await targetsIn(iot, policyName, marker);
    const holders = items.map(holderOf);
    const records = await recordsOf(holders.flatMap(({ key }) => key ?? []));
    const unmanaged = holders.filter(({ key }) => key === undefined || !records.has(key));
    if (unmanaged.length > 0) return [...new Set(unmanaged.map(({ is }) => is))].sort();
    if (next === undefined) return [];
    marker = next;
  }
  return [];
}

/**
 * Names of the policies that are attached to a target itself; none if it does not exist.
 *
 * @param target `cert/<id>` or `thinggroup/<name>`
 */
export async function attachedTo(iot: IotSender, target: string): Promise<readonly string[]> {
  const names: string[] = [];
  let marker: string | undefined;
  do {
    const page = found(await answerTo(iot.send(new ListAttachedPoliciesCommand({ target, recursive: false, marker, pageSize: PAGE_SIZE }))));
    names.push(...(page?.policies ?? []).map(({ policyName }) => policyName!));
    marker = page?.nextMarker || undefined;
  } while (marker);
  return names;
}

/** Not found if the policy or the target is missing. */
export function attachPolicy(iot: IotSender, policyName: string, target: string, abortSignal?: AbortSignal): Promise<Answer<unknown>> {
  return answerTo(iot.send(new AttachPolicyCommand({ policyName, target }), { abortSignal }));
}

/** AWS does not document whether detaching what is not attached, or from what does not exist, succeeds or is not found. */
export function detachPolicy(iot: IotSender, policyName: string, target: string, abortSignal?: AbortSignal): Promise<Answer<unknown>> {
  return answerTo(iot.send(new DetachPolicyCommand({ policyName, target }), { abortSignal }));
}
