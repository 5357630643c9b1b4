import { ChangeMessageVisibilityCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { hintReader } from '../../src/hints/handler/reader';
import { keyOf } from '../../src/kinds/register';
import { CertificateSource } from '../certificate-check/source';
import { failure } from '../simulation/registry';

export const SECOND = 1000;
const QUEUE = 'https://sqs.us-east-1.amazonaws.com/111122223333/hints';

/** A source Region with a reader of hints, and its queue. */
export class HintSource extends CertificateSource {
  /** Messages that are put off. */
  public readonly putOff: { readonly body: string; readonly delaySeconds: number; readonly sentAt: number }[] = [];
  /** Messages that were not handled: receipt handles, with the seconds after which each is delivered again. */
  public readonly putBack: [receiptHandle: string, seconds: number][] = [];
  /** Milliseconds that an invocation has left. */
  public remaining = 300_000;
  /** Has calls of SQS fail. */
  public sqsFails = false;
  /** Calls of AWS IoT. */
  public readonly calls: string[] = [];
  private readonly reader: ReturnType<typeof hintReader>;

  constructor(onlyReferred: readonly string[] = [], policyPrefixes?: readonly string[]) {
    super({ onlyReferred });
    this.onCall = (operation) => this.calls.push(operation);
    const { readPace: pace, config, ...context } = this.context();
    const send = async (command: SendMessageCommand | ChangeMessageVisibilityCommand) => {
      expect(command.input.QueueUrl).toBe(QUEUE);
      if (this.sqsFails) throw failure.Throttling('Rate exceeded');
      if (command instanceof ChangeMessageVisibilityCommand) this.putBack.push([command.input.ReceiptHandle!, command.input.VisibilityTimeout!]);
      else this.putOff.push({ body: command.input.MessageBody!, delaySeconds: command.input.DelaySeconds!, sentAt: this.now });
    };
    this.reader = hintReader({ ...context, pace, sqs: { send: send as never }, config: { ...config, policyPrefixes, queueUrl: QUEUE } });
  }

  /** Delivers messages that were sent a moment ago: texts as they are. */
  public async tell(...bodies: unknown[]): Promise<SQSBatchResponse> {
    return this.deliver(bodies.map((body) => ({ body: typeof body === 'string' ? body : JSON.stringify(body), sentAt: this.now - 1 })));
  }

  /** Delivers what was put off, each when its time has come. */
  public async wait(): Promise<void> {
    const due = this.putOff.splice(0).map((each) => ({ ...each, at: each.sentAt + each.delaySeconds * SECOND }));
    for (const each of due.sort((a, b) => a.at - b.at)) {
      this.now = Math.max(this.now, each.at);
      await this.deliver([each]);
    }
  }

  /** A thing and its record. */
  public thing(thingName: string): void {
    const { thingId } = this.registry.execute('CreateThing', { thingName });
    this.owner({ ...keyOf({ kind: 'thing', thingName }), incarnation: thingId, state: { attributes: {} } });
  }

  /** A group and its record. */
  public group(thingGroupName: string): void {
    const { thingGroupId } = this.registry.execute('CreateThingGroup', { thingGroupName });
    this.owner({ ...keyOf({ kind: 'group', groupName: thingGroupName }), incarnation: thingGroupId, state: { attributes: {}, dynamic: false } });
  }

  private owner(item: object): void {
    this.put({ ...item, version: 1, timestamp: this.now, deleted: false, sourceRegion: 'us-east-1', eventId: 'e' });
  }

  private deliver(messages: readonly { readonly body: string; readonly sentAt: number }[]): Promise<SQSBatchResponse> {
    const Records = messages.map(({ body, sentAt }, i) => ({ messageId: String(i), receiptHandle: `receipt-${i}`, body, attributes: { SentTimestamp: String(sentAt) } }) as SQSRecord);
    return this.reader({ Records } satisfies SQSEvent, { getRemainingTimeInMillis: () => this.remaining, awsRequestId: 'request' });
  }
}
