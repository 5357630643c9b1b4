import type { CACertificateStatus, CertificateMode, CertificateStatus, PropagatingAttribute, RegistrationConfig, ThingPrincipalType } from '@aws-sdk/client-iot';
import type { Attributes } from './attributes';
import type { Changes } from './changes';
import { failure } from './errors';
import type { Events } from './events';
import type { RegistryFacts } from './facts';
import type { RegistryLimits } from './limits';
import type { Ordered } from './ordered';

export interface Entity {
  /** The order of creation, by which lists are paged. */
  readonly sequence: number;
  /** Ends with the entity: one of the same name that is created later has another. */
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
}

export interface Thing extends Entity {
  type?: ThingType;
  attributes: Attributes;
  version: number;
  readonly groups: Map<string, Membership>;
  readonly principals: Map<string, Attachment>;
}

export interface Group extends Entity {
  /** Empty when there is none; the API does not tell the two apart. */
  description: string;
  attributes: Attributes;
  version: number;
  /** From the root to the parent. Can't change, for a parent can neither be replaced nor deleted. */
  readonly path: readonly Group[];
  readonly children: Map<string, Group>;
  readonly members: Map<string, Thing>;
  readonly policies: Ordered<PolicyLink>;
  /** Only of a dynamic group. */
  readonly query?: { readonly text: string; readonly mappingId: string };
}

export interface ThingType extends Entity {
  readonly description: string;
  readonly searchableAttributes: readonly string[];
  propagatingAttributes: readonly PropagatingAttribute[];
  deprecatedAt?: number;
  readonly things: Set<Thing>;
}

/** That a principal is attached to a thing. */
export interface Attachment {
  readonly sequence: number;
  readonly principal: string;
  readonly thing: Thing;
  type: ThingPrincipalType;
  /** The time at which the principal lets go of the thing; infinity while it is attached. */
  until: number;
}

export interface Membership {
  readonly id: string;
  readonly group: Group;
}

export interface Certificate {
  readonly sequence: number;
  /** The same again if it is deleted and registered anew. */
  readonly id: string;
  readonly pem: string;
  readonly mode: CertificateMode;
  /** The registered authority that signed it, where AWS knows. */
  readonly authorityId?: string;
  readonly createdAt: number;
  readonly generationId: string;
  status: CertificateStatus;
  modifiedAt: number;
  customerVersion: number;
  readonly policies: Ordered<PolicyLink>;
}

/** The certificate of an authority (CA). */
export interface Authority {
  readonly sequence: number;
  readonly id: string;
  readonly pem: string;
  readonly subject: string;
  readonly mode: CertificateMode;
  readonly createdAt: number;
  readonly generationId: string;
  status: CACertificateStatus;
  autoRegisters: boolean;
  registrationConfig?: RegistrationConfig;
  modifiedAt: number;
  customerVersion: number;
  readonly tags: Map<string, string>;
}

export interface Policy {
  readonly sequence: number;
  readonly name: string;
  readonly createdAt: number;
  generationId: string;
  readonly versions: Ordered<PolicyVersion>;
  defaultVersion: PolicyVersion;
  /** Versions there have ever been; numbers are not used again. */
  versionCount: number;
  modifiedAt: number;
  readonly targets: Ordered<PolicyLink>;
  /** When it was last detached from something. */
  detachedAt?: number;
  readonly tags: Map<string, string>;
}

export interface PolicyVersion {
  readonly sequence: number;
  readonly id: string;
  readonly document: string;
  readonly createdAt: number;
}

/** That a policy is attached: to the ARN of a certificate or group, or to the id of a Cognito identity. */
export interface PolicyLink {
  readonly sequence: number;
  readonly policy: Policy;
  readonly target: string;
}

