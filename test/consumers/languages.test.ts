import * as fs from 'node:fs';
import * as path from 'node:path';
import { assetsIn, resourcesIn, templatesIn } from './assembly';
import { go, java, python, typescript } from './consumers';
import { assembliesOf } from './stranger';
import { isEveryToolRequired, missingTool } from './tools';
import { packLanguage } from '../../packages/languages';
import { packLibrary, PackedLibrary } from '../../packages/library';

/** Enough for a machine that has downloaded nothing yet. */
const BOUND_MILLIS = 420_000;

const NAMESPACE = 'CdkIotRegistryReplication';

let library: PackedLibrary;
let expected: string;

beforeAll(async () => {
  library = await packLibrary();
  expected = (await assembliesOf(typescript, library)).typescript;
}, BOUND_MILLIS);

test('the npm package, installed by a stranger, makes a source with its table, and a destination', () => {
  expect(Object.keys(templatesIn(expected))).toEqual(['Registry.template.json', expect.stringMatching(/^RegistryReplicationeuwest1\w+\.template\.json$/)]);
  const [table, ...others] = resourcesIn(expected, 'AWS::DynamoDB::GlobalTable');
  expect(others).toEqual([]);
  expect(table.Properties.Replicas).toMatchObject([{ Region: 'eu-west-1' }, { Region: 'us-east-1' }]);
  expect(resourcesIn(expected, 'AWS::IoT::TopicRule')).toHaveLength(4);
  expect(resourcesIn(expected, 'AWS::Lambda::EventSourceMapping')).toHaveLength(1);
  expect(resourcesIn(expected, 'Custom::StreamSource')).toHaveLength(1);
});

const others = ([['Python wheel', python], ['Java jar', java], ['Go module', go]] as const).map(([name, consumer]) => {
  const missing = consumer === python || isEveryToolRequired() ? undefined : missingTool(consumer.tools);
  return { name, consumer, missing };
});

for (const { name, consumer, missing } of others) {
  const title = `the ${name}, installed by a stranger, makes the same templates to the letter, and the same assets`;
  if (missing) {
    const { command, reason, install } = missing;
    test.skip(`NOT RUN, because \`${command}\` does not run here (${reason}); install ${install}: ${title}`, () => undefined);
    continue;
  }
  test(title, async () => {
    const assembly = (await assembliesOf(consumer, library))[consumer.examples[0]];
    expect(templatesIn(assembly)).toEqual(templatesIn(expected));
    expect(assetsIn(assembly)).toEqual(assetsIn(expected));
  }, BOUND_MILLIS);
}

test('untried languages are reported', () => {
  for (const { name, missing } of others) {
    if (missing) console.warn(`NOT RUN: the ${name} is not tried, because \`${missing.command}\` does not run here. Install ${missing.install}; REQUIRE_EVERY_TOOL=true makes it a failure.`);
  }
  expect(others.filter(({ consumer, missing }) => missing && (consumer === python || isEveryToolRequired()))).toEqual([]);
});

test('the code for .NET is generated: a class for each type of the API, in a namespace that none is named like', async () => {
  const project = path.join(await packLanguage('dotnet', library), NAMESPACE);
  const description = fs.readFileSync(path.join(project, `${NAMESPACE}.csproj`), 'utf8');
  expect(description).toContain(`<PackageId>${NAMESPACE}</PackageId>`);
  expect(description).toContain(`<PackageVersion>${library.version}</PackageVersion>`);
  expect(description).toContain('<PackageReference Include="Amazon.CDK.Lib"');

  const { types } = JSON.parse(fs.readFileSync(path.join(library.directory, '.jsii'), 'utf8')) as { types: Record<string, { name: string }> };
  const names = Object.values(types).map(({ name }) => name);
  expect(names).not.toContain(NAMESPACE);
  expect(fs.readdirSync(path.join(project, NAMESPACE))).toEqual(expect.arrayContaining(names.map((name) => `${name}.cs`)));
  expect(fs.readFileSync(path.join(project, NAMESPACE, 'IotRegistryReplication.cs'), 'utf8')).toContain(`namespace ${NAMESPACE}\n`);
}, BOUND_MILLIS);
