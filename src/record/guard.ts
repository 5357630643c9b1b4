import { Attribute } from './record';

/**
 * The guard: the condition under which a record may replace the stored one, so that the newest wins in any order of arrival.
 *
 * A failed condition means stale or duplicate, never an error. Evaluated by DynamoDB against the replica of the source Region, the only
 * one that is written to.
 *
 * Why not `version < :version` alone: the event of a deletion carries the last version number, not a higher one, so every deletion would
 * be refused.
 */
export interface Guard {
  readonly condition: string;
  readonly names: Readonly<Record<string, string>>;
  /** The placeholders that the condition uses; DynamoDB refuses unused ones. */
  readonly values: readonly (GuardValue | OwnerValue)[];
}

/** The guards of live records and of tombstones. */
export interface Guards {
  readonly alive: Guard;
  readonly deleted: Guard;
}

/** Placeholders of the conditions. Except for the constants and the latest possible time, they are attributes of the new record. */
export const GuardValue = {
  INCARNATION: ':incarnation',
  VERSION: ':version',
  TIMESTAMP: ':timestamp',
  EVENT_ID: ':eventId',
  TRUE: ':true',
  FALSE: ':false',
  LATEST: ':latest',
  /** The value after which, within an incarnation, nothing but a deletion follows. */
  FINAL: ':final',
} as const;
export type GuardValue = (typeof GuardValue)[keyof typeof GuardValue];

/** The placeholder of an attribute that contains the incarnation of an owner. */
export type OwnerValue = `:${string}`;

const { PK, INCARNATION, VERSION, DELETED, EVENT_ID, REPLACES } = Attribute;
const v = GuardValue;
// TIMESTAMP is a reserved word of DynamoDB.
const names = { '#timestamp': Attribute.TIMESTAMP };

const nothingStored = `attribute_not_exists(${PK})`;
const older = `#timestamp < ${v.TIMESTAMP}`;
const sameMoment = `#timestamp = ${v.TIMESTAMP}`;
const sameIncarnation = `${INCARNATION} = ${v.INCARNATION}`;
const otherIncarnation = `${INCARNATION} <> ${v.INCARNATION}`;

/**
 * Things, groups and types: a deletion ends an incarnation forever.
 *
 * Here, no record of another incarnation replaces a live one: its deletion may be pending, or was lost. The same holds for a record that replaced
 * such a one. Both are rare, and the workflow reads the stored record before it decides.
 */
export const incarnatedGuards: Guards = {
  alive: {
    condition: [
      nothingStored,
      `(${sameIncarnation} AND ${DELETED} = ${v.FALSE} AND attribute_not_exists(${REPLACES}) AND (${VERSION} < ${v.VERSION} OR (${VERSION} = ${v.VERSION} AND ${older})))`,
      // In a tie the deletion came first: a thing that is re-created within its millisecond lives.
      `(${otherIncarnation} AND ${DELETED} = ${v.TRUE} AND (${older} OR ${sameMoment}))`,
    ].join(' OR '),
    names,
    values: [v.INCARNATION, v.VERSION, v.TIMESTAMP, v.TRUE, v.FALSE],
  },
  deleted: {
    condition: [
      nothingStored,
      `(${sameIncarnation} AND ${DELETED} = ${v.FALSE})`,
      `(${otherIncarnation} AND ${older})`,
    ].join(' OR '),
    names,
    values: [v.INCARNATION, v.TIMESTAMP, v.FALSE],
  },
};

/**
 * The guards of a kind with a final value, for a record that does not have it: that replaces none of the same incarnation that does.
 *
 * @param field of the state
 */
export function guardsBeforeFinal(field: string): Guards {
  const { alive, deleted } = incarnatedGuards;
  return {
    alive: {
      condition: alive.condition.replace(`(${sameIncarnation} AND `, `(${sameIncarnation} AND #state.#field <> ${v.FINAL} AND `),
      // STATE and STATUS are reserved words of DynamoDB.
      names: { ...alive.names, '#state': Attribute.STATE, '#field': field },
      values: [...alive.values, v.FINAL],
    },
    deleted,
  };
}

/**
 * Records of kinds with owners toggle and have no version: only time orders them.
 *
 * @param ownerAttributes attributes that contain the incarnations of its owners
 */
export function dependantGuards(ownerAttributes: readonly string[]): Guards {
  const isOfOthers = ownerAttributes.map((attribute) => `${attribute} <> :${attribute}`).join(' OR ');
  return {
    alive: {
      condition: [
        nothingStored,
        older,
        // Two toggles of one pair in one millisecond can't be distinguished, but an ADDED of the same operation or between other ends is the later one.
        `(${sameMoment} AND ${DELETED} = ${v.TRUE} AND (${EVENT_ID} = ${v.EVENT_ID} OR ${isOfOthers}))`,
      ].join(' OR '),
      names,
      values: [v.TIMESTAMP, v.TRUE, v.EVENT_ID, ...ownerAttributes.map((attribute): OwnerValue => `:${attribute}`)],
    },
    deleted: {
      condition: [nothingStored, older].join(' OR '),
      names,
      values: [v.TIMESTAMP],
    },
  };
}

/** Signals of the pipeline itself: the newest wins, and one with a time in the future, which would block all others, is replaced. */
export const signalGuard: Guard = { condition: [nothingStored, older, `#timestamp > ${v.LATEST}`].join(' OR '), names, values: [v.TIMESTAMP, v.LATEST] };
