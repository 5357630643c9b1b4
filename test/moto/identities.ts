import { isDeepStrictEqual } from 'node:util';
import {
  AttachPolicyCommand, AttachThingPrincipalCommand, CreatePolicyCommand, CreatePolicyVersionCommand, CreateThingCommand, CreateThingGroupCommand, DeleteCACertificateCommand,
  DeleteCertificateCommand, DeletePolicyCommand, DeletePolicyVersionCommand, DescribeCACertificateCommand, DescribeCertificateCommand, DetachPolicyCommand, DetachThingPrincipalCommand,
  GetPolicyCommand, GetPolicyVersionCommand, IoTClient, ListAttachedPoliciesCommand, ListCertificatesCommand, ListPoliciesCommand, ListPolicyVersionsCommand, ListPrincipalThingsCommand,
  ListTargetsForPolicyCommand, ListThingPrincipalsCommand, ListThingPrincipalsV2Command, RegisterCACertificateCommand, RegisterCertificateWithoutCACommand, SetDefaultPolicyVersionCommand,
  UpdateCACertificateCommand, UpdateCertificateCommand,
} from '@aws-sdk/client-iot';
import { InMemoryRegistry, madeCertificate, type RegistryFacts } from '../simulation/registry';

/*
 * Certificates and policies: the simulation's registry beside one that nobody here wrote. The same calls have the same answers, but where moto is known to
 * do otherwise than AWS.
 */

const REGION = 'eu-west-1';
const ACCOUNT_ID = '123456789012';

/** Where AWS leaves the answer open, and moto has one. */
const AS_MOTO: Partial<RegistryFacts> = { deleteDefaultVersionError: 'InvalidRequest', detachingUnattachedPolicy: 'ResourceNotFound', detachUnattached: 'ResourceNotFound', detachmentHoldsPolicy: false };

/** What moto answers otherwise than the simulation, which does as AWS documents it. */
export const DEVIATIONS: Readonly<Record<string, unknown>> = {
  'it is made with a document that is no JSON': 'ok',
  'the certificates of the thing, with their types': ['true undefined'],
  'a revoked certificate is activated': 'ok',
  // A certificate that was deleted with force stays among its targets.
  'the policy is deleted': 'DeleteConflictException',
  'policies': ['connect', 'odd'],
  'the certificate of the authority is': ['ACTIVE', undefined],
  'inactive, it is deleted': 'ResourceNotFoundException',
};

interface Side {
  readonly client: IoTClient;
  /** The ids that it gave, for moto's are not those of AWS. */
  readonly ids: Map<string, string>;
}

/** A call, and what counts of its answer. */
type Call = readonly [label: string, act: (side: Side) => Promise<unknown>];

const document = (text: string) => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: text, Resource: '*' }] });
const arn = (kind: string, id: string) => `arn:aws:iot:${REGION}:${ACCOUNT_ID}:${kind}/${id}`;
const certArn = ({ ids }: Side, name: string) => arn('cert', ids.get(name)!);

async function outcome(act: () => Promise<unknown>): Promise<unknown> {
  try {
    return await act() ?? 'ok';
  } catch (error) {
    return (error as Error).name;
  }
}

async function register(side: Side, name: string): Promise<void> {
  const { certificateId } = await side.client.send(new RegisterCertificateWithoutCACommand({ certificatePem: madeCertificate(name).pem, status: 'ACTIVE' }));
  side.ids.set(name, certificateId!);
}

