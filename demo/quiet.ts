import { IoTClient } from '@aws-sdk/client-iot';
import { GetQueueAttributesCommand, paginateListQueues, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { difference, readRegistry, Registry } from './registry-reader';
import { waitFor } from '../emulator/waiting';

/** One Region, as far as the scenario looks into it. */
export interface Site {
  readonly region: string;
  readonly iot: IoTClient;
  readonly sqs: SQSClient;
}

/** What was found when nothing moved any more, or when the bound was reached. */
export interface Finding {
  readonly source: Registry;
  readonly destination: Registry;
  /** Where the registries differ, and which queues still hold messages. */
  readonly differences: string[];
}

export interface QuietOptions {
  /** Default 60 seconds: what rests on a read of the registry is looked at once more after 20 seconds, two on the emulator. */
  readonly boundMillis?: number;
  /** Whether the destination's stream has been read to its end; what it brings may put more on the queues. Default nobody is asked. */
  readonly isStreamRead?: () => Promise<boolean>;
  /** Only queues whose names start so are looked at. Default all. */
  readonly queueNamePrefix?: string;
}

/** How often in a row there has to be no difference: a change that is still pending makes one. */
const CALM_READINGS = 2;

/** Waits until the registries are equal and all queues are empty, retry and dead-letter queues alike. */
export async function waitForQuiet(source: Site, destination: Site, options: QuietOptions = {}): Promise<Finding> {
  let last: Finding | undefined;
  let calm = 0;
  const look = async () => {
    // Asked before the queues: what is read by now is on them, or done.
    const isRead = await options.isStreamRead?.() ?? true;
    last = await compare(source, destination, options.queueNamePrefix);
    if (!isRead) last.differences.push(`the stream of ${destination.region} is not read to its end`);
    calm = last.differences.length === 0 ? calm + 1 : 0;
    return calm >= CALM_READINGS ? last : undefined;
  };
  return await waitFor(look, { boundMillis: options.boundMillis ?? 60_000, intervalMillis: 250 }) ?? last!;
}

async function compare(source: Site, destination: Site, queueNamePrefix?: string): Promise<Finding> {
  const [a, b, ...busy] = await Promise.all([
    readRegistry(source.iot), readRegistry(destination.iot), ...[source, destination].map((site) => busyQueues(site, queueNamePrefix)),
  ] as const);
  return { source: a, destination: b, differences: [...difference(a, b, [source.region, destination.region]), ...busy.flat()] };
}

/** What the queues hold at the end, for the reason why: a few messages of each, which stay there. */
export async function peekIntoQueues({ region, sqs }: Site, queueNamePrefix?: string): Promise<string[]> {
  const found: string[] = [];
  for (const url of await queueUrls(sqs, queueNamePrefix)) {
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 3, VisibilityTimeout: 0 }));
    for (const { Body } of Messages ?? []) found.push(`in ${nameOf(url)} in ${region}: ${Body}`);
  }
  return found;
}

const COUNTS = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible', 'ApproximateNumberOfMessagesDelayed'] as const;

/** A sentence for each queue that holds messages, delayed ones and those in work included. */
async function busyQueues({ region, sqs }: Site, queueNamePrefix: string | undefined): Promise<string[]> {
  const busy: string[] = [];
  for (const url of await queueUrls(sqs, queueNamePrefix)) {
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [...COUNTS] }));
    const messages = COUNTS.reduce((sum, count) => sum + Number(Attributes?.[count] ?? 0), 0);
    if (messages > 0) busy.push(`queue ${nameOf(url)} in ${region} holds ${messages} message${messages > 1 ? 's' : ''}`);
  }
  return busy;
}

async function queueUrls(sqs: SQSClient, queueNamePrefix: string | undefined): Promise<string[]> {
  const urls: string[] = [];
  const pages = paginateListQueues({ client: sqs }, { QueueNamePrefix: queueNamePrefix, MaxResults: 1000 });
  for await (const page of pages) urls.push(...page.QueueUrls ?? []);
  return urls;
}

function nameOf(queueUrl: string): string {
  return queueUrl.slice(queueUrl.lastIndexOf('/') + 1);
}
