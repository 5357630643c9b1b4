export type Environment = Readonly<Record<string, string | undefined>>;

/** @throws Error if the variable is not set, or empty */
export function readVariable(env: Environment, name: string): string {
  const value = env[name];
  if (!value) throw new Error(`environment variable ${name} is not set: the function has to be deployed by the construct`);
  return value;
}
