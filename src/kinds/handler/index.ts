/**
 * The registers of the parts that call AWS IoT. The compiler requires a kind's lines here once it is in `KINDS`.
 *
 * There are two, because sweeps and drift checks only read: with one, the bundle of each would contain the rules, and be 14 KB larger.
 */
import type { EntityKind, KINDS } from '..';
import type { KindReader } from './kind-reader';
import type { KindRule } from './kind-rule';
import { caRule } from '../ca/handler/apply';
import { caReader } from '../ca/handler/registry';
import { certificateRule } from '../certificate/handler/apply';
import { certificateReader } from '../certificate/handler/registry';
import { groupRule } from '../group/handler/apply';
import { groupReader } from '../group/handler/registry';
import { groupPoliciesRule } from '../group-policies/handler/apply';
import { groupPoliciesReader } from '../group-policies/handler/registry';
import { membershipReader, membershipRule } from '../membership/handler/registry';
import { policyRule } from '../policy/handler/apply';
import { policyReader } from '../policy/handler/registry';
import { principalsRule } from '../principals/handler/apply';
import { principalsReader } from '../principals/handler/registry';
import { thingRule } from '../thing/handler/apply';
import { thingReader } from '../thing/handler/registry';
import { typeRule } from '../type/handler/apply';
import { typeReader } from '../type/handler/registry';

type Named<K extends EntityKind> = Extract<(typeof KINDS)[number], { readonly name: K }>;

/** How each kind is listed and read. */
export const READERS: { readonly [K in EntityKind]: KindReader<Named<K>> } = {
  thing: thingReader,
  group: groupReader,
  membership: membershipReader,
  type: typeReader,
  policy: policyReader,
  certificate: certificateReader,
  principals: principalsReader,
  groupPolicies: groupPoliciesReader,
  ca: caReader,
};

/** How the records of each kind are applied. */
export const RULES: { readonly [K in EntityKind]: KindRule<Named<K>> } = {
  thing: thingRule,
  group: groupRule,
  membership: membershipRule,
  type: typeRule,
  policy: policyRule,
  certificate: certificateRule,
  principals: principalsRule,
  groupPolicies: groupPoliciesRule,
  ca: caRule,
};
