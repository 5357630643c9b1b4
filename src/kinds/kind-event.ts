import type { Expectation } from './expectations';

/**
 * The half of a kind that is in the persistence workflow: how registry events report it. Loaded at synthesis only. A kind without one is found by listing
 * only, and the state that a router returns for it is not checked.
 *
 * All expressions are JSONata, and must not fail, whatever the event contains. In scope are `$event`, an object, and functions that take a field of it of any type:
 * `$textOf`, `$mapOf` and `$listOf` return nothing for a field of another type, `$absent` is true for a field that is missing or null, and `$nameIn(arn, marker)`
 * returns the name in an ARN. None of them may read the clock: two executions for one event have to make the same record.
 */
export interface KindEvent {
  /** `eventType` of its events. */
  readonly eventType: string;
  /** Topics of its events; the last level is the operation. */
  readonly topicFilter: string;
  /** Fields that an event must have besides its id and its time; others are ignored. `$names` contains the names. */
  readonly expects: readonly Expectation[];
  /** The ids in its key. */
  readonly names: Readonly<Record<string, string>>;
  /** `incarnation`, or the attributes that contain the incarnations of its owners. */
  readonly life: Readonly<Record<string, string>>;
  /** A number. For a kind without versions: 1 for its creation, 2 later. For a kind with owners: 0. */
  readonly version: string;
  /** The state of the record, as an object. */
  readonly state: string;
  /** What a state in `$state` must contain: one that a router returned, or that was observed. */
  readonly expectsState: readonly Expectation[];
  /** How to ask the registry whether an entity that an event reports as deleted still exists. */
  readonly look: Look;
}

export interface Look {
  /** The call of AWS IoT, as Step Functions names it. */
  readonly call: string;
  /** The parameter that takes a name, and the part of the key that contains it. */
  readonly argument: readonly [parameter: string, part: 'pk' | 'sk'];
  /** JSONata: whether the answer in `$states.result` contains the entity of the record in `$states.input.record`. */
  readonly isThere: string;
  /** Whether the answer may be one of several pages. */
  readonly isPaged?: boolean;
  /** The resource type for which IAM authorizes the call. */
  readonly resource: string;
}
