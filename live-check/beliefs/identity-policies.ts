import {
  CreatePolicyVersionCommand, DeletePolicyCommand, DeletePolicyVersionCommand, DeleteThingGroupCommand, DescribeThingGroupCommand,
  GetPolicyCommand, ListAttachedPoliciesCommand, ListTargetsForPolicyCommand,
} from '@aws-sdk/client-iot';
import { PAGE_SIZE } from '../../src/kinds/handler/kind-reader';
import { accepted, Answer, answerOf, refused, shownAnswer } from '../answer';
import { attachingPolicy, detachingPolicy, done } from '../attachments';
import { Belief, NotLookable } from '../belief';
import { DENYING, policy, type Look } from '../look';
import { shownLag } from '../seconds';

const QUOTAS = 'https://docs.aws.amazon.com/general/latest/gr/iot-core.html';
const GROUPS = 'https://docs.aws.amazon.com/iot/latest/developerguide/thing-groups.html';
const ATTACH = 'https://docs.aws.amazon.com/iot/latest/apireference/API_AttachPolicy.html';
const DETACH = 'https://docs.aws.amazon.com/iot/latest/apireference/API_DetachPolicy.html';
const DELETE = 'https://docs.aws.amazon.com/iot/latest/apireference/API_DeletePolicy.html';
const TARGETS = 'https://docs.aws.amazon.com/iot/latest/apireference/API_ListTargetsForPolicy.html';

const POLICIES_OF_A_CERTIFICATE = 10;
const POLICIES_OF_A_GROUP = 2;
const VERSIONS = 5;
const DOCUMENT_CHARACTERS = 2_048;
/** The simulator's bound of how far listings lag behind. */
const LAG_SECONDS = 2;
const LISTING_SECONDS = 60;
/** AWS's five minutes between the detachment of a policy and its deletion. */
const DELETION_SECONDS = 300;

const LIMIT_OTHERWISE = 'nothing with InvalidRequestException, after which the replicator detaches one that is too much. With another error, what changes many policies at once becomes a dead letter';

/** New policies, one each second: CreatePolicy has a quota of ten, and other looks make calls, too. */
async function policies(look: Look, count: number): Promise<string[]> {
  const names: string[] = [];
  for (let each = 1; each <= count; each++) {
    names.push(await look.policy(`policy-${each}`));
    await look.pause(1);
  }
  return names;
}

/** The ARN of a new group. */
async function groupArn(look: Look): Promise<string> {
  const thingGroupName = await look.group('group');
  return (await look.source.iot.send(new DescribeThingGroupCommand({ thingGroupName }))).thingGroupArn!;
}

/** The answer to the attachment of the last one of some policies. */
async function attachingLast(look: Look, names: readonly string[], target: string): Promise<Answer> {
  for (const name of names.slice(0, -1)) await done(attachingPolicy(look, name, target));
  return attachingPolicy(look, names.at(-1)!, target);
}

function creatingVersion({ source: { iot } }: Look, policyName: string): Promise<Answer> {
  return answerOf(() => iot.send(new CreatePolicyVersionCommand({ policyName, policyDocument: DENYING, setAsDefault: true })));
}

function deleting({ source: { iot } }: Look, policyName: string): Promise<Answer> {
  return answerOf(() => iot.send(new DeletePolicyCommand({ policyName })));
}

/** What tells a policy from an earlier one of its name. */
async function incarnation({ source: { iot } }: Look, policyName: string): Promise<{ readonly creationDate: string; readonly generationId: string }> {
  const { creationDate, generationId } = await iot.send(new GetPolicyCommand({ policyName }));
  return { creationDate: creationDate?.toISOString() ?? 'absent', generationId: generationId ?? 'absent' };
}

type Incarnation = Awaited<ReturnType<typeof incarnation>>;

