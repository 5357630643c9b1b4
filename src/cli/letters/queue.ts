import { ChangeMessageVisibilityCommand, DeleteMessageCommand, GetQueueUrlCommand, Message, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import pMap from 'p-map';

/** While a person decides, nobody else reads the letters; a command that is killed gives them back after this. */
const VISIBILITY_SECONDS = 300;
/** SQS asks all of its servers only if it may wait: otherwise it may return nothing although there is something. */
const WAIT_SECONDS = 1;
const PORTION = 10;
const CONCURRENCY = 16;
/** More than a person reads; a queue that fills as fast as it is read would never end. */
export const MAX_LETTERS = 20_000;

/** Messages of a dead-letter queue that this command has taken, until it deletes them or gives them back. */
export class LetterQueue {
  private readonly taken = new Map<string, Message>();
  private queueUrl?: string;

  constructor(private readonly sqs: SQSClient, private readonly queueName: string) {}

  /** Takes every message that is visible. The status counts messages that are taken too, so it notices nothing. */
  public async take(signal: AbortSignal, limit = MAX_LETTERS): Promise<readonly Message[]> {
    const QueueUrl = await this.url(signal);
    while (this.taken.size < limit) {
      signal.throwIfAborted();
      const { Messages = [] } = await this.sqs.send(new ReceiveMessageCommand({
        QueueUrl, MaxNumberOfMessages: PORTION, VisibilityTimeout: VISIBILITY_SECONDS, WaitTimeSeconds: WAIT_SECONDS, MessageSystemAttributeNames: ['SentTimestamp'],
      }));
      if (Messages.length === 0) break;
      for (const message of Messages) this.taken.set(message.MessageId!, message);
    }
    return [...this.taken.values()];
  }

  public async delete({ MessageId, ReceiptHandle }: Message): Promise<void> {
    await this.sqs.send(new DeleteMessageCommand({ QueueUrl: this.queueUrl, ReceiptHandle }));
    this.taken.delete(MessageId!);
  }

  /** Makes what is left visible again, also after Ctrl-C: without a signal. */
  public async giveBack(): Promise<void> {
    await pMap([...this.taken.values()], async ({ MessageId, ReceiptHandle }) => {
      await this.sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: this.queueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
      this.taken.delete(MessageId!);
    }, { concurrency: CONCURRENCY });
  }

  private async url(abortSignal: AbortSignal): Promise<string> {
    this.queueUrl ??= (await this.sqs.send(new GetQueueUrlCommand({ QueueName: this.queueName }), { abortSignal })).QueueUrl!;
    return this.queueUrl;
  }
}

/** Sends bodies to a queue. */
export class TargetQueue {
  private queueUrl?: string;

  constructor(private readonly sqs: SQSClient, private readonly queueName: string) {}

  public async send(MessageBody: string): Promise<void> {
    this.queueUrl ??= (await this.sqs.send(new GetQueueUrlCommand({ QueueName: this.queueName }))).QueueUrl!;
    await this.sqs.send(new SendMessageCommand({ QueueUrl: this.queueUrl, MessageBody }));
  }
}
