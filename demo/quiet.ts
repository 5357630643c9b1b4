import { IoTClient } from '@aws-sdk/client-iot';
import { GetQueueAttributesCommand, paginateListQueues, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { difference, readRegistry, Registry } from './registry-reader';
import { waitFor } from '../emulator/waiting';

/** The clients of one Region that the scenario uses. */
export interface Site {
  readonly region: string;
  readonly iot: IoTClient;
  readonly sqs: SQSClient;
}

/** The result once nothing changed any more, or when the time was over. */
export interface Finding {
  readonly source: Registry;
  readonly destination: Registry;
  /** The differences of the registries, and the queues that still contain messages. */
  readonly differences: string[];
}

export interface QuietOptions {
  /** Default 60 seconds: changes that depend on a read of the registry are applied once more after 20 seconds, two or one on the emulator. */
  readonly boundMillis?: number;
  /** Whether the destination's stream has been read to its end; its records may send more messages to the queues. Default: not checked. */
  readonly isStreamRead?: () => Promise<boolean>;
  /** Only queues whose names have this prefix are checked. Default all. */
  readonly queueNamePrefix?: string;
}

/** The number of consecutive checks without a difference: a pending change causes one. */
const CALM_READINGS = 2;

/** Waits until the registries are equal and all queues are empty, retry and dead-letter queues alike; not those of hints, which are put off for minutes and only read. */
export async function waitForQuiet(source: Site, destination: Site, options: QuietOptions = {}): Promise<Finding> {
  let last: Finding | undefined;
  let calm = 0;
  const look = async () => {
    // Checked before the queues: records that have been read by now are on the queues, or applied.
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

/** A few messages of each queue at the end, which show the reason; they stay in the queue. */
export async function peekIntoQueues({ region, sqs }: Site, queueNamePrefix?: string): Promise<string[]> {
  const found: string[] = [];
  for (const url of await queueUrls(sqs, queueNamePrefix)) {
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 3, VisibilityTimeout: 0 }));
    for (const { Body } of Messages ?? []) found.push(`in ${nameOf(url)} in ${region}: ${Body}`);
  }
  return found;
}

/** The end of the names of queues that hold what is only to be read. */
const HINTS = '-hints';

const COUNTS = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible', 'ApproximateNumberOfMessagesDelayed'] as const;

/** A sentence for each queue that contains messages, including delayed ones and those in flight. */
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
  return urls.filter((url) => !url.endsWith(HINTS));
}

function nameOf(queueUrl: string): string {
  return queueUrl.slice(queueUrl.lastIndexOf('/') + 1);
}
