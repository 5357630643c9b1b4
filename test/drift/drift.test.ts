import { Duration } from 'aws-cdk-lib';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { DeletionMode, DriftMode, RegistryKind } from '../../src';
import { selectionDigest } from '../../src/comparison/selection-of';
import { repairWaitSeconds } from '../../src/drift/repair-wait';
import { knownKinds } from '../../src/kinds/register';
import { DESTINATION, Json, Match, OTHER, destination, replicate, resourcesOf, schedulesAbout, theResource } from '../apps';

const NAMED = { replicationName: 'fleet' };

function workflowOf(template: Json): Json {
  const [{ Properties: { DefinitionString } }] = resourcesOf(template, 'AWS::StepFunctions::StateMachine');
  return JSON.parse(DefinitionString['Fn::Join'][1].map((part: unknown) => (typeof part === 'string' ? part : 'token')).join('')) as Json;
}

function environmentOf(template: Json): Record<string, unknown> {
  const [{ Properties }] = resourcesOf(template, 'AWS::Lambda::Function').filter((each) => each.Properties.FunctionName === 'fleet-drift');
  return Properties.Environment.Variables as Record<string, unknown>;
}

describe('the workflow', () => {
  const template = destination(replicate(NAMED));

  test('is a Standard one, does the phases in their order and ends with a summary', () => {
    template.hasResourceProperties('AWS::StepFunctions::StateMachine', { StateMachineName: 'fleet-drift', StateMachineType: 'STANDARD' });
    const { States } = workflowOf(template.toJSON());
    const phases = Object.values<Json>(States).filter(({ Type }) => Type === 'Task').map(({ Arguments }) => Arguments.Payload.phase).filter(Boolean).sort();
    expect(phases).toEqual(['begin', 'groups', 'memberships', 'records', 'settle', 'summary', 'things', 'types', 'verify']);
  });

  test('looks again at what was repaired and at what moved, once that had time to arrive, and only if there was any', () => {
    const { States } = workflowOf(template.toJSON());
    expect(States['Recheck and repair differences: done?'].Choices[0].Next).toBe('Is there anything to verify?');
    expect(States['Is there anything to verify?']).toMatchObject({
      Choices: [{ Condition: "{% ($lookup($states.input.counts, 'candidates') > 0) = true %}", Next: 'Let repairs arrive' }], Default: 'Summarize',
    });
    expect(States['Let repairs arrive']).toMatchObject({ Type: 'Wait', Seconds: repairWaitSeconds(knownKinds(), 500), Next: 'Verify repairs' });
    expect(States['Verify repairs: done?'].Choices[0].Next).toBe('Summarize');
  });

  test('has its summary written into the status, and ends with it', () => {
    const { States } = workflowOf(template.toJSON());
    expect(States['Summarize: done?'].Default).toBe('Write the status');
    expect(States['Write the status']).toMatchObject({ Arguments: { Payload: { driftCheck: '{% $states.input %}' } }, Output: '{% $states.input %}', Next: 'Done' });
    const [status] = Object.keys(template.findResources('AWS::Lambda::Function', { Properties: { FunctionName: 'fleet-status' } }));
    const [{ Properties: { DefinitionString } }] = resourcesOf(template.toJSON(), 'AWS::StepFunctions::StateMachine');
    expect(JSON.stringify(DefinitionString)).toContain(`"Fn::GetAtt":["${status}","Arn"]`);
  });

  test('lets changes arrive before it looks at what may differ', () => {
    const { States } = workflowOf(template.toJSON());
    const [[name, wait]] = Object.entries<Json>(States).filter(([, { Type, Seconds }]) => Type === 'Wait' && Seconds === 10);
    expect(wait).toMatchObject({ Seconds: 10, Next: 'Recheck and repair differences' });
    expect(States['Find records of unlisted entities: done?'].Choices[0].Next).toBe(name);
  });

  test('reads only replicated kinds', () => {
    const { States } = workflowOf(destination(replicate({ ...NAMED, kinds: [RegistryKind.THING], namePrefixes: { things: ['a-'] } })).toJSON());
    expect(States['List things'].Arguments.Payload.scope).toEqual({ kinds: ['thing'], prefixes: { thing: ['a-'] } });
    expect(States.Summarize.Arguments.Payload.replicated).toEqual({ selection: selectionDigest({ kinds: ['thing'], prefixes: { thing: ['a-'] } }) });
  });

  test('ends at once on an input that it does not know', () => {
    const { States } = workflowOf(template.toJSON());
    expect(States[States.Begin.Next].Choices).toContainEqual({ Condition: '{% $exists($states.input.failure) %}', Next: 'Failed' });
    expect(States.Failed).toMatchObject({ Type: 'Fail', Error: '{% $states.input.failure.error %}', Cause: '{% $states.input.failure.cause %}' });
  });
});

