import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { eventOf, Message, nameIn, QUEUE_URL, SECOND } from './source';
import { hintReader } from '../../src/hints/handler/reader';
import { shareOfHints } from '../../src/hints/sizing';
import { SharePace } from '../../src/kinds/handler/share-pace';
import { knownKinds } from '../../src/kinds/register';
import { Json, resourcesOf } from '../apps';
import { CertificateSource } from '../certificate-check/source';

/** Of registry reads: the default. */
const READ_SHARE = 0.5;

/** Invocations of a reader in a second, at most: each takes a moment, even if it reads nothing. */
const PER_SECOND = 10;

interface Waiting extends Message {
  readonly visibleAt: number;
}

/** A queue of a template, with what it holds. */
interface HintQueue {
  readonly name: string;
  readonly batchSize: number;
  readonly retentionMs: number;
  waiting: Waiting[];
}

/** An invocation at a time, of the messages of one queue. */
interface Slot {
  readonly queue: HintQueue;
  readonly read: ReturnType<typeof hintReader>;
  freeAt: number;
}

/**
 * A source Region whose rules, queues and event sources are those of a template, with readers that take the time which their pace gives them. What is put off is delivered when it is due, and
 * what has waited for too long is dropped.
 */
export class HintQueues extends CertificateSource {
  private readonly queues: ReadonlyMap<string, HintQueue>;
  private readonly slots: readonly Slot[];
  private readonly pace: SharePace;
  /** Of each operation since the last invocation began. */
  private readonly calls = new Map<string, number>();

  constructor(private readonly template: Json) {
    super();
    this.onCall = (operation) => this.calls.set(operation, (this.calls.get(operation) ?? 0) + 1);
    const mappings = resourcesOf(template, 'AWS::Lambda::EventSourceMapping').filter(({ Properties }) => this.isOfHints(Properties.FunctionName));
    this.queues = new Map(mappings.map(({ Properties: { EventSourceArn, BatchSize } }) => {
      const id = EventSourceArn['Fn::GetAtt'][0];
      const { QueueName, MessageRetentionPeriod } = template.Resources[id].Properties;
      return [id, { name: QueueName, batchSize: BatchSize, retentionMs: MessageRetentionPeriod * SECOND, waiting: [] }];
    }));
    const concurrent = mappings.flatMap(({ Properties: { EventSourceArn, ScalingConfig } }) => (
      Array.from({ length: ScalingConfig.MaximumConcurrency }, () => this.queues.get(EventSourceArn['Fn::GetAtt'][0])!)
    ));
    this.pace = new SharePace(shareOfHints(READ_SHARE) / concurrent.length);
    this.slots = concurrent.map((queue) => ({ queue, read: this.createReader(), freeAt: 0 }));
  }

  /** An event of a thing, as a topic rule sends it. */
  public sendThing(event: object): void {
    const rule = resourcesOf(this.template, 'AWS::IoT::TopicRule').find(({ Properties: { TopicRulePayload } }) => /hints.*things/.test(TopicRulePayload.Description))!;
    this.send(rule.Properties.TopicRulePayload.Actions[0].Sqs.QueueUrl.Ref, event);
  }

  /** A call that CloudTrail has recorded, as the rules of EventBridge send it: whether one of them does. */
  public sendCall(eventName: string, requestParameters: { readonly newStatus?: string; readonly [name: string]: string | undefined }): boolean {
    const rules = resourcesOf(this.template, 'AWS::Events::Rule').filter(({ Properties: { EventPattern: { detail } } }) => (
      (detail.$or ?? [detail]).some((each: Json) => each.eventName.includes(eventName) && matches(each.requestParameters?.newStatus, requestParameters.newStatus))
    ));
    for (const { Properties } of rules) this.send(Properties.Targets[0].Arn['Fn::GetAtt'][0], { detail: { eventName, requestParameters } });
    return rules.length > 0;
  }

  /** How many messages each queue has, by its name. */
  public get sizes(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.queues.values()].map(({ name, waiting }) => [name, waiting.length]));
  }

  /** Lets a second pass, in which readers do what their pace allows. */
  public async passSecond(): Promise<void> {
    for (const slot of this.slots) {
      for (let i = 0; i < PER_SECOND && slot.freeAt <= this.now; i++) if (!await this.invoke(slot)) break;
    }
    this.pass(SECOND);
  }

  private async invoke(slot: Slot): Promise<boolean> {
    const { queue, read } = slot;
    queue.waiting = queue.waiting.filter(({ sentAt }) => this.now - sentAt < queue.retentionMs);
    const taken = queue.waiting.filter(({ visibleAt }) => visibleAt <= this.now).slice(0, queue.batchSize);
    if (taken.length === 0) return false;
    queue.waiting = queue.waiting.filter((each) => !taken.includes(each));
    this.calls.clear();
    expect(await read(eventOf(taken, queue.name), { getRemainingTimeInMillis: () => Infinity, awsRequestId: 'request' })).toEqual({ batchItemFailures: [] });
    slot.freeAt = this.now + SECOND * Math.max(...[...this.calls].map(([operation, count]) => count / this.pace.rateOf(operation)), 0);
    return true;
  }

  private send(queueId: string, event: object): void {
    this.enqueue(this.queues.get(queueId)!, JSON.stringify(event), 0);
  }

  private enqueue(queue: HintQueue, body: string, delaySeconds: number): void {
    queue.waiting.push({ body, sentAt: this.now, visibleAt: this.now + delaySeconds * SECOND });
  }

  private createReader(): ReturnType<typeof hintReader> {
    const { readPace: pace, config, ...context } = this.context();
    const send = async ({ input: { QueueUrl, MessageBody, DelaySeconds } }: SendMessageCommand) => {
      this.enqueue([...this.queues.values()].find(({ name }) => name === nameIn(QueueUrl!))!, MessageBody!, DelaySeconds!);
    };
    const queueUrls = [...this.queues.values()].map(({ name }) => QUEUE_URL + name);
    return hintReader({ ...context, pace, sqs: { send: send as never }, config: { ...config, kinds: knownKinds(['identities']), queueUrls } });
  }

  private isOfHints(functionName: Json): boolean {
    return this.template.Resources[functionName.Ref].Properties.FunctionName.endsWith('-hints');
  }
}

type Pattern = string | { readonly exists: false } | { readonly 'anything-but': readonly string[] };

/** Whether any pattern of a field matches its value; no patterns match everything. */
function matches(patterns: readonly Pattern[] | undefined, value: string | undefined): boolean {
  return !patterns || patterns.some((each) => {
    if (typeof each === 'string') return value === each;
    return 'exists' in each ? value === undefined : value !== undefined && !each['anything-but'].includes(value);
  });
}
