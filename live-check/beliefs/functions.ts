import { GetAccountSettingsCommand } from '@aws-sdk/client-lambda';
import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { Belief, NotLookable } from '../belief';
import { policy, type Look } from '../look';

const LOOPS = 'https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html';

/** The approximate number of invocations of one chain, according to AWS. */
const FEWEST = 12;
const MOST = 20;
const HOPS = 30;

/** Sends its message to the same queue again, with a higher count, and finally to another one. */
const HANDLER = `
const { SQSClient, SendMessageCommand } = require('@aws-sdk/client-sqs');
const sqs = new SQSClient({});
exports.handler = async ({ Records }) => {
  for (const { body } of Records) {
    const hop = Number(body) + 1;
    const QueueUrl = hop < ${HOPS} ? process.env.QUEUE_URL : process.env.END_URL;
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: String(hop) }));
  }
};`;

interface Ended {
  /** The number of invocations of the function in a chain. */
  readonly hops: number;
  readonly traceHeader?: string;
}

/** Starts a chain of a function and a queue, and waits for its end: in the dead-letter queue, or after thirty hops. */
async function chain(look: Look, recursiveLoop: 'Allow' | undefined): Promise<Ended> {
  const [loop, end] = [look.name('loop'), await look.queue('end')];
  const queueArn = look.arn('sqs', loop);
  await look.stack('stack', {
    Queue: {
      Type: 'AWS::SQS::Queue',
      Properties: { QueueName: loop, VisibilityTimeout: 5, RedrivePolicy: { deadLetterTargetArn: end.arn, maxReceiveCount: 1 } },
    },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: look.name('role'),
        AssumeRolePolicyDocument: JSON.parse(policy({ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' })) as object,
        Policies: [{
          PolicyName: 'loop',
          PolicyDocument: JSON.parse(policy(
            { Effect: 'Allow', Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:SendMessage'], Resource: queueArn },
            { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: end.arn },
          )) as object,
        }],
      },
    },
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: look.name('function'),
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Timeout: 3,
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Code: { ZipFile: HANDLER },
        Environment: { Variables: { QUEUE_URL: { Ref: 'Queue' }, END_URL: end.url } },
        ...recursiveLoop && { RecursiveLoop: recursiveLoop },
      },
    },
    Mapping: { Type: 'AWS::Lambda::EventSourceMapping', Properties: { EventSourceArn: queueArn, FunctionName: { Ref: 'Function' }, BatchSize: 1 }, DependsOn: 'Queue' },
  });
  const { sqs } = look.source;
  await sqs.send(new SendMessageCommand({ QueueUrl: `${end.url.slice(0, -end.name.length)}${loop}`, MessageBody: '0' }));
  const message = await look.eventually(async () => {
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: end.url, VisibilityTimeout: 0, MessageSystemAttributeNames: ['All'] }));
    return Messages?.[0];
  }, 240);
  if (!message) throw new NotLookable('the chain of invocations neither went on to its end nor was stopped within four minutes');
  return { hops: Number(message.Body), traceHeader: message.Attributes?.AWSTraceHeader };
}

export const FUNCTION_BELIEFS: readonly Belief[] = [
  {
    id: 'function-loop-stopped',
    topic: 'functions',
    statement: 'a function that sends to the queue that invokes it is stopped after about 16 invocations, and its message goes to the dead-letter queue',
    otherwise: 'nothing: the replicator\'s functions are allowed to loop',
    see: LOOPS,
    uses: { invocations: HOPS, messages: HOPS },
    boundSeconds: 600,
    look: async (look) => {
      const { hops, traceHeader } = await chain(look, undefined);
      const lineage = /Lineage=/.test(traceHeader ?? '') ? 'with' : 'without';
      return { holds: hops >= FEWEST && hops <= MOST, seen: `${hops} invocations; the letter has a trace header ${lineage} its lineage` };
    },
  },
  {
    id: 'function-loop-allowed',
    topic: 'functions',
    statement: 'a function whose RecursiveLoop is Allow is not stopped',
    otherwise: 'waiting and throttled changes of a destination become dead letters after 1 h 47 min',
    see: LOOPS,
    uses: { invocations: HOPS, messages: HOPS },
    boundSeconds: 600,
    look: async (look) => {
      const { hops } = await chain(look, 'Allow');
      return { holds: hops === HOPS, seen: `${hops} of ${HOPS} invocations` };
    },
  },
  ...(['source', 'destination'] as const).map((side): Belief => ({
    id: `function-concurrency-${side}`,
    topic: 'account',
    statement: `100 functions at least can run at a time in the ${side}`,
    otherwise: 'functions of the replication are throttled, or cause throttling of others: request a higher quota L-B99A9384 of Lambda',
    see: 'https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html',
    uses: {},
    boundSeconds: 60,
    look: async (look) => {
      const { AccountLimit } = await look[side].lambda.send(new GetAccountSettingsCommand({}));
      const most = AccountLimit?.ConcurrentExecutions ?? 0;
      return { holds: most >= 100, seen: `${most} can` };
    },
  })),
];
