import { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import pMap from 'p-map';
import { Admission } from './deletion-breaker';
import { Dependencies, describe, hasTime, InvocationContext, queuesOf, reconcilerOf, warnOfWaitingDeletions } from './dependencies';
import { disposalOf, Failure } from './disposal';
import { OutOfTimeError } from './failures';
import { fold, stagesOf, StreamImage } from './fold';
import { DelayedMessage } from './queues';
import { decodeImage } from './records';
import { RecordKey } from '../table/record';

/** Keys of one stage that are applied at once: more than a share of the quotas needs at 50 ms a call, and few enough for one socket pool. */
const CONCURRENCY = 16;

/** A failure and where the batch would have to start again. */
interface StreamFailure extends Failure {
  readonly sequenceNumber: string;
}

/**
 * The consumer of the local replica's stream.
 *
 * A key that can't be applied goes to the retry queue, or to the dead-letter queue, and the stream goes on: no record blocks its shard and
 * none ages out of the stream. Only what neither queue takes is given back to the stream.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export function streamConsumer(dependencies: Dependencies) {
  return async (event: DynamoDBStreamEvent, context: InvocationContext): Promise<DynamoDBBatchResponse> => {
    const { images, failures } = decode(event.Records);
    const folded = fold(images);
    const changed = folded.filter((each) => !each.unchanged);
    const reconciler = reconcilerOf(dependencies, context);
    for (const stage of stagesOf(changed)) {
      await pMap(stage, async (change) => {
        const admission = new Admission();
        try {
          if (!hasTime(context)) throw new OutOfTimeError();
          await reconciler.applyChange(change.key, change, admission);
        } catch (error) {
          const { key, record: { eventId }, sequenceNumber } = change;
          failures.push({ key, error, eventId, sequenceNumber, admitted: admission.identity });
        }
      }, { concurrency: CONCURRENCY });
    }
    warnOfWaitingDeletions(failures.map(({ error }) => error), dependencies);
    const givenBack = await giveAway(failures, dependencies);
    dependencies.logger.info('batch applied', {
      records: event.Records.length,
      keys: folded.length,
      unchanged: folded.length - changed.length,
      failed: failures.length,
      givenBack: givenBack.size,
    });
    // Lambda retries everything from the lowest sequence number on, so the earliest of the batch is the one that counts.
    const first = event.Records.map((record) => record.dynamodb!.SequenceNumber!).find((each) => givenBack.has(each));
    return { batchItemFailures: first === undefined ? [] : [{ itemIdentifier: first }] };
  };
}

type Image = Record<string, AttributeValue>;

function decode(records: readonly DynamoDBRecord[]): { images: StreamImage[]; failures: StreamFailure[] } {
  const images: StreamImage[] = [];
  const failures: StreamFailure[] = [];
  for (const { dynamodb } of records) {
    const { pk, sk } = dynamodb!.Keys!;
    const key: RecordKey = { pk: pk.S!, sk: sk.S! };
    const sequenceNumber = dynamodb!.SequenceNumber!;
    try {
      const record = decodeImage(dynamodb!.NewImage as Image);
      images.push({ key, sequenceNumber, record, old: decodeOld(dynamodb!.OldImage as Image | undefined) });
    } catch (error) {
      failures.push({ key, error, sequenceNumber });
    }
  }
  return { images, failures };
}

/** An old image that is no record tells nothing of the destination; it takes nothing from the new one. */
function decodeOld(image: Image | undefined): StreamImage['old'] {
  if (!image) return undefined;
  try {
    return decodeImage(image);
  } catch {
    return 'unreadable';
  }
}

/** @returns the sequence numbers of what no queue took */
async function giveAway(failures: readonly StreamFailure[], dependencies: Dependencies): Promise<Set<string>> {
  const queues = queuesOf(dependencies);
  const { logger, now } = dependencies;
  const givenBack = new Set<string>();
  const delayed: (DelayedMessage & { readonly sequenceNumber: string })[] = [];
  for (const failure of failures) {
    const disposal = disposalOf(failure, now());
    if (disposal.to === 'retryQueue') {
      delayed.push({ ...disposal.delayed, sequenceNumber: failure.sequenceNumber });
      continue;
    }
    const { letter } = disposal;
    logger.warn('dead-lettered', { class: letter.class, error: letter.error, eventId: letter.eventId });
    await queues.deadLetter(letter).catch((error) => {
      logger.warn('the dead-letter queue did not take a key', describe(error));
      givenBack.add(failure.sequenceNumber);
    });
  }
  try {
    for (const { sequenceNumber } of await queues.retry(delayed)) givenBack.add(sequenceNumber);
  } catch (error) {
    logger.warn('the retry queue did not take keys', describe(error));
    for (const { sequenceNumber } of delayed) givenBack.add(sequenceNumber);
  }
  return givenBack;
}
