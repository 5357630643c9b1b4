import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { readPermissions } from '../../src/comparison/permissions';
import type { EntityKind } from '../../src/kinds';
import { knownKinds } from '../../src/kinds/register';
import { allowedBy, createStack, replicate, source } from '../apps';
import { statementsByRole } from '../statements';

/** Where actions are named otherwise than the commands that need them. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html */
const ACTIONS: Readonly<Record<string, string>> = { 's3:ListObjectsV2': 's3:ListBucket' };
const SERVICES: Readonly<Record<string, string>> = { iot: 'iot', dynamodb: 'dynamodb', s3: 's3', sfn: 'states' };

/** Folders of kinds that are replicated only where a user asks for it. */
const IDENTITIES = ['policy', 'certificate', 'principals', 'group-policies', 'ca'];

/** The actions of all commands that the files of a folder import from the SDK. */
function commandsIn(folder: string, without: readonly string[] = []): string[] {
  const directory = join(__dirname, '../../src', folder);
  // What starts the first run is a function of its own, with a role of its own.
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts') && !file.startsWith('first-run') && !without.includes(file.split('/')[0]));
  const texts = files.map((file) => readFileSync(join(directory, file), 'utf8'));
  const imports = texts.flatMap((text) => [...text.matchAll(/import \{([^}]*)\} from '@aws-sdk\/client-(\w+)'/g)]);
  const commands = imports.flatMap(([, names, client]) => names.split(',').map((name) => name.trim()).filter((name) => name.endsWith('Command'))
    .map((name) => `${SERVICES[client]}:${name.replace(/Command$/, '')}`));
  return [...new Set(commands.map((command) => ACTIONS[command] ?? command))].sort();
}

/** The reads of all kinds. Principals are listed by a rule. */
const READS = commandsIn('kinds', IDENTITIES).filter((action) => /^iot:(List|Describe)/.test(action) && action !== 'iot:ListThingPrincipals');

/** The same of identities; the others are made by rules. */
const READS_OF_IDENTITIES = ['GetPolicy', 'DescribeCertificate', 'ListAttachedPolicies', 'ListCertificates', 'ListPolicies', 'ListThingPrincipalsV2'].map((call) => `iot:${call}`);

/** The same of CA certificates. */
const READS_OF_CAS = ['iot:DescribeCACertificate', 'iot:ListCACertificates'];

test('comparing may make the calls that it makes, and no other', () => {
  const stack = createStack();
  const allowed = new Set(readPermissions(stack, knownKinds(), 'arn:table', new Bucket(stack, 'Bucket')).flatMap(({ actions }) => actions));
  // Which executions run is asked of a workflow, which each user of the engine names.
  expect([...allowed, 'states:ListExecutions'].sort()).toEqual([...commandsIn('comparison'), ...READS].sort());
});

test('comparing identities may read them too, and no comparison may without them', () => {
  const stack = createStack();
  const bucket = new Bucket(stack, 'Bucket');
  const allowedWith = (kinds: readonly EntityKind[]) => new Set(readPermissions(stack, kinds, 'arn:table', bucket).flatMap(({ actions }) => actions));
  expect([...allowedWith(knownKinds(['identities']))]).toEqual(expect.arrayContaining(READS_OF_IDENTITIES));
  expect(READS_OF_IDENTITIES.filter((each) => allowedWith(knownKinds()).has(each))).toEqual([]);
  expect(commandsIn('kinds')).toEqual(expect.arrayContaining([...READS_OF_IDENTITIES, ...READS_OF_CAS]));
  expect([...allowedWith(knownKinds(['identities', 'caCertificates']))]).toEqual(expect.arrayContaining(READS_OF_CAS));
  expect(READS_OF_CAS.filter((each) => allowedWith(knownKinds(['identities'])).has(each))).toEqual([]);
});

test('a sweep of identities may list and read the things and groups by which attachments are listed, and no type or membership', () => {
  const role = statementsByRole(source(replicate({ identities: {} })).toJSON()).ReplicationIdentitySweepIdentity.filter((each) => each.startsWith('iot:'));
  const calls = role.flatMap((each) => each.split(' -> ')[0].split(', '));
  const ofOwners = ['DescribeThing', 'DescribeThingGroup', 'ListThingGroups', 'ListThings'].map((call) => `iot:${call}`);
  // Policies of certificates are listed by policy, where that is shorter.
  expect(calls.sort()).toEqual([...READS_OF_IDENTITIES, ...ofOwners, 'iot:ListTargetsForPolicy', 'iot:ListThingPrincipals'].sort());
});

test('a sweep may make the calls that it and the comparing make, and write its log', () => {
  const statements = allowedBy(source(replicate()).toJSON());
  // Emptying the bucket is another function's.
  const ofSweep = statements.filter(({ Action }) => !Action.includes('s3:DeleteObject') && Action.some((action) => action.startsWith('iot:List') || action.startsWith('iot:DescribeThing') || action.startsWith('s3:')
    || ['dynamodb:BatchGetItem', 'dynamodb:Scan', 'states:StartSyncExecution', 'states:ListExecutions'].includes(action)));
  const expected = new Set([...commandsIn('comparison'), ...READS, ...commandsIn('sweep')]);
  expect([...new Set(ofSweep.flatMap(({ Action }) => Action))].sort()).toEqual([...expected].sort());
});

test('what is read and written is narrowed to the table, the journal, the reports and entities of the account', () => {
  const stack = createStack();
  const bucket = Bucket.fromBucketName(stack, 'Bucket', 'reports');
  const resourcesOf = Object.fromEntries(readPermissions(stack, knownKinds(), 'arn:table', bucket).map((statement) => {
    const { Action, Resource } = stack.resolve(statement.toStatementJson());
    return [[Action].flat().join(' '), JSON.stringify(Resource).replace(/\{"Ref":"AWS::Partition"\}/g, '').match(/arn:table|[^"]*(?:thing|thinggroup|thingtype)\/\*|:s3:::reports[^"]*|\*/)![0]];
  }));
  expect(resourcesOf).toEqual({
    'iot:ListThings iot:ListThingGroups iot:ListThingTypes': '*',
    'iot:DescribeThing iot:ListThingGroupsForThing': 'arn:aws:iot:us-east-1:111122223333:thing/*',
    'iot:DescribeThingGroup iot:ListThingsInThingGroup': 'arn:aws:iot:us-east-1:111122223333:thinggroup/*',
    'iot:DescribeThingType': 'arn:aws:iot:us-east-1:111122223333:thingtype/*',
    'dynamodb:BatchGetItem dynamodb:Scan': 'arn:table',
    's3:ListBucket': ':s3:::reports',
    's3:GetObject s3:PutObject': ':s3:::reports/runs/*',
    's3:PutObject': ':s3:::reports/reports/*',
  });
});
