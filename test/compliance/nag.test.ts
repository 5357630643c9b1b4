import { App, Aspects, Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { IConstruct } from 'constructs';
import { VARIANTS } from './variants';
import { EXPLANATIONS, Explanation } from '../../src/compliance/explanations';
import { DESTINATION, createStack, replicate, synth, templatesOf } from '../apps';

/** A rule that is not met, and the path of the resource: without what is around the replication, and without the Region of a destination. */
interface Finding {
  readonly rule: string;
  readonly path: string;
}

function findingsIn(root: IConstruct): Finding[] {
  const { violations } = new AwsSolutionsChecks().validateScope(root);
  return violations.flatMap(({ ruleName, violatingResources }) => violatingResources.map(({ constructPath }) => ({ rule: ruleName, path: shortened(constructPath!) })));
}

function shortened(path: string): string {
  return path.replace(/^Main(\/Nested)?\/Replication\//, '').replace(/^[a-z]+-[a-z]+-\d\//, '');
}

/** What cdk-nag reports of a variant, as it is reported once CDK knows a runtime that is newer than the functions'. */
function reportedOf(create: (typeof VARIANTS)[number][1], acknowledgeNagRules: boolean): Finding[] {
  const root = create({ acknowledgeNagRules }).node.root as App;
  Aspects.of(root).add({ visit: (node) => { if (node instanceof CfnFunction) node.runtime = 'nodejs22.x'; } });
  synth(root);
  return findingsIn(root);
}

test.each(VARIANTS)('of %s, cdk-nag reports nothing', (_, create) => {
  expect(reportedOf(create, true)).toEqual([]);
});

test('without the acknowledgements it reports each of them, and the templates are the same', () => {
  const [withThem, without] = [true, false].map((acknowledgeNagRules) => {
    const stack = createStack();
    replicate({ replicationName: 'fleet', acknowledgeNagRules }, stack);
    return { templates: templatesOf(synth(stack)), findings: findingsIn(stack.node.root) };
  });
  expect(without.templates).toEqual(withThem.templates);
  expect(withThem.findings).toEqual([]);
  expect(without.findings.length).toBeGreaterThan(30);
});

test('every explanation is needed, and says something', () => {
  const reported = VARIANTS.flatMap(([, create]) => reportedOf(create, false));
  const isNeeded = ({ rule, finding, path }: Explanation) => reported.some((each) => path.test(each.path)
    && (finding ? finding.test(/^AwsSolutions-IAM5\[Resource::(.*)\]$/.exec(each.rule)?.[1] ?? '') && each.rule.startsWith(rule) : each.rule === rule));
  expect(EXPLANATIONS.filter((each) => !isNeeded(each)).map(({ reason }) => reason)).toEqual([]);
  for (const { reason } of EXPLANATIONS) expect(reason.length).toBeGreaterThan(30);
});

test('what somebody adds to a role is reported: only what is the construct\'s own is explained', () => {
  const stack = createStack();
  const replication = replicate({ replicationName: 'fleet' }, stack);
  const role = replication.node.findAll().find((each): each is Role => each instanceof Role && each.node.path.endsWith('Replicator/StreamIdentity/Role'))!;
  role.addToPolicy(new PolicyStatement({ actions: ['s3:*'], resources: ['arn:aws:s3:::somebody/*'] }));
  new Bucket(replication.destination(DESTINATION).stack, 'Bucket');
  synth(stack);
  const rules = findingsIn(stack.node.root).map(({ rule }) => rule);
  expect(rules).toEqual(expect.arrayContaining(['AwsSolutions-IAM5[Action::s3:*]', 'AwsSolutions-IAM5[Resource::arn:aws:s3:::somebody/*]', 'AwsSolutions-S1', 'AwsSolutions-S10']));
});

test('what breaks rules is found: with a version of CDK that it does not fit, cdk-nag finds nothing at all', () => {
  const stack: Stack = createStack();
  new Bucket(stack, 'Bucket');
  new Queue(stack, 'Queue');
  new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
    .addToPolicy(new PolicyStatement({ effect: Effect.ALLOW, actions: ['s3:*'], resources: ['*'] }));
  synth(stack);
  const rules = findingsIn(stack.node.root).map(({ rule }) => rule);
  expect(rules).toEqual(expect.arrayContaining(['AwsSolutions-S1', 'AwsSolutions-S10', 'AwsSolutions-SQS3', 'AwsSolutions-IAM5[Action::s3:*]', 'AwsSolutions-IAM5[Resource::*]']));
});
