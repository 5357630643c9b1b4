import { Token } from 'aws-cdk-lib';

/**
 * An error in the common form: the prop, what was given, what is expected, what to do.
 */
export function invalid(prop: string, got: string, expected: string, advice: string): Error {
  return new Error(`${prop}: got ${got}, expected ${expected}; ${advice}`);
}

/** A value as it was written, if it was. */
export function shown(value: unknown): string {
  if (Token.isUnresolved(value)) return 'a token';
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  return typeof value === 'string' ? `'${value}'` : typeof value === 'object' && value !== null ? 'an object' : String(value);
}
