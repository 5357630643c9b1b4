/** The index of the name in the schema of an operation. */
const OPERATION_NAME = 2;

/** The name of the operation that a command calls: from its schema, not from its class, whose name minification changes. */
export function nameOfCall(command: object): string {
  const { schema } = command as { readonly schema?: unknown };
  const name: unknown = Array.isArray(schema) ? schema[OPERATION_NAME] : undefined;
  if (typeof name !== 'string') throw new Error('the command has no schema that names its operation: the AWS SDK has changed; see nameOfCall');
  return name;
}
