import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import * as sdk from '@aws-sdk/client-iot';
import { GetQueueUrlCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import { credentialsOf } from './credentials';
import type { Emulator } from '../../emulator/emulator';
import { certificateIdOf, DeviceIdentity, makeIdentities } from '../../emulator/identity';
import { Shell } from '../../emulator/shell';
import { waitFor } from '../../emulator/waiting';

/** What a rule of EventBridge sends. */
interface TrailEvent {
  readonly 'source': string;
  readonly 'region': string;
  readonly 'detail-type': string;
  readonly 'detail': {
    readonly eventName: string;
    readonly requestParameters: object | null;
    readonly responseElements: object | null;
    readonly errorCode?: string;
  };
}

type Resources = Record<string, { readonly Type: string; readonly Properties?: object }>;

/** No other test of this emulator creates certificates or policies in this Region. */
const HOME = 'us-east-1';
const DOCUMENT = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iot:Connect', Resource: '*' }] });

/** What AWS IoT does with certificates, policies and attachments, and MiniStack does not. */
export function identityTests(emulator: () => Emulator, deploy: (name: string, resources: Resources) => Promise<string | undefined>): void {
  let iot: sdk.IoTClient;
  /** Self-signed certificates, none of them registered. */
  let identities: DeviceIdentity[];
  let taken = 0;

  beforeAll(async () => {
    // The SDK takes LimitExceededException for throttling, and would retry.
    iot = new sdk.IoTClient({ ...emulator().clientConfig(HOME), maxAttempts: 1 });
    identities = await makeIdentities(...Array.from({ length: 16 }, (_, index) => ({ commonName: `device ${index}` })));
  });

  const next = () => identities[taken++];
  const arnOf = (resource: string) => `arn:aws:iot:${HOME}:${emulator().account}:${resource}`;
  const register = async (status?: sdk.CertificateStatus, { certificatePem } = next()) => iot.send(new sdk.RegisterCertificateWithoutCACommand({ certificatePem, status }));
  const describe_ = async (certificateId: string) => (await iot.send(new sdk.DescribeCertificateCommand({ certificateId }))).certificateDescription!;
  const setStatus = (certificateId: string, newStatus: sdk.CertificateStatus) => iot.send(new sdk.UpdateCertificateCommand({ certificateId, newStatus }));
  const createPolicy = async (policyName: string) => {
    await iot.send(new sdk.CreatePolicyCommand({ policyName, policyDocument: DOCUMENT }));
    return policyName;
  };
  const attach = (policyName: string, target: string) => iot.send(new sdk.AttachPolicyCommand({ policyName, target }));

  /** Reads a listing to its end. */
  async function pagesOf<T extends { readonly nextMarker?: string; readonly nextToken?: string }>(read: (after?: string) => Promise<T>): Promise<T[]> {
    const pages: T[] = [await read()];
    for (;;) {
      const after = pages[pages.length - 1].nextMarker ?? pages[pages.length - 1].nextToken;
      if (!after) return pages;
      pages.push(await read(after));
    }
  }

  describe('a certificate registered without its authority', () => {
    test('has the SHA-256 of its DER as its id, is INACTIVE by default, and is described in full', async () => {
      const before = Date.now() / 1000 - 1;
      const identity = next();
      const { certificateId, certificateArn } = await register(undefined, identity);
      expect(certificateId).toBe(certificateIdOf(identity.certificatePem));
      const description = await describe_(certificateId!);
      expect(description).toMatchObject({
        certificateArn,
        certificateId,
        certificatePem: identity.certificatePem,
        status: 'INACTIVE',
        certificateMode: 'SNI_ONLY',
        ownedBy: emulator().account,
        customerVersion: 1,
        generationId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        creationDate: expect.any(Date),
        validity: { notBefore: expect.any(Date), notAfter: expect.any(Date) },
      });
      expect(description.creationDate!.getTime() / 1000).toBeGreaterThan(before);
      expect(description.lastModifiedDate).toEqual(description.creationDate);
      expect(description.validity!.notAfter!.getTime()).toBeGreaterThan(Date.now());
      await expect(register(undefined, identity)).rejects.toMatchObject({ name: 'ResourceAlreadyExistsException', resourceId: certificateId, resourceArn: certificateArn });
      await setStatus(certificateId!, 'ACTIVE');
      const active = await describe_(certificateId!);
      expect(active).toMatchObject({ status: 'ACTIVE', customerVersion: 2, generationId: description.generationId, creationDate: description.creationDate });
      await setStatus(certificateId!, 'ACTIVE');
      expect(await describe_(certificateId!)).toEqual(active);
    });

    test('has the same id and another generation when it is deleted and registered again', async () => {
      const identity = next();
      const certificateId = (await register(undefined, identity)).certificateId!;
      const before = await describe_(certificateId);
      await iot.send(new sdk.DeleteCertificateCommand({ certificateId }));
      await expect(iot.send(new sdk.DescribeCertificateCommand({ certificateId }))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
      expect((await register('ACTIVE', identity)).certificateId).toBe(certificateId);
      const after = await describe_(certificateId);
      expect(after.status).toBe('ACTIVE');
      expect(after.creationDate!.getTime()).toBeGreaterThan(before.creationDate!.getTime());
      expect(after.generationId).not.toBe(before.generationId);
    });

    test('fails for an invalid PEM, for an expired certificate, and with a status that only AWS IoT sets', async () => {
      const [expired] = await makeIdentities({ commonName: 'expired', days: -1 });
      await expect(register(undefined, { ...expired, certificatePem: 'no certificate' })).rejects.toMatchObject({ name: 'CertificateValidationException' });
      await expect(register(undefined, expired)).rejects.toMatchObject({ name: 'CertificateValidationException', message: 'The certificate is expired.' });
      const identity = next();
      for (const status of ['PENDING_TRANSFER', 'PENDING_ACTIVATION'] as const) {
        await expect(register(status, identity)).rejects.toMatchObject({ name: 'CertificateStateException', $metadata: { httpStatusCode: 406 } });
      }
      const certificateId = (await register(undefined, identity)).certificateId!;
      for (const status of ['PENDING_TRANSFER', 'PENDING_ACTIVATION'] as const) await expect(setStatus(certificateId, status)).rejects.toMatchObject({ name: 'InvalidRequestException' });
    });

    test('stays REVOKED', async () => {
      const certificateId = (await register('REVOKED')).certificateId!;
      for (const status of ['ACTIVE', 'INACTIVE'] as const) await expect(setStatus(certificateId, status)).rejects.toMatchObject({ name: 'CertificateStateException', $metadata: { httpStatusCode: 406 } });
      await setStatus(certificateId, 'REVOKED');
      await iot.send(new sdk.DeleteCertificateCommand({ certificateId }));
    });

    test('fails to be deleted while it is ACTIVE, or has things or policies', async () => {
      const { certificateId, certificateArn } = await register('ACTIVE');
      const principal = certificateArn!;
      const remove = (forceDelete = false) => iot.send(new sdk.DeleteCertificateCommand({ certificateId, forceDelete }));
      await iot.send(new sdk.CreateThingCommand({ thingName: 'held' }));
      await iot.send(new sdk.AttachThingPrincipalCommand({ thingName: 'held', principal }));
      await attach(await createPolicy('held'), principal);
      await expect(remove(true)).rejects.toMatchObject({ name: 'CertificateStateException' });
      await setStatus(certificateId!, 'INACTIVE');
      await expect(remove(true)).rejects.toMatchObject({ name: 'DeleteConflictException', message: expect.stringContaining('Things must be detached') });
      await expect(iot.send(new sdk.DeleteThingCommand({ thingName: 'held' }))).rejects.toMatchObject({ name: 'InvalidRequestException' });
      await iot.send(new sdk.DetachThingPrincipalCommand({ thingName: 'held', principal }));
      await expect(remove()).rejects.toMatchObject({ name: 'DeleteConflictException', message: expect.stringContaining('policies must be detached') });
      await remove(true);
      expect((await iot.send(new sdk.ListTargetsForPolicyCommand({ policyName: 'held' }))).targets).toEqual([]);
    });
  });

  test('certificates are listed in pages by creation date, with status and mode', async () => {
    for (let count = 0; count < 3; count++) await register();
    const pages = await pagesOf((marker) => iot.send(new sdk.ListCertificatesCommand({ pageSize: 2, marker })));
    expect(pages.slice(0, -1).every(({ certificates }) => certificates!.length === 2)).toBe(true);
    const all = pages.flatMap(({ certificates }) => certificates!);
    const dates = all.map(({ creationDate }) => creationDate!.getTime());
    expect(all.length).toBeGreaterThan(3);
    expect(dates).toEqual([...dates].sort((a, b) => b - a));
    expect(all[0]).toEqual({ certificateArn: expect.any(String), certificateId: expect.any(String), status: expect.any(String), certificateMode: 'SNI_ONLY', creationDate: expect.any(Date) });
    const ascending = await iot.send(new sdk.ListCertificatesCommand({ pageSize: 250, ascendingOrder: true }));
    expect(ascending.certificates).toEqual([...all].reverse());
    // A new certificate does not move the page after a marker.
    const { nextMarker } = pages[0];
    await register();
    expect((await iot.send(new sdk.ListCertificatesCommand({ pageSize: 2, marker: nextMarker }))).certificates).toEqual(pages[1].certificates);
    for (const input of [{ pageSize: 251 }, { marker: 'bm9uZQ==' }]) await expect(iot.send(new sdk.ListCertificatesCommand(input))).rejects.toMatchObject({ name: 'InvalidRequestException' });
  });

  describe('a policy', () => {
    test('has at most 2,048 characters without white space', async () => {
      const document = (characters: number) => {
        const of = (text: string) => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iot:Connect', Resource: text }] });
        return of('r'.repeat(characters - of('').length));
      };
      const create = (policyName: string, policyDocument: string) => iot.send(new sdk.CreatePolicyCommand({ policyName, policyDocument }));
      await create('wordy', JSON.stringify(JSON.parse(document(2_048)), undefined, 2));
      const refused = { name: 'MalformedPolicyException', $metadata: { httpStatusCode: 400 } };
      await expect(create('wordier', document(2_049))).rejects.toMatchObject(refused);
      await expect(iot.send(new sdk.CreatePolicyVersionCommand({ policyName: 'wordy', policyDocument: document(2_049) }))).rejects.toMatchObject(refused);
      for (const text of ['no JSON', '[]', '{"Version":"2012-10-17"}']) await expect(create('wordier', text)).rejects.toMatchObject(refused);
      await expect(create('wordy', DOCUMENT)).rejects.toMatchObject({ name: 'ResourceAlreadyExistsException' });
    });

    test('has at most five versions, whose numbers are not used twice; dates and generation belong to the policy', async () => {
      const policyName = await createPolicy('versioned');
      const version = (setAsDefault: boolean) => iot.send(new sdk.CreatePolicyVersionCommand({ policyName, policyDocument: DOCUMENT, setAsDefault }));
      const before = await iot.send(new sdk.GetPolicyCommand({ policyName }));
      expect(before).toMatchObject({ defaultVersionId: '1', creationDate: expect.any(Date), lastModifiedDate: before.creationDate, generationId: expect.stringMatching(/^[0-9a-f]{64}$/) });
      for (const setAsDefault of [true, false, false, false]) await version(setAsDefault);
      await expect(version(true)).rejects.toMatchObject({
        name: 'VersionsLimitExceededException', message: 'The policy versioned already has the maximum number of versions (5)', $metadata: { httpStatusCode: 409 },
      });
      const { creationDate, generationId } = before;
      expect(await iot.send(new sdk.GetPolicyCommand({ policyName }))).toMatchObject({ defaultVersionId: '2', creationDate, generationId });
      expect(await iot.send(new sdk.GetPolicyVersionCommand({ policyName, policyVersionId: '1' }))).toMatchObject({ policyName, isDefaultVersion: false, creationDate, generationId });
      const remove = (policyVersionId: string) => iot.send(new sdk.DeletePolicyVersionCommand({ policyName, policyVersionId }));
      await expect(remove('2')).rejects.toMatchObject({ name: 'DeleteConflictException' });
      await remove('5');
      expect((await version(true)).policyVersionId).toBe('6');
    });

    test('fails to be deleted while it has other versions or targets; created again it has another generation', async () => {
      const policyName = await createPolicy('short-lived');
      const { generationId } = await iot.send(new sdk.GetPolicyCommand({ policyName }));
      const { certificateArn } = await register();
      await attach(policyName, certificateArn!);
      await iot.send(new sdk.CreatePolicyVersionCommand({ policyName, policyDocument: DOCUMENT }));
      const remove = () => iot.send(new sdk.DeletePolicyCommand({ policyName }));
      await expect(remove()).rejects.toMatchObject({ name: 'DeleteConflictException', message: expect.stringContaining('multiple versions') });
      await iot.send(new sdk.DeletePolicyVersionCommand({ policyName, policyVersionId: '2' }));
      await expect(remove()).rejects.toMatchObject({ name: 'DeleteConflictException', message: expect.stringContaining('attached') });
      await iot.send(new sdk.DetachPolicyCommand({ policyName, target: certificateArn }));
      await remove();
      await createPolicy(policyName);
      expect((await iot.send(new sdk.GetPolicyCommand({ policyName }))).generationId).not.toBe(generationId);
    });

    test('has tags', async () => {
      const { policyArn: resourceArn } = await iot.send(new sdk.CreatePolicyCommand({ policyName: 'tagged', policyDocument: DOCUMENT, tags: [{ Key: 'owner', Value: 'us' }] }));
      await iot.send(new sdk.TagResourceCommand({ resourceArn, tags: [{ Key: 'more', Value: '1' }] }));
      expect((await iot.send(new sdk.ListTagsForResourceCommand({ resourceArn }))).tags).toEqual([{ Key: 'owner', Value: 'us' }, { Key: 'more', Value: '1' }]);
    });
  });

  test('a certificate has at most ten policies, a group two; attachments are listed in pages, with those of parent groups on request', async () => {
    const names = await Promise.all(Array.from({ length: 11 }, (_, index) => createPolicy(`attached-${String(index).padStart(2, '0')}`)));
    const { certificateArn } = await register();
    const refused = { name: 'LimitExceededException', $metadata: { httpStatusCode: 410 } };
    for (const name of names.slice(0, 10)) await attach(name, certificateArn!);
    await expect(attach(names[10], certificateArn!)).rejects.toMatchObject(refused);
    // Attaching a policy again succeeds.
    await attach(names[0], certificateArn!);
    const pages = await pagesOf((marker) => iot.send(new sdk.ListAttachedPoliciesCommand({ target: certificateArn, pageSize: 4, marker })));
    expect(pages.map(({ policies }) => policies!.map(({ policyName }) => policyName))).toEqual([names.slice(0, 4), names.slice(4, 8), names.slice(8, 10)]);

    const [outer, inner] = [arnOf('thinggroup/outer'), arnOf('thinggroup/inner')];
    await iot.send(new sdk.CreateThingGroupCommand({ thingGroupName: 'outer' }));
    await iot.send(new sdk.CreateThingGroupCommand({ thingGroupName: 'inner', parentGroupName: 'outer' }));
    await attach(names[0], outer);
    for (const name of names.slice(1, 3)) await attach(name, inner);
    await expect(attach(names[0], inner)).rejects.toMatchObject(refused);
    const attached = async (recursive: boolean) => (await iot.send(new sdk.ListAttachedPoliciesCommand({ target: inner, recursive }))).policies!.map(({ policyName }) => policyName);
    expect([await attached(false), await attached(true)]).toEqual([names.slice(1, 3), names.slice(0, 3)]);
    const targets = await pagesOf((marker) => iot.send(new sdk.ListTargetsForPolicyCommand({ policyName: names[1], pageSize: 1, marker })));
    expect(targets.map((page) => page.targets)).toEqual([[certificateArn], [inner]]);

    const policies = await pagesOf((marker) => iot.send(new sdk.ListPoliciesCommand({ pageSize: 5, ascendingOrder: true, marker })));
    expect(policies.length).toBeGreaterThan(2);
    expect(policies.flatMap((page) => page.policies!.map(({ policyName }) => policyName)).filter((name) => name!.startsWith('attached-')).sort()).toEqual(names);

    // Deleting a group detaches its policies.
    await iot.send(new sdk.DeleteThingGroupCommand({ thingGroupName: 'inner' }));
    expect((await iot.send(new sdk.ListTargetsForPolicyCommand({ policyName: names[1] }))).targets).toEqual([certificateArn]);
  });

  test('fails to attach a policy to a dynamic group, and to a group or certificate that does not exist', async () => {
    await iot.send(new sdk.CreateDynamicThingGroupCommand({ thingGroupName: 'moving', queryString: 'thingName:none*' }));
    await createPolicy('unattached');
    await expect(attach('unattached', arnOf('thinggroup/moving'))).rejects.toMatchObject({ name: 'InvalidRequestException' });
    await expect(attach('unattached', arnOf('thinggroup/none'))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(attach('unattached', arnOf(`cert/${'0'.repeat(64)}`))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await iot.send(new sdk.DeleteDynamicThingGroupCommand({ thingGroupName: 'moving' }));
  });

  describe('principals of things', () => {
    const create = (thingName: string) => iot.send(new sdk.CreateThingCommand({ thingName }));
    const principalOf = async () => (await register()).certificateArn!;
    const attachThing = (thingName: string, principal: string, thingPrincipalType?: sdk.ThingPrincipalType) => (
      iot.send(new sdk.AttachThingPrincipalCommand({ thingName, principal, thingPrincipalType }))
    );
    const detachThing = (thingName: string, principal: string) => iot.send(new sdk.DetachThingPrincipalCommand({ thingName, principal }));

    test('are attached exclusively or not; a mix is refused', async () => {
      const [exclusive, shared] = [await principalOf(), await principalOf()];
      for (const name of ['first', 'second']) await create(name);
      await attachThing('first', exclusive, 'EXCLUSIVE_THING');
      await attachThing('first', exclusive, 'EXCLUSIVE_THING');
      await attachThing('first', shared);
      const refused = { name: 'InvalidRequestException' };
      await expect(attachThing('second', exclusive)).rejects.toMatchObject(refused);
      await expect(attachThing('second', exclusive, 'EXCLUSIVE_THING')).rejects.toMatchObject(refused);
      await expect(attachThing('second', shared, 'EXCLUSIVE_THING')).rejects.toMatchObject(refused);
      await expect(attachThing('first', shared, 'EXCLUSIVE_THING')).rejects.toMatchObject(refused);
      await expect(attachThing('first', exclusive)).rejects.toMatchObject(refused);
      await attachThing('second', shared);

      const v2 = await iot.send(new sdk.ListThingPrincipalsV2Command({ thingName: 'first' }));
      const both = [{ principal: exclusive, thingPrincipalType: 'EXCLUSIVE_THING' }, { principal: shared, thingPrincipalType: 'NON_EXCLUSIVE_THING' }];
      expect(v2.thingPrincipalObjects).toEqual(both.sort((a, b) => (a.principal < b.principal ? -1 : 1)));
      expect((await iot.send(new sdk.ListThingPrincipalsV2Command({ thingName: 'first', thingPrincipalType: 'EXCLUSIVE_THING' }))).thingPrincipalObjects).toHaveLength(1);
      expect((await iot.send(new sdk.ListPrincipalThingsV2Command({ principal: shared }))).principalThingObjects).toEqual(['first', 'second'].map((thingName) => ({ thingName, thingPrincipalType: 'NON_EXCLUSIVE_THING' })));
      expect((await iot.send(new sdk.ListPrincipalThingsV2Command({ principal: exclusive }))).principalThingObjects).toEqual([{ thingName: 'first', thingPrincipalType: 'EXCLUSIVE_THING' }]);

      // A detached principal can be attached to another thing.
      await detachThing('first', exclusive);
      await attachThing('second', exclusive);
      for (const command of [new sdk.ListThingPrincipalsV2Command({ thingName: 'none' }), new sdk.ListPrincipalThingsV2Command({ principal: arnOf(`cert/${'0'.repeat(64)}`) })]) {
        await expect(iot.send(command as sdk.ListThingPrincipalsV2Command)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
      }
    });

    test('are listed in pages', async () => {
      const principal = await principalOf();
      const names = ['page-1', 'page-2', 'page-3'];
      for (const name of names) {
        await create(name);
        await attachThing(name, principal);
      }
      const v1 = await pagesOf((nextToken) => iot.send(new sdk.ListPrincipalThingsCommand({ principal, maxResults: 2, nextToken })));
      expect(v1.map(({ things }) => things)).toEqual([names.slice(0, 2), names.slice(2)]);
      const v2 = await pagesOf((nextToken) => iot.send(new sdk.ListPrincipalThingsV2Command({ principal, maxResults: 2, nextToken })));
      expect(v2.map(({ principalThingObjects }) => principalThingObjects!.map(({ thingName }) => thingName))).toEqual([names.slice(0, 2), names.slice(2)]);
      const another = (await iot.send(new sdk.CreateKeysAndCertificateCommand({}))).certificateArn!;
      await attachThing('page-1', another);
      const both = [principal, another].sort();
      expect((await pagesOf((nextToken) => iot.send(new sdk.ListThingPrincipalsCommand({ thingName: 'page-1', maxResults: 1, nextToken })))).map(({ principals }) => principals)).toEqual(both.map((each) => [each]));
      expect((await pagesOf((nextToken) => iot.send(new sdk.ListThingPrincipalsV2Command({ thingName: 'page-1', maxResults: 1, nextToken })))).map(({ thingPrincipalObjects }) => thingPrincipalObjects![0].principal)).toEqual(both);
    });
  });

  test('CA certificates are registered by their PEM alone and listed in pages; at most ten have the same subject, and an ACTIVE one is not deleted', async () => {
    const authorities = await makeIdentities(...Array.from({ length: 11 }, () => ({ commonName: 'the same authority', authority: true })));
    const registerAuthority = ({ certificatePem }: DeviceIdentity) => iot.send(new sdk.RegisterCACertificateCommand({ caCertificate: certificatePem, certificateMode: 'SNI_ONLY', setAsActive: true }));
    for (const authority of authorities.slice(0, 10)) await registerAuthority(authority);
    await expect(registerAuthority(authorities[10])).rejects.toMatchObject({ name: 'LimitExceededException', $metadata: { httpStatusCode: 410 } });
    await expect(registerAuthority(authorities[0])).rejects.toMatchObject({ name: 'ResourceAlreadyExistsException' });
    const [another] = await makeIdentities({ commonName: 'another authority', authority: true });
    await expect(iot.send(new sdk.RegisterCACertificateCommand({ caCertificate: another.certificatePem }))).rejects.toMatchObject({ name: 'InvalidRequestException' });
    const pages = await pagesOf((marker) => iot.send(new sdk.ListCACertificatesCommand({ pageSize: 4, ascendingOrder: true, marker })));
    const ids = authorities.slice(0, 10).map(({ certificatePem }) => certificateIdOf(certificatePem));
    expect(pages.map(({ certificates }) => certificates!.map(({ certificateId }) => certificateId))).toEqual([ids.slice(0, 4), ids.slice(4, 8), ids.slice(8)]);
    const [certificateId] = ids;
    expect((await iot.send(new sdk.DescribeCACertificateCommand({ certificateId }))).certificateDescription).toMatchObject({
      certificateId,
      certificatePem: authorities[0].certificatePem,
      certificateMode: 'SNI_ONLY',
      autoRegistrationStatus: 'DISABLE',
      status: 'ACTIVE',
      customerVersion: 1,
      generationId: expect.any(String),
      validity: { notAfter: expect.any(Date) },
    });
    await expect(iot.send(new sdk.DeleteCACertificateCommand({ certificateId }))).rejects.toMatchObject({ name: 'CertificateStateException' });
    await iot.send(new sdk.UpdateCACertificateCommand({ certificateId, newStatus: 'INACTIVE' }));
    expect((await iot.send(new sdk.DescribeCACertificateCommand({ certificateId }))).certificateDescription).toMatchObject({ status: 'INACTIVE', customerVersion: 2 });
    await iot.send(new sdk.DeleteCACertificateCommand({ certificateId }));
  });

  describe('permissions', () => {
    /** A client with a role that has one statement. */
    async function clientThatMay(name: string, statement: object): Promise<sdk.IoTClient> {
      const config = emulator().clientConfig(HOME);
      const iam = new IAMClient(config);
      const trust = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${emulator().account}:root` }, Action: 'sts:AssumeRole' };
      const { Role } = await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [trust] }) }));
      await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'may', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] }) }));
      return new sdk.IoTClient({ ...config, credentials: await credentialsOf(new STSClient(config), Role!.Arn!) });
    }

    /** Whether IAM allows a call, even if it then fails for another reason. */
    async function isAllowed(call: Promise<unknown>): Promise<boolean> {
      try {
        await call;
        return true;
      } catch (error) {
        if (error instanceof sdk.IoTServiceException) return error.name !== 'AccessDeniedException';
        throw error;
      }
    }

    const cert = (digit: string) => arnOf(`cert/${digit.repeat(64)}`);

    test('to attach and detach a policy are checked on the target, not on the policy', async () => {
      const client = await clientThatMay('attaches', { Action: ['iot:AttachPolicy', 'iot:DetachPolicy', 'iot:AttachPrincipalPolicy'], Resource: [cert('1'), arnOf('thinggroup/ours')] });
      const calls = (target: string) => [
        isAllowed(client.send(new sdk.AttachPolicyCommand({ policyName: 'none', target }))), isAllowed(client.send(new sdk.DetachPolicyCommand({ policyName: 'none', target }))),
      ];
      for (const [target, allowed] of [[cert('1'), true], [arnOf('thinggroup/ours'), true], [cert('2'), false], [arnOf('thinggroup/others'), false]] as const) {
        expect([target, ...await Promise.all(calls(target))]).toEqual([target, allowed, allowed]);
      }
      const legacy = (principal: string) => isAllowed(client.send(new sdk.AttachPrincipalPolicyCommand({ policyName: 'none', principal })));
      expect([await legacy(cert('1')), await legacy(cert('2'))]).toEqual([true, false]);
      const byPolicy = await clientThatMay('attaches-by-policy', { Action: 'iot:AttachPolicy', Resource: arnOf('policy/none') });
      expect(await isAllowed(byPolicy.send(new sdk.AttachPolicyCommand({ policyName: 'none', target: cert('1') })))).toBe(false);
    });

    test('to attach and detach a principal are checked on the certificate, with a condition key for the thing', async () => {
      const Condition = { ArnLike: { 'iot:thingArn': arnOf('thing/ours-*') } };
      const client = await clientThatMay('attaches-principals', { Action: ['iot:AttachThingPrincipal', 'iot:DetachThingPrincipal'], Resource: cert('1'), Condition });
      for (const Command of [sdk.AttachThingPrincipalCommand, sdk.DetachThingPrincipalCommand]) {
        const call = (thingName: string, principal: string) => isAllowed(client.send(new Command({ thingName, principal })));
        expect([await call('ours-1', cert('1')), await call('theirs', cert('1')), await call('ours-1', cert('2'))]).toEqual([true, false, false]);
      }
      const byThing = await clientThatMay('attaches-by-thing', { Action: 'iot:AttachThingPrincipal', Resource: arnOf('thing/*') });
      expect(await isAllowed(byThing.send(new sdk.AttachThingPrincipalCommand({ thingName: 'ours-1', principal: cert('1') })))).toBe(false);
    });

    test('to read are checked on the principal, thing, policy or CA certificate; listings have no resource', async () => {
      const Action = [
        'iot:ListPrincipalThings', 'iot:ListPrincipalThingsV2', 'iot:ListThingPrincipals', 'iot:ListThingPrincipalsV2', 'iot:ListTargetsForPolicy', 'iot:DescribeCACertificate',
        'iot:ListAttachedPolicies', 'iot:ListCertificates', 'iot:DescribeCertificate',
      ];
      const id = '1'.repeat(64);
      const client = await clientThatMay('reads', { Action, Resource: [cert('1'), arnOf('thing/ours'), arnOf('policy/ours'), arnOf(`cacert/${id}`)] });
      const allowed = [
        new sdk.ListPrincipalThingsCommand({ principal: cert('1') }), new sdk.ListPrincipalThingsV2Command({ principal: cert('1') }), new sdk.ListThingPrincipalsCommand({ thingName: 'ours' }),
        new sdk.ListThingPrincipalsV2Command({ thingName: 'ours' }), new sdk.ListTargetsForPolicyCommand({ policyName: 'ours' }), new sdk.DescribeCACertificateCommand({ certificateId: id }),
        new sdk.DescribeCertificateCommand({ certificateId: id }),
      ];
      const other = '2'.repeat(64);
      const refused = [
        new sdk.ListPrincipalThingsCommand({ principal: cert('2') }), new sdk.ListPrincipalThingsV2Command({ principal: cert('2') }), new sdk.ListThingPrincipalsCommand({ thingName: 'others' }),
        new sdk.ListThingPrincipalsV2Command({ thingName: 'others' }), new sdk.ListTargetsForPolicyCommand({ policyName: 'others' }), new sdk.DescribeCACertificateCommand({ certificateId: other }),
        new sdk.DescribeCertificateCommand({ certificateId: other }),
        // The resource of these is `*`.
        new sdk.ListAttachedPoliciesCommand({ target: cert('1') }), new sdk.ListCertificatesCommand({}),
      ];
      const asked = (commands: readonly object[]) => Promise.all(commands.map(async (command) => [command.constructor.name, await isAllowed(client.send(command as sdk.ListCertificatesCommand))]));
      expect(await asked(allowed)).toEqual(allowed.map((command) => [command.constructor.name, true]));
      expect(await asked(refused)).toEqual(refused.map((command) => [command.constructor.name, false]));
      const newer = await clientThatMay('reads-newer', { Action: ['iot:ListPrincipalThingsV2', 'iot:ListThingPrincipalsV2'], Resource: '*' });
      for (const command of [new sdk.ListPrincipalThingsV2Command({ principal: cert('1') }), new sdk.ListThingPrincipalsV2Command({ thingName: 'ours' })]) {
        expect(await isAllowed(newer.send(command as sdk.ListThingPrincipalsV2Command))).toBe(false);
      }
      const lists = await clientThatMay('lists', { Action: ['iot:ListAttachedPolicies', 'iot:ListCertificates'], Resource: '*' });
      expect(await isAllowed(lists.send(new sdk.ListAttachedPoliciesCommand({ target: cert('1') })))).toBe(true);
    });

    test('to create and change a policy can require a tag', async () => {
      const Condition = { StringEquals: { 'aws:RequestTag/owner': 'us' } };
      const client = await clientThatMay('creates-ours', { Action: 'iot:CreatePolicy', Resource: arnOf('policy/*'), Condition });
      const create = (policyName: string, Value: string) => isAllowed(client.send(new sdk.CreatePolicyCommand({ policyName, policyDocument: DOCUMENT, tags: [{ Key: 'owner', Value }] })));
      expect([await create('theirs', 'them'), await create('ours', 'us')]).toEqual([false, true]);
      const changes = await clientThatMay('changes-ours', { Action: 'iot:CreatePolicyVersion', Resource: '*', Condition: { StringEquals: { 'aws:ResourceTag/owner': 'us' } } });
      await createPolicy('untagged');
      const change = (policyName: string) => isAllowed(changes.send(new sdk.CreatePolicyVersionCommand({ policyName, policyDocument: DOCUMENT })));
      expect([await change('untagged'), await change('ours')]).toEqual([false, true]);
    });
  });

  test('management events, except reads, reach EventBridge if a trail of the Region or of all Regions logs writes, and a queue if its policy allows it', async () => {
    const EventPattern = { 'source': ['aws.iot'], 'detail-type': ['AWS API Call via CloudTrail'], 'detail': { eventSource: ['iot.amazonaws.com'] } };
    const queue = (QueueName: string) => ({ Type: 'AWS::SQS::Queue', Properties: { QueueName } });
    const arn = (QueueName: string) => `arn:aws:sqs:${HOME}:${emulator().account}:${QueueName}`;
    const Statement = [{
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: arn('trail-open'),
      Condition: { ArnEquals: { 'aws:SourceArn': `arn:aws:events:${HOME}:${emulator().account}:rule/trail` } },
    }];
    expect(await deploy('trail', {
      Open: queue('trail-open'),
      Closed: queue('trail-closed'),
      Policy: { Type: 'AWS::SQS::QueuePolicy', Properties: { Queues: [{ Ref: 'Open' }], PolicyDocument: { Version: '2012-10-17', Statement } } },
      Rule: { Type: 'AWS::Events::Rule', Properties: { Name: 'trail', EventPattern, Targets: ['trail-open', 'trail-closed'].map((name) => ({ Id: name, Arn: arn(name) })) } },
    })).toBeUndefined();
    const sqs = new SQSClient(emulator().clientConfig(HOME));
    const received = async (QueueName: string) => {
      const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
      return ((await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))).Messages ?? []).map(({ Body }) => JSON.parse(Body!) as TrailEvent);
    };
    const shell = await Shell.create(emulator());
    const trail = (command: string) => shell.run(`aws cloudtrail ${command}`, 'eu-west-1');
    await trail('create-trail --name everywhere --s3-bucket-name logs --is-multi-region-trail');
    const { certificateArn, certificateId } = await iot.send(new sdk.CreateKeysAndCertificateCommand({}));
    await trail('start-logging --name everywhere');
    await setStatus(certificateId!, 'INACTIVE');
    await trail('put-event-selectors --trail-name everywhere --event-selectors \'[{"ReadWriteType":"ReadOnly","IncludeManagementEvents":true}]\'');
    await createPolicy('unwatched');
    await emulator().startTrail(HOME);
    const policyName = await createPolicy('watched');
    await attach(policyName, certificateArn!);
    await iot.send(new sdk.DescribeCertificateCommand({ certificateId }));
    await iot.send(new sdk.ListAttachedPoliciesCommand({ target: certificateArn }));
    await setStatus(certificateId!, 'ACTIVE');
    await expect(iot.send(new sdk.CreateThingCommand({ thingName: 'not allowed!' }))).rejects.toMatchObject({ name: 'InvalidRequestException' });
    await iot.send(new sdk.CreateKeysAndCertificateCommand({}));
    const events: TrailEvent[] = [];
    await waitFor(async () => {
      events.push(...await received('trail-open'));
      return events.length >= 6 || undefined;
    }, { boundMillis: 10_000 });
    expect(events.map(({ source, region, 'detail-type': type, detail }) => [source, region, type, detail.eventName, detail.requestParameters, detail.errorCode])).toEqual([
      ['UpdateCertificate', { certificateId, newStatus: 'INACTIVE' }, undefined],
      ['CreatePolicy', { policyName, policyDocument: DOCUMENT }, undefined],
      ['AttachPolicy', { policyName, target: certificateArn }, undefined],
      ['UpdateCertificate', { certificateId, newStatus: 'ACTIVE' }, undefined],
      ['CreateThing', { thingName: 'not allowed!' }, 'InvalidRequestException'],
      ['CreateKeysAndCertificate', null, undefined],
    ].map((each) => ['aws.iot', HOME, 'AWS API Call via CloudTrail', ...each]));
    const { detail } = events[5];
    expect(detail).toMatchObject({ readOnly: false, managementEvent: true, eventCategory: 'Management', userIdentity: { type: 'Root', accountId: emulator().account } });
    expect(Object.keys(detail.responseElements!).sort()).toEqual(['certificateArn', 'certificateId']);
    expect(await received('trail-closed')).toEqual([]);
  }, 30_000);
}
