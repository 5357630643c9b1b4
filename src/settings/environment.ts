/** The environment variables of a function. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** One setting in one environment variable: how the construct writes it, and how the handler reads it. */
export interface Variable<T> {
  readonly name: string;
  /** Undefined: the variable is not set. */
  readonly write: (value: T) => string | undefined;
  /** @throws Error if the variable is required and is not set, or empty */
  readonly read: (env: Environment) => T;
}

/** Settings in environment variables, each under the same key that it has as a setting. */
export interface EnvironmentCodec<T> {
  /** Names of the variables. */
  readonly names: readonly string[];
  /** At synthesis: values may be tokens. */
  readonly write: (settings: T) => Record<string, string>;
  /** @throws Error if a required variable is not set, or empty */
  readonly read: (env: Environment) => T;
}

export function text<T extends string = string>(name: string): Variable<T> {
  return required(name, (value) => value, (written) => written as T);
}

export function number(name: string): Variable<number> {
  return required(name, String, Number);
}

export function flag(name: string): Variable<boolean> {
  return required(name, String, (written) => written === 'true');
}

export function json<T>(name: string): Variable<T> {
  return required(name, (value) => JSON.stringify(value), (written) => JSON.parse(written) as T);
}

/** Texts without commas; not set if there are none. */
export function list(name: string): Variable<readonly string[]> {
  return { name, write: (values) => values.join(',') || undefined, read: (env) => env[name]?.split(',') ?? [] };
}

/** Not set if the setting is undefined. */
export function optional<T>({ name, write, read }: Variable<T>): Variable<T | undefined> {
  return { name, write: (value) => (value === undefined ? undefined : write(value)), read: (env) => (env[name] ? read(env) : undefined) };
}

function required<T>(name: string, write: (value: T) => string, read: (written: string) => T): Variable<T> {
  return {
    name,
    write,
    read: (env) => {
      const written = env[name];
      if (!written) throw new Error(`environment variable ${name} is not set: deploy the function with the construct`);
      return read(written);
    },
  };
}

export function environmentOf<T extends object>(variables: { readonly [K in keyof T]: Variable<T[K]> }): EnvironmentCodec<T> {
  const keys = Object.keys(variables) as (keyof T)[];
  return {
    names: keys.map((key) => variables[key].name),
    write: (settings) => Object.fromEntries(keys.flatMap((key) => {
      const written = variables[key].write(settings[key]);
      return written === undefined ? [] : [[variables[key].name, written]];
    })),
    read: (env) => Object.fromEntries(keys.map((key) => [key, variables[key].read(env)])) as T,
  };
}
