import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { Dependencies, hasTime, InvocationContext, queuesOf, reconcilerOf } from './dependencies';
import { disposalOf } from './disposal';
import { OutOfTimeError, RetryQueueError } from './failures';
import { DeadLetter, RetryMessage } from './queues';

/**
 * The consumer of the retry queue: reads the newest record of a key and applies it, whatever brought the key.
 *
 * A message is taken off the queue once its key was applied, or is on a queue again. If neither is possible, SQS delivers it again.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function retryConsumer(dependencies: Dependencies) {
  const { logger, now } = dependencies;
  return async (event: SQSEvent, context: InvocationContext): Promise<SQSBatchResponse> => {
    const queues = queuesOf(dependencies);
    const reconciler = reconcilerOf(dependencies, context);

    const consume = async (received: SQSRecord): Promise<void> => {
      const message = parse(received.body, now());
      if (!message) {
        logger.warn('dead-lettered', { class: 'rejected', error: UNKNOWN_MESSAGE });
        await queues.deadLetter(unknownMessage(received.body, now()));
        return;
      }
      try {
        if (!hasTime(context)) throw new OutOfTimeError();
        await reconciler.applyKey(message);
      } catch (error) {
        const disposal = disposalOf({ key: message, error, previous: message }, now());
        if (disposal.to === 'retryQueue') {
          const refused = await queues.retry([disposal.delayed]);
          if (refused.length > 0) throw new RetryQueueError('the retry queue refused a key');
        } else {
          logger.warn('dead-lettered', { class: disposal.letter.class, error: disposal.letter.error });
          await queues.deadLetter(disposal.letter);
        }
      }
    };
    return processPartialResponse(event, consume, new BatchProcessor(EventType.SQS), { throwOnFullBatchFailure: false });
  };
}

/** A message is at most a quarter of an hour under way; one that is older was parked in the dead-letter queue. In milliseconds. */
const PARKED_AFTER_MS = 60 * 60 * 1000;

/** What is redriven is a message too, be it a dead letter or one that SQS moved there; what it tells of the past does not count any more. */
function parse(body: string, now: number): RetryMessage | undefined {
  const value = parseObject(body);
  if (!value) return undefined;
  const { pk, sk, attempt, waitingSince, sentAt } = value;
  if (typeof pk !== 'string' || typeof sk !== 'string') return undefined;
  if (typeof sentAt !== 'number' || now - sentAt > PARKED_AFTER_MS) return { pk, sk };
  return { pk, sk, attempt: typeof attempt === 'number' ? attempt : undefined, waitingSince: typeof waitingSince === 'number' ? waitingSince : undefined };
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
  // Redriven, it goes back as it is: a letter in a letter would help nobody.
  const received = letter?.error === UNKNOWN_MESSAGE && typeof letter.received === 'string' ? letter.received : body;
  return {
    class: 'rejected',
    error: UNKNOWN_MESSAGE,
    reason: 'the message is no key: expected { "pk": "…", "sk": "…" }',
    time: new Date(now).toISOString(),
    received,
  };
}
