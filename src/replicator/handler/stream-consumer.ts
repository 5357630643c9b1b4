import { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import pMap from 'p-map';
import {
  changedAt, HandlerContext, describe, hasTime, InvocationContext, payloadOf, queuesOf, reconcilerOf, StreamContext, warnOfWaitingDeletions,
} from './context';
import { routeOf, Failure } from './failure-routing';
import { OutOfTimeError } from './failures';
import { fold, Folded, stagesOf, StreamImage } from './fold';
import { InvocationMetrics } from './invocation-metrics';
import { passingBy } from './passing-by';
import { Footing, premiseOf } from './premise';
import { DelayedMessage } from './queues';
import { Attempt } from './reconciler';
import { arrivalOf, StatusReporter } from './signals';
import { AppliedKey, mayEndWaiting, WaitingKeys } from './waiting-keys';
import { waitingOf } from './waiting-of';
import { decodeImage } from '../../kinds/handler/items';
import { isEntity, isObserved, isUrgent } from '../../kinds/register';
import { isFromTheFuture, MARGIN_MS } from '../../record/margin';
import { RecordKey } from '../../record/record';
import { decodeSignal, Signal, signalKindOf } from '../../record/signal';
import { isoTime } from '../../status/handler/facts';
import { SourceGap, SourceGapCode } from '../../status/handler/gap';
import { later } from '../../status/handler/gaps';

/** Keys of one stage that are applied at once: more than a share of the quotas needs at 50 ms a call, and few enough for one socket pool. */
const CONCURRENCY = 16;

/** A failure and where the batch would have to start again. */
interface StreamFailure extends Failure {
  readonly sequenceNumber: string;
  /** Milliseconds since the epoch: when it was tried. */
  readonly triedAt: number;
}

/**
 * The consumer of the local replica's stream.
 *
 * A key that can't be applied goes to the retry queue, or to the dead-letter queue, and the stream continues: no record blocks its shard and
 * none ages out of the stream. Only records that neither queue accepts are returned to the stream.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export function streamConsumer(dependencies: StreamContext) {
  const keeper = new StatusReporter(dependencies);
  return async ({ Records }: DynamoDBStreamEvent, context: InvocationContext): Promise<DynamoDBBatchResponse> => {
    const isPassedBy = passingBy(dependencies.config);
    const records = Records.filter((record) => !isPassedBy(keyOf(record)));
    return records.length === 0 ? { batchItemFailures: [] } : keeper.whileBehind(records, () => consume(records, context, dependencies, keeper));
  };
}

async function consume(
  records: readonly DynamoDBRecord[], context: InvocationContext, dependencies: StreamContext, keeper: StatusReporter,
): Promise<DynamoDBBatchResponse> {
  const { logger, meter, config, now } = dependencies;
  const { images, signals, failures } = decode(records, now());
  const folded = fold(images);
  const changed = folded.filter((each) => !each.unchanged);
  const metrics = new InvocationMetrics();
  const reconciler = reconcilerOf(dependencies, context, metrics);
  const { waiting, items } = waitingOf(dependencies, context, metrics);
  const ended: (AppliedKey & Pick<Folded, 'sequenceNumber'>)[] = [];
  for (const stage of stagesOf(changed)) {
    await pMap(stage, async (change) => {
      const attempt = new Attempt({ footing: new Footing(premiseOf(change)) });
      const triedAt = now();
      try {
        if (!hasTime(context)) throw new OutOfTimeError();
        const record = await reconciler.applyChange(change.key, change, attempt);
        metrics.countApplied(ageOf(changedAt(change.record), now()));
        metrics.countRevocation(ageOf(isUrgent(change.record) ? change.record.timestamp : undefined, now()));
        const isDifference = change.history === 'plain';
        const { key, sequenceNumber } = change;
        if (mayEndWaiting(change.record, isDifference ? change.old : undefined)) ended.push({ key, record, triedAt, isDifference, sequenceNumber });
        if (record && config.logPayloads) logger.info('change applied', { eventId: record.eventId, record });
      } catch (error) {
        failures.push(failureOf(change, error, attempt, triedAt));
      }
    }, { concurrency: CONCURRENCY });
  }
  warnOfWaitingDeletions(failures.map(({ error }) => error), dependencies);
  const returnedToStream = await routeFailures(failures, dependencies, metrics, waiting);
  for (const { sequenceNumber } of await waiting.tell(ended, () => items.isAnyParked())) returnedToStream.add(sequenceNumber);
  const ofGap = images.filter((image) => isUnheard(image) || isOfWrongClock(image));
  const { heartbeats, isLost } = await keeper.note(signals.map(({ signal }) => signal), gapOf(ofGap, now()), (lagMs) => metrics.countLag(lagMs));
  if (isLost) for (const { sequenceNumber } of [...signals, ...ofGap]) returnedToStream.add(sequenceNumber);
  logger.info('batch applied', {
    records: records.length,
    keys: folded.length,
    unchanged: folded.length - changed.length,
    failed: failures.length,
    givenBack: returnedToStream.size,
    // One text, so that it can be searched: the fields of a list are not.
    eventIds: changed.map(({ record: { eventId } }) => eventId).join(' '),
  });
  meter.publish(metrics.measurements(folded.length - changed.length, heartbeats));
  // Lambda retries everything from the lowest sequence number on, so the earliest of the batch is the one that counts.
  const first = records.map((record) => record.dynamodb!.SequenceNumber!).find((each) => returnedToStream.has(each));
  return { batchItemFailures: first === undefined ? [] : [{ itemIdentifier: first }] };
}

/**
 * Whether the record has just replaced a live one: then an event was missed, and what depended on the other one may have to go. No event reports what is
 * observed: its readers find it replaced whenever it was created again between two of them.
 */
function isUnheard({ record, old }: StreamImage): boolean {
  if (isObserved(record.kind) || !isEntity(record) || !record.replaces) return false;
  return old === undefined || old === 'unreadable' || !isEntity(old) || old.incarnation !== record.incarnation;
}

/**
 * Whether the record is older than the one that it replaced, by more than clocks and redrives explain: then the clock of the source is wrong, or
 * that of its AWS IoT. Times determine which membership belongs to which creation of a thing or group, so an earlier membership can be mistaken for a pending one.
 */
function hasGoneBack({ record, old }: StreamImage): boolean {
  return old !== undefined && old !== 'unreadable' && record.timestamp < old.timestamp - MARGIN_MS;
}

/**
 * Whether the record is later than its arrival, by more than clocks explain: no real change that follows is newer. A removal is refused as older, and
 * a membership counts as one of whichever creation of its thing or group comes next. Compared with the arrival, because to a consumer that is late the
 * time may have passed.
 */
function isAhead({ record, arrivedAt }: ArrivedImage): boolean {
  return isFromTheFuture(record.timestamp, arrivedAt);
}

function isOfWrongClock(image: ArrivedImage): boolean {
  return hasGoneBack(image) || isAhead(image);
}

/**
 * The sweep that has found it repairs what depends on it too, but may fail before: its findings have the time of its beginning less the margin, so this is
 * the latest end of a gap that the sweep itself closes.
 */
function missedUntil({ record, arrivedAt }: ArrivedImage): number {
  const isFoundBySweep = changedAt(record) === undefined;
  return isFoundBySweep ? Math.min(record.timestamp - 1, arrivedAt) : arrivedAt;
}

/** The gap of the source that records show, if any. It ends at no time of an event: one of long ago would be over before it began, one of the future never. */
function gapOf(images: readonly ArrivedImage[], now: number): SourceGap | undefined {
  const gaps = images.map((image): SourceGap => {
    if (isOfWrongClock(image)) return { code: SourceGapCode.TIME_WENT_BACK, until: isoTime(now) };
    return { code: SourceGapCode.EVENTS_MISSED, until: isoTime(missedUntil(image)) };
  });
  return gaps.reduce<SourceGap | undefined>(later, undefined);
}

function ageOf(time: number | undefined, now: number): number | undefined {
  return time === undefined ? undefined : now - time;
}

function failureOf({ key, record, sequenceNumber }: Folded, error: unknown, { admission, footing }: Attempt, triedAt: number): StreamFailure {
  const { eventId } = record;
  return { key, error, eventId, changedAt: changedAt(record), sequenceNumber, triedAt, admitted: admission.identity, premise: footing.premise };
}

type Image = Record<string, AttributeValue>;

/** An image, and when it was written to the local replica: milliseconds since the epoch. */
interface ArrivedImage extends StreamImage {
  readonly arrivedAt: number;
}

interface Decoded {
  readonly images: ArrivedImage[];
  readonly signals: { readonly signal: Signal; readonly sequenceNumber: string }[];
  readonly failures: StreamFailure[];
}

function decode(records: readonly DynamoDBRecord[], now: number): Decoded {
  const decoded: Decoded = { images: [], signals: [], failures: [] };
  for (const { dynamodb } of records) {
    const key = keyOf({ dynamodb });
    const sequenceNumber = dynamodb!.SequenceNumber!;
    const image = dynamodb!.NewImage as Image;
    const old = dynamodb!.OldImage as Image | undefined;
    const arrivedAt = arrivalOf(dynamodb!) ?? now;
    try {
      const signal = signalKindOf(key);
      if (signal) decoded.signals.push({ signal: decodeSignal(signal, unmarshall(image)), sequenceNumber });
      else decoded.images.push({ key, sequenceNumber, arrivedAt, record: decodeImage(image), old: decodeOld(old) });
    } catch (error) {
      decoded.failures.push({ key, error, sequenceNumber, triedAt: 0 });
    }
  }
  return decoded;
}

function keyOf({ dynamodb }: DynamoDBRecord): RecordKey {
  const { pk, sk } = dynamodb!.Keys!;
  return { pk: pk.S!, sk: sk.S! };
}

/** An old image that is no record shows nothing about the destination, and does not affect the new one. */
function decodeOld(image: Image | undefined): StreamImage['old'] {
  if (!image) return undefined;
  try {
    return decodeImage(image);
  } catch {
    return 'unreadable';
  }
}

/** @returns the sequence numbers of records that no queue accepted */
async function routeFailures(
  failures: readonly StreamFailure[], dependencies: HandlerContext, metrics: InvocationMetrics, waiting: WaitingKeys,
): Promise<Set<string>> {
  const queues = queuesOf(dependencies);
  const { logger, now, config } = dependencies;
  const returnedToStream = new Set<string>();
  const delayed: (DelayedMessage & { readonly sequenceNumber: string })[] = [];
  const routes = await pMap(failures, async (failure) => {
    const route = routeOf(failure, now());
    if (route.to !== 'retryQueue' || route.class !== 'waiting') return { failure, route };
    const { triedAt } = failure;
    return { failure, route, delayed: await waiting.postpone({ failure, triedAt, delayed: route.delayed, isRedriven: false }) };
  }, { concurrency: CONCURRENCY });
  for (const { failure, route, delayed: postponed } of routes) {
    if (route.to === 'retryQueue') {
      const message = route.class === 'waiting' ? postponed : route.delayed;
      if (message) delayed.push({ ...message, sequenceNumber: failure.sequenceNumber });
      metrics.countUnapplied(failure.error, route.class);
      logger.debug('put off', { ...describe(failure.error), eventId: failure.eventId, ...payloadOf(failure.key, config) });
      continue;
    }
    const { letter } = route;
    metrics.countUnapplied(failure.error, 'rejected');
    logger.warn('dead-lettered', { class: letter.class, error: letter.error, eventId: letter.eventId, ...payloadOf(failure.key, config) });
    await queues.deadLetter(letter).catch((error) => {
      logger.warn('the dead-letter queue refused a key', { ...describe(error), eventId: letter.eventId });
      returnedToStream.add(failure.sequenceNumber);
    });
  }
  try {
    for (const { sequenceNumber } of await queues.retry(delayed)) returnedToStream.add(sequenceNumber);
  } catch (error) {
    logger.warn('the retry queue refused keys', describe(error));
    for (const { sequenceNumber } of delayed) returnedToStream.add(sequenceNumber);
  }
  return returnedToStream;
}
