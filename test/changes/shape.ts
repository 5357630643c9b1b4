/** What of an app changes from one deployment to the next. */
export interface Shape {
  /** Id of a Stage around the stack, which keeps its name in it. */
  readonly stage?: string;
  /** Of the stack, and its name. */
  readonly stackId: string;
  /** Of the replication. */
  readonly id: string;
  readonly source: string;
  readonly destination: string;
  readonly name: string;
  readonly tableName?: string;
  /** Whether certificates and policies are replicated. */
  readonly identities?: boolean;
}

/** The environment variable that has the shape, as JSON. */
export const SHAPE = 'SHAPE';
