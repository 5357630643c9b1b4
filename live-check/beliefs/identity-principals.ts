import {
  DeleteThingCommand, DescribeThingCommand, ListAttachedPoliciesCommand, ListCertificatesCommand, ListPoliciesCommand, ListPrincipalThingsV2Command,
  ListTargetsForPolicyCommand, ListThingPrincipalsV2Command, ThingPrincipalType,
} from '@aws-sdk/client-iot';
import { PAGE_SIZE } from '../../src/kinds/handler/kind-reader';
import { accepted, answerOf, refused, shownAnswer } from '../answer';
import { attachingPrincipal, detachingPrincipal, done } from '../attachments';
import { Belief, Finding, NotLookable } from '../belief';
import type { Look } from '../look';
import { shownLag } from '../seconds';

const ATTACH = 'https://docs.aws.amazon.com/iot/latest/apireference/API_AttachThingPrincipal.html';
const EXCLUSIVE = 'https://docs.aws.amazon.com/iot/latest/developerguide/exclusive-thing.html';
const DETACH = 'https://docs.aws.amazon.com/iot/latest/apireference/API_DetachThingPrincipal.html';
const LIST = 'https://docs.aws.amazon.com/iot/latest/apireference/API_ListThingPrincipalsV2.html';

/** How long the replicator waits until it looks again. */
const LAG_SECONDS = 20;
const LISTING_SECONDS = 60;

const { EXCLUSIVE_THING, NON_EXCLUSIVE_THING } = ThingPrincipalType;

const CONFLICT_OTHERWISE = 'nothing with LimitExceededException or ResourceAlreadyExistsException, after which the replicator waits as well, until the other attachment is gone. '
  + 'With another error, a certificate that changes its thing becomes a dead letter';

/** A thing and a certificate that are not attached. */
async function pair(look: Look): Promise<{ readonly thingName: string; readonly arn: string }> {
  return { thingName: await look.thing('lamp'), arn: (await look.certificate('lamp')).arn };
}

async function attached(look: Look, type = NON_EXCLUSIVE_THING as ThingPrincipalType): Promise<{ readonly thingName: string; readonly arn: string }> {
  const made = await pair(look);
  await done(attachingPrincipal(look, made.thingName, made.arn, type));
  return made;
}

async function principalsOf({ source: { iot } }: Look, thingName: string) {
  const { thingPrincipalObjects = [] } = await iot.send(new ListThingPrincipalsV2Command({ thingName, maxResults: PAGE_SIZE }));
  return thingPrincipalObjects;
}

async function thingsOf({ source: { iot } }: Look, principal: string) {
  const { principalThingObjects = [] } = await iot.send(new ListPrincipalThingsV2Command({ principal, maxResults: PAGE_SIZE }));
  return principalThingObjects;
}

const READS = 5;

/** What beliefs about an attachment during a detachment have in common. */
const WHILE_DETACHED: Pick<Belief, 'topic' | 'otherwise' | 'see' | 'uses' | 'boundSeconds'> = {
  topic: 'identities',
  otherwise: `nothing that lasts: ${LAG_SECONDS} s after each detachment the replicator looks again and attaches what is missing. Until then, a certificate that was detached and attached again within seconds `
    + 'is not attached',
  see: DETACH,
  uses: { registryOperations: 11 + READS },
  boundSeconds: 120,
};

/** Attaches what is being detached, and reads for as long as the replicator waits until it looks again. */
async function attachedMeanwhile(look: Look, type: ThingPrincipalType): Promise<Finding> {
  const { thingName, arn } = await attached(look);
  await done(detachingPrincipal(look, thingName, arn));
  const answer = await attachingPrincipal(look, thingName, arn, type);
  const typeRead = async () => (await principalsOf(look, thingName)).find(({ principal }) => principal === arn)?.thingPrincipalType;
  let last = await typeRead();
  const reads = [`at once ${last ?? 'not attached'}`];
  for (let read = 1; read <= READS; read++) {
    await look.pause(LAG_SECONDS / READS);
    last = await typeRead();
    reads.push(`after ${read * LAG_SECONDS / READS} s ${last ?? 'not attached'}`);
  }
  return { holds: answer.ok && last === type, seen: `${shownAnswer(answer)}; ${reads.join(', ')}` };
}