function differences(before: Incarnation, after: Incarnation): { readonly areSame: boolean; readonly seen: string } {
  const fields = (['creationDate', 'generationId'] as const).map((field) => ({ field, isSame: before[field] === after[field] }));
  return {
    areSame: fields.every(({ isSame }) => isSame),
    seen: fields.map(({ field, isSame }) => `${field} ${isSame ? `stayed ${before[field]}` : `${before[field]} became ${after[field]}`}`).join('; '),
  };
}

/** What tells a new policy from itself after a change. */
async function differencesAfter(look: Look, change: (policyName: string) => Promise<unknown>): Promise<ReturnType<typeof differences>> {
  const name = await look.policy('policy');
  const before = await incarnation(look, name);
  await change(name);
  return differences(before, await incarnation(look, name));
}

function targetsOf({ source: { iot } }: Look, policyName: string, pageSize = PAGE_SIZE, marker?: string) {
  return iot.send(new ListTargetsForPolicyCommand({ policyName, pageSize, marker }));
}

async function attachedTo({ source: { iot } }: Look, target: string): Promise<string[]> {
  const { policies: attached = [] } = await iot.send(new ListAttachedPoliciesCommand({ target }));
  return attached.map(({ policyName }) => policyName!);
}

interface Targets {
  readonly policyName: string;
  /** What it is attached to. */
  readonly arns: readonly string[];
  /** What is listed. */
  readonly targets: readonly string[];
}

/** A policy that is attached to a certificate and to a group, once both are listed. */
async function twoTargets(look: Look): Promise<Targets> {
  const policyName = await look.policy('policy');
  const arns = [(await look.certificate('lamp')).arn, await groupArn(look)];
  for (const arn of arns) await done(attachingPolicy(look, policyName, arn));
  const targets = await look.eventually(async () => {
    const { targets: listed = [] } = await targetsOf(look, policyName);
    return listed.length >= arns.length ? listed : undefined;
  }, LISTING_SECONDS);
  if (!targets) throw new NotLookable(`the two targets of a policy were not listed within ${LISTING_SECONDS} s`);
  return { policyName, arns, targets };
}

