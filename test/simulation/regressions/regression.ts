import type { Exploration } from '../exploration';

/** A history that a weaker rule gets wrong. */
export interface Regression extends Omit<Exploration, 'seeds'> {
  /** The rule, and what goes wrong without it. */
  readonly name: string;
  /** @default 500 */
  readonly seeds?: number;
}
