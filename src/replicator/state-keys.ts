/** Attributes of the items of a destination's table of state. */
export const StateAttribute = {
  /** Partition key, a string. */
  PK: 'pk',
  COUNT: 'count',
  /** Seconds since the epoch: when DynamoDB removes the item. */
  EXPIRES_AT: 'expiresAt',
} as const;

/** Keys of the items of a destination's table of state. */
export const stateKeyOf = {
  /** The number of deletions in a minute, which is given in minutes since the epoch. */
  deletions: (minute: number) => `deletions#${minute}`,
};
