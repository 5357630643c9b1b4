import * as fs from 'node:fs';
import * as path from 'node:path';
import validate from 'asl-validator';
import { App } from 'aws-cdk-lib';
import { Remark, lint } from './cfn-lint';
import { VARIANTS } from './variants';
import { DESTINATION, Json, OTHER, SOURCE, resourcesOf, synth } from '../apps';

interface Explanation {
  readonly rule: string;
  readonly template: RegExp;
  readonly path: RegExp;
  readonly reason: string;
}

/** What cfn-lint remarks, and why it stays. */
const EXPLAINED: readonly Explanation[] = [
  {
    rule: 'W3005',
    template: /./,
    path: /^Resources\/\w+\/DependsOn\/\d+$/,
    reason: 'CDK writes down the whole of a dependency, the role beside its policy, and nothing changes by what is said twice',
  },
  {
    rule: 'E1001',
    template: /^an environment-agnostic stack: Main\./,
    path: /^$/,
    reason: 'a stack that holds nothing but other stacks is not deployed by the CLI',
  },
];

/** Every template of an app, those of nested stacks too: they are files, but no artifacts, of the assembly. */
function templatesIn(app: App): Record<string, Json> {
  const { directory } = synth(app);
  const files = fs.readdirSync(directory).filter((file) => file.endsWith('.template.json'));
  return Object.fromEntries(files.map((file) => [file, JSON.parse(fs.readFileSync(path.join(directory, file), 'utf8')) as Json]));
}

const templates: Record<string, Json> = Object.fromEntries(VARIANTS.flatMap(([variant, create]) => Object.entries(templatesIn(create().node.root as App))
  .map(([file, template]) => [`${variant}: ${file}`, template])));

test('the templates are those of all stacks', () => {
  expect(Object.keys(templates).map((name) => name.split(':')[0]).filter((variant) => variant === 'a typical app')).toHaveLength(3);
  expect(Object.keys(templates)).toEqual(expect.arrayContaining([expect.stringMatching(/^a nested stack: .*\.nested\.template\.json$/)]));
  expect(Object.keys(templates)).toHaveLength(12);
});

describe('cfn-lint', () => {
  const bad = { Resources: { Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueNam: 'typo', VisibilityTimeout: 'soon' } } } };
  let remarks: Remark[];
  beforeAll(async () => {
    remarks = await lint({ ...templates, bad }, [SOURCE, DESTINATION, OTHER]);
  }, 300_000);

  const explains = ({ rule, template, path: where }: Explanation, remark: Remark) => rule === remark.rule && template.test(remark.template) && where.test(remark.path);

  test.each(Object.keys(templates))('has nothing to say of %s that is not explained', (name) => {
    const unexplained = remarks.filter((remark) => remark.template === name && !EXPLAINED.some((each) => explains(each, remark)));
    expect(unexplained).toEqual([]);
  });

  test('has something to say for each explanation', () => {
    expect(EXPLAINED.filter((each) => !remarks.some((remark) => explains(each, remark))).map(({ reason }) => reason)).toEqual([]);
  });

  test('finds the errors of a template', () => {
    expect(remarks.filter(({ template }) => template === 'bad').map(({ rule, path: where }) => [rule, where])).toEqual(expect.arrayContaining([
      ['E3002', expect.stringContaining('QueueNam')], ['E3012', expect.stringContaining('VisibilityTimeout')],
    ]));
  });
});

describe('the states language', () => {
  const workflows = Object.entries(templates).flatMap(([name, template]) => resourcesOf({ Resources: {}, ...template }, 'AWS::StepFunctions::StateMachine')
    .map(({ Properties }): [string, Json] => [`${name}: ${literal(Properties.StateMachineName)}`, JSON.parse(literal(Properties.DefinitionString)) as Json]));

  test('is spoken by the workflows of the source and one of each destination', () => {
    expect(workflows.filter(([name]) => name.startsWith('a typical app'))).toHaveLength(5);
  });

  test.each(workflows)('is spoken by %s', (_, definition) => {
    expect(validate(definition).errors).toEqual([]);
  });

  test('is not spoken by anything', () => {
    expect(validate({ StartAt: 'Nowhere', States: { Somewhere: { Type: 'Wait' } } }).isValid).toBe(false);
  });
});

/** A text with what is known at the deployment put in. */
function literal(text: string | Json): string {
  if (typeof text === 'string') return text;
  if (text['Fn::Join']) return (text['Fn::Join'][1] as (string | Json)[]).map(literal).join('');
  return text.Ref === 'AWS::Partition' ? 'aws' : text.Ref === 'AWS::AccountId' ? '111122223333' : 'arn:aws:lambda:us-east-1:111122223333:function:f';
}