export const PRINCIPAL_BELIEFS: readonly Belief[] = [
  {
    id: 'principal-attach-again',
    topic: 'identities',
    statement: 'AttachThingPrincipal of an attached certificate, with the same type, succeeds',
    otherwise: 'nothing with InvalidRequestException, after which the replicator looks what is attached. With another error, certificates of things may become dead letters',
    see: ATTACH,
    uses: { registryOperations: 9 },
    boundSeconds: 60,
    look: async (look) => {
      const { thingName, arn } = await attached(look);
      return accepted(await attachingPrincipal(look, thingName, arn));
    },
  },
  {
    id: 'principal-exclusive-elsewhere',
    topic: 'identities',
    statement: 'a certificate that is attached to a thing exclusively is not attached to another one: InvalidRequestException',
    otherwise: CONFLICT_OTHERWISE,
    see: EXCLUSIVE,
    uses: { registryOperations: 11 },
    boundSeconds: 60,
    look: async (look) => {
      const { arn } = await attached(look, EXCLUSIVE_THING);
      return refused(await attachingPrincipal(look, await look.thing('other'), arn), 'InvalidRequestException');
    },
  },
  {
    id: 'principal-elsewhere-exclusive',
    topic: 'identities',
    statement: 'a certificate that is attached to a thing is not attached to another one exclusively: InvalidRequestException',
    otherwise: CONFLICT_OTHERWISE,
    see: EXCLUSIVE,
    uses: { registryOperations: 11 },
    boundSeconds: 60,
    look: async (look) => {
      const { arn } = await attached(look);
      return refused(await attachingPrincipal(look, await look.thing('other'), arn, EXCLUSIVE_THING), 'InvalidRequestException');
    },
  },
  {
    id: 'principal-type-changed',
    topic: 'identities',
    statement: 'AttachThingPrincipal of an attached certificate, with another type, is refused: InvalidRequestException',
    otherwise: 'nothing, if it changes the type. If it succeeds and changes nothing, a certificate that is attached in a destination with another type keeps that until a drift check',
    see: EXCLUSIVE,
    uses: { registryOperations: 9 },
    boundSeconds: 60,
    look: async (look) => {
      const { thingName, arn } = await attached(look);
      const answer = await attachingPrincipal(look, thingName, arn, EXCLUSIVE_THING);
      const types = (await principalsOf(look, thingName)).map(({ thingPrincipalType }) => thingPrincipalType);
      const finding = refused(answer, 'InvalidRequestException');
      return { ...finding, seen: `${finding.seen}; then the type is ${types.join(', ') || 'unknown, because nothing is listed'}` };
    },
  },
  {
    id: 'principal-thing-version',
    topic: 'identities',
    statement: 'AttachThingPrincipal and DetachThingPrincipal leave the version of the thing as it is',
    otherwise: 'nothing: versions are compared only with those of the same registry',
    uses: { registryOperations: 12 },
    boundSeconds: 60,
    look: async (look) => {
      const { thingName, arn } = await pair(look);
      const version = async () => (await look.source.iot.send(new DescribeThingCommand({ thingName }))).version;
      const before = await version();
      await done(attachingPrincipal(look, thingName, arn));
      const between = await version();
      await done(detachingPrincipal(look, thingName, arn));
      const after = await version();
      return { holds: before === between && between === after, seen: `version ${before}, attached ${between}, detached ${after}` };
    },
  },
  {
    id: 'principal-listed',
    topic: 'identities',
    statement: 'ListThingPrincipalsV2 returns the ARN of each certificate, and whether it is attached exclusively',
    otherwise: 'certificates of things are not replicated, or with another type',
    see: LIST,
    uses: { registryOperations: 10 + LISTING_SECONDS },
    boundSeconds: 2 * LISTING_SECONDS,
    look: async (look) => {
      const { thingName, arn } = await pair(look);
      const other = await look.certificate('other');
      await done(attachingPrincipal(look, thingName, arn, EXCLUSIVE_THING));
      await done(attachingPrincipal(look, thingName, other.arn));
      const listed = await look.eventually(async () => {
        const objects = await principalsOf(look, thingName);
        return objects.length >= 2 ? objects : undefined;
      }, LISTING_SECONDS);
      if (!listed) throw new NotLookable(`the two certificates of a thing were not listed within ${LISTING_SECONDS} s`);
      const shown = listed.map(({ principal, thingPrincipalType }) => `${principal} ${thingPrincipalType}`).sort();
      return { holds: shown.join() === [`${arn} ${EXCLUSIVE_THING}`, `${other.arn} ${NON_EXCLUSIVE_THING}`].sort().join(), seen: shown.join(', ') };
    },
  },
  {
    id: 'principal-things-listed',
    topic: 'identities',
    statement: 'ListPrincipalThingsV2 returns the names of things',
    otherwise: 'nothing with ARNs, of which the replicator takes the name. With anything else, certificates that are attached are not deleted',
    see: 'https://docs.aws.amazon.com/iot/latest/apireference/API_ListPrincipalThingsV2.html',
    uses: { registryOperations: 8 + LISTING_SECONDS },
    boundSeconds: 2 * LISTING_SECONDS,
    look: async (look) => {
      const { thingName, arn } = await attached(look);
      const names = await look.eventually(async () => {
        const objects = await thingsOf(look, arn);
        return objects.length > 0 ? objects.map((each) => each.thingName) : undefined;
      }, LISTING_SECONDS);
      if (!names) throw new NotLookable(`the thing of a certificate was not listed within ${LISTING_SECONDS} s`);
      return { holds: names.join() === thingName, seen: names.join(', ') };
    },
  },
  {
    id: 'principal-things-of-missing',
    topic: 'identities',
    statement: 'ListPrincipalThingsV2 of a certificate that does not exist is refused: ResourceNotFoundException',
    otherwise: 'nothing, if it lists none. With another error, deletions of certificates may fail',
    see: 'https://docs.aws.amazon.com/iot/latest/apireference/API_ListPrincipalThingsV2.html',
    uses: { registryOperations: 1 },
    boundSeconds: 60,
    look: async (look) => {
      const principal = look.arn('iot', `cert/${look.unregistered('nobody').id}`);
      return refused(await answerOf(() => thingsOf(look, principal)), 'ResourceNotFoundException');
    },
  },
  {
    id: 'principal-detached-soon',
    topic: 'identities',
    statement: `ListThingPrincipalsV2 does not have a certificate any more ${LAG_SECONDS} s after DetachThingPrincipal`,
    otherwise: 'changes that rely on a read are decided by what is no longer so, and a difference stays until the next drift check',
    see: DETACH,
    uses: { registryOperations: 9 + LISTING_SECONDS },
    boundSeconds: 2 * LISTING_SECONDS,
    look: async (look) => {
      const { thingName, arn } = await attached(look);
      await done(detachingPrincipal(look, thingName, arn));
      const lag = await look.secondsUntil(async () => (await principalsOf(look, thingName)).length === 0, LISTING_SECONDS);
      return { holds: lag !== undefined && lag <= LAG_SECONDS, seen: shownLag(lag, LISTING_SECONDS) };
    },
  },
  {
    id: 'principal-attach-while-detached',
    statement: 'AttachThingPrincipal right after DetachThingPrincipal succeeds, and the certificate is still attached once the detachment has taken effect',
    ...WHILE_DETACHED,
    look: (look) => attachedMeanwhile(look, NON_EXCLUSIVE_THING),
  },
  {
    id: 'principal-retype-while-detached',
    statement: 'AttachThingPrincipal with another type, right after DetachThingPrincipal, succeeds, and the certificate is still attached once the detachment has taken effect',
    ...WHILE_DETACHED,
    look: (look) => attachedMeanwhile(look, EXCLUSIVE_THING),
  },
  {
    id: 'principal-missing-certificate',
    topic: 'identities',
    statement: 'AttachThingPrincipal of a certificate that does not exist is refused: ResourceNotFoundException',
    otherwise: 'nothing with InvalidRequestException, after which the replicator waits as well. With another error, attachments that arrive before their certificate become dead letters',
    see: ATTACH,
    uses: { registryOperations: 3 },
    boundSeconds: 60,
    look: async (look) => {
      const arn = look.arn('iot', `cert/${look.unregistered('nobody').id}`);
      return refused(await attachingPrincipal(look, await look.thing('lamp'), arn), 'ResourceNotFoundException');
    },
  },
  {
    id: 'principal-missing-thing',
    topic: 'identities',
    statement: 'AttachThingPrincipal to a thing that does not exist is refused: ResourceNotFoundException',
    otherwise: 'nothing with InvalidRequestException, after which the replicator waits as well. With another error, attachments that arrive before their thing become dead letters',
    see: ATTACH,
    uses: { registryOperations: 5 },
    boundSeconds: 60,
    look: async (look) => refused(await attachingPrincipal(look, look.name('nobody'), (await look.certificate('lamp')).arn), 'ResourceNotFoundException'),
  },
  {
    id: 'registry-detach-unattached',
    topic: 'identities',
    statement: 'DetachThingPrincipal of a certificate that is not attached succeeds',
    otherwise: 'nothing with ResourceNotFoundException. With another error, detachments that are repeated become dead letters',
    see: DETACH,
    uses: { registryOperations: 8 },
    boundSeconds: 60,
    look: async (look) => {
      const { thingName, arn } = await pair(look);
      return accepted(await detachingPrincipal(look, thingName, arn));
    },
  },
  {
    id: 'principal-delete-thing',
    topic: 'identities',
    statement: 'a thing that has a certificate is not deleted: InvalidRequestException',
    otherwise: 'nothing, if it is deleted: the certificates that it has by its record are detached first. With another error, deletions of things may become dead letters',
    see: 'https://docs.aws.amazon.com/iot/latest/apireference/API_DeleteThing.html',
    uses: { registryOperations: 9 },
    boundSeconds: 60,
    look: async (look) => {
      const { thingName } = await attached(look);
      return refused(await answerOf(() => look.source.iot.send(new DeleteThingCommand({ thingName }))), 'InvalidRequestException');
    },
  },
  {
    id: 'identities-page-size',
    topic: 'identities',
    statement: `listings of certificates, policies, attachments of policies, and certificates of things accept ${PAGE_SIZE} as the size of a page`,
    otherwise: 'sweeps, drift checks or certificate checks of identities fail',
    see: LIST,
    uses: { registryOperations: 16 },
    boundSeconds: 60,
    look: async (look) => {
      const { thingName, arn } = await pair(look);
      const policyName = await look.policy('policy');
      const { iot } = look.source;
      const listings: Readonly<Record<string, () => Promise<unknown>>> = {
        ListCertificates: () => iot.send(new ListCertificatesCommand({ pageSize: PAGE_SIZE })),
        ListPolicies: () => iot.send(new ListPoliciesCommand({ pageSize: PAGE_SIZE })),
        ListAttachedPolicies: () => iot.send(new ListAttachedPoliciesCommand({ target: arn, pageSize: PAGE_SIZE })),
        ListTargetsForPolicy: () => iot.send(new ListTargetsForPolicyCommand({ policyName, pageSize: PAGE_SIZE })),
        ListThingPrincipalsV2: () => principalsOf(look, thingName),
        ListPrincipalThingsV2: () => thingsOf(look, arn),
      };
      const refusals: string[] = [];
      for (const [name, list] of Object.entries(listings)) {
        const answer = await answerOf(list);
        if (!answer.ok) refusals.push(`${name} ${answer.name}`);
      }
      return { holds: refusals.length === 0, seen: refusals.join(', ') || 'all do' };
    },
  },
];
