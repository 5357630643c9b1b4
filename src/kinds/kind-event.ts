import type { Expectation } from './expectations';

/**
 * The half of a kind that is in the persistence workflow: how registry events tell of it. Loaded at synthesis only. A kind without one is found by listing
 * alone, and a router may answer with whatever state.
 *
 * All expressions are JSONata, and answer whatever the event is. In scope are `$event`, an object, and functions that take a field of it, whatever that is:
 * `$textOf`, `$mapOf` and `$listOf` leave out what is no such thing, `$absent` tells what is left out or null, and `$nameIn(arn, marker)` takes a name out of an
 * ARN. None of them may read the clock: two executions of one event have to make one record.
 */
export interface KindEvent {
  /** `eventType` of its events. */
  readonly eventType: string;
  /** Of its topics; the last level is what was done. */
  readonly topicFilter: string;
  /** What an event has to carry, besides its id and its time; whatever else it carries is not looked at. `$names` has the names. */
  readonly expects: readonly Expectation[];
  /** The ids in its key. */
  readonly names: Readonly<Record<string, string>>;
  /** `incarnation`, or the attributes that say which incarnations of its owners it belongs to. */
  readonly life: Readonly<Record<string, string>>;
  /** A number. What has no versions of its own: 1 for its creation, 2 later; 0 for what belongs to others. */
  readonly version: string;
  /** The state of the record, as an object. */
  readonly state: string;
  /** What a state in `$state` has to be: one that a router answers with, or that was observed. */
  readonly expectsState: readonly Expectation[];
  /** How the registry tells whether it still has what an event says to be gone. */
  readonly look: Look;
}

export interface Look {
  /** A call of AWS IoT, as Step Functions names it. */
  readonly call: string;
  /** The parameter that has a name, and which part of the key that is in. */
  readonly argument: readonly [parameter: string, part: 'pk' | 'sk'];
  /** JSONata: whether the answer in `$states.result` has it, for the record in `$states.input.record`. */
  readonly isThere: string;
  /** Whether the answer is a page of several. */
  readonly isPaged?: boolean;
  /** The resource type that the call is checked on. */
  readonly resource: string;
}
