import { App, Stack } from 'aws-cdk-lib';
import { TableEncryptionV2 } from 'aws-cdk-lib/aws-dynamodb';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { IdentityReplicationOptions } from '../../src';
import { ACCOUNT, DESTINATION, Json, OTHER, SOURCE, createStack, replicate, synth, templatesOf, theResource } from '../apps';

type Grants = 'grantRead' | 'grantOperate';

/** The statements of a role of another stack. */
function granted(grant: Grants, options: { readonly destinationRegions?: string[]; readonly encrypted?: boolean; readonly identities?: IdentityReplicationOptions } = {}): Json[] {
  const stack = createStack();
  const keyOf = (region: string) => `arn:aws:kms:${region}:${ACCOUNT}:key/mrk-1`;
  const replication = replicate({
    replicationName: 'fleet',
    destinationRegions: options.destinationRegions ?? [DESTINATION],
    identities: options.identities,
    ...options.encrypted ? { encryption: TableEncryptionV2.customerManagedKey(Key.fromKeyArn(stack, 'Key', keyOf(SOURCE)), { [DESTINATION]: keyOf(DESTINATION) }) } : {},
  }, stack);
  const elsewhere = new Stack(replication.node.root as App, 'Elsewhere', { env: { account: ACCOUNT, region: OTHER } });
  const role = new Role(elsewhere, 'Role', { assumedBy: new AccountRootPrincipal() });
  replication[grant](role).assertSuccess();
  return theResource(templatesOf(synth(elsewhere)).Elsewhere, 'AWS::IAM::Policy').Properties.PolicyDocument.Statement as Json[];
}

const listOf = (value: unknown) => [value].flat() as string[];
const actionsIn = (statements: readonly Json[]) => [...new Set(statements.flatMap(({ Action }) => listOf(Action)))].sort();

test.each<Grants>(['grantRead', 'grantOperate'])('%s gives exactly what its commands need', (grant) => {
  expect(granted(grant)).toMatchSnapshot();
});

test.each<Grants>(['grantRead', 'grantOperate'])('%s names every action, and each resource but where AWS has none', (grant) => {
  const statements = granted(grant);
  expect(actionsIn(statements).filter((action) => action.includes('*'))).toEqual([]);
  expect(statements.filter(({ Resource }) => listOf(Resource).includes('*')).flatMap(({ Action }) => listOf(Action))).toEqual(grant === 'grantRead' ? [] : ['lambda:ListEventSourceMappings']);
});

test('whoever may only look may start, send, delete and switch nothing', () => {
  const writing = actionsIn(granted('grantOperate')).filter((action) => !actionsIn(granted('grantRead')).includes(action));
  expect(writing).toEqual(['lambda:ListEventSourceMappings', 'lambda:UpdateEventSourceMapping', 'sqs:DeleteMessage', 'sqs:SendMessage', 'states:StartExecution']);
});

describe('with identities', () => {
  const added = (grant: Grants, identities: IdentityReplicationOptions = {}) => {
    const before = granted(grant).map((statement) => JSON.stringify(statement));
    return granted(grant, { identities }).filter((statement) => !before.includes(JSON.stringify(statement)));
  };

  test.each<Grants>(['grantRead', 'grantOperate'])('%s gives what the commands about certificates and policies need too', (grant) => {
    expect(added(grant)).toMatchSnapshot();
  });

  test('whoever may only look may start nothing more', () => {
    const writing = actionsIn(granted('grantOperate', { identities: {} })).filter((action) => !actionsIn(granted('grantRead', { identities: {} })).includes(action));
    expect(writing).toEqual(['lambda:ListEventSourceMappings', 'lambda:UpdateEventSourceMapping', 'sqs:DeleteMessage', 'sqs:SendMessage', 'states:StartExecution']);
  });

  test('CA certificates may be read only with their option', () => {
    const reading = (identities: IdentityReplicationOptions) => actionsIn(added('grantRead', identities)).includes('iot:DescribeCACertificate');
    expect([reading({}), reading({ caCertificates: true })]).toEqual([false, true]);
  });

  test('no key of a certificate, and nothing of identities without the option', () => {
    expect(actionsIn(granted('grantOperate')).filter((action) => /Certificate|Polic|Principal|GetFunction/.test(action))).toEqual([]);
    expect(actionsIn(granted('grantOperate', { identities: {} })).filter((action) => /^iot:/.test(action))).toEqual([
      'iot:DescribeCertificate', 'iot:DescribeThing', 'iot:DescribeThingGroup', 'iot:DescribeThingType', 'iot:GetPolicy', 'iot:ListAttachedPolicies', 'iot:ListCertificates', 'iot:ListTagsForResource', 'iot:ListThingGroupsForThing', 'iot:ListThingPrincipals', 'iot:ListThingPrincipalsV2',
    ]);
  });
});

test('each destination is included, and no Region besides', () => {
  const regions = JSON.stringify(granted('grantOperate', { destinationRegions: [DESTINATION, OTHER] })).match(/[a-z]{2}-[a-z]+-\d/g) ?? [];
  expect([...new Set(regions)].sort()).toEqual([DESTINATION, OTHER, SOURCE].sort());
});

test('a key of the customer may be used through the services that encrypt with it', () => {
  const ofKeys = (grant: Grants) => granted(grant, { encrypted: true }).filter(({ Action }) => listOf(Action).some((action) => action.startsWith('kms:')));
  const via = (region: string, ...services: string[]) => ({ StringEquals: { 'kms:ViaService': services.map((service) => `${service}.${region}.amazonaws.com`) } });
  const decrypt = [SOURCE, DESTINATION].map((region) => expect.objectContaining({ Action: 'kms:Decrypt', Resource: expect.stringContaining(region), Condition: via(region, 'dynamodb', 's3', 'sqs') }));
  expect(ofKeys('grantRead')).toEqual(decrypt);
  expect(ofKeys('grantOperate')).toEqual([...decrypt, expect.objectContaining({ Action: 'kms:GenerateDataKey', Condition: via(DESTINATION, 'sqs') })]);
});