/** What the rooms of the registry share. */
export interface Context {
  readonly things: Map<string, Thing>;
  readonly groups: Map<string, Group>;
  readonly types: Map<string, ThingType>;
  /** The things that each principal is attached to, by their names. */
  readonly holders: Map<string, Map<string, Attachment>>;
  readonly certificates: Ordered<Certificate>;
  readonly authorities: Ordered<Authority>;
  readonly policies: Ordered<Policy>;
  /** Policies of Cognito identities. */
  readonly cognito: Map<string, Ordered<PolicyLink>>;
  readonly facts: RegistryFacts;
  readonly limits: RegistryLimits;
  readonly events: Events;
  readonly changes: Changes;
  readonly ids: Ids;
  readonly arns: Arns;
  readonly now: () => number;
  readonly nextSequence: () => number;
  readonly newEntity: (name: string) => Entity;
}

/** Deterministic UUIDs, different in each Region; or what begins with a prefix, where one is given. */
export class Ids {
  private readonly prefix: string;
  private count = 0;

  constructor(region: string, private readonly ownPrefix?: string) {
    let hash = 7;
    for (let i = 0; i < region.length; i++) hash = (hash * 31 + region.charCodeAt(i)) % 2 ** 32;
    this.prefix = `${hash.toString(16).padStart(8, '0')}-0000-4000-8000-`;
  }

  public next(): string {
    const number = (++this.count).toString(16);
    return this.ownPrefix === undefined ? this.prefix + number.padStart(12, '0') : this.ownPrefix + number;
  }
}

export class Arns {
  private readonly prefix: string;

  constructor(region: string, public readonly accountId: string) {
    this.prefix = `arn:aws:iot:${region}:${accountId}:`;
  }

  public thing(name: string): string { return `${this.prefix}thing/${name}`; }
  public group(name: string): string { return `${this.prefix}thinggroup/${name}`; }
  public type(name: string): string { return `${this.prefix}thingtype/${name}`; }

  public certificate(id: string): string { return `${this.prefix}cert/${id}`; }
  public authority(id: string): string { return `${this.prefix}cacert/${id}`; }
  public policy(name: string): string { return `${this.prefix}policy/${name}`; }

  /** What follows the resource's kind in an ARN of this account and Region; nothing in other texts. */
  public idIn(arn: string, resource: 'cert' | 'cacert' | 'policy' | 'thinggroup'): string | undefined {
    const start = `${this.prefix}${resource}/`;
    return arn.startsWith(start) ? arn.slice(start.length) : undefined;
  }

  /** Whether it is an ARN of AWS IoT in another account. */
  public isForeign(arn: string): boolean {
    const [, , service, , accountId] = arn.split(':');
    return service === 'iot' && accountId !== this.accountId;
  }

  /** The name in an ARN of this account and Region. */
  public nameIn(arn: string, resource: 'thing' | 'thinggroup'): string {
    const start = `${this.prefix}${resource}/`;
    if (!arn.startsWith(start)) throw failure.InvalidRequest(`Invalid ARN ${arn}: expected it to start with ${start}`);
    return arn.slice(start.length);
  }
}

export const byName = {
  thing: (context: Context, name: string): Thing => found(context.things.get(name), `Thing ${name} cannot be found.`),
  group: (context: Context, name: string): Group => found(context.groups.get(name), `Thing group ${name} cannot be found.`),
  type: (context: Context, name: string): ThingType => found(context.types.get(name), `ThingType ${name} cannot be found.`),
  certificate: (context: Context, id: string): Certificate => found(context.certificates.get(id), `The certificate given in the principal does not exist. Id: ${id}`),
  authority: (context: Context, id: string): Authority => found(context.authorities.get(id), `CA certificate ${id} cannot be found.`),
  policy: (context: Context, name: string): Policy => found(context.policies.get(name), `Policy not found: ${name}`),
};

export function expectVersion(entity: { readonly name: string; readonly version: number }, expected: number | undefined): void {
  if (expected === undefined || expected === entity.version) return;
  throw failure.VersionConflict(`The version for ${entity.name} does not match the expected version ${expected}.`);
}

function found<T>(entity: T | undefined, message: string): T {
  if (entity === undefined) throw failure.ResourceNotFound(message);
  return entity;
}
