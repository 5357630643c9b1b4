/** Where the schema of an operation has its name. */
const OPERATION_NAME = 2;

/** The name of the operation that a command calls: by the schema that it carries, not by its class, whose name minification changes. */
export function nameOfCall(command: object): string {
  const { schema } = command as { readonly schema?: unknown };
  const name: unknown = Array.isArray(schema) ? schema[OPERATION_NAME] : undefined;
  if (typeof name !== 'string') throw new Error('the command has no schema that names its operation: the AWS SDK has changed; see nameOfCall');
  return name;
}
