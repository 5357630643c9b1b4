import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { SQSBatchItemFailure, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { HandlerContext, describe, hasTime, InvocationContext, payloadOf, queuesOf, Retrying, retryingOf, warnOfWaitingDeletions } from './context';
import { Admission } from './deletion-breaker';
import { errandOf, isErrand, isFanOut } from './errand';
import { routeOf, MAX_WAIT_MS } from './failure-routing';
import { OutOfTimeError, RetryQueueError } from './failures';
import { InvocationMetrics } from './invocation-metrics';
import { Outside } from './outside';
import { Footing, premiseIn } from './premise';
import { backOffSeconds, DeadLetter, DelayedMessage, RetryMessage } from './queues';
import { Attempt } from './reconciler';
import { RegistryRecord } from '../../kinds';
import { signalKindOf } from '../../record/signal';
import { MAX_DELAY_SECONDS } from '../sizing';
import { AppliedKey } from './waiting-keys';
import { waitingOf } from './waiting-of';
import { LETTERED, LOOK_NOW } from './watches';
import { ruleOf } from '../../kinds/handler/applying';
import { NotReplicatedError } from '../../kinds/handler/identities';
import { Progress, walkIn } from '../../kinds/handler/walk';
import { ENTITY_KINDS, parseKey } from '../../kinds/register';
import { RecordKey } from '../../record/record';

/** A message of a watch that looks later than the queue can delay it. */
interface EarlyMessage {
  readonly messageId: string;
  readonly message: RetryMessage;
}

/**
 * The consumer of the retry queue: reads the newest record of a key and applies it, wherever the key came from.
 *
 * A message is deleted once its key was applied, or is in a queue again. If neither is possible, SQS delivers the message again.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function retryConsumer(dependencies: HandlerContext) {
  const { logger, meter, now, config } = dependencies;
  return async (event: SQSEvent, context: InvocationContext): Promise<SQSBatchResponse> => {
    const queues = queuesOf(dependencies);
    const outside = new Outside(config.selection);
    const metrics = new InvocationMetrics();
    const { reconciler, errands } = retryingOf(dependencies, context, metrics);
    const { waiting, watches } = waitingOf(dependencies, context, metrics);
    const applied: (AppliedKey & Pick<SQSRecord, 'messageId'>)[] = [];
    const counts = { applied: 0, retried: 0, deadLettered: 0 };
    const errors: unknown[] = [];

    const messages = new Map(event.Records.map(({ messageId, body }) => [messageId, parse(body, now())]));
    const consume = async (received: SQSRecord): Promise<void> => {
      const message = messages.get(received.messageId);
      if (!message) {
        logger.warn('dead-lettered', { class: 'rejected', error: UNKNOWN_MESSAGE });
        await queues.deadLetter(unknownMessage(received.body, now()));
        metrics.countUnapplied(undefined, 'rejected');
        counts.deadLettered++;
        return;
      }
      if (message.watch !== undefined) return look(message);
      const { messageId } = received;
      const { eventId } = message;
      const isOutside = outside.hasMessage(message);
      if (isOutside && !message.isRedriven) {
        applied.push({ key: { pk: message.pk, sk: message.sk }, triedAt: now(), isWoken: message.revision !== undefined, messageId });
        logger.info('passed by what is not selected any more', { eventId, ...payloadOf(message, config) });
        return;
      }
      const progress = new Progress(message.walk);
      const attempt = new Attempt({
        admission: new Admission(message.admitted),
        footing: new Footing(message.premise),
        isReplayed: message.isReplayed,
        isRestored: message.isRestored,
        isOpen: message.isOpen,
        deleteRetained: message.deleteRetained,
        isSecondLook: message.looksAgain,
        applied: message.applied,
        // A woken key lacked a prerequisite of its creation, so the entity probably does not exist.
        createFirst: message.revision !== undefined && message.attempt === undefined,
        progress,
      });
      const triedAt = now();
      try {
        if (!hasTime(context)) throw new OutOfTimeError();
        if (isOutside) throw new NotReplicatedError(parseKey(message).kind, 'kinds and namePrefixes do not select it');
        const record = await apply(message, { reconciler, errands }, attempt);
        metrics.countApplied(message.changedAt === undefined ? undefined : now() - message.changedAt);
        if (record && config.logPayloads) logger.info('change applied', { eventId: record.eventId, record });
        if (!isErrand(message)) {
          applied.push({ key: { pk: message.pk, sk: message.sk }, record, triedAt, isWoken: message.revision !== undefined, messageId });
        }
        counts.applied++;
      } catch (error) {
        errors.push(error);
        const { changedAt } = message;
        const failure = {
          key: message,
          error,
          eventId,
          changedAt,
          previous: message,
          admitted: attempt.admission.identity,
          premise: attempt.footing.premise,
          progress,
        };
        const route = routeOf(failure, now());
        const postponed = { failure, triedAt, isRedriven: message.isRedriven ?? false };
        const isRemembered = route.class === 'waiting' && !isErrand(message);
        if (route.to === 'retryQueue') {
          const delayed = isRemembered ? await waiting.postpone({ ...postponed, delayed: route.delayed }) : route.delayed;
          if (delayed) await send(delayed, { ...describe(error), eventId });
          metrics.countUnapplied(error, route.class);
          counts.retried++;
          logger.debug('put off', { ...describe(error), eventId, ...payloadOf(message, config) });
        } else if (isRemembered && !await waiting.letter(postponed, () => queues.deadLetter(route.letter))) {
          // It has a dead letter already, and a drift check or a fan-out has sent it once more.
          counts.retried++;
        } else {
          if (!isRemembered) await queues.deadLetter(route.letter);
          logger.warn('dead-lettered', { class: route.letter.class, error: route.letter.error, eventId, ...payloadOf(message, config) });
          metrics.countUnapplied(error, 'rejected');
          counts.deadLettered++;
        }
      }
    };
    const send = async (delayed: DelayedMessage, about: Readonly<Record<string, unknown>>): Promise<void> => {
      const refused = await queues.retry([delayed]);
      if (refused.length === 0) return;
      logger.warn('the retry queue could not be reached', about);
      throw new RetryQueueError('the retry queue refused a key');
    };
    /** If anything keeps a watch from looking, it looks again: otherwise keys would wait in vain. */
    const look = async (message: RetryMessage): Promise<void> => {
      try {
        if (!hasTime(context)) throw new OutOfTimeError();
        await watches.look(message);
      } catch (error) {
        errors.push(error);
        const attempt = message.attempt ?? 0;
        await send({ message: { ...message, attempt: attempt + 1, sentAt: now() }, delaySeconds: backOffSeconds(attempt) }, describe(error));
        metrics.countUnapplied(error, 'throttled');
        counts.retried++;
      }
    };
    /** All of an invocation at once: there may be hundreds in a second. @returns those that SQS is to deliver again */
    const putOff = async (early: readonly EarlyMessage[]): Promise<SQSBatchItemFailure[]> => {
      try {
        return early.length > 0 ? (await watches.putOff(early)).map(({ messageId }) => ({ itemIdentifier: messageId })) : [];
      } catch (error) {
        logger.warn('messages of watches could not be sent again', describe(error));
        return early.map(({ messageId }) => ({ itemIdentifier: messageId }));
      }
    };
    const early = [...messages].flatMap(([messageId, message]): EarlyMessage[] => (
      message && watches.isEarly(message) ? [{ messageId, message }] : []
    ));
    const refused = await putOff(early);
    const others = event.Records.filter(({ messageId }) => !early.some((each) => each.messageId === messageId));
    const processor = new BatchProcessor(EventType.SQS);
    const { batchItemFailures } = await processPartialResponse({ Records: others }, consume, processor, { throwOnFullBatchFailure: false });
    const untold = await waiting.tell(applied);
    warnOfWaitingDeletions(errors, dependencies);
    const givenBack = [...refused, ...batchItemFailures, ...untold.map(({ messageId }) => ({ itemIdentifier: messageId }))];
    logger.info('retries applied', { messages: event.Records.length, ...counts, givenBack: givenBack.length });
    meter.publish(metrics.measurements());
    return { batchItemFailures: givenBack };
  };
}

