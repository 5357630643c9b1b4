/** Exit codes of every command. The live check uses the same ones. */
export const EXIT = {
  /** Done, and the answer is yes: in sync, no difference, nothing left. */
  yes: 0,
  /** Done, and the answer is no. */
  no: 1,
  /** Nothing was done: wrong arguments, no replication, no credentials, no permission, or a question that was not answered with yes. */
  notDone: 2,
  /** Something failed on the way, or no Region that was asked could be reached. */
  failed: 3,
  /** Interrupted by Ctrl-C. What was started in AWS goes on. */
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