export const POLICY_BELIEFS: readonly Belief[] = [
  {
    id: 'policy-created-anew',
    topic: 'identities',
    statement: 'a policy that is deleted and created again has another creationDate or generationId',
    otherwise: 'a policy whose deletion was replicated, and that was created again, stays deleted in every destination',
    see: 'https://docs.aws.amazon.com/iot/latest/apireference/API_GetPolicy.html',
    uses: { registryOperations: 8 },
    boundSeconds: 60,
    look: async (look) => {
      const { areSame, seen } = await differencesAfter(look, async (name) => {
        await done(deleting(look, name));
        await look.policy('policy');
      });
      return { holds: !areSame, seen };
    },
  },
  {
    id: 'policy-version-generation',
    topic: 'identities',
    statement: 'another default version of a policy leaves its creationDate and generationId as they are',
    otherwise: 'nothing: each document then belongs to a policy that replaces the one before',
    see: 'https://docs.aws.amazon.com/iot/latest/apireference/API_GetPolicy.html',
    uses: { registryOperations: 8 },
    boundSeconds: 60,
    look: async (look) => {
      const { areSame, seen } = await differencesAfter(look, (name) => done(creatingVersion(look, name)));
      return { holds: areSame, seen };
    },
  },
  {
    id: 'policy-sixth-version',
    topic: 'identities',
    statement: `CreatePolicyVersion of a policy with ${VERSIONS} versions is refused: VersionsLimitExceededException`,
    otherwise: 'the replicator does not make room: changes of a policy with five versions become dead letters',
    see: QUOTAS,
    uses: { registryOperations: 2 * VERSIONS + 5 },
    boundSeconds: 60,
    look: async (look) => {
      const name = await look.policy('policy');
      for (let version = 2; version <= VERSIONS; version++) {
        await done(creatingVersion(look, name));
        await look.pause(1);
      }
      return refused(await creatingVersion(look, name), 'VersionsLimitExceededException');
    },
  },
  {
    id: 'policy-version-numbers',
    topic: 'identities',
    statement: 'a new version of a policy has a higher number than every version before, deleted ones included',
    otherwise: 'to make room, the replicator may delete a version that is not the oldest: a version that is not the default is used by nobody',
    uses: { registryOperations: 8 },
    boundSeconds: 60,
    look: async (look) => {
      const policyName = await look.policy('policy');
      const { iot } = look.source;
      const create = async () => (await iot.send(new CreatePolicyVersionCommand({ policyName, policyDocument: DENYING }))).policyVersionId!;
      const deleted = await create();
      await iot.send(new DeletePolicyVersionCommand({ policyName, policyVersionId: deleted }));
      const next = await create();
      return { holds: Number(next) > Number(deleted), seen: `after version ${deleted}, which was deleted: ${next}` };
    },
  },
  {
    id: 'policy-delete-default',
    topic: 'identities',
    statement: 'DeletePolicyVersion of the default version is refused: DeleteConflictException',
    otherwise: 'nothing: the replicator deletes versions that are not the default',
    see: 'https://docs.aws.amazon.com/iot/latest/apireference/API_DeletePolicyVersion.html',
    uses: { registryOperations: 6 },
    boundSeconds: 60,
    look: async (look) => {
      const policyName = await look.policy('policy');
      return refused(await answerOf(() => look.source.iot.send(new DeletePolicyVersionCommand({ policyName, policyVersionId: '1' }))), 'DeleteConflictException');
    },
  },
  {
    id: 'policy-long-document',
    topic: 'identities',
    statement: `a policy document of more than ${DOCUMENT_CHARACTERS} characters is refused: MalformedPolicyException`,
    otherwise: 'nothing: a document that is too long after its Region was rewritten is rejected before the call',
    see: QUOTAS,
    uses: { registryOperations: 2 },
    boundSeconds: 60,
    look: async (look) => {
      const Resource = Array.from({ length: 20 }, (_, index) => `arn:aws:iot:*:*:topic/${index}${'a'.repeat(100)}`);
      return refused(await answerOf(() => look.policy('policy', policy({ Effect: 'Deny', Action: 'iot:Publish', Resource }))), 'MalformedPolicyException');
    },
  },
  {
    id: 'policy-eleventh',
    topic: 'identities',
    statement: `AttachPolicy of one policy more than the ${POLICIES_OF_A_CERTIFICATE} that a certificate may have is refused: LimitExceededException`,
    otherwise: LIMIT_OTHERWISE,
    see: QUOTAS,
    uses: { registryOperations: 6 * (POLICIES_OF_A_CERTIFICATE + 1) + 6 },
    boundSeconds: 120,
    look: async (look) => {
      const { arn } = await look.certificate('lamp');
      return refused(await attachingLast(look, await policies(look, POLICIES_OF_A_CERTIFICATE + 1), arn), 'LimitExceededException');
    },
  },
  {
    id: 'policy-third-of-group',
    topic: 'identities',
    statement: `AttachPolicy of one policy more than the ${POLICIES_OF_A_GROUP} that a thing group may have is refused: LimitExceededException`,
    otherwise: LIMIT_OTHERWISE,
    see: GROUPS,
    uses: { registryOperations: 6 * (POLICIES_OF_A_GROUP + 1) + 6 },
    boundSeconds: 60,
    look: async (look) => refused(await attachingLast(look, await policies(look, POLICIES_OF_A_GROUP + 1), await groupArn(look)), 'LimitExceededException'),
  },
  {
    id: 'policy-targets',
    topic: 'identities',
    statement: 'ListTargetsForPolicy returns the ARNs of certificates and thing groups that have the policy',
    otherwise: 'where policies are shared, sweeps do not find which certificates have them: each certificate differs from its record, and is read',
    see: TARGETS,
    uses: { registryOperations: 16 + LISTING_SECONDS },
    boundSeconds: 2 * LISTING_SECONDS,
    look: async (look) => {
      const { arns, targets } = await twoTargets(look);
      return { holds: [...targets].sort().join() === [...arns].sort().join(), seen: targets.join(', ') };
    },
  },
  {
    id: 'policy-targets-pages',
    topic: 'identities',
    statement: 'ListTargetsForPolicy with a page size of one returns each target once, with a marker of the next page',
    otherwise: 'a policy with more than one page of targets, which is 250, is read in part: sweeps find certificates that differ, and read each',
    see: TARGETS,
    uses: { registryOperations: 22 + LISTING_SECONDS },
    boundSeconds: 2 * LISTING_SECONDS,
    look: async (look) => {
      const { policyName, arns } = await twoTargets(look);
      const pages: (readonly string[])[] = [];
      let marker: string | undefined;
      do {
        const page = await targetsOf(look, policyName, 1, marker);
        pages.push(page.targets ?? []);
        marker = page.nextMarker || undefined;
      } while (marker && pages.length < 5);
      const holds = pages.flat().sort().join() === [...arns].sort().join() && pages.every(({ length }) => length <= 1);
      return { holds, seen: `pages of ${pages.map(({ length }) => length).join(', ')} targets` };
    },
  },
  {
    id: 'policy-attached-soon',
    topic: 'identities',
    statement: `ListAttachedPolicies and ListTargetsForPolicy have an attachment within ${LAG_SECONDS} s`,
    otherwise: 'changes of policies are replicated by a later sweep, and drift checks may report differences that are none',
    uses: { registryOperations: 10 + 2 * LISTING_SECONDS },
    boundSeconds: 2 * LISTING_SECONDS,
    look: async (look) => {
      const [{ arn }, name] = [await look.certificate('lamp'), await look.policy('policy')];
      await done(attachingPolicy(look, name, arn));
      const lag = await look.secondsUntil(async () => {
        const { targets = [] } = await targetsOf(look, name);
        return targets.includes(arn) && (await attachedTo(look, arn)).includes(name);
      }, LISTING_SECONDS);
      return { holds: lag !== undefined && lag <= LAG_SECONDS, seen: shownLag(lag, LISTING_SECONDS) };
    },
  },
  {
    id: 'policy-attach-again',
    topic: 'identities',
    statement: 'AttachPolicy of a policy that is attached succeeds',
    otherwise: 'nothing with ResourceAlreadyExistsException or InvalidRequestException, after which the replicator looks whether it is attached. With another error, certificates may become dead letters',
    see: ATTACH,
    uses: { registryOperations: 10 },
    boundSeconds: 60,
    look: async (look) => {
      const [{ arn }, name] = [await look.certificate('lamp'), await look.policy('policy')];
      await done(attachingPolicy(look, name, arn));
      return accepted(await attachingPolicy(look, name, arn));
    },
  },
  {
    id: 'policy-attach-missing',
    topic: 'identities',
    statement: 'AttachPolicy of a policy that does not exist is refused: ResourceNotFoundException',
    otherwise: 'a certificate whose policy somebody has deleted in a destination becomes a dead letter, instead of waiting until it is there again',
    see: ATTACH,
    uses: { registryOperations: 5 },
    boundSeconds: 60,
    look: async (look) => refused(await attachingPolicy(look, look.name('nobody'), (await look.certificate('lamp')).arn), 'ResourceNotFoundException'),
  },
  {
    id: 'policy-attach-missing-target',
    topic: 'identities',
    statement: 'AttachPolicy to a thing group that does not exist is refused: ResourceNotFoundException',
    otherwise: 'policies of groups that arrive before their group become dead letters',
    see: ATTACH,
    uses: { registryOperations: 5 },
    boundSeconds: 60,
    look: async (look) => refused(await attachingPolicy(look, await look.policy('policy'), look.arn('iot', `thinggroup/${look.name('nobody')}`)), 'ResourceNotFoundException'),
  },
  {
    id: 'policy-detach-unattached',
    topic: 'identities',
    statement: 'DetachPolicy of a policy that is not attached succeeds',
    otherwise: 'nothing with ResourceNotFoundException. With another error, changes that two batches make at the same time may become dead letters',
    see: DETACH,
    uses: { registryOperations: 9 },
    boundSeconds: 60,
    look: async (look) => {
      const { arn } = await look.certificate('lamp');
      return accepted(await detachingPolicy(look, await look.policy('policy'), arn));
    },
  },
  {
    id: 'policy-detach-missing',
    topic: 'identities',
    statement: 'DetachPolicy of a policy that does not exist succeeds',
    otherwise: 'nothing with ResourceNotFoundException. With another error, changes of certificates whose policies are being deleted may become dead letters',
    see: DETACH,
    uses: { registryOperations: 5 },
    boundSeconds: 60,
    look: async (look) => accepted(await detachingPolicy(look, look.name('nobody'), (await look.certificate('lamp')).arn)),
  },
  {
    id: 'policy-listed-of-missing',
    topic: 'identities',
    statement: 'ListAttachedPolicies of a certificate that does not exist is refused: ResourceNotFoundException',
    otherwise: 'nothing, if it lists none. With another error, deletions of certificates may fail',
    see: 'https://docs.aws.amazon.com/iot/latest/apireference/API_ListAttachedPolicies.html',
    uses: { registryOperations: 1 },
    boundSeconds: 60,
    look: async (look) => {
      const arn = look.arn('iot', `cert/${look.unregistered('nobody').id}`);
      return refused(await answerOf(() => attachedTo(look, arn)), 'ResourceNotFoundException');
    },
  },
  {
    id: 'policy-delete-attached',
    topic: 'identities',
    statement: 'a policy that is attached is not deleted: DeleteConflictException',
    otherwise: 'nothing with InvalidRequestException, after which the replicator waits as well. With another error, deletions of policies become dead letters. If it is deleted, a policy whose detachment is pending is gone at once',
    see: DELETE,
    uses: { registryOperations: 10 },
    boundSeconds: 60,
    look: async (look) => {
      const [{ arn }, name] = [await look.certificate('lamp'), await look.policy('policy')];
      await done(attachingPolicy(look, name, arn));
      return refused(await deleting(look, name), 'DeleteConflictException');
    },
  },
  {
    id: 'policy-delete-detached',
    topic: 'identities',
    statement: 'a policy can be deleted within five minutes after it was detached',
    otherwise: 'nothing: a deletion is tried again, for three days',
    see: DELETE,
    uses: { registryOperations: 10 + DELETION_SECONDS },
    boundSeconds: DELETION_SECONDS + 60,
    look: async (look) => {
      const [{ arn }, name] = [await look.certificate('lamp'), await look.policy('policy')];
      await done(attachingPolicy(look, name, arn));
      await done(detachingPolicy(look, name, arn));
      let answer: Answer | undefined;
      const lag = await look.secondsUntil(async () => (answer = await deleting(look, name)).ok, DELETION_SECONDS);
      return { holds: lag !== undefined, seen: `${shownLag(lag, DELETION_SECONDS)}: ${shownAnswer(answer!)}` };
    },
  },
  {
    id: 'policy-group-deleted',
    topic: 'identities',
    statement: 'DeleteThingGroup of a group that has a policy succeeds',
    otherwise: 'nothing with InvalidRequestException, after which the replicator waits until the policy is detached. With another error, deletions of groups become dead letters',
    see: 'https://docs.aws.amazon.com/iot/latest/apireference/API_DeleteThingGroup.html',
    uses: { registryOperations: 9 },
    boundSeconds: 60,
    look: async (look) => {
      const name = await look.policy('policy');
      await done(attachingPolicy(look, name, await groupArn(look)));
      return accepted(await answerOf(() => look.source.iot.send(new DeleteThingGroupCommand({ thingGroupName: look.name('group') }))));
    },
  },
];
