import * as fs from 'node:fs';
import * as path from 'node:path';
import { resourcesIn, templatesIn } from './assembly';
import { go, java, python, typescript } from './consumers';
import { assembliesOf } from './stranger';
import { ROOT } from '../../emulator/paths';
import { packLibrary } from '../../packages/library';

/** By example: where its app has been synthesized, with the packed library. */
let assemblies: Record<string, string>;

beforeAll(async () => {
  assemblies = await assembliesOf(typescript, await packLibrary());
}, 420_000);

const EXAMPLES = path.join(ROOT, 'examples');
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

/** Regions of the replicas of each table of an example. */
const regionsOf = (example: string) => resourcesIn(assemblies[example], 'AWS::DynamoDB::GlobalTable')
  .map(({ Properties }) => Properties.Replicas.map(({ Region }: { Region: string }) => Region).sort());

test('several destinations: one replication into two Regions, another into a third', () => {
  expect(Object.keys(templatesIn(assemblies['several-destinations']))).toHaveLength(4);
  expect(regionsOf('several-destinations')).toEqual([['ap-southeast-1', 'eu-west-1', 'us-east-1'], ['us-east-1', 'us-west-2']]);
});

test('router: the workflow invokes the function', () => {
  const workflows = resourcesIn(assemblies.router, 'AWS::StepFunctions::StateMachine').map(({ Properties }) => JSON.stringify(Properties.DefinitionString));
  expect(workflows.filter((definition) => definition.includes('Ask the router'))).toHaveLength(1);
  expect(resourcesIn(assemblies.router, 'AWS::Lambda::Function').map(({ Properties }) => Properties.Handler)).toContain('index.handler');
});

test('router: what it answers leaves the owner out, and lets everything else pass', async () => {
  const { handler } = jest.requireActual<{ handler(question: unknown): Promise<unknown> }>(path.join(EXAMPLES, 'router', 'router', 'index.js'));
  const state = { thingTypeName: 'lamp', attributes: { room: '12', owner: 'someone' } };
  await expect(handler({ record: { sk: 'thing', deleted: false, state } })).resolves.toEqual({ replicate: true, state: { thingTypeName: 'lamp', attributes: { room: '12' } } });
  await expect(handler({ record: { sk: 'thing', deleted: true, state: { attributes: {} } } })).resolves.toEqual({ replicate: true });
  await expect(handler({ record: { sk: 'group', deleted: false, state: { attributes: { owner: 'kept' } } } })).resolves.toEqual({ replicate: true });
});

test('alarms: in each Region, each told to the topic of its Region; one dashboard', () => {
  interface Resource { readonly Type: string; readonly Properties: { readonly AlarmActions?: unknown } }
  const templates = Object.values(templatesIn(assemblies.alarms)).map((text) => JSON.parse(text) as { Resources: Record<string, Resource> });
  const alarmsOf = ({ Resources }: { Resources: Record<string, Resource> }) => Object.values(Resources).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm');
  // The source, and two destinations.
  expect(templates.map((template) => alarmsOf(template).length).sort()).toEqual([6, 7, 7]);
  for (const template of templates) {
    const [topic] = Object.entries(template.Resources).filter(([, { Type }]) => Type === 'AWS::SNS::Topic').map(([id]) => id);
    for (const { Properties } of alarmsOf(template)) expect(Properties.AlarmActions).toEqual([{ Ref: topic }]);
  }
  expect(resourcesIn(assemblies.alarms, 'AWS::CloudWatch::Dashboard').map(({ Properties }) => Properties.DashboardName)).toEqual(['fleet']);
});

test('existing key: on the table and its replica, and on every queue, log group and bucket', () => {
  const keyIn = (region: string) => expect.stringContaining(`:kms:${region}:`);
  const [{ Properties: { Replicas } }] = resourcesIn(assemblies['existing-key'], 'AWS::DynamoDB::GlobalTable');
  expect(Object.fromEntries(Replicas.map((replica: { Region: string; SSESpecification: { KMSMasterKeyId: unknown } }) => [replica.Region, JSON.stringify(replica.SSESpecification.KMSMasterKeyId)])))
    .toEqual({ 'us-east-1': keyIn('us-east-1'), 'eu-west-1': keyIn('eu-west-1') });
  for (const [type, property] of [['AWS::SQS::Queue', 'KmsMasterKeyId'], ['AWS::Logs::LogGroup', 'KmsKeyId'], ['AWS::S3::Bucket', 'BucketEncryption']]) {
    const found = resourcesIn(assemblies['existing-key'], type).map(({ Properties }) => JSON.stringify(Properties[property]));
    expect(found.length).toBeGreaterThan(1);
    for (const each of found) expect(each).toContain('key/mrk-1234abcd12ab34cd56ef1234567890ab');
  }
});

test('pipeline stage: the pipeline deploys the source of a stage before its destination', () => {
  expect(regionsOf('pipeline-stage')).toEqual([['eu-west-1', 'us-east-1'], ['eu-west-1', 'us-east-1']]);
  const [pipeline] = resourcesIn(assemblies['pipeline-stage'], 'AWS::CodePipeline::Pipeline');
  interface Action { readonly Name: string; readonly RunOrder: number; readonly Region?: string }
  const stage = pipeline.Properties.Stages.find(({ Name }: { Name: string }) => Name === 'Prod') as { Actions: Action[] };
  const deployed = stage.Actions.filter(({ Name }) => Name.endsWith('Deploy')).sort((a, b) => a.RunOrder - b.RunOrder);
  expect(deployed.map(({ Region }) => Region ?? 'us-east-1')).toEqual(['us-east-1', 'eu-west-1']);
});