describe('the function', () => {
  test('is small, ends in time and has a log of its own', () => {
    destination(replicate(NAMED)).hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'fleet-drift', MemorySize: 512, Timeout: 900, Architectures: ['arm64'], LoggingConfig: { LogGroup: Match.anyValue() },
    });
  });

  test('receives its settings', () => {
    const template = destination(replicate({ ...NAMED, deletionMode: DeletionMode.RETAIN, driftMode: DriftMode.REPORT, registryReadShare: 0.2, registryWriteShare: 0.3 })).toJSON();
    expect(environmentOf(template)).toMatchObject({
      REGISTRY_TABLE_NAME: 'fleet', SOURCE_REGION: 'us-east-1', DELETION_MODE: 'RETAIN', DRIFT_MODE: 'REPORT', IS_PAUSED: 'false', REGISTRY_READ_SHARE: '0.2', REGISTRY_WRITE_SHARE: '0.3',
    });
  });

  test('may send to the retry queue, and write to nothing else but its bucket', () => {
    const policies = resourcesOf(destination(replicate(NAMED)).toJSON(), 'AWS::IAM::Policy').filter(({ Properties }) => JSON.stringify(Properties.Roles).includes('DriftIdentity'));
    const statements = policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement as Json[]);
    const [send] = statements.filter(({ Action }) => [Action].flat().includes('sqs:SendMessage'));
    expect(JSON.stringify(send.Resource)).toMatch(/DestinationReplicatorRetryQueue/);
    const writes = statements.flatMap(({ Action }) => [Action].flat() as string[]).filter((action) => !/:(List|Describe|Get|BatchGet|Scan)/.test(action));
    expect(writes.sort()).toEqual(['logs:CreateLogStream', 'logs:PutLogEvents', 's3:PutObject', 's3:PutObject', 'sqs:SendMessage'].sort());
  });
});

describe('the bucket of reports', () => {
  test('is encrypted, closed and tidied up', () => {
    const template = destination(replicate(NAMED)).toJSON();
    expect(theResource(template, 'AWS::S3::Bucket').Properties).toMatchObject({
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
      BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
    });
    expect(theResource(template, 'AWS::S3::BucketPolicy').Properties.PolicyDocument.Statement).toContainEqual(expect.objectContaining({
      Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    }));
  });

  test('is deleted with the stack, so that it does not block adding the Region again', () => {
    const template = destination(replicate(NAMED)).toJSON();
    expect(theResource(template, 'AWS::S3::Bucket').DeletionPolicy).toBe('Delete');
    expect(resourcesOf(template, 'Custom::EmptyBucket')).toHaveLength(1);
  });
});

describe('runs', () => {
  const startsOf = (template: Json) => resourcesOf(template, 'Custom::FirstRun');
  const schedulesOf = (template: Json) => schedulesAbout(template, 'drift');

  test('start automatically once the destination exists, and every day', () => {
    const template = destination(replicate(NAMED)).toJSON();
    expect(startsOf(template)).toHaveLength(1);
    const needs = startsOf(template)[0].DependsOn as string[];
    for (const each of ['DestinationReplicatorStream', 'DestinationReplicatorRetry', 'DestinationDriftWorkflowStateMachine']) {
      expect(needs).toContainEqual(expect.stringMatching(new RegExp(`^${each}`)));
    }
    expect(schedulesOf(template).map(({ Properties }) => Properties.ScheduleExpression)).toEqual(['rate(1 day)']);
  });

  test('begin only once the consumers replicate what they compare: what these passed by before is in the table, where they find it, and what they send is applied', () => {
    const template = destination(replicate({ ...NAMED, identities: {} })).toJSON();
    const consumers = Object.keys(template.Resources as object).filter((id) => /^DestinationReplicator(Stream|Retry)[0-9A-F]{8}$/.test(id));
    expect(consumers).toHaveLength(2);
    const workflows = resourcesOf(template, 'AWS::StepFunctions::StateMachine');
    expect(workflows.map(({ Properties }) => Properties.StateMachineName as string).sort()).toEqual(['fleet-drift', 'fleet-identity-drift']);
    for (const { DependsOn } of workflows) expect(DependsOn).toEqual(expect.arrayContaining(consumers));
  });

  test('begin when they are wanted', () => {
    const template = destination(replicate({ ...NAMED, driftSchedule: ScheduleExpression.rate(Duration.hours(6)) })).toJSON();
    expect(schedulesOf(template).map(({ Properties }) => Properties.ScheduleExpression)).toEqual(['rate(6 hours)']);
  });

  test('begin by hand alone if they are switched off', () => {
    const template = destination(replicate({ ...NAMED, driftEnabled: false }));
    expect(startsOf(template.toJSON())).toEqual([]);
    expect(schedulesOf(template.toJSON())).toEqual([]);
    template.resourceCountIs('AWS::StepFunctions::StateMachine', 1);
  });

  test('only report during a pause, and start again when it ends', () => {
    const replication = replicate({ ...NAMED, destinationRegions: [DESTINATION, OTHER], pausedRegions: [OTHER] });
    const [paused, active] = [OTHER, DESTINATION].map((region) => destination(replication, region).toJSON());
    expect(environmentOf(paused).IS_PAUSED).toBe('true');
    expect(environmentOf(active).IS_PAUSED).toBe('false');
    expect(startsOf(paused)).toEqual([]);
    expect(startsOf(active)).toHaveLength(1);
    expect(schedulesOf(paused)).toHaveLength(1);
  });
});
