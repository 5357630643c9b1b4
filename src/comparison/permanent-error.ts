/** An error that ends the execution, because repeating the step does not help. Its message becomes the cause of the execution and may contain names. */
export abstract class PermanentError extends Error {
  public abstract readonly name: string;
}
