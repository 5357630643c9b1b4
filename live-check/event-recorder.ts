import { CreateTopicRuleCommand, DescribeEventConfigurationsCommand, EventType, UpdateEventConfigurationsCommand } from '@aws-sdk/client-iot';
import { DeleteMessageBatchCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { Clients } from './clients';
import type { Look, Queue } from './look';
import { prefixOf, ruleNameOf } from './names';
import { NotLookable } from './not-lookable';
import type { RecordedEvents, RegistryEvent } from './recorded-events';

/** Kinds of registry events that beliefs check. */
export const EVENT_TYPES = [
  EventType.THING, EventType.THING_TYPE, EventType.THING_TYPE_ASSOCIATION,
  EventType.THING_GROUP, EventType.THING_GROUP_HIERARCHY, EventType.THING_GROUP_MEMBERSHIP,
] as const;

/** How long to wait for unexpected events after the last expected one. */
const SETTLING_SECONDS = 5;

const WARM_UP_BOUND_SECONDS = 120;

/** Kinds of registry events that are off. */
export async function eventsThatAreOff({ iot }: Clients): Promise<EventType[]> {
  const { eventConfigurations } = await iot.send(new DescribeEventConfigurationsCommand({}));
  return EVENT_TYPES.filter((type) => !eventConfigurations?.[type]?.Enabled);
}

/** Kinds of events that are on. */
async function othersThatAreOn({ iot }: Clients): Promise<string[]> {
  const { eventConfigurations } = await iot.send(new DescribeEventConfigurationsCommand({}));
  return Object.entries(eventConfigurations ?? {}).filter(([, { Enabled }]) => Enabled).map(([type]) => type);
}

/** A topic rule and a queue that receive only the registry events of a run's own entities. */
export class EventRecorder implements RecordedEvents {
  /**
   * @param off kinds of events that are switched on for the run and off again afterwards
   * @throws NotLookable if no event arrives
   */
  public static async start(look: Look, off: readonly EventType[]): Promise<EventRecorder> {
    const queue = await look.queue('queue', { MessageRetentionPeriod: '3600' });
    const ruleName = ruleNameOf(look.name('rule'));
    const condition = { ArnEquals: { 'aws:SourceArn': look.arn('iot', `rule/${ruleName}`) } };
    const roleArn = await look.role('role', 'iot.amazonaws.com', [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: queue.arn }], condition);
    look.making('topic rule', ruleName);
    await look.source.iot.send(new CreateTopicRuleCommand({
      ruleName,
      topicRulePayload: { awsIotSqlVersion: '2016-03-23', sql: sqlOf(look.run.id), actions: [{ sqs: { queueUrl: queue.url, roleArn, useBase64: false } }] },
    }));
    const recorder = new EventRecorder(look, queue, off.length > 0);
    const others = off.length > 0 ? await othersThatAreOn(look.source) : [];
    if (off.length > 0) {
      look.making('registry events', off.join());
      const eventConfigurations = Object.fromEntries(off.map((type) => [type, { Enabled: true }]));
      await look.source.iot.send(new UpdateEventConfigurationsCommand({ eventConfigurations }));
    }
    // The run must not endanger foreign events: it can switch its own on again.
    if (off.length === EVENT_TYPES.length && others.length === 0) {
      await look.source.iot.send(new UpdateEventConfigurationsCommand({ eventConfigurations: { [EventType.THING]: { Enabled: true } } }));
      recorder.merged = (await eventsThatAreOff(look.source)).length === 0;
      const eventConfigurations = Object.fromEntries(off.map((type) => [type, { Enabled: true }]));
      if (!recorder.merged) await look.source.iot.send(new UpdateEventConfigurationsCommand({ eventConfigurations }));
    }
    await recorder.warmUp();
    return recorder;
  }

  public merged?: boolean;
  private readonly events: RegistryEvent[] = [];
  /** The number of changes, one every two seconds, before the first received event. */
  private unheard = 0;

  private constructor(private readonly look: Look, private readonly queue: Queue, public readonly wereSwitchedOn: boolean) {}

  public async firstChange(): Promise<{ readonly isTold: boolean; readonly unheard: number }> {
    return { isTold: (await this.about(this.look.name('probe-0'), () => true)).length > 0, unheard: this.unheard };
  }

  public async about(name: string, areAll: (events: readonly RegistryEvent[]) => boolean, boundSeconds = 60): Promise<RegistryEvent[]> {
    const received = () => this.events.filter(({ topic }) => topic.split('/').includes(name));
    await this.look.eventually(async () => {
      await this.read();
      return areAll(received()) ? true : undefined;
    }, boundSeconds);
    await this.look.pause(SETTLING_SECONDS);
    await this.read();
    // The service may send an event twice.
    const byId = new Map(received().map((event) => [`${event.topic} ${event.eventId}`, event]));
    return [...byId.values()];
  }

  /** A new role takes time to propagate, and so does a rule. */
  private async warmUp(): Promise<void> {
    await this.look.pause(1);
    const first = await this.look.eventually(async () => {
      await this.look.thing(`probe-${this.unheard}`);
      await this.look.pause(1);
      await this.read();
      if (this.events.length > 0) return true;
      this.unheard++;
      return undefined;
    }, WARM_UP_BOUND_SECONDS);
    if (!first) throw new NotLookable(`no registry event was received of ${this.unheard} things, within ${WARM_UP_BOUND_SECONDS} s`);
  }

  /** Takes all messages of the queue. Concurrent looks read for each other. */
  private async read(): Promise<void> {
    const { sqs } = this.look.source;
    for (;;) {
      const call = { QueueUrl: this.queue.url, MaxNumberOfMessages: 10, WaitTimeSeconds: Math.round(this.look.run.pace) };
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(call));
      if (Messages.length === 0) return;
      this.events.push(...Messages.map(({ Body }) => JSON.parse(Body!) as RegistryEvent));
      const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: this.queue.url, Entries }));
    }
  }
}

/** Events whose topic contains a name of this run: it does not receive events of the account's own things. */
function sqlOf(runId: string): string {
  const [entity, pair] = [4, 5].map((level) => `regexp_matches(topic(${level}), '^${prefixOf(runId)}')`);
  return `SELECT *, topic() AS topic FROM '$aws/events/#' WHERE ${entity} OR ${pair}`;
}
