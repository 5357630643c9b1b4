import {
  authorityFields, certificateFields, groupPolicies, policyFields, principalsOf, type IdentitySnapshot,
} from './identity-snapshot';
import type { Authority, Certificate, Group, Policy, Thing } from './state';

/** One entry of a snapshot of identities, after a call: what it is from that moment on, or nothing once it is gone. */
export type IdentityChange = { readonly [Kind in keyof IdentitySnapshot]: {
  readonly kind: Kind;
  readonly name: string;
  readonly fields?: IdentitySnapshot[Kind][string];
  /** Of certificates, authorities and policies. */
  readonly createdAt?: number;
} }[keyof IdentitySnapshot];

export type IdentityListener = (change: IdentityChange) => void;

/** Reports each change of identities within the call that makes it, so that whoever listens sees every state that there ever is. */
export class Changes {
  constructor(private readonly listener: () => IdentityListener | undefined) {}

  public certificate(certificate: Certificate, isThere = true): void {
    this.report(() => ({ kind: 'certificates', name: certificate.id, createdAt: certificate.createdAt, ...isThere ? { fields: certificateFields(certificate) } : {} }));
  }

  public authority(authority: Authority, isThere = true): void {
    this.report(() => ({ kind: 'authorities', name: authority.id, createdAt: authority.createdAt, ...isThere ? { fields: authorityFields(authority) } : {} }));
  }

  public policy(policy: Policy, isThere = true): void {
    this.report(() => ({ kind: 'policies', name: policy.name, createdAt: policy.createdAt, ...isThere ? { fields: policyFields(policy) } : {} }));
  }

  public principals(thing: Thing): void {
    this.report(() => ({ kind: 'principals', name: thing.name, fields: principalsOf(thing) }));
  }

  public groupPolicies(group: Group): void {
    this.report(() => ({ kind: 'groupPolicies', name: group.name, fields: groupPolicies(group) }));
  }

  private report(change: () => IdentityChange): void {
    this.listener()?.(change());
  }
}
