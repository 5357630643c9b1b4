import { App, Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { IConstruct } from 'constructs';
import { VARIANTS } from './variants';
import { createStack, synth } from '../apps';

/** A rule that is not met, and the path of the resource: without what is around the replication, and without the Region of a destination. */
interface Finding {
  readonly rule: string;
  readonly path: string;
}

interface Explanation {
  /** The rule with what it names, as cdk-nag writes it. */
  readonly rule: RegExp;
  readonly path: RegExp;
  readonly reason: string;
}

const ROLE = 'Role/DefaultPolicy/Resource$';

/** What of AwsSolutions is not met, and why. */
const EXPLAINED: readonly Explanation[] = [
  {
    rule: /^AwsSolutions-IAM5\[Resource::\*\]$/,
    path: new RegExp(`^(Events/Identity|Destination/(Replicator/(Stream|Retry)|Status/)Identity|(Sweep|Destination/Drift)/Identity)/${ROLE}`),
    reason: 'AWS defines no resource for the actions: listings of the registry, event configurations, and sending traces',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::\*\]$/,
    path: new RegExp(`^(Persistence|Observations|(Sweep|Destination/Drift)/Workflow)/${ROLE}`),
    reason: 'the delivery of logs, event configurations and metrics, for which AWS defines no resource',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::arn:aws:iot:[a-z0-9-]+:(111122223333|<AWS::AccountId>):(thing|thinggroup|thingtype)\/([a-z]+-)?\*\]$/,
    path: new RegExp(`^(Destination/Replicator/(Stream|Retry)Identity|(Sweep|Destination/Drift)/Identity)/${ROLE}`),
    reason: 'the entities of the registry that are replicated, by the prefixes of their names if there are any, of this account and Region',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::arn:aws:iot:[a-z0-9-]+:(111122223333|<AWS::AccountId>):cert\/\*\]$/,
    path: new RegExp(`^Destination/Replicator/(Stream|Retry)Identity/${ROLE}`),
    reason: 'detaching is checked on certificates, whose ids say nothing of the things that they are attached to',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::<\w+\.Arn>\/(runs\/|reports\/)\*\]$/,
    path: new RegExp(`^(Sweep|Destination/Drift)/Identity/${ROLE}`),
    reason: 'the journals and reports of its own bucket, which are named after executions',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::<\w+\.Arn>\/\*\]$/,
    path: new RegExp(`^(Sweep|Destination/Drift)/Reports/Identity/${ROLE}`),
    reason: 'all objects of its own bucket, which is emptied when its stack is deleted',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::<\w+\.Arn>:\*\]$/,
    path: new RegExp(`^(\\w+/)*(Framework|Workflow|Status/Schedule)/${ROLE}`),
    reason: 'the versions of one function of the replication, as CDK allows to invoke a function',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::arn:aws:lambda:us-east-1:111122223333:function:router:\*\]$/,
    path: new RegExp(`^(Persistence|Observations)/${ROLE}`),
    reason: 'the versions of the router, as CDK allows to invoke a function',
  },
  {
    rule: /^AwsSolutions-SQS3$/,
    path: /^DeadLetterQueue\/Resource$/,
    reason: 'it is a dead-letter queue, of rules and a workflow, which cdk-nag does not see: it looks for redrive policies of other queues',
  },
  {
    rule: /^AwsSolutions-SF1$/,
    path: /^(Persistence|Observations)\/StateMachine\/Resource$/,
    reason: 'every event would be logged, at a cost beyond the workflow\'s own, and stale events are no errors; failures are logged',
  },
  {
    rule: /^AwsSolutions-SF1$/,
    path: /^(Sweep|Destination\/Drift)\/Workflow\/StateMachine\/Resource$/,
    reason: 'the history of a Standard execution is kept for 90 days by the service; the log has what failed',
  },
  {
    rule: /^AwsSolutions-SF2$/,
    path: /^(Persistence|Observations)\/StateMachine\/Resource$/,
    reason: 'traces cost more than what they trace, once for each event; whoever wants them sets `tracing`',
  },
  {
    rule: /^AwsSolutions-SF2$/,
    path: /^(Sweep|Destination\/Drift)\/Workflow\/StateMachine\/Resource$/,
    reason: 'the history of a Standard execution shows the same steps and times; whoever wants traces sets `tracing`',
  },
  {
    rule: /^AwsSolutions-L1$/,
    path: /Function\/Resource$|Replicator\/(Stream|Retry)\/Resource$/,
    reason: 'Node.js 22 has long-term support, and is what the emulator and the tests run; cdk-nag takes nothing but the newest',
  },
  {
    rule: /^AwsSolutions-S1$/,
    path: /Reports\/Bucket\/Resource$/,
    reason: 'a function alone writes and reads it; access logs would need another bucket, in each Region',
  },
  {
    rule: /^AwsSolutions-DDB3$/,
    path: /^Destination\/Replicator\/State\/Resource$/,
    reason: 'counts of the last minutes and a status that is written by the minute are of no use once they are restored',
  },
];

function findingsIn(root: IConstruct): Finding[] {
  const { violations } = new AwsSolutionsChecks().validateScope(root);
  return violations.flatMap(({ ruleName, violatingResources }) => violatingResources.map(({ constructPath }) => ({ rule: ruleName, path: shortened(constructPath!) })));
}

function shortened(path: string): string {
  return path.replace(/^Main(\/Nested)?\/Replication\//, '').replace(/^[a-z]+-[a-z]+-\d\//, '');
}

function explains({ rule, path }: Explanation, finding: Finding): boolean {
  return rule.test(finding.rule) && path.test(finding.path);
}

const findings = new Map(VARIANTS.map(([variant, create]) => {
  const root = create().node.root as App;
  synth(root);
  return [variant, findingsIn(root)];
}));

test.each(VARIANTS.map(([variant]) => variant))('%s breaks no rule of AwsSolutions without an explanation', (variant) => {
  const unexplained = findings.get(variant)!.filter((finding) => !EXPLAINED.some((each) => explains(each, finding)));
  expect(unexplained.map(({ rule, path }) => `${path}: ${rule}`)).toEqual([]);
});

test('every explanation is needed, and says something', () => {
  const all = [...findings.values()].flat();
  expect(EXPLAINED.filter((each) => !all.some((finding) => explains(each, finding))).map(({ reason }) => reason)).toEqual([]);
  for (const { reason } of EXPLAINED) expect(reason.length).toBeGreaterThan(30);
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