async function apply(message: RetryMessage, { reconciler, errands }: Retrying, attempt: Attempt): Promise<RegistryRecord | undefined> {
  // Sending all keys of the table includes those of signals. Their content is outdated, and the next signal follows.
  if (signalKindOf(message)) return undefined;
  const entity = parseKey(message);
  if (isFanOut(message, entity.kind)) {
    await reconciler.dependants.goOn(entity, { isNew: message.isNew ?? false, after: message.membersAfter! });
    return undefined;
  }
  const errand = errandOf(message, entity.kind);
  if (errand) {
    await errand(entity, { ...errands, progress: attempt.progress! });
    return undefined;
  }
  return reconciler.applyKey(message, attempt);
}

/** The phases of all walks. */
const WALK_PHASES = ENTITY_KINDS.flatMap((kind) => ruleOf(kind).phases ?? []);

/**
 * The longest time of a message in the queue of a destination that is not paused: its delay, and an hour for the work before it
 * and for functions that died with it, each of which hides it for twelve minutes.
 */
const MAX_QUEUED_MS = (MAX_DELAY_SECONDS + 3600) * 1000;

/**
 * A redriven message may be a dead letter, or one that SQS moved to the dead-letter queue. If it is older than any wait, its knowledge of the
 * past no longer counts.
 */
