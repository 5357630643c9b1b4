import * as fs from 'node:fs';
import * as path from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { TableEncryptionV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import { resourcesByStack, resourcesIn, templatesIn } from './assembly';
import { go, java, python, typescript } from './consumers';
import { assembliesOf } from './stranger';
import { releasedVersion } from '../../packages/compatibility';
import { EXAMPLES, versionsInExamples } from '../../packages/examples';
import { packLibrary } from '../../packages/library';
import { createApp, createStack, replicate, theResource } from '../apps';

/** By example: where its app has been synthesized, with the packed library. */
let assemblies: Record<string, string>;

beforeAll(async () => {
  assemblies = await assembliesOf(typescript, await packLibrary());
}, 420_000);

const read = (example: string, file: string) => fs.readFileSync(path.join(EXAMPLES, example, file), 'utf8');

test('every example is tried, and says in a README how to deploy it', () => {
  const tried = [typescript, python, java, go].flatMap(({ examples }) => examples);
  expect([...tried].sort()).toEqual(fs.readdirSync(EXAMPLES).filter((name) => !['README.md', '.gitignore'].includes(name)).sort());
  for (const example of tried) expect(read(example, 'README.md')).toMatch(/^npx cdk deploy|^npm run deploy|git push/m);
});

test('all TypeScript examples have the same dependencies and compiler options, so that one project can stand for each', () => {
  for (const example of typescript.examples) {
    const { scripts, dependencies, devDependencies } = JSON.parse(read('typescript', 'package.json'));
    expect(JSON.parse(read(example, 'package.json'))).toMatchObject({ scripts, dependencies, devDependencies });
    for (const file of ['tsconfig.json', 'cdk.json']) expect(read(example, file)).toBe(read('typescript', file));
  }
});

test('every example but that in Python, which takes the newest, wants the last version that was released', () => {
  const versions = versionsInExamples();
  expect(Object.keys(versions).map((file) => path.dirname(file)).sort()).toEqual([...typescript.examples, 'java', 'go'].sort());
  expect(new Set(Object.values(versions))).toEqual(new Set([releasedVersion()]));
  expect(read('python', 'requirements.txt')).toMatch(/^cdk-iot-registry-replication$/m);
});

/** Regions of the replicas of each table of an example. */
const regionsOf = (example: string) => resourcesIn(assemblies[example], 'AWS::DynamoDB::GlobalTable')
  .map(({ Properties }) => Properties.Replicas.map(({ Region }: { Region: string }) => Region).sort());

test('several destinations: one replication into two Regions, another into a third', () => {
  expect(Object.keys(templatesIn(assemblies['several-destinations']))).toHaveLength(4);
  expect(regionsOf('several-destinations')).toEqual([['ap-southeast-1', 'eu-west-1', 'us-east-1'], ['us-east-1', 'us-west-2']]);
});

test('router: both workflows invoke the function, that of events and that of what sweeps read', () => {
  const workflows = resourcesIn(assemblies.router, 'AWS::StepFunctions::StateMachine').map(({ Properties }) => JSON.stringify(Properties.DefinitionString));
  expect(workflows.filter((definition) => definition.includes('Ask the router'))).toHaveLength(2);
  expect(resourcesIn(assemblies.router, 'AWS::Lambda::Function').map(({ Properties }) => Properties.Handler)).toContain('index.handler');
});

test('router: what it answers leaves the owner out, and lets everything else pass', async () => {
  const { handler } = jest.requireActual<{ handler(question: unknown): Promise<unknown> }>(path.join(EXAMPLES, 'router', 'router', 'index.js'));
  const state = { thingTypeName: 'lamp', attributes: { room: '12', owner: 'someone' } };
  await expect(handler({ record: { sk: 'thing', deleted: false, state } })).resolves.toEqual({ replicate: true, state: { thingTypeName: 'lamp', attributes: { room: '12' } } });
  await expect(handler({ record: { sk: 'thing', deleted: true, state: { attributes: {} } } })).resolves.toEqual({ replicate: true });
  await expect(handler({ record: { sk: 'group', deleted: false, state: { attributes: { owner: 'kept' } } } })).resolves.toEqual({ replicate: true });
});

test('alarms: each Region has its own, and they notify the topic of their Region', () => {
  const alarms = resourcesByStack(assemblies.alarms, 'AWS::CloudWatch::Alarm');
  expect(Object.values(alarms).map((each) => each.length).sort((a, b) => a - b)).toEqual([7, 11, 11]);
  const topics = resourcesByStack(assemblies.alarms, 'AWS::SNS::Topic');
  for (const [stack, those] of Object.entries(alarms)) {
    expect(topics[stack]).toHaveLength(1);
    const subscriptions = resourcesByStack(assemblies.alarms, 'AWS::SNS::Subscription')[stack].map(({ Properties }) => Properties);
    expect(subscriptions).toEqual([{ Protocol: 'email', Endpoint: 'operations@example.com', TopicArn: { Ref: expect.any(String) } }]);
    for (const { Properties: { AlarmActions, OKActions } } of those) expect([AlarmActions, OKActions]).toEqual([[subscriptions[0].TopicArn], [subscriptions[0].TopicArn]]);
  }
});

test('alarms: the one that is overridden is raised later, in both destinations, and a dashboard shows all Regions', () => {
  const lags = resourcesIn(assemblies.alarms, 'AWS::CloudWatch::Alarm').map(({ Properties }) => Properties).filter(({ AlarmName }) => AlarmName === 'fleet-replication-lag');
  expect(lags).toMatchObject([{ Threshold: 900_000, EvaluationPeriods: 10 }, { Threshold: 900_000, EvaluationPeriods: 10 }]);
  const [dashboard, ...others] = resourcesIn(assemblies.alarms, 'AWS::CloudWatch::Dashboard');
  expect(others).toEqual([]);
  expect(dashboard.Properties.DashboardName).toBe('fleet-replication');
  for (const region of ['us-east-1', 'eu-west-1', 'ap-southeast-1']) expect(JSON.stringify(dashboard.Properties.DashboardBody)).toContain(region);
});

const keyIn = (region: string) => `arn:aws:kms:${region}:111122223333:key/mrk-0123456789abcdef0123456789abcdef`;

test('existing key: everything of a Region is encrypted with its key, and no key is made', () => {
  const assembly = assemblies['existing-key'];
  expect(resourcesIn(assembly, 'AWS::KMS::Key')).toEqual([]);
  const [table] = resourcesIn(assembly, 'AWS::DynamoDB::GlobalTable');
  expect(table.Properties.Replicas).toEqual(expect.arrayContaining(
    ['us-east-1', 'eu-west-1'].map((Region) => expect.objectContaining({ Region, SSESpecification: { KMSMasterKeyId: keyIn(Region) } })),
  ));
  const queues = resourcesByStack(assembly, 'AWS::SQS::Queue');
  const logGroups = resourcesByStack(assembly, 'AWS::Logs::LogGroup');
  for (const stack of Object.keys(templatesIn(assembly))) {
    const key = keyIn(stack === 'Encrypted.template.json' ? 'us-east-1' : 'eu-west-1');
    expect(new Set(queues[stack].map(({ Properties }) => Properties.KmsMasterKeyId))).toEqual(new Set([key]));
    expect(new Set(logGroups[stack].map(({ Properties }) => Properties.KmsKeyId))).toEqual(new Set([key]));
  }
});

test('existing key: its README has the statement that the construct gives to a key of the app', () => {
  const stack = createStack({}, createApp(), 'Encrypted');
  const encryption = TableEncryptionV2.customerManagedKey(new Key(stack, 'Key'), { 'eu-west-1': keyIn('eu-west-1') });
  replicate({ replicationName: 'fleet', encryption }, stack);
  const given = theResource(Template.fromStack(stack).toJSON(), 'AWS::KMS::Key').Properties.KeyPolicy.Statement as unknown[];

  const [, policy] = /```json\n(.*?)```/s.exec(read('existing-key', 'README.md')) ?? [];
  const { Statement } = JSON.parse(policy) as { Statement: unknown[] };
  expect(Statement).toHaveLength(2);
  const partition = (text: string) => text.replaceAll(/\{"Fn::Join":\["",\["arn:",\{"Ref":"AWS::Partition"\},"([^"]*)"\]\]\}/g, '"arn:aws$1"');
  expect(JSON.parse(partition(JSON.stringify(given)))).toEqual(expect.arrayContaining(Statement));
});

test('pipeline stage: the pipeline deploys the source of a stage before its destination', () => {
  expect(regionsOf('pipeline-stage')).toEqual([['eu-west-1', 'us-east-1'], ['eu-west-1', 'us-east-1']]);
  const [pipeline] = resourcesIn(assemblies['pipeline-stage'], 'AWS::CodePipeline::Pipeline');
  interface Action { readonly Name: string; readonly RunOrder: number; readonly Region?: string }
  const stage = pipeline.Properties.Stages.find(({ Name }: { Name: string }) => Name === 'Prod') as { Actions: Action[] };
  const deployed = stage.Actions.filter(({ Name }) => Name.endsWith('Deploy')).sort((a, b) => a.RunOrder - b.RunOrder);
  expect(deployed.map(({ Region }) => Region ?? 'us-east-1')).toEqual(['us-east-1', 'eu-west-1']);
});
