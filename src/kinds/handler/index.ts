/**
 * The registers of the parts that call AWS IoT. The compiler requires a kind's lines here once it is in `KINDS`.
 *
 * There are two, because sweeps and drift checks only read: with one, the bundle of each would contain the rules, and be 14 KB larger.
 */
import type { EntityKind, KINDS } from '..';
import type { KindReader } from './kind-reader';
import type { KindRule } from './kind-rule';
import { groupRule } from '../group/handler/apply';
import { groupReader } from '../group/handler/registry';
import { membershipReader, membershipRule } from '../membership/handler/registry';
import { thingRule } from '../thing/handler/apply';
import { thingReader } from '../thing/handler/registry';
import { typeRule } from '../type/handler/apply';
import { typeReader } from '../type/handler/registry';

type Named<K extends EntityKind> = Extract<(typeof KINDS)[number], { readonly name: K }>;

/** How each kind is listed and read. */
export const READERS: { readonly [K in EntityKind]: KindReader<Named<K>> } = {
  thing: thingReader, group: groupReader, membership: membershipReader, type: typeReader,
};

/** How the records of each kind are applied. */
export const RULES: { readonly [K in EntityKind]: KindRule<Named<K>> } = {
  thing: thingRule, group: groupRule, membership: membershipRule, type: typeRule,
};