function parse(body: string, now: number): RetryMessage | undefined {
  const value = parseObject(body);
  const key = keyIn(value);
  if (!value || !key) return undefined;
  const membersAfter = keyIn(value.membersAfter);
  const { attempt, waitingSince, refusedSince, looksAgain, applied, admitted, sentAt, eventId, changedAt, revision, supersedes, watch } = value;
  const isRedriven = typeof value.class === 'string';
  if (typeof watch === 'string') {
    const asked = isRedriven && watch !== LETTERED ? LOOK_NOW : watch;
    return {
      ...key,
      watch: asked,
      supersedes: textIn(supersedes),
      lookAt: asked === watch ? numberIn(value.lookAt) : undefined,
      wakeAfter: placeIn(value.wakeAfter),
      sifts: value.sifts === true || undefined,
      attempt: numberIn(attempt),
      sentAt: numberIn(sentAt),
    };
  }
  const isAfresh = typeof sentAt !== 'number' || now - sentAt > MAX_WAIT_MS;
  const interrupted = isAfresh ? 0 : interruption(sentAt, now);
  const lasting = {
    ...key,
    membersAfter,
    isNew: value.isNew === true || undefined,
    isReplayed: value.isReplayed === true || undefined,
    isRestored: value.isRestored === true || undefined,
    isOpen: value.isOpen === true || undefined,
    deleteRetained: value.deleteRetained === true || undefined,
    walk: walkIn(value.walk, WALK_PHASES, !isAfresh),
    premise: premiseIn(value.premise, !isAfresh && interrupted === 0),
  };
  if (isAfresh) return { ...lasting, isRedriven };
  return {
    ...lasting,
    // Kept across an interruption too: if the queue is late because it is full, the intervals must not become shorter.
    attempt: numberIn(attempt),
    revision: textIn(revision),
    supersedes: textIn(supersedes),
    waitingSince: typeof waitingSince === 'number' ? waitingSince + interrupted : undefined,
    refusedSince: typeof refusedSince === 'number' ? refusedSince + interrupted : undefined,
    looksAgain: looksAgain === true,
    applied: textIn(applied),
    // Otherwise all deletions of a pause would pass at its end.
    admitted: typeof admitted === 'string' && interrupted === 0 ? admitted : undefined,
    eventId: typeof eventId === 'string' ? eventId : undefined,
    changedAt: typeof changedAt === 'number' ? changedAt : undefined,
  };
}

/**
 * How long a message was in the queue without an attempt, in milliseconds: the Region was paused, or the queue was full. That
 * does not count as waiting: three days are three days of attempts.
 */
function interruption(sentAt: number, now: number): number {
  return Math.max(now - sentAt - MAX_QUEUED_MS, 0);
}

/** A key that names an entity; people type them by hand too. */
function keyIn(value: unknown): RecordKey | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { pk, sk } = value as Record<string, unknown>;
  if (typeof pk !== 'string' || typeof sk !== 'string') return undefined;
  if (signalKindOf({ pk, sk })) return { pk, sk };
  try {
    parseKey({ pk, sk });
    return { pk, sk };
  } catch {
    return undefined;
  }
}

/** Where a watch continues. */
function placeIn(value: unknown): RetryMessage['wakeAfter'] {
  if (typeof value !== 'object' || value === null) return undefined;
  const { waitingSince, pk } = value as Record<string, unknown>;
  return typeof waitingSince === 'number' && typeof pk === 'string' ? { waitingSince, pk } : undefined;
}

function numberIn(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function parseObject(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? value as Record<string, unknown> : undefined;
  } catch {
    return undefined;
  }
}

const UNKNOWN_MESSAGE = 'UnknownMessage';

function unknownMessage(body: string, now: number): DeadLetter {
  const letter = parseObject(body);
  // A redriven letter returns unchanged: a letter inside a letter would not help.
  const received = letter?.error === UNKNOWN_MESSAGE && typeof letter.received === 'string' ? letter.received : body;
  return {
    class: 'rejected',
    error: UNKNOWN_MESSAGE,
    reason: 'the message contains no key: expected { "pk": "thing#…", "sk": "thing" } or similar',
    time: new Date(now).toISOString(),
    received,
  };
}
