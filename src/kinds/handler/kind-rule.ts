import type { Entity, RegistryEntity, RegistryRecord } from '..';
import type { ApplyContext, Change, FanOut } from './apply-context';
import type { Reader } from './kind-reader';
import type { Progress } from './walk';
import type { RecordKey } from '../../record/record';
import type { IotSender } from '../../runtime/senders';
import type { EntityOf, ObservedOf, RecordOf } from '../kind';

/**
 * How the records of one kind are applied, with only as much of its reading as that takes, so that the replicator does not load the rest. A rule calls the registry through the
 * client of its context, so that each call is counted and ends in time. It reads records through its readings, so that it is applied again if one has changed. It does not
 * classify errors, send messages other than through its context, or keep state between two applications.
 */
export interface Rule<Names, Observed, Rec> extends Pick<Reader<Names, Observed>, 'listIn' | 'read'> {
  /** The phases of its walks: work that takes several attempts. */
  readonly phases?: readonly string[];
  /** Work of messages other than applying their key, by the phase of their walk. */
  readonly errands?: Readonly<Record<string, (names: Names, context: ErrandContext) => Promise<void>>>;
  /**
   * Makes the registry match the record: idempotent, one call in the steady state, right whatever it finds.
   *
   * @returns whether the entities that it owns have to be applied again
   * @throws WaitingError if something else has to happen first
   */
  apply(change: Change<Rec>, context: ApplyContext): Promise<FanOut | undefined>;
  /** Whether the existing entity satisfies the changes that wait for it. Absent: always. */
  isUsable?(there: Observed, record: () => Promise<RegistryRecord | undefined>): Promise<boolean>;
  /** The errand that follows after a record was applied; usually none. */
  errandAfter?(record: Rec, progress: Progress | undefined): string | undefined;
}

/** The rule of one kind. */
export type KindRule<K> = Rule<EntityOf<K>, ObservedOf<K>, RecordOf<K>>;

/** The rule of any kind. */
export type AnyRule = Rule<Entity, RegistryEntity, RegistryRecord>;

/** The context of an errand. */
export interface ErrandContext {
  readonly iot: IotSender;
  /** The record of a key. */
  readonly get: (key: RecordKey) => Promise<RegistryRecord | undefined>;
  /** Applies another record now, whose dependants are unchanged; failures are handled. */
  readonly applyKept: (record: RegistryRecord) => Promise<void>;
  readonly progress: Progress;
  readonly hasTime: () => boolean;
}
