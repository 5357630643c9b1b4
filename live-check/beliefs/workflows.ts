import { StartExecutionCommand, StartSyncExecutionCommand, StateMachineType, ValidateStateMachineDefinitionCommand } from '@aws-sdk/client-sfn';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { Belief, Finding, NotLookable } from '../belief';
import { longestDefinition, longestExpression } from '../longest-definition';
import type { Look } from '../look';

/** Changes of IAM propagate within seconds; AWS documents no number. */
const IAM_SECONDS = 90;

interface Creation {
  readonly arn?: string;
  readonly refusal: string;
}

/** Creates a workflow with a new role, which can't be assumed until IAM has propagated it. */
async function creation(look: Look, local: string, type: StateMachineType, roleArn: string, definition: object): Promise<Creation> {
  let refusal = '';
  const arn = await look.eventually(() => look.workflow(local, type, roleArn, definition).catch((error: Error) => {
    if (error.name !== 'AccessDeniedException' && error.name !== 'InvalidExecutionRoleArn') throw error;
    refusal = `${error.name}: ${error.message}`;
    return undefined;
  }), IAM_SECONDS);
  return { arn, refusal };
}

/** @throws NotLookable if it can't be created */
async function created(look: Look, local: string, type: StateMachineType, roleArn: string, definition: object): Promise<string> {
  const { arn, refusal } = await creation(look, local, type, roleArn, definition);
  if (!arn) throw new NotLookable(`no workflow could be created with a new role within ${IAM_SECONDS} s: ${refusal}`);
  return arn;
}

/** A role that a single workflow may assume, with the trust policy of the library's roles, is assumed when the workflow is created and when it runs. */
async function trustOfOne(look: Look, type: StateMachineType): Promise<Finding> {
  const queue = await look.queue('queue');
  const task = (MessageBody: string) => ({
    StartAt: 'send',
    States: { send: { Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage', Parameters: { QueueUrl: queue.url, MessageBody }, End: true } },
  });
  const statements = [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: queue.arn }];
  const plain = await look.role('plain', 'states.amazonaws.com', statements);
  const exact = await look.role('exact', 'states.amazonaws.com', statements, {
    StringEquals: { 'aws:SourceAccount': look.run.account },
    ArnLike: { 'aws:SourceArn': look.arn('states', `stateMachine:${look.name('one')}`) },
  });
  // A role without conditions measures how long IAM takes.
  await created(look, 'other', type, plain, task('other'));
  const { arn: stateMachineArn, refusal } = await creation(look, 'one', type, exact, task('one'));
  if (!stateMachineArn) return { holds: false, seen: `with a role without conditions a workflow is created, with this one it is not: ${refusal}` };
  const { sfn, sqs } = look.source;
  const isSent = await look.eventually(async () => {
    await sfn.send(new StartExecutionCommand({ stateMachineArn }));
    await look.pause(2);
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queue.url }));
    return Messages?.length ? true : undefined;
  }, IAM_SECONDS);
  return { holds: isSent === true, seen: isSent ? 'the workflow was created, and an execution acted with the role' : 'the workflow was created, but no execution could act with the role' };
}

interface Failure {
  readonly error: string;
  readonly cause: string;
}

/** The error of an Express execution whose only task puts an item. */
async function failureOfPut(look: Look, mayPut: boolean, item: object, isIt: (error: string) => boolean): Promise<Failure> {
  const TableName = await look.table('table');
  const statements = mayPut ? [{ Effect: 'Allow', Action: 'dynamodb:PutItem', Resource: look.arn('dynamodb', `table/${TableName}`) }] : [];
  const role = await look.role('role', 'states.amazonaws.com', statements);
  const put = {
    Type: 'Task', Resource: 'arn:aws:states:::dynamodb:putItem', Parameters: { TableName, Item: item, ConditionExpression: 'attribute_exists(pk)' }, End: true,
  };
  const stateMachineArn = await created(look, 'one', 'EXPRESS', role, { StartAt: 'put', States: { put } });
  let last = { error: '', cause: '' };
  await look.eventually(async () => {
    const { error = '', cause = '' } = await look.source.sfn.send(new StartSyncExecutionCommand({ stateMachineArn }));
    last = { error, cause };
    // A policy that is new is not known at once.
    return isIt(error) && (!mayPut || !cause.includes('AccessDenied')) ? true : undefined;
  }, 60);
  return last;
}

const GENERIC = 'DynamoDB.AmazonDynamoDBException';
const PUT_USES = { executions: 30, tableWrites: 30 } as const;

/** The code in the cause, without the rest. */
function shownError({ error, cause }: Failure): string {
  return `${error}; ${/Error Code: \w+/.exec(cause)?.[0] ?? 'no "Error Code: …" in the cause'}`;
}

