/** Attributes of the items of a destination's table of state. */
export const StateAttribute = {
  /** Partition key, a string. */
  PK: 'pk',
  COUNT: 'count',
  /** Of the status: counts its writes, so that of two writers one begins anew. */
  REVISION: 'revision',
  /** Seconds since the epoch: when DynamoDB removes the item. */
  EXPIRES_AT: 'expiresAt',
} as const;

/** What the keys of all numbers of deletions start with. */
export const DELETIONS_KEY_PREFIX = 'deletions#';

/** Keys of the items of a destination's table of state. */
export const stateKeyOf = {
  /** The number of deletions in a minute, which is given in minutes since the epoch. */
  deletions: (minute: number) => `${DELETIONS_KEY_PREFIX}${minute}`,
  /** Whether the destination's registry can be relied on. */
  status: 'status',
} as const;
