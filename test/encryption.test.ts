/** What is encrypted with whose keys, and who may use them. */
import { readFileSync } from 'node:fs';
import { App, NestedStack, Stack } from 'aws-cdk-lib';
import { TableEncryptionV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { IKey, Key } from 'aws-cdk-lib/aws-kms';
import { DESTINATION, Json, OTHER, SOURCE, allowedBy, complaintsOf, createApp, createStack, destination, replicate, resourcesOf, source, synth, templatesOf, theResource } from './apps';
import { IotRegistryReplication, IotRegistryReplicationProps } from '../src';

const ARNS = Object.fromEntries([SOURCE, DESTINATION, OTHER].map((region) => [region, `arn:aws:kms:${region}:111122223333:key/mrk-1`]));
const REPLICA_KEYS = { [DESTINATION]: ARNS[DESTINATION], [OTHER]: ARNS[OTHER] };

function encrypted(key: IKey, scope: Stack, props: Partial<IotRegistryReplicationProps> = {}): IotRegistryReplication {
  const encryption = TableEncryptionV2.customerManagedKey(key, REPLICA_KEYS);
  return replicate({ replicationName: 'fleet', destinationRegions: [DESTINATION, OTHER], encryption, ...props }, scope);
}

/** The key of everything that keeps something, by type and place in the template. */
function keysIn(template: Json): [string, unknown][] {
  const all = (type: string, of: (properties: Json) => unknown) => resourcesOf(template, type).map(({ Properties }): [string, unknown] => [type, of(Properties)]);
  return [
    ...all('AWS::SQS::Queue', ({ KmsMasterKeyId }) => KmsMasterKeyId),
    ...all('AWS::Logs::LogGroup', ({ KmsKeyId }) => KmsKeyId),
    ...all('AWS::S3::Bucket', ({ BucketEncryption }) => BucketEncryption.ServerSideEncryptionConfiguration[0].ServerSideEncryptionByDefault.KMSMasterKeyID),
    ...all('AWS::DynamoDB::Table', ({ SSESpecification }) => SSESpecification.KMSMasterKeyId),
  ];
}

// CDK warns of references between stacks in apps that don't say how strong these are to be.
const app = () => createApp({ context: { '@aws-cdk/core:defaultCrossStackReferences': 'strong' } });

describe.each<[string, () => IotRegistryReplication, (key: unknown, template: Json) => void]>([
  ['of the same stack', () => {
    const stack = createStack();
    return encrypted(new Key(stack, 'Key'), stack);
  }, (key) => expect(key).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'] })],
  ['of another stack', () => {
    const root = app();
    return encrypted(new Key(createStack({}, root, 'Keys'), 'Key'), createStack({}, root));
  }, (key) => expect(key).toEqual({ 'Fn::ImportValue': expect.stringMatching(/^Keys:/) })],
  ['by its ARN', () => {
    const stack = createStack();
    return encrypted(Key.fromKeyArn(stack, 'Key', ARNS[SOURCE]), stack);
  }, (key) => expect(key).toBe(ARNS[SOURCE])],
  ['by its ARN, with the source in a stack of its own', () => {
    const stack = createStack({ env: {} });
    return encrypted(Key.fromKeyArn(stack, 'Key', ARNS[SOURCE]), stack, { sourceRegion: SOURCE });
  }, (key) => expect(key).toBe(ARNS[SOURCE])],
  ['of another stack, with the source in a stack of its own', () => {
    const root = app();
    return encrypted(new Key(createStack({}, root, 'Keys'), 'Key'), createStack({ env: { account: '111122223333', region: 'eu-central-1' } }, root), { sourceRegion: SOURCE });
  }, (key) => expect(key).toEqual({ 'Fn::ImportValue': expect.stringMatching(/^Keys:/) })],
])('with a key %s', (_, create, expectKey) => {
  const replication = create();
  const assembly = synth(replication.node.root as App);
  const here = source(replication).toJSON();

  test('synthesizes without a complaint', () => {
    expect(complaintsOf(assembly)).toEqual([]);
  });

  test('everything of the source is encrypted with it', () => {
    const found = keysIn(here);
    expect(new Set(found.map(([type]) => type))).toEqual(new Set(['AWS::SQS::Queue', 'AWS::Logs::LogGroup', 'AWS::S3::Bucket']));
    for (const [, key] of found) expectKey(key, here);
    const table = theResource(here, 'AWS::DynamoDB::GlobalTable').Properties;
    expect(table.SSESpecification).toEqual({ SSEEnabled: true, SSEType: 'KMS' });
    expectKey(table.Replicas.find(({ Region }: Json) => Region === SOURCE).SSESpecification.KMSMasterKeyId, here);
  });

  test('everything of a destination is encrypted with that Region\'s own, its replica too', () => {
    for (const region of [DESTINATION, OTHER]) {
      const found = keysIn(destination(replication, region).toJSON());
      expect(new Set(found.map(([type]) => type))).toEqual(new Set(['AWS::SQS::Queue', 'AWS::Logs::LogGroup', 'AWS::S3::Bucket', 'AWS::DynamoDB::Table']));
      for (const [, key] of found) expect(key).toBe(ARNS[region]);
      const replica = theResource(here, 'AWS::DynamoDB::GlobalTable').Properties.Replicas.find(({ Region }: Json) => Region === region);
      expect(replica.SSESpecification).toEqual({ KMSMasterKeyId: ARNS[region] });
    }
  });

  test('who may use it may do so on this key alone, without wildcards, and through a service', () => {
    for (const template of [here, destination(replication).toJSON()]) {
      const statements = allowedBy(template).filter(({ Action }) => Action.some((action) => action.startsWith('kms:')));
      expect(statements.length).toBeGreaterThanOrEqual(6);
      for (const { Action, Resource, Condition } of statements) {
        expect(['kms:Decrypt', 'kms:GenerateDataKey']).toContain(Action.join());
        if (template === here) expectKey(Resource[0], here);
        else expect(Resource).toEqual([ARNS[DESTINATION]]);
        expect(Condition).toEqual({ StringEquals: { 'kms:ViaService': expect.anything() } });
      }
    }
  });
});

describe('CloudWatch Logs', () => {
  const statementsFor = (template: Json) => theResource(template, 'AWS::KMS::Key').Properties.KeyPolicy.Statement.filter(({ Principal }: Json) => Principal.Service);

  test('is allowed to use a key of the app, for the log groups of this replication', () => {
    const stack = createStack();
    const replication = encrypted(new Key(stack, 'Key'), stack);
    expect(statementsFor(source(replication).toJSON())).toEqual([{
      Effect: 'Allow',
      Principal: { Service: 'logs.us-east-1.amazonaws.com' },
      Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo', 'kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:DescribeKey'],
      Resource: '*',
      Condition: {
        ArnLike: {
          'kms:EncryptionContext:aws:logs:arn': [
            'arn:aws:logs:us-east-1:111122223333:log-group:Main-*', 'arn:aws:logs:us-east-1:111122223333:log-group:/aws/vendedlogs/states/fleet-*',
          ],
        },
      },
    }]);
  });

  test('is allowed to use one of another stack, without a circle of references', () => {
    const root = app();
    const keys = createStack({}, root, 'Keys');
    encrypted(new Key(keys, 'Key'), createStack({}, root));
    const [statement] = statementsFor(templatesOf(synth(root)).Keys);
    expect(statement.Condition.ArnLike['kms:EncryptionContext:aws:logs:arn'][0]).toBe('arn:aws:logs:us-east-1:111122223333:log-group:Main-*');
  });

  test('is to be allowed by the documentation what the construct allows it where it can', () => {
    const [, documented] = [...readFileSync('docs/encryption.md', 'utf8').matchAll(/```json\n([^]*?)```/g)].map(([, json]) => JSON.parse(json) as Json);
    const root = app();
    const key = new Key(createStack({ env: { account: '111122223333', region: DESTINATION } }, root, 'Keys'), 'Key');
    // The stack of a source that is not in the enclosing stack has the name that a destination's has.
    replicate({
      replicationName: 'fleet', sourceRegion: DESTINATION, destinationRegions: [OTHER], encryption: TableEncryptionV2.customerManagedKey(key, { [OTHER]: ARNS[OTHER] }),
    }, createStack({}, root));
    expect(statementsFor(templatesOf(synth(root)).Keys)).toEqual([documented]);
  });

  test('finds the log groups of a nested stack, whose names start with the name of the stack around it', () => {
    const stack = createStack();
    const nested = new NestedStack(stack, 'Nested');
    encrypted(new Key(stack, 'Key'), nested);
    const [statement] = statementsFor(templatesOf(synth(stack)).Main);
    expect(JSON.stringify(statement.Condition)).toContain(':log-group:Main-*');
  });
});

describe('whoever is granted something', () => {
  test('on encrypted resources may use the key', () => {
    const root = app();
    const stack = createStack({}, root);
    const replication = encrypted(new Key(stack, 'Key'), stack);
    const there = replication.destination(DESTINATION);
    const user = (scope: Stack) => new Role(scope, 'User', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
    const [here, elsewhere] = [user(stack), user(createStack({ env: { account: '111122223333', region: DESTINATION } }, root, 'Elsewhere'))];
    for (const [role, { table, deadLetterQueue }] of [[here, replication], [elsewhere, there]] as const) {
      table.grantReadData(role);
      deadLetterQueue.grantConsumeMessages(role);
    }
    replication.sweepReportsBucket.grantRead(here);
    there.driftReportsBucket.grantRead(elsewhere);
    const templates = templatesOf(synth(root));
    const keysOf = (template: Json) => resourcesOf(template, 'AWS::IAM::Policy').filter(({ Properties }) => /^User/.test(Properties.PolicyName))
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement as Json[]).filter(({ Action }) => JSON.stringify(Action).includes('kms:'))
      .map(({ Resource }) => Resource);
    expect(keysOf(templates.Main)).toEqual(keysOf(templates.Main).map(() => ({ 'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'] })));
    expect(keysOf(templates.Elsewhere)).toEqual(keysOf(templates.Elsewhere).map(() => ARNS[DESTINATION]));
    for (const template of [templates.Main, templates.Elsewhere]) expect(keysOf(template).length).toBeGreaterThan(0);
  });
});

describe('whoever may read the status', () => {
  const granted = (replication: IotRegistryReplication, grant: (reader: Role) => void): Json[] => {
    const elsewhere = createStack({ env: { account: '111122223333', region: DESTINATION } }, replication.node.root as App, 'Elsewhere');
    grant(new Role(elsewhere, 'Reader', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') }));
    return theResource(templatesOf(synth(elsewhere)).Elsewhere, 'AWS::IAM::Policy').Properties.PolicyDocument.Statement;
  };

  test('may decrypt it, through DynamoDB alone', () => {
    const stack = createStack();
    const replication = encrypted(Key.fromKeyArn(stack, 'Key', ARNS[SOURCE]), stack);
    expect(granted(replication, (reader) => replication.destination(DESTINATION).grantReadStatus(reader))).toEqual([
      expect.objectContaining({ Action: 'dynamodb:GetItem' }),
      {
        Effect: 'Allow', Action: 'kms:Decrypt', Resource: ARNS[DESTINATION], Condition: { StringEquals: { 'kms:ViaService': ['dynamodb.eu-west-1.amazonaws.com'] } },
      },
    ]);
  });

  test('may use no key where there is none', () => {
    const replication = replicate();
    const statements = granted(replication, (reader) => replication.destination(DESTINATION).grantReadStatus(reader));
    expect(statements.map(({ Action }) => Action)).toEqual(['dynamodb:GetItem']);
  });

  test('with all of its table may decrypt that', () => {
    const stack = createStack();
    const replication = encrypted(Key.fromKeyArn(stack, 'Key', ARNS[SOURCE]), stack);
    const statements = granted(replication, (reader) => replication.destination(DESTINATION).statusTable.grantReadData(reader));
    expect(statements.filter(({ Resource }) => Resource === ARNS[DESTINATION]).flatMap(({ Action }) => Action as string[])).toContain('kms:Decrypt');
  });
});

describe('without a key of the customer', () => {
  test('nothing is said of keys by default', () => {
    const replication = replicate();
    for (const template of [source(replication).toJSON(), destination(replication).toJSON()]) {
      expect(JSON.stringify(template)).not.toMatch(/kms:|KmsKeyId|KmsMasterKeyId|KMSMasterKeyI|SSESpecification/);
    }
  });

  test('the tables alone are encrypted with the account\'s key of DynamoDB if asked, and no role needs a permission for that', () => {
    const replication = replicate({ encryption: TableEncryptionV2.awsManagedKey() });
    const [here, there] = [source(replication).toJSON(), destination(replication).toJSON()];
    expect(theResource(here, 'AWS::DynamoDB::GlobalTable').Properties.SSESpecification).toEqual({ SSEEnabled: true, SSEType: 'KMS' });
    expect(theResource(there, 'AWS::DynamoDB::Table').Properties.SSESpecification).toEqual({ SSEEnabled: true });
    for (const template of [here, there]) {
      expect(JSON.stringify(template)).not.toMatch(/kms:|KmsKeyId|KmsMasterKeyId/);
      for (const { Properties } of resourcesOf(template, 'AWS::SQS::Queue')) expect(Properties.SqsManagedSseEnabled).toBe(true);
    }
  });

  test('the key that belongs to DynamoDB can be asked for by name', () => {
    const replication = replicate({ encryption: TableEncryptionV2.dynamoOwnedKey() });
    expect(theResource(source(replication).toJSON(), 'AWS::DynamoDB::GlobalTable').Properties.SSESpecification).toEqual({ SSEEnabled: false });
    expect(theResource(destination(replication).toJSON(), 'AWS::DynamoDB::Table').Properties.SSESpecification).toEqual({ SSEEnabled: false });
  });
});
