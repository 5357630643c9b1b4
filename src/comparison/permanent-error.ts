/** What ends an execution, because repeating the step can't help. Its message is what the execution fails with: it may name things. */
export abstract class PermanentError extends Error {
  public abstract readonly name: string;
}
