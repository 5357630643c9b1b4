import validate from 'asl-validator';
import { Duration } from 'aws-cdk-lib';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { RegistryKind } from '../../src';
import { RESERVE_MS } from '../../src/comparison/handler/step';
import { planOf } from '../../src/comparison/phases';
import { DEPLOYMENT_SETTLING_SECONDS, TURN_MINUTES } from '../../src/comparison/properties';
import { selectionDigest } from '../../src/comparison/selection-of';
import { QUOTAS } from '../../src/kinds/register';
import { sweepPhases } from '../../src/sweep/phases';
import { allowedBy, createStack, Json, replicate, resourcesOf, schedulesAbout, source, theResource } from '../apps';
import { Clock } from '../simulation/clock';
import { StateError, Workflow } from '../simulation/workflow';

const PROPS = { replicationName: 'fleet' };
const templateOf = (props: Parameters<typeof replicate>[0] = {}): Json => source(replicate({ ...PROPS, ...props })).toJSON();
const template = templateOf();

function workflowIn(of: Json): Json {
  return resourcesOf(of, 'AWS::StepFunctions::StateMachine').find(({ Properties }) => Properties.StateMachineName === 'fleet-sweep')!;
}

/** The definition as it is deployed, with the function's name in the place of its ARN. */
function definitionOf(of: Json): Json {
  const { DefinitionString } = workflowIn(of).Properties;
  const text = typeof DefinitionString === 'string' ? DefinitionString
    : DefinitionString['Fn::Join'][1].map((part: Json) => (typeof part === 'string' ? part : part.Ref === 'AWS::Partition' ? 'aws' : 'arn:aws:lambda:us-east-1:111122223333:function:fleet-sweep')).join('');
  return JSON.parse(text);
}

const functionIn = (of: Json): Json => resourcesOf(of, 'AWS::Lambda::Function').find(({ Properties }) => Properties.FunctionName === 'fleet-sweep')!;
const definition = definitionOf(template);
const tasks = Object.entries<Json>(definition.States).filter(([, { Type }]) => Type === 'Task');

describe('the workflow', () => {
  test('is a valid Standard state machine', () => {
    expect(validate(definition)).toEqual(expect.objectContaining({ isValid: true, errors: [] }));
    expect(workflowIn(template).Properties).toMatchObject({ StateMachineType: 'STANDARD' });
    expect(definition.QueryLanguage).toBe('JSONata');
  });

  test('logs without the data of executions', () => {
    expect(workflowIn(template).Properties.LoggingConfiguration).toMatchObject({ IncludeExecutionData: false, Level: 'ERROR' });
  });

  test('has a task for each phase, in their order', () => {
    const phases: string[] = [];
    for (let name = definition.StartAt; name;) {
      const state: Json = definition.States[name];
      if (state.Type === 'Task') phases.push(state.Arguments.Payload.phase);
      name = state.Type === 'Choice' ? (state.Default && !phases.includes(definition.States[state.Default].Arguments?.Payload.phase) ? state.Default : state.Choices[0].Next) : state.Next;
    }
    expect(phases).toEqual(['begin', ...sweepPhases(planOf()), 'summary']);
  });

  test('passes on what is replicated', () => {
    const props = { kinds: [RegistryKind.THING, RegistryKind.THING_TYPE], namePrefixes: { things: ['a-', 'b-'] } };
    for (const [, { Arguments: { Payload } }] of Object.entries<Json>(definitionOf(templateOf(props)).States).filter(([, { Type }]) => Type === 'Task')) {
      if (Payload.phase === 'begin') continue;
      const scope = { kinds: ['type', 'thing'], prefixes: { thing: ['a-', 'b-'] } } as const;
      expect(Payload).toMatchObject({ scope, replicated: { selection: selectionDigest(scope) } });
    }
    expect(definition.States['List things'].Arguments.Payload.scope).toEqual({ kinds: ['type', 'group', 'thing', 'membership'], prefixes: {} });
  });

  test.each(tasks)('"%s" ends soon where repeating hardly helps, and is repeated for hours otherwise', (_, { Retry, Catch, TimeoutSeconds }) => {
    expect(Retry).toEqual([
      {
        ErrorEquals: ['AccessDeniedException', 'AccessDenied', 'InvalidRequestException', 'ValidationException', 'TypeError', 'ReferenceError'],
        IntervalSeconds: 5,
        BackoffRate: 2,
        MaxAttempts: 3,
        JitterStrategy: 'FULL',
      },
      { ErrorEquals: ['States.ALL'], IntervalSeconds: 2, BackoffRate: 2, MaxAttempts: 20, MaxDelaySeconds: 600, JitterStrategy: 'FULL' },
    ]);
    expect(Catch).toBeUndefined();
    expect(definition.States.Failed.Type).toBe('Fail');
    expect(TimeoutSeconds).toBeGreaterThan(functionIn(template).Properties.Timeout);
  });
});

