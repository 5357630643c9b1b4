import {
  DeleteQueueCommand, ListMessageMoveTasksCommand, Message, ReceiveMessageCommand, SendMessageCommand, StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { answerOf, shownAnswer } from '../answer';
import { Belief, NotLookable } from '../belief';
import type { Look } from '../look';

/** Moves all letters of a dead-letter queue back to their source queue; returns how the task ended. */
async function moved(look: Look, SourceArn: string, DestinationArn: string): Promise<string> {
  const { sqs } = look.source;
  await sqs.send(new StartMessageMoveTaskCommand({ SourceArn, DestinationArn }));
  const end = await look.eventually(async () => {
    const task = (await sqs.send(new ListMessageMoveTasksCommand({ SourceArn }))).Results?.[0];
    return task && task.Status !== 'RUNNING' ? `${task.Status}${task.FailureReason ? `: ${task.FailureReason}` : ''}` : undefined;
  }, 120);
  return end ?? 'still running after two minutes';
}

/** Bodies of a queue's messages, once that many exist. If only one receive is allowed, receiving moves them away after the time-out. */
async function bodies(look: Look, QueueUrl: string, count: number): Promise<string[]> {
  const seen = new Map<string, Message>();
  await look.eventually(async () => {
    const { Messages = [] } = await look.source.sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    for (const message of Messages) seen.set(message.MessageId!, message);
    return seen.size >= count ? true : undefined;
  }, 60);
  return [...seen.values()].map(({ Body }) => Body!).sort();
}

export const QUEUE_BELIEFS: readonly Belief[] = [
  {
    id: 'queue-letters-moved',
    topic: 'queues',
    statement: 'StartMessageMoveTask with a destination moves letters that were sent to the dead-letter queue, as well as those that SQS has put there',
    otherwise: 'letters of functions and of topic rules can\'t be redriven in the documented way',
    see: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html',
    uses: { messages: 10 },
    boundSeconds: 400,
    look: async (look) => {
      const letters = await look.queue('letters');
      const queue = await look.queue('queue', { VisibilityTimeout: '1', RedrivePolicy: JSON.stringify({ deadLetterTargetArn: letters.arn, maxReceiveCount: 1 }) });
      const { sqs } = look.source;
      await sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: 'by SQS' }));
      if ((await bodies(look, queue.url, 1)).length < 1) throw new NotLookable('a message that was sent was not received within a minute');
      // At the next receive, SQS finds that the limit of receives is reached.
      const isLetter = await look.eventually(async () => {
        await sqs.send(new ReceiveMessageCommand({ QueueUrl: queue.url }));
        const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: letters.url, VisibilityTimeout: 0 }));
        return Messages?.length ? true : undefined;
      }, 60);
      if (!isLetter) throw new NotLookable('SQS has put no message into the dead-letter queue within a minute');
      await sqs.send(new SendMessageCommand({ QueueUrl: letters.url, MessageBody: 'sent' }));
      const end = await moved(look, letters.arn, queue.arn);
      const found = await bodies(look, queue.url, 2);
      return { holds: found.join() === 'by SQS,sent', seen: `${end}; moved: ${found.join(', ') || 'nothing'}` };
    },
  },
  {
    id: 'queue-name-for-a-minute',
    topic: 'queues',
    statement: 'the name of a deleted queue is not free at once: QueueDeletedRecently',
    otherwise: 'nothing: a deployment right after a deletion then works',
    see: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html',
    uses: { messages: 1 },
    boundSeconds: 60,
    look: async (look) => {
      const { url } = await look.queue('queue');
      await look.source.sqs.send(new DeleteQueueCommand({ QueueUrl: url }));
      const answer = await answerOf(() => look.queue('queue'));
      return { holds: answer.name.includes('QueueDeletedRecently'), seen: shownAnswer(answer) };
    },
  },
];