const policyName = 'connect';
const CALLS: readonly Call[] = [
  ['a policy is created', async ({ client }) => (await client.send(new CreatePolicyCommand({ policyName, policyDocument: document('a') }))).policyVersionId],
  ['it is created again', ({ client }) => client.send(new CreatePolicyCommand({ policyName, policyDocument: document('a') }))],
  ['it is made with a document that is no JSON', ({ client }) => client.send(new CreatePolicyCommand({ policyName: 'odd', policyDocument: '{' })).then(() => undefined)],
  ['four more versions', async ({ client }) => {
    const ids = [];
    for (const text of ['b', 'c', 'd', 'e']) ids.push((await client.send(new CreatePolicyVersionCommand({ policyName, policyDocument: document(text), setAsDefault: text === 'c' }))).policyVersionId);
    return ids;
  }],
  ['a sixth version', ({ client }) => client.send(new CreatePolicyVersionCommand({ policyName, policyDocument: document('f') }))],
  ['the default document', async ({ client }) => (({ policyDocument, defaultVersionId }) => [policyDocument, defaultVersionId])(await client.send(new GetPolicyCommand({ policyName })))],
  ['another document', async ({ client }) => (await client.send(new GetPolicyVersionCommand({ policyName, policyVersionId: '2' }))).policyDocument],
  ['the default version is deleted', ({ client }) => client.send(new DeletePolicyVersionCommand({ policyName, policyVersionId: '3' }))],
  ['another version becomes default', ({ client }) => client.send(new SetDefaultPolicyVersionCommand({ policyName, policyVersionId: '1' })).then(() => undefined)],
  ['other versions are deleted', async ({ client }) => {
    for (const policyVersionId of ['2', '3']) await client.send(new DeletePolicyVersionCommand({ policyName, policyVersionId }));
  }],
  ['the versions of the policy', async ({ client }) => (await client.send(new ListPolicyVersionsCommand({ policyName }))).policyVersions?.map(({ versionId, isDefaultVersion }) => `${versionId} ${isDefaultVersion}`).sort()],
  ['a certificate is registered', (side) => register(side, 'device')],
  ['it is registered again', (side) => register(side, 'device')],
  ['the status of the certificate', async ({ client, ids }) => (await client.send(new DescribeCertificateCommand({ certificateId: ids.get('device') }))).certificateDescription?.status],
  ['a certificate that is none', ({ client }) => client.send(new DescribeCertificateCommand({ certificateId: 'a'.repeat(64) }))],
  ['the list of certificates', async ({ client }) => (await client.send(new ListCertificatesCommand({}))).certificates?.map(({ status }) => status)],
  ['a policy is attached', (side) => side.client.send(new AttachPolicyCommand({ policyName, target: certArn(side, 'device') })).then(() => undefined)],
  ['it is attached again', (side) => side.client.send(new AttachPolicyCommand({ policyName, target: certArn(side, 'device') })).then(() => undefined)],
  ['a policy that is none', (side) => side.client.send(new AttachPolicyCommand({ policyName: 'none', target: certArn(side, 'device') }))],
  ['it is attached to a certificate that is none', (side) => side.client.send(new AttachPolicyCommand({ policyName, target: arn('cert', 'a'.repeat(64)) }))],
  ['the policies of the certificate', async (side) => (await side.client.send(new ListAttachedPoliciesCommand({ target: certArn(side, 'device') }))).policies?.map((each) => each.policyName)],
  ['it is attached to a group', async ({ client }) => {
    await client.send(new CreateThingGroupCommand({ thingGroupName: 'house' }));
    await client.send(new AttachPolicyCommand({ policyName, target: arn('thinggroup', 'house') }));
  }],
  ['the targets of the policy', async (side) => (await side.client.send(new ListTargetsForPolicyCommand({ policyName }))).targets?.map((each) => (each === certArn(side, 'device') ? 'device' : each))],
  ['it is deleted while it is attached', ({ client }) => client.send(new DeletePolicyCommand({ policyName }))],
  ['it is detached from the group', ({ client }) => client.send(new DetachPolicyCommand({ policyName, target: arn('thinggroup', 'house') })).then(() => undefined)],
  ['it is detached from it again', ({ client }) => client.send(new DetachPolicyCommand({ policyName, target: arn('thinggroup', 'house') })).then(() => undefined)],
  ['a thing gets the certificate', async (side) => {
    await side.client.send(new CreateThingCommand({ thingName: 'lamp' }));
    await side.client.send(new AttachThingPrincipalCommand({ thingName: 'lamp', principal: certArn(side, 'device') }));
  }],
  ['a thing that is none', (side) => side.client.send(new AttachThingPrincipalCommand({ thingName: 'none', principal: certArn(side, 'device') }))],
  ['the certificates of the thing', async (side) => (await side.client.send(new ListThingPrincipalsCommand({ thingName: 'lamp' }))).principals?.map((each) => each === certArn(side, 'device'))],
  ['the certificates of the thing, with their types', async (side) => (await side.client.send(new ListThingPrincipalsV2Command({ thingName: 'lamp' }))).thingPrincipalObjects?.map((each) => `${each.principal === certArn(side, 'device')} ${each.thingPrincipalType}`)],
  ['the things of the certificate', async (side) => (await side.client.send(new ListPrincipalThingsCommand({ principal: certArn(side, 'device') }))).things],
  ['the certificate is deleted', ({ client, ids }) => client.send(new DeleteCertificateCommand({ certificateId: ids.get('device') }))],
  ['the certificate is deactivated', ({ client, ids }) => client.send(new UpdateCertificateCommand({ certificateId: ids.get('device'), newStatus: 'INACTIVE' })).then(() => undefined)],
  ['it is deleted although it has a thing', ({ client, ids }) => client.send(new DeleteCertificateCommand({ certificateId: ids.get('device'), forceDelete: true }))],
  ['it is detached from the thing', (side) => side.client.send(new DetachThingPrincipalCommand({ thingName: 'lamp', principal: certArn(side, 'device') })).then(() => undefined)],
  ['it is detached from the thing again', (side) => side.client.send(new DetachThingPrincipalCommand({ thingName: 'lamp', principal: certArn(side, 'device') }))],
  ['it is deleted although it has a policy', ({ client, ids }) => client.send(new DeleteCertificateCommand({ certificateId: ids.get('device') }))],
  ['it is deleted with force', ({ client, ids }) => client.send(new DeleteCertificateCommand({ certificateId: ids.get('device'), forceDelete: true })).then(() => undefined)],
  ['certificates', async ({ client }) => (await client.send(new ListCertificatesCommand({}))).certificates],
  ['a revoked certificate is activated', async (side) => {
    await register(side, 'other');
    for (const newStatus of ['REVOKED', 'ACTIVE'] as const) await side.client.send(new UpdateCertificateCommand({ certificateId: side.ids.get('other'), newStatus }));
  }],
  ['the policy is deleted', async ({ client }) => {
    for (const policyVersionId of ['4', '5']) await client.send(new DeletePolicyVersionCommand({ policyName, policyVersionId }));
    await client.send(new DeletePolicyCommand({ policyName }));
  }],
  ['policies', async ({ client }) => (await client.send(new ListPoliciesCommand({}))).policies?.map((each) => each.policyName)],
  ['a certificate of an authority is registered', async ({ client, ids }) => {
    const { certificateId } = await client.send(new RegisterCACertificateCommand({ caCertificate: madeCertificate('root').pem, certificateMode: 'SNI_ONLY', setAsActive: true, allowAutoRegistration: false }));
    ids.set('root', certificateId!);
  }],
  ['the certificate of the authority is', async ({ client, ids }) => (({ certificateDescription: is }) => [is?.status, is?.autoRegistrationStatus])(await client.send(new DescribeCACertificateCommand({ certificateId: ids.get('root') })))],
  ['active, it is deleted', ({ client, ids }) => client.send(new DeleteCACertificateCommand({ certificateId: ids.get('root') })).then(() => undefined)],
  ['inactive, it is deleted', async ({ client, ids }) => {
    await client.send(new UpdateCACertificateCommand({ certificateId: ids.get('root'), newStatus: 'INACTIVE' }));
    await client.send(new DeleteCACertificateCommand({ certificateId: ids.get('root') }));
  }],
];

/** What moto answers, where it is something else, by what it is about. */
export async function deviationsOf(moto: IoTClient): Promise<Record<string, unknown>> {
  let time = 1_700_000_000_000;
  const registry = new InMemoryRegistry({ region: REGION, accountId: ACCOUNT_ID, now: () => time += 1_000, facts: AS_MOTO, limits: { principalDetachDelay: 0 } });
  const [ours, theirs]: Side[] = [{ client: registry.client, ids: new Map() }, { client: moto, ids: new Map() }];
  const deviations: Record<string, unknown> = {};
  for (const [label, act] of CALLS) {
    const [expected, answer] = [await outcome(() => act(ours)), await outcome(() => act(theirs))];
    if (!isDeepStrictEqual(expected, answer)) deviations[label] = answer;
  }
  return deviations;
}
