import type { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { hintReader } from '../../src/hints/handler/reader';
import { keyOf } from '../../src/kinds/register';
import { CertificateSource } from '../certificate-check/source';

export const SECOND = 1000;
const QUEUE = 'https://sqs.us-east-1.amazonaws.com/111122223333/hints';

/** A source Region with a reader of hints, and its queue. */
export class HintSource extends CertificateSource {
  /** Messages that are put off. */
  public readonly putOff: { readonly body: string; readonly delaySeconds: number }[] = [];
  /** Calls of AWS IoT. */
  public readonly calls: string[] = [];
  private readonly reader: ReturnType<typeof hintReader>;

  constructor(onlyReferred: readonly string[] = []) {
    super({ onlyReferred });
    this.onCall = (operation) => this.calls.push(operation);
    const { readPace: pace, config, ...context } = this.context();
    const send = async ({ input }: SendMessageCommand) => {
      expect(input.QueueUrl).toBe(QUEUE);
      this.putOff.push({ body: input.MessageBody!, delaySeconds: input.DelaySeconds! });
    };
    this.reader = hintReader({ ...context, pace, sqs: { send: send as never }, config: { ...config, queueUrl: QUEUE } });
  }

  /** Delivers messages that were sent a moment ago: texts as they are. */
  public async tell(...bodies: unknown[]): Promise<SQSBatchResponse> {
    return this.deliver(bodies.map((body) => (typeof body === 'string' ? body : JSON.stringify(body))));
  }

  /** Delivers what was put off, once its time has come. */
  public async wait(): Promise<void> {
    const due = this.putOff.splice(0);
    this.pass(Math.max(...due.map(({ delaySeconds }) => delaySeconds)) * SECOND);
    await this.deliver(due.map(({ body }) => body));
  }

  /** A thing and its record. */
  public thing(thingName: string): void {
    const { thingId } = this.registry.execute('CreateThing', { thingName });
    this.owner({ ...keyOf({ kind: 'thing', thingName }), incarnation: thingId, state: { attributes: {} } });
  }

  /** A group and its record. */
  public group(thingGroupName: string): void {
    const { thingGroupId } = this.registry.execute('CreateThingGroup', { thingGroupName });
    this.owner({ ...keyOf({ kind: 'group', groupName: thingGroupName }), incarnation: thingGroupId, state: { attributes: {}, rootToParent: [] } });
  }

  private owner(item: object): void {
    this.put({ ...item, version: 1, timestamp: this.now, deleted: false, sourceRegion: 'us-east-1', eventId: 'e' });
  }

  private deliver(bodies: readonly string[]): Promise<SQSBatchResponse> {
    const Records = bodies.map((body, i) => ({ messageId: String(i), body, attributes: { SentTimestamp: String(this.now - 1) } }) as SQSRecord);
    return this.reader({ Records } satisfies SQSEvent, { getRemainingTimeInMillis: () => 300_000, awsRequestId: 'request' });
  }
}
