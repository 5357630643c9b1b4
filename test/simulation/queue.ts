import type { SQSRecord } from 'aws-lambda';
import { DESTINATION_REGION } from './definition';

export interface Message {
  readonly id: string;
  readonly body: string;
  /** How many messages before it one function has sent to its own queue, each because of the one before. */
  readonly chain: number;
  visibleAt: number;
  receives: number;
}

/** A standard queue of SQS: at least once, in any order, with delays and a visibility timeout. */
export class SimulatedQueue {
  public readonly messages: Message[] = [];
  private sequence = 0;

  constructor(private readonly now: () => number, private readonly visibilityTimeout: number) {}

  public send(body: string, delaySeconds: number, chain = 0): void {
    if (!Number.isInteger(delaySeconds) || delaySeconds < 0 || delaySeconds > 900) throw new Error(`DelaySeconds has to be an integer from 0 to 900, got ${delaySeconds}`);
    this.messages.push({ id: `message-${++this.sequence}`, body, chain, visibleAt: this.now() + delaySeconds * 1000, receives: 0 });
  }

  public visible(): Message[] {
    const now = this.now();
    return this.messages.filter((message) => message.visibleAt <= now);
  }

  /** The next moment at which a message becomes visible. */
  public nextVisibleAt(): number {
    const now = this.now();
    return Math.min(...this.messages.map((message) => message.visibleAt).filter((at) => at > now));
  }

  /** Hands messages out. One that is duplicated is there once more: a copy on a server that will not hear of the first one's deletion. */
  public receive(messages: readonly Message[], isDuplicated: (message: Message) => boolean): SQSRecord[] {
    return messages.map((message) => {
      message.receives += 1;
      message.visibleAt = this.now() + this.visibilityTimeout;
      if (isDuplicated(message)) this.send(message.body, 0, message.chain);
      return {
        messageId: message.id,
        receiptHandle: `${message.id}-${message.receives}`,
        body: message.body,
        attributes: { ApproximateReceiveCount: String(message.receives), SentTimestamp: '0', SenderId: 'sender', ApproximateFirstReceiveTimestamp: '0' },
        messageAttributes: {},
        md5OfBody: '',
        eventSource: 'aws:sqs',
        eventSourceARN: `arn:aws:sqs:${DESTINATION_REGION}:111122223333:retry`,
        awsRegion: DESTINATION_REGION,
      };
    });
  }

  public delete(id: string): void {
    const index = this.messages.findIndex((message) => message.id === id);
    if (index >= 0) this.messages.splice(index, 1);
  }
}