export const WORKFLOW_BELIEFS: readonly Belief[] = [
  ...(['EXPRESS', 'STANDARD'] as const).map((type): Belief => ({
    id: `workflow-trust-${type.toLowerCase()}`,
    topic: 'workflows',
    statement: `a role that trusts the ARN of one ${type === 'EXPRESS' ? 'Express' : 'Standard'} workflow, exactly, can be used by it from its creation on`,
    otherwise: 'the first deployment fails: "Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role"',
    see: 'https://docs.aws.amazon.com/step-functions/latest/dg/confused-deputy.html',
    uses: { executions: 45, transitions: 45, messages: 45 },
    boundSeconds: 300,
    look: (look) => trustOfOne(look, type),
  })),
  {
    id: 'workflow-error-denied',
    topic: 'workflows',
    statement: `a dynamodb:putItem that IAM refuses fails with ${GENERIC}, and Error Code: AccessDeniedException in the cause`,
    otherwise: 'dead letters of such events have another class or reason',
    uses: PUT_USES,
    boundSeconds: 300,
    look: async (look) => {
      const failure = await failureOfPut(look, false, { pk: { S: 'a' } }, (error) => error === GENERIC);
      return { holds: failure.error === GENERIC && failure.cause.includes('Error Code: AccessDeniedException'), seen: shownError(failure) };
    },
  },
  {
    id: 'workflow-error-invalid',
    topic: 'workflows',
    statement: `a dynamodb:putItem of an invalid item fails with ${GENERIC}, and Error Code: ValidationException in the cause`,
    otherwise: 'dead letters of such events have another class or reason',
    uses: PUT_USES,
    boundSeconds: 300,
    look: async (look) => {
      const failure = await failureOfPut(look, true, { other: { S: 'a' } }, (error) => error !== '');
      return { holds: failure.error === GENERIC && failure.cause.includes('Error Code: ValidationException'), seen: shownError(failure) };
    },
  },
  {
    id: 'workflow-error-condition',
    topic: 'workflows',
    statement: 'a dynamodb:putItem whose condition fails fails with DynamoDB.ConditionalCheckFailedException',
    otherwise: 'every stale or repeated event ends in the dead-letter queue',
    see: 'https://docs.aws.amazon.com/step-functions/latest/dg/connect-ddb.html',
    uses: PUT_USES,
    boundSeconds: 300,
    look: async (look) => {
      const failure = await failureOfPut(look, true, { pk: { S: 'a' } }, (error) => error !== '');
      return { holds: failure.error === 'DynamoDB.ConditionalCheckFailedException', seen: shownError(failure) };
    },
  },
  {
    id: 'workflow-longest-definition',
    topic: 'workflows',
    statement: 'Step Functions finds no error in the longest workflow: 40 prefixes of 128 characters of each kind',
    otherwise: 'a deployment with many prefixes fails',
    uses: {},
    boundSeconds: 120,
    look: async (look) => {
      const definition = longestDefinition();
      const { result, diagnostics = [] } = await look.source.sfn.send(new ValidateStateMachineDefinitionCommand({ definition, type: 'EXPRESS' }));
      const codes = diagnostics.map(({ severity, code, location }) => `${severity} ${code} at ${location}`).join('; ');
      return { holds: result === 'OK', seen: `${result} for ${definition.length} characters${codes && `: ${codes}`}` };
    },
  },
  {
    id: 'workflow-longest-expression',
    topic: 'workflows',
    statement: 'Step Functions evaluates the longest JSONata expression that a deployment can contain',
    otherwise: 'with many prefixes every event ends in the dead-letter queue',
    uses: { executions: 2 },
    boundSeconds: 180,
    look: async (look) => {
      const state = longestExpression();
      const role = await look.role('role', 'states.amazonaws.com', []);
      const stateMachineArn = await created(look, 'one', 'EXPRESS', role, { QueryLanguage: 'JSONata', StartAt: 'describe', States: { describe: state } });
      const event = {
        eventType: 'THING_EVENT', eventId: 'e', timestamp: 1, operation: 'CREATED', accountId: look.run.account, thingId: 'i', thingName: 'lamp', versionNumber: 1, thingTypeName: null, attributes: {},
      };
      const { status, error, cause } = await look.source.sfn.send(new StartSyncExecutionCommand({ stateMachineArn, input: JSON.stringify(event) }));
      const seen = `${status} for ${JSON.stringify(state).length} characters${error ? `: ${error}: ${cause}` : ''}`;
      return { holds: status === 'SUCCEEDED', seen };
    },
  },
];
