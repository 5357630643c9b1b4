import type { Entity, RegistryEntity, RegistryRecord } from '..';
import type { ApplyContext, Change, FanOut } from './apply-context';
import type { Reader } from './kind-reader';
import type { Progress } from './walk';
import type { RecordKey } from '../../record/record';
import type { IotSender } from '../../runtime/senders';
import type { EntityOf, ObservedOf, RecordOf } from '../kind';

/**
 * How the records of one kind are applied, and as much of its reading as that takes: no more, so that the replicator does not load the rest. It calls the registry by the client of its context, so that each call is counted, and ends in time; it reads
 * records by its readings, so that it is applied again if one has moved. It does not classify errors, send messages otherwise than by its context, or keep
 * anything from one application to the next.
 */
export interface Rule<Names, Observed, Rec> extends Pick<Reader<Names, Observed>, 'listIn' | 'read'> {
  /** What it does in several tries: the phases of its walks. */
  readonly phases?: readonly string[];
  /** What messages of a key have done other than apply it, by the phase of their walk. */
  readonly errands?: Readonly<Record<string, (names: Names, context: ErrandContext) => Promise<void>>>;
  /**
   * Makes the registry match the record: idempotent, one call in the steady state, right whatever it finds.
   *
   * @returns whether what belongs to the entity has to be applied again
   * @throws WaitingError if something else has to happen first
   */
  apply(change: Change<Rec>, context: ApplyContext): Promise<FanOut | undefined>;
  /** Whether what is there is of use to what waits for it. Absent: always. */
  isUsable?(there: Observed, record: () => Promise<RegistryRecord | undefined>): Promise<boolean>;
  /** The errand that follows once a record was applied; none, mostly. */
  errandAfter?(record: Rec, progress: Progress | undefined): string | undefined;
}

/** The rule of one kind. */
export type KindRule<K> = Rule<EntityOf<K>, ObservedOf<K>, RecordOf<K>>;

/** The rule of whatever kind. */
export type AnyRule = Rule<Entity, RegistryEntity, RegistryRecord>;

/** What an errand works with. */
export interface ErrandContext {
  readonly iot: IotSender;
  /** The record of a key. */
  readonly get: (key: RecordKey) => Promise<RegistryRecord | undefined>;
  /** Applies another record now, whose memberships and the like are as they were; whatever keeps it from being applied is seen to. */
  readonly applyKept: (record: RegistryRecord) => Promise<void>;
  readonly progress: Progress;
  readonly hasTime: () => boolean;
}
