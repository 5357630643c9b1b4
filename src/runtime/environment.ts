export type Environment = Readonly<Record<string, string | undefined>>;

/** @throws Error if the variable is not set, or empty */
export function readVariable(env: Environment, name: string): string {
  const value = env[name];
  if (!value) throw new Error(`environment variable ${name} is not set: deploy the function with the construct`);
  return value;
}
