import { STREAM_MAX_AGE_HOURS } from '../status/limits';

/** The longest delay of SQS: a change that can't be applied yet is retried after this time at the latest. */
export const MAX_DELAY_SECONDS = 900;

/** How many records the replicator's functions process at a time, and how long that may take: defined once for the construct and for the simulator. */
export const Sizing = {
  /** Stream records of one invocation; folded by key, they share the cost of a cold start and of the reads. */
  STREAM_BATCH_SIZE: 100,
  STREAM_MAX_AGE_HOURS,
  /** Keys of one invocation of the retry function; more than ten need a batching window, which would delay them. */
  RETRY_BATCH_SIZE: 10,
  /** Concurrent retry functions, the minimum that SQS allows: retries must not take the registry's quotas from the stream. */
  RETRY_MAX_CONCURRENCY: 2,
  /** A hundred changes at a tenth of the lowest quotas (1.5 calls a second) are just over a minute of waiting; the rest is room for throttling. */
  STREAM_TIMEOUT_SECONDS: 300,
  /** Ten keys, some of which take several calls. Short, because a key whose function died is retried only after six times as long. */
  RETRY_TIMEOUT_SECONDS: 120,
} as const;
