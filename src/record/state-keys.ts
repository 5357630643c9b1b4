/** Attributes of the items of a destination's state table. */
export const StateAttribute = {
  /** Partition key, a string. */
  PK: 'pk',
  COUNT: 'count',
  /** Status: the number of its writes, so that one of two concurrent writers starts again. */
  REVISION: 'revision',
  /** Waiting key: what it waits for; see `WaitingIndex`. */
  PREREQUISITE: 'prerequisite',
  /** Milliseconds since the epoch. */
  WAITING_SINCE: 'waitingSince',
  /** Changes whenever an item about a waiting key is written; the message of the key contains it too. */
  WAITING_REVISION: 'waitingRevision',
  /** Milliseconds since the epoch: the start of the last attempt that the item records. */
  TRIED_AT: 'triedAt',
  /** Milliseconds since the epoch: when the message of the key returns. */
  DUE_AT: 'dueAt',
  /** Watch: when a key was last parked, in milliseconds since the epoch. */
  PARKED_AT: 'parkedAt',
  /** Watch: the only message that continues it, and when it returns. CHECK is a reserved word of DynamoDB. */
  CHECK: 'nextCheck',
  CHECK_AT: 'checkAt',
  /** Watch: how long its messages were not delivered because the Region was paused, in milliseconds. */
  INTERRUPTED_MS: 'interruptedMs',
  /** Watch of a key that waits for nothing that has a name. */
  IS_UNNAMED: 'isUnnamed',
  /** Watch: the selection by which it was looked for keys that do not wait any more; empty if everything was selected. */
  SIFTED_BY: 'siftedBy',
  /** Fence: how many writers have entered so far. */
  TURN: 'turn',
  /** Fence: until when the last writer may write, in milliseconds since the epoch. UNTIL is a reserved word of DynamoDB. */
  LEASE_UNTIL: 'leaseUntil',
  /** Fence: the revision of the record of the last writer, and until when writers of other records may write. */
  RECORD_REVISION: 'recordRevision',
  OTHERS_UNTIL: 'othersUntil',
  /** Fence: what was applied as a whole last: the revision of the record, and the settings; absent if somebody has entered since. */
  APPLIED: 'applied',
  /** Revocation: the incarnation of the certificate that was revoked last in this Region. */
  REVOKED: 'revoked',
  /** Omission: the keys of the sets that were applied without the certificate. */
  LEFT_OUT_OF: 'leftOutOf',
  /** Seconds since the epoch: when DynamoDB removes the item. */
  EXPIRES_AT: 'expiresAt',
} as const;

/** Prefix of the keys of deletion counters. */
export const DELETIONS_KEY_PREFIX = 'deletions#';

/** Prefix of the keys of items about waiting keys; the waiting key follows. */
export const WAITING_KEY_PREFIX = 'waiting#';

/** Prefix of the keys of watches; the key of the prerequisite follows. */
export const WATCH_KEY_PREFIX = 'watch#';

/** Prefix of the keys of fences; the key of the entity follows. */
export const FENCE_KEY_PREFIX = 'fence#';

/** Prefix of the keys of revocations; the id of the certificate follows. */
export const REVOCATION_KEY_PREFIX = 'revocation#';

/** Prefix of the keys of omissions; the key of the certificate that was left out follows. */
export const OMISSION_KEY_PREFIX = 'omission#';

/**
 * The sparse index that finds the keys that wait for a prerequisite, the longest waiting first. Its partitions:
 *
 * - the key of a prerequisite: the keys that are parked for it
 * - `lettered#` and that key: the keys that have become dead letters meanwhile
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

/** Keys of the items of a destination's state table. */
export const stateKeyOf = {
  /** The number of deletions in a minute; the minute is a number of minutes since the epoch. */
  deletions: (minute: number) => `${DELETIONS_KEY_PREFIX}${minute}`,
  /** A waiting key, in the form of `keyString`. */
  waiting: (key: string) => `${WAITING_KEY_PREFIX}${key}`,
  /** The watch of a prerequisite. */
  watch: (prerequisite: string) => `${WATCH_KEY_PREFIX}${prerequisite}`,
  /** Which writer may write an entity of the destination; the key is in the form of `keyString`. */
  fence: (key: string) => `${FENCE_KEY_PREFIX}${key}`,
  /** Which incarnation of a certificate was revoked. */
  revocation: (certificateId: string) => `${REVOCATION_KEY_PREFIX}${certificateId}`,
  /** Which sets were applied without a certificate; the key is in the form of `keyString`. */
  omission: (key: string) => `${OMISSION_KEY_PREFIX}${key}`,
  /** Whether you can rely on the destination's registry. */
  status: 'status',
} as const;
