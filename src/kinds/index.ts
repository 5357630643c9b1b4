/** The register of kinds: what is replicated. What the pipeline needs of them all is derived from it in `register.ts`. */
import { ca } from './ca/ca';
import { certificate } from './certificate/certificate';
import { group } from './group/group';
import { groupPolicies } from './group-policies/group-policies';
import type { EntityOf, ObservedOf, RecordOf } from './kind';
import { membership } from './membership/membership';
import { policy } from './policy/policy';
import { principals } from './principals/principals';
import { thing } from './thing/thing';
import { type } from './type/type';

/** In any order: that of application follows from what each comes after. */
export const KINDS = [thing, group, membership, type, policy, certificate, principals, groupPolicies, ca] as const;

type Registered = (typeof KINDS)[number];

export type EntityKind = Registered['name'];

/** What a key names. */
export type Entity = EntityOf<Registered>;

export type RegistryRecord = RecordOf<Registered>;

/** What a registry has: the counterpart of a record. */
export type RegistryEntity = ObservedOf<Registered>;
