import type { Look } from './look';

/** Parts of AWS that beliefs are about; `--only` takes them as well as the ids of beliefs. */
export const TOPICS = ['registry', 'events', 'workflows', 'functions', 'queues', 'tables', 'account', 'deployment'] as const;
export type Topic = typeof TOPICS[number];

/** What the library takes for granted about AWS, and what nothing but an account of AWS can show. */
export interface Belief {
  /** In kebab case, at most 32 characters: part of the names of what is made for it. Stable: reports are compared by it. */
  readonly id: string;
  readonly topic: Topic;
  /** One sentence that is true or not. */
  readonly statement: string;
  /** What becomes of a replication if the statement is not true. */
  readonly otherwise: string;
  /** Pages of AWS's documentation, or public reports, that it rests on. Absent if the documentation says nothing. */
  readonly see?: string;
  /** Whether it needs registry events of the source Region, which may be off. */
  readonly needsEvents?: boolean;
  /** Calls and resources that looking at it costs, at most. */
  readonly uses: Use;
  /** Within how many seconds it is looked at on AWS, at most; then it counts as not looked at. */
  readonly boundSeconds: number;
  /**
   * Makes what it needs by `look`, which removes it afterwards, and tells what was seen.
   *
   * @throws NotLookable where it can't be told whether the statement is true; any other error counts as that, too
   */
  look(look: Look): Promise<Finding>;
}

/** Counts of what is billed. */
export interface Use {
  readonly registryOperations?: number;
  readonly events?: number;
  readonly messages?: number;
  readonly executions?: number;
  readonly transitions?: number;
  readonly invocations?: number;
  readonly tableWrites?: number;
  /** Of keys in KMS, each hour that has begun. */
  readonly keyHours?: number;
}

/** What was seen, and whether the statement is true. */
export interface Finding {
  readonly holds: boolean;
  /** In words, without names or ids of what is not the check's own. */
  readonly seen: string;
}

/** A belief that the program does not look at, why, and how a person can. */
export interface Unlookable {
  readonly id: string;
  readonly topic: Topic;
  readonly statement: string;
  readonly why: string;
  readonly byHand: string;
}

/** It can't be told whether a statement is true. The message is the reason. */
export class NotLookable extends Error {
  public override readonly name = 'NotLookable';
}
