import {
  AttachPolicyCommand, CreatePolicyCommand, CreatePolicyVersionCommand, DeletePolicyCommand, DeletePolicyVersionCommand, DetachPolicyCommand,
  GetPolicyCommand, ListAttachedPoliciesCommand, ListPoliciesCommand, ListPolicyVersionsCommand, ListTagsForResourceCommand,
  ListTargetsForPolicyCommand, TagResourceCommand,
} from '@aws-sdk/client-iot';
import { ForeignPolicyError, UnfaithfulPolicyError } from './rejection';
import { rewritePolicy } from './rewrite';
import { Answer, answerTo, found } from '../../../runtime/answers';
import type { IotSender } from '../../../runtime/senders';
import { KindReader, Page, PAGE_SIZE } from '../../handler/kind-reader';
import { withoutWhiteSpace } from '../canonical-json';
import type { policy, PolicyEntity } from '../policy';

/** Marks policies that a replication has created, by its name. */
const OWNER_TAG = 'iot-registry-replication';

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
    rejection: async (iot, { policyName }, { document }, isThere, { relocation, owner, adoptsPolicies }) => {
      const rewriting = rewritePolicy(document, relocation);
      if (rewriting.is === 'rejected') return new UnfaithfulPolicyError(rewriting.message);
      return isThere && !adoptsPolicies && await ownerOf(iot, policyName) !== owner ? new ForeignPolicyError() : undefined;
    },
    isForeign: async (iot, { policyName }, { owner }) => await ownerOf(iot, policyName) !== owner,
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

/** Tagged as the replication's own. */
export function createPolicy(
  iot: IotSender, policyName: string, policyDocument: string, owner: string, abortSignal?: AbortSignal,
): Promise<Answer<unknown>> {
  return answerTo(iot.send(new CreatePolicyCommand({ policyName, policyDocument, tags: [{ Key: OWNER_TAG, Value: owner }] }), { abortSignal }));
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

/** The name of the replication that has created or adopted it; undefined if none has. */
export async function ownerOf(iot: IotSender, policyName: string): Promise<string | undefined> {
  let nextToken: string | undefined;
  do {
    const page = found(await answerTo(iot.send(new ListTagsForResourceCommand({ resourceArn: `policy/${policyName}`, nextToken }))));
    const tag = page?.tags?.find(({ Key }) => Key === OWNER_TAG);
    if (tag) return tag.Value;
    nextToken = page?.nextToken || undefined;
  } while (nextToken);
  return undefined;
}

export function adopt(iot: IotSender, policyName: string, owner: string): Promise<Answer<unknown>> {
  return answerTo(iot.send(new TagResourceCommand({ resourceArn: `policy/${policyName}`, tags: [{ Key: OWNER_TAG, Value: owner }] })));
}

/** ARNs and Cognito identities that a policy is attached to; none if it does not exist. */
export async function targetsOf(iot: IotSender, policyName: string): Promise<readonly string[]> {
  const targets: string[] = [];
  let marker: string | undefined;
  do {
    const { items, next } = await targetsIn(iot, policyName, marker);
    targets.push(...items);
    marker = next;
  } while (marker);
  return targets;
}

/** One page of them. */
export async function targetsIn(iot: IotSender, policyName: string, marker?: string): Promise<Page<string>> {
  const page = found(await answerTo(iot.send(new ListTargetsForPolicyCommand({ policyName, marker, pageSize: PAGE_SIZE }))));
  return { items: page?.targets ?? [], next: page?.nextMarker || undefined };
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
