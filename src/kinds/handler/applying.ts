import type { EntityKind } from '..';
import { RULES } from './index';
import type { AnyRule } from './kind-rule';

export function ruleOf(kind: EntityKind): AnyRule {
  return RULES[kind] as AnyRule;
}
