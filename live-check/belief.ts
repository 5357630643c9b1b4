import type { Look } from './look';

/** The services of beliefs; `--only` accepts them and the ids of beliefs. */
export const TOPICS = ['registry', 'identities', 'events', 'workflows', 'functions', 'queues', 'tables', 'account', 'deployment'] as const;
export type Topic = typeof TOPICS[number];

/** An assumption of the library about AWS that only an account of AWS can prove. */
export interface Belief {
  /** In kebab case, at most 32 characters: part of the names of its resources. Stable: reports are compared by it. */
  readonly id: string;
  readonly topic: Topic;
  /** One sentence that is true or not. */
  readonly statement: string;
  /** The consequence for a replication if the statement is false. */
  readonly otherwise: string;
  /** Pages of AWS's documentation, or public reports, behind it. Absent if the documentation contains nothing about it. */
  readonly see?: string;
  /** Whether it needs registry events of the source Region, which may be off. */
  readonly needsEvents?: boolean;
  /** The maximum cost of a look, in calls and resources. */
  readonly uses: Use;
  /** The maximum seconds of a look on AWS; after that it counts as not looked at. */
  readonly boundSeconds: number;
  /**
   * Creates its resources by `look`, which removes them afterwards, and returns the result.
   *
   * @throws NotLookable if the truth of the statement can't be determined; any other error counts like it
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
  /** Keys in KMS, for each started hour. */
  readonly keyHours?: number;
}

/** The result of a look, and whether the statement is true. */
export interface Finding {
  readonly holds: boolean;
  /** In words, without names or ids of foreign resources. */
  readonly seen: string;
}

/** A belief that the program can't check, the reason, and how a person can. */
export interface Unlookable {
  readonly id: string;
  readonly topic: Topic;
  readonly statement: string;
  readonly why: string;
  readonly byHand: string;
}

export { NotLookable } from './not-lookable';
