import { ChangeMessageVisibilityCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { hintReader } from '../../src/hints/handler/reader';
import { keyOf, knownKinds } from '../../src/kinds/register';
import { CertificateSource } from '../certificate-check/source';
import { failure } from '../simulation/registry';

export const SECOND = 1000;
const NAME = 'hints';
export const QUEUE_URL = 'https://sqs.us-east-1.amazonaws.com/111122223333/';
export const QUEUE_ARN = 'arn:aws:sqs:us-east-1:111122223333:';
const QUEUES = [NAME, 'urgent'];
const KINDS = knownKinds(['identities']);

/** A source Region with a reader of hints, and its queue. */
export class HintSource extends CertificateSource {
  /** Messages that are put off. */
  public readonly putOff: { readonly body: string; readonly delaySeconds: number; readonly sentAt: number; readonly queue: string }[] = [];
  /** Messages that were not handled: receipt handles, with the seconds after which each is delivered again. */
  public readonly putBack: [receiptHandle: string, seconds: number][] = [];
  /** Milliseconds that an invocation has left. */
  public remaining = 300_000;
  /** Has calls of SQS fail. */
  public sqsFails = false;
  /** Calls of AWS IoT. */
  public readonly calls: string[] = [];
  private readonly reader: ReturnType<typeof hintReader>;

  constructor(onlyReferred: readonly string[] = [], policyPrefixes?: readonly string[], kinds: readonly string[] = KINDS) {
    super({ onlyReferred });
    this.onCall = (operation) => this.calls.push(operation);
    const { readPace: pace, config, ...context } = this.context();
    const send = async (command: SendMessageCommand | ChangeMessageVisibilityCommand) => {
      const queue = nameIn(command.input.QueueUrl!);
      expect(QUEUES).toContain(queue);
      if (this.sqsFails) throw failure.Throttling('Rate exceeded');
      if (command instanceof ChangeMessageVisibilityCommand) this.putBack.push([command.input.ReceiptHandle!, command.input.VisibilityTimeout!]);
      else this.putOff.push({ body: command.input.MessageBody!, delaySeconds: command.input.DelaySeconds!, sentAt: this.now, queue });
    };
    this.reader = hintReader({ ...context, pace, sqs: { send: send as never }, config: { ...config, policyPrefixes, kinds, queueUrls: QUEUES.map((name) => QUEUE_URL + name) } });
  }

  /** Delivers messages that were sent a moment ago: texts as they are. */
  public async tell(...bodies: unknown[]): Promise<SQSBatchResponse> {
    return this.tellBy(NAME, ...bodies);
  }

  /** The same by a queue. */
  public async tellBy(queue: string, ...bodies: unknown[]): Promise<SQSBatchResponse> {
    return this.deliver(bodies.map((body) => ({ body: typeof body === 'string' ? body : JSON.stringify(body), sentAt: this.now - 1 })), queue);
  }

  /** Delivers what was put off, each when its time has come. */
  public async wait(): Promise<void> {
    const due = this.putOff.splice(0).map((each) => ({ ...each, at: each.sentAt + each.delaySeconds * SECOND }));
    for (const each of due.sort((a, b) => a.at - b.at)) {
      this.now = Math.max(this.now, each.at);
      await this.deliver([each], each.queue);
    }
  }

  /** A thing and its record. */
  public thing(thingName: string): void {
    addThing(this, thingName);
  }

  /** A group and its record. */
  public group(thingGroupName: string): void {
    const { thingGroupId } = this.registry.execute('CreateThingGroup', { thingGroupName });
    addOwner(this, { ...keyOf({ kind: 'group', groupName: thingGroupName }), incarnation: thingGroupId, state: { attributes: {}, dynamic: false } });
  }

  private deliver(messages: readonly Message[], queue: string): Promise<SQSBatchResponse> {
    return this.reader(eventOf(messages, queue), { getRemainingTimeInMillis: () => this.remaining, awsRequestId: 'request' });
  }
}

/** A thing and its record. */
export function addThing(source: CertificateSource, thingName: string): void {
  const { thingId } = source.registry.execute('CreateThing', { thingName });
  addOwner(source, { ...keyOf({ kind: 'thing', thingName }), incarnation: thingId, state: { attributes: {} } });
}

function addOwner(source: CertificateSource, item: object): void {
  source.put({ ...item, version: 1, timestamp: source.now, deleted: false, sourceRegion: 'us-east-1', eventId: 'e' });
}

export interface Message {
  readonly body: string;
  readonly sentAt: number;
}

/** What Lambda invokes a reader with. */
export function eventOf(messages: readonly Message[], queue: string): SQSEvent {
  return {
    Records: messages.map(({ body, sentAt }, i) => ({
      messageId: String(i), receiptHandle: `receipt-${i}`, body, attributes: { SentTimestamp: String(sentAt) }, eventSourceARN: QUEUE_ARN + queue,
    }) as SQSRecord),
  };
}

/** The name of a queue. */
export function nameIn(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1);
}