describe('an execution', () => {
  interface Request { readonly phase: string; readonly page?: number; readonly run?: unknown; readonly input?: unknown; readonly name?: string; readonly startTime?: string }
  const run = { name: 'one', startedAt: 5, mode: 'repair' };

  /** Runs the deployed definition on a function. */
  async function execute(answer: (request: Request, call: number, now: number) => unknown, input: unknown = {}) {
    const requests: Request[] = [];
    const clock = new Clock(0);
    const workflow = new Workflow({ definition: withContext(definition, input) as never, clock });
    const running = workflow.execute(input, async (resource, taskArguments) => {
      expect(resource).toBe('lambda:invoke');
      const { Payload } = taskArguments as { Payload: Request };
      requests.push(Payload);
      return { Payload: answer(Payload, requests.length, clock.now()) };
    });
    let done = false;
    void running.catch(() => undefined).finally(() => { done = true; });
    while (!done) {
      await new Promise((resolve) => setImmediate(resolve));
      clock.advance();
    }
    return { output: await running, requests };
  }

  /** The interpreter knows the input of the execution, and neither its name nor its start. */
  function withContext(of: Json, input: unknown): Json {
    return JSON.parse(JSON.stringify(of)
      .replace('{% $states.context.Execution.Name %}', 'one').replace('{% $states.context.Execution.StartTime %}', '1970-01-01T00:00:00.005Z')
      .replace('"{% $states.context.Execution.Input %}"', JSON.stringify(input)));
  }

  const done = ({ phase }: Request) => (phase === 'begin' ? { run } : phase === 'summary' ? { inSync: true } : { page: 1, done: true });
  /** As Lambda hands an error of a function to Step Functions. */
  const failing = (name: string, message: string) => { throw new StateError(name, JSON.stringify({ errorType: name, errorMessage: message, trace: [] })); };

  test('goes through the phases and has the summary for its output', async () => {
    const { output, requests } = await execute(done, { mode: 'report' });
    expect(output).toEqual({ inSync: true });
    expect(requests.map(({ phase }) => phase)).toEqual(['begin', ...sweepPhases(planOf()), 'summary']);
    expect(requests[0]).toEqual({ phase: 'begin', input: { mode: 'report' }, name: 'one', startTime: '1970-01-01T00:00:00.005Z', hasWaited: false });
    for (const request of requests.slice(1)) expect(request).toMatchObject({ page: 0, run, scope: { prefixes: {} } });
  });

  test('repeats a phase, slice by slice, until it is done', async () => {
    const { requests } = await execute((request) => (request.phase === 'things' ? { page: request.page! + 40, done: request.page! >= 80 } : done(request)));
    expect(requests.filter(({ phase }) => phase === 'things').map(({ page }) => page)).toEqual([0, 40, 80]);
    expect(requests.filter(({ phase }) => phase === 'persist').map(({ page }) => page)).toEqual([0]);
  });

  test.each([['deployment-one', DEPLOYMENT_SETTLING_SECONDS * 1000], ['one', 0]])('called %s begins to list after %i milliseconds', async (name, expected) => {
    let listedAt: number | undefined;
    await execute((request, _, now) => {
      if (request.phase === 'types') listedAt = now;
      return request.phase === 'begin' ? { run: { ...run, name } } : done(request);
    });
    expect(listedAt).toBe(expected);
  });

  test('that has to wait for another one asks again until it is its turn, and says that it has waited', async () => {
    const begun: [number, boolean][] = [];
    const executed = execute((request, _, now) => {
      if (request.phase !== 'begin') return done(request);
      begun.push([now, (request as { readonly hasWaited?: boolean }).hasWaited!]);
      return begun.length < 3 ? { waits: 'the sweep two is running' } : { run };
    });
    await expect(executed).resolves.toMatchObject({ output: { inSync: true } });
    expect(begun).toEqual([[0, false], [TURN_MINUTES * 60_000, true], [2 * TURN_MINUTES * 60_000, true]]);
  });

  test('that is skipped says why, and succeeds', async () => {
    const { output, requests } = await execute(() => ({ skipped: 'another runs' }));
    expect(output).toEqual({ skipped: 'another runs' });
    expect(requests).toHaveLength(1);
  });

  test.each(['States.Timeout', 'Lambda.TooManyRequestsException', 'ThrottlingException', 'Lambda.Unknown'])('goes on after %s, from the same page', async (name) => {
    let failures = 0;
    const { output, requests } = await execute((request) => {
      if (request.phase === 'things' && request.page === 3 && failures++ < 20) return failing(name, 'because');
      return request.phase === 'things' ? { page: 3, done: request.page === 3 } : done(request);
    });
    expect(output).toEqual({ inSync: true });
    expect(requests.filter(({ phase }) => phase === 'things').map(({ page }) => page)).toEqual([0, ...Array(21).fill(3)]);
  });

  test('fails with what never ceases', async () => {
    await expect(execute((request) => (request.phase === 'things' ? failing('AccessDeniedException', 'no') : done(request)))).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  test.each([['InvalidInput', 'begin'], ['TooManyDeletions', 'confirm'], ['IncompleteSweep', 'summary']])('fails with %s and its message, at once', async (name, phase) => {
    let calls = 0;
    const running = execute((request) => {
      if (request.phase !== phase) return done(request);
      calls += 1;
      return { failure: { error: name, cause: 'maxDeletionsPerSweep: got "7"' } };
    });
    await expect(running).rejects.toMatchObject({ name, cause: 'maxDeletionsPerSweep: got "7"' });
    expect(calls).toBe(1);
  });
});

describe('automatically', () => {
  const firstRun = resourcesOf(template, 'Custom::FirstRun')[0];

  test('it runs once after the first deployment, when everything stands', () => {
    expect(resourcesOf(template, 'Custom::FirstRun')).toHaveLength(1);
    expect(firstRun.Properties.WorkflowArn).toEqual({ Ref: expect.stringMatching(/^ReplicationSweepWorkflow/) });
    const [workflows, rules] = ['AWS::StepFunctions::StateMachine', 'AWS::IoT::TopicRule'].map((type) => idsOf(template, type));
    expect(firstRun.DependsOn).toEqual(expect.arrayContaining([...workflows, ...rules]));
    const events = Object.entries<Json>(template.Resources).filter(([id, { Type }]) => id.includes('Events') && Type.startsWith('Custom::')).map(([id]) => id);
    expect(events.length).toBeGreaterThan(0);
    expect(firstRun.DependsOn).toEqual(expect.arrayContaining(events));
  });

  test('another deployment does not start it again: what it depends on for that is the same each time', () => {
    const again = resourcesOf(templateOf({ sweepSchedule: ScheduleExpression.rate(Duration.hours(1)), maxDeletionsPerSweep: 7 }), 'Custom::FirstRun')[0];
    expect(again.Properties).toEqual(firstRun.Properties);
  });

  const theSchedule = (of: Json): Json => {
    const found = schedulesAbout(of, 'Sweeps');
    expect(found).toHaveLength(1);
    return found[0];
  };

  test('it runs every day, by a role that only schedules of this account can take on, and that starts nothing else', () => {
    const schedule = theSchedule(template);
    expect(schedule.Properties).toMatchObject({ ScheduleExpression: 'rate(1 day)', State: 'ENABLED', Target: { Input: '{"scheduled":true}', Arn: { Ref: expect.stringContaining('Sweep') } } });
    const roleId = schedule.Properties.Target.RoleArn['Fn::GetAtt'][0];
    expect(template.Resources[roleId].Properties.AssumeRolePolicyDocument.Statement).toEqual([{
      Action: 'sts:AssumeRole',
      Effect: 'Allow',
      Principal: { Service: 'scheduler.amazonaws.com' },
      Condition: { StringEquals: { 'aws:SourceAccount': '111122223333', 'aws:SourceArn': 'arn:aws:scheduler:us-east-1:111122223333:schedule-group/default' } },
    }]);
    const policies = resourcesOf(template, 'AWS::IAM::Policy').filter(({ Properties }) => Properties.Roles.some(({ Ref }: Json) => Ref === roleId));
    expect(policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement)).toEqual([
      { Action: 'states:StartExecution', Effect: 'Allow', Resource: schedule.Properties.Target.Arn },
    ]);
    expect(schedule.DependsOn).toEqual(expect.arrayContaining(idsOf(template, 'Custom::FirstRun')));
  });

  test('it runs on its schedule', () => {
    const schedule = ScheduleExpression.cron({ hour: '3', minute: '0' });
    expect(theSchedule(templateOf({ sweepSchedule: schedule })).Properties.ScheduleExpression).toBe(schedule.expressionString);
  });

  test('it never runs where that is off, and can be started by hand', () => {
    const off = templateOf({ sweepEnabled: false });
    expect(schedulesAbout(off, 'Sweeps')).toEqual([]);
    expect(resourcesOf(off, 'Custom::FirstRun')).toEqual([]);
    expect(workflowIn(off)).toBeDefined();
    expect(resourcesOf(off, 'AWS::S3::Bucket')).toHaveLength(1);
    expect(allowedBy(off).some(({ Action }) => Action.includes('states:StartSyncExecution'))).toBe(true);
  });
});

function idsOf(of: Json, type: string): string[] {
  return Object.entries<Json>(of.Resources).filter(([, resource]) => resource.Type === type).map(([id]) => id);
}

describe('the function', () => {
  test('has the environment that its handler reads', () => {
    expect(functionIn(template).Properties.Environment.Variables).toEqual({
      REGISTRY_TABLE_NAME: 'fleet',
      REPORTS_BUCKET_NAME: { Ref: expect.stringContaining('SweepReports') },
      REPORTS_BUCKET_OWNER: '111122223333',
      OBSERVATION_WORKFLOW_ARN: { Ref: expect.stringContaining('Observations') },
      WORKFLOW_ARN: 'arn:aws:states:us-east-1:111122223333:stateMachine:fleet-sweep',
      REGISTRY_READ_SHARE: '0.5',
      REGISTRY_WRITE_SHARE: '0.5',
      MAX_DELETIONS_PER_MINUTE: '500',
      REPLICATION_NAME: 'fleet',
      LOG_PAYLOADS: 'false',
      POWERTOOLS_LOG_LEVEL: 'INFO',
    });
  });

  test('receives what was chosen', () => {
    const chosen = templateOf({ registryReadShare: 0.1, registryWriteShare: 1, maxDeletionsPerSweep: 0, maxDeletionsPerMinute: 7, tableName: 'other' });
    expect(functionIn(chosen).Properties.Environment.Variables).toMatchObject({
      REGISTRY_TABLE_NAME: 'other', REGISTRY_READ_SHARE: '0.1', REGISTRY_WRITE_SHARE: '1', MAX_DELETIONS_PER_SWEEP: '0', MAX_DELETIONS_PER_MINUTE: '7',
    });
  });

  test('lives for minutes only', () => {
    expect(functionIn(template).Properties.Timeout).toBe(900);
  });

  test('takes few enough slices for an execution, with the smallest share of a million things that each are in a group', () => {
    const SHARE = 0.01;
    const ENTITIES = 1_000_000;
    const EVENTS_OF_AN_EXECUTION = 25_000;
    // A task entered, scheduled, started, succeeded and left; a choice entered and left.
    const EVENTS_OF_A_SLICE = 7;
    const sliceSeconds = functionIn(template).Properties.Timeout - RESERVE_MS / 1000;
    const secondsOf = (calls: number, quota: string) => calls / (QUOTAS[quota] * SHARE);
    const GROUPS = 10_000;
    const seconds = [
      secondsOf(ENTITIES / 250, 'ListThings'), secondsOf(2 * GROUPS, 'DescribeThingGroup'), secondsOf(GROUPS, 'CreateThingGroup'), secondsOf(ENTITIES, 'CreateThing'),
      secondsOf(ENTITIES / 250 + GROUPS, 'ListThingsInThingGroup'), secondsOf(ENTITIES, 'AddThingToThingGroup'),
    ].reduce((sum, each) => sum + each, 0);
    expect(seconds / 86_400).toBeGreaterThan(23);
    expect((seconds / sliceSeconds) * EVENTS_OF_A_SLICE).toBeLessThan(EVENTS_OF_AN_EXECUTION * 0.9);
    // The journal is read to the end of the run.
    const [{ Properties: { LifecycleConfiguration: { Rules } } }] = resourcesOf(template, 'AWS::S3::Bucket');
    expect(Rules.find(({ Prefix }: Json) => Prefix === 'runs/').ExpirationInDays).toBeGreaterThan((seconds / 86_400) * 2);
  });

  test('may look at executions of its own workflow and start those of the persistence workflow', () => {
    const resources = (action: string) => allowedBy(template).filter(({ Action }) => Action.includes(action)).map(({ Resource }) => Resource);
    expect(resources('states:ListExecutions')).toEqual([['arn:aws:states:us-east-1:111122223333:stateMachine:fleet-sweep']]);
    expect(resources('states:StartSyncExecution')).toEqual([[{ Ref: expect.stringContaining('Observations') }]]);
  });

  test('knows the names and the partition of other partitions', () => {
    const china = source(replicate({ ...PROPS, destinationRegions: ['cn-northwest-1'] }, createStack({ env: { account: '111122223333', region: 'cn-north-1' } }))).toJSON();
    expect(functionIn(china).Properties.Environment.Variables).toMatchObject({
      WORKFLOW_ARN: 'arn:aws-cn:states:cn-north-1:111122223333:stateMachine:fleet-sweep',
    });
  });
});

describe('the bucket of the reports', () => {
  const bucket = theResource(template, 'AWS::S3::Bucket');

  test('is encrypted, and closed to the public', () => {
    expect(bucket.Properties).toMatchObject({
      BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
    });
  });

  test('refuses unencrypted transport', () => {
    const statements: Json[] = theResource(template, 'AWS::S3::BucketPolicy').Properties.PolicyDocument.Statement;
    expect(statements).toEqual([expect.objectContaining({ Action: 's3:*', Effect: 'Deny', Principal: { AWS: '*' }, Condition: { Bool: { 'aws:SecureTransport': 'false' } } })]);
    expect(statements[0].Resource).toHaveLength(2);
  });

  test('keeps reports for 90 days, and journals for longer than a failed execution can be redriven', () => {
    expect(bucket.Properties.LifecycleConfiguration.Rules).toEqual([
      { Prefix: 'reports/', ExpirationInDays: 90, Status: 'Enabled' },
      { Prefix: 'runs/', ExpirationInDays: 60, Status: 'Enabled' },
      { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 }, Status: 'Enabled' },
    ]);
  });

  test('goes with its stack, emptied when nobody writes to it any more', () => {
    expect(bucket).toMatchObject({ DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
    const [[emptying, { Properties, DependsOn }]] = Object.entries<Json>(template.Resources).filter(([, { Type }]) => Type === 'Custom::EmptyBucket');
    expect(Properties.BucketName).toEqual(bucket.Properties.BucketName);
    expect(DependsOn).toEqual(expect.arrayContaining(idsOf(template, 'AWS::S3::Bucket')));
    expect(functionIn(template).DependsOn).toContain(emptying);
  });
});
