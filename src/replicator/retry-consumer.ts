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
      const message = parse(received.body);
      if (!message) {
        logger.warn('dead-lettered', { class: 'rejected', error: 'UnknownMessage' });
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

/** A dead letter that is redriven is a message too; what it tells of the past does not count any more. */
function parse(body: string): RetryMessage | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { pk, sk, attempt, waitingSince } = value as Record<string, unknown>;
  if (typeof pk !== 'string' || typeof sk !== 'string') return undefined;
  return { pk, sk, attempt: typeof attempt === 'number' ? attempt : undefined, waitingSince: typeof waitingSince === 'number' ? waitingSince : undefined };
}

function unknownMessage(body: string, now: number): DeadLetter {
  return {
    class: 'rejected',
    error: 'UnknownMessage',
    reason: 'the message is no key: expected { "pk": "…", "sk": "…" }',
    time: new Date(now).toISOString(),
    received: body,
  };
}
