/** Attributes of the items of a destination's table of state. */
export const StateAttribute = {
  /** Partition key, a string. */
  PK: 'pk',
  COUNT: 'count',
  /** Of the status: counts its writes, so that of two writers one starts again. */
  REVISION: 'revision',
  /** Of a key that waits: what it waits for; see `WaitingIndex`. */
  PREREQUISITE: 'prerequisite',
  /** Milliseconds since the epoch. */
  WAITING_SINCE: 'waitingSince',
  /** Changes whenever an item about waiting is written; the message of a key that has one carries it too. */
  WAITING_REVISION: 'waitingRevision',
  /** Milliseconds since the epoch: the start of the last attempt that the item records. */
  TRIED_AT: 'triedAt',
  /** Milliseconds since the epoch: when the message of a key that has one comes back. */
  DUE_AT: 'dueAt',
  /** Of a watch, in milliseconds since the epoch: when a key was parked last. */
  PARKED_AT: 'parkedAt',
  /** Of a watch: the only message that continues it, and when it returns. CHECK is a reserved word of DynamoDB. */
  CHECK: 'nextCheck',
  CHECK_AT: 'checkAt',
  /** Of a watch, in milliseconds: how long its messages were not delivered, because the Region was paused. */
  INTERRUPTED_MS: 'interruptedMs',
  /** Of a watch of a key that waits for nothing that has a name. */
  IS_UNNAMED: 'isUnnamed',
  /** Of a fence: how many have entered so far. */
  TURN: 'turn',
  /** Of a fence, in milliseconds since the epoch: until when the last one that entered may write. UNTIL is a reserved word of DynamoDB. */
  LEASE_UNTIL: 'leaseUntil',
  /** Seconds since the epoch: when DynamoDB removes the item. */
  EXPIRES_AT: 'expiresAt',
} as const;

/** What the keys of all numbers of deletions start with. */
export const DELETIONS_KEY_PREFIX = 'deletions#';

/** What the keys of items about keys that wait start with; the key itself follows. */
export const WAITING_KEY_PREFIX = 'waiting#';

/** What the keys of watches start with; the key of the prerequisite follows. */
export const WATCH_KEY_PREFIX = 'watch#';

/** What the keys of fences start with; the key of what they are about follows. */
export const FENCE_KEY_PREFIX = 'fence#';

/**
 * The sparse index that finds what waits for a prerequisite, the longest waiting first. Its partitions:
 *
 * - the key of a prerequisite: what is parked for it
 * - `lettered#` and that key: what has been dead-lettered meanwhile
 * - `watches`: the watches themselves, so that one query shows whether anything waits
 */
export const WaitingIndex = {
  NAME: 'waiting',
  PARTITION_KEY: StateAttribute.PREREQUISITE,
  SORT_KEY: StateAttribute.WAITING_SINCE,
  PROJECTED: [StateAttribute.WAITING_REVISION],
  WATCHES: 'watches',
  LETTERED_PREFIX: 'lettered#',
} as const;

/** Keys of the items of a destination's table of state. */
export const stateKeyOf = {
  /** The number of deletions in a minute, which is given in minutes since the epoch. */
  deletions: (minute: number) => `${DELETIONS_KEY_PREFIX}${minute}`,
  /** A key that waits, as `keyString` writes it. */
  waiting: (key: string) => `${WAITING_KEY_PREFIX}${key}`,
  /** The watch of what keys wait for. */
  watch: (prerequisite: string) => `${WATCH_KEY_PREFIX}${prerequisite}`,
  /** Who may write an entity of the destination; of a key, as `keyString` writes it. */
  fence: (key: string) => `${FENCE_KEY_PREFIX}${key}`,
  /** Whether the destination's registry can be relied on. */
  status: 'status',
} as const;
