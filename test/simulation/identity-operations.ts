import type { Conditions } from './conditions';
import { ACCOUNT_ID, SOURCE_REGION } from './definition';
import type { Source, Step } from './history';
import type { Random } from './random';
import { drawIdentityFacts, madeCertificate, type MadeCertificate } from './registry';

/** Certificates, policies and what they are attached to, in a history. */
export interface IdentityCast {
  readonly certificates: number;
  readonly policies: number;
  /** Certificates of authorities; two of the certificates are signed by the first. */
  readonly authorities: number;
  /** The probability that a certificate is attached to a thing exclusively. */
  readonly exclusive: number;
}

type Operation = Omit<Step, 'after'>;

/** What a thing or group of the history is called. */
interface Names {
  readonly thing: () => string;
  readonly group: () => string;
}

export function drawIdentityCast(random: Random): IdentityCast {
  return {
    certificates: 1 + random.below(4),
    policies: 1 + random.below(4),
    authorities: random.pick([0, 0, 1, 2]),
    exclusive: random.pick([0, 0.2, 0.6]),
  };
}

/** The world of a history with identities. The limits are AWS's, or so low that histories reach them. */
export function withIdentities(conditions: Conditions, random: Random): Conditions {
  return {
    ...conditions,
    facts: { ...conditions.facts, ...drawIdentityFacts((outcomes) => random.below(outcomes)) },
    limits: { ...conditions.limits, policiesPerCertificate: random.pick([2, 10]), policiesPerGroup: random.pick([1, 2]) },
  };
}

/** The ARN of something in the source. */
export function arnOf(kind: 'cert' | 'thinggroup' | 'client' | 'topic' | 'thing', name: string): string {
  return `arn:aws:iot:${SOURCE_REGION}:${ACCOUNT_ID}:${kind}/${name}`;
}

/** The certificates of histories: `c0`, `c1` and so on; those with an odd number are signed by `a0`, which is a certificate of an authority. */
export function certificateOf(name: string): MadeCertificate {
  return madeCertificate(name, /^c\d*[13579]$/.test(name) ? { issuer: 'a0' } : {});
}

/**
 * What the guide rules out, and a registry may take nevertheless: then it would have become something that no replica may follow.
 *
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/revoke-ca-cert.html
 */
export function takesRevocationBack(source: Source, { call, input }: Operation): boolean {
  return call === 'UpdateCertificate' && input.newStatus !== 'REVOKED' && source.identitySnapshot().certificates[String(input.certificateId)]?.status === 'REVOKED';
}

/** Draws operations on identities, most of which make sense. */
export class IdentityDraw {
  constructor(private readonly random: Random, private readonly cast: IdentityCast, private readonly names: Names) {}

  public kinds(): (() => Operation)[] {
    const { cast } = this;
    const kinds = [
      () => this.issue(), () => this.register(), () => this.status(), () => this.status(),
      () => ({ call: 'DeleteCertificate' as const, input: { certificateId: this.certificate().id, forceDelete: this.random.chance(0.5) } }),
      () => this.transfer(),
      () => this.createPolicy(), () => this.createPolicy(), () => this.createVersion(), () => this.createVersion(), () => this.version(), () => this.deletePolicy(),
      () => this.policy('AttachPolicy'), () => this.policy('AttachPolicy'), () => this.policy('AttachPolicy'), () => this.policy('DetachPolicy'),
      () => this.attach(), () => this.attach(), () => this.detach(), () => this.detach(),
    ];
    return cast.authorities > 0 ? [...kinds, () => this.authority(), () => this.changeAuthority()] : kinds;
  }

  private certificate(): MadeCertificate { return certificateOf(`c${this.random.below(this.cast.certificates)}`); }
  private policyName(): string { return `p${this.random.below(this.cast.policies)}`; }
  private authorityOf(): MadeCertificate { return madeCertificate(`a${this.random.below(this.cast.authorities)}`); }

  private issue(): Operation {
    const { random, cast } = this;
    const status = random.pick(['ACTIVE', 'ACTIVE', 'INACTIVE', 'INACTIVE', 'PENDING_ACTIVATION']);
    const authorityId = cast.authorities > 0 && status === 'PENDING_ACTIVATION' && random.chance(0.5) ? { authorityId: madeCertificate('a0').id } : {};
    return { call: 'Issue', input: { certificatePem: this.pemOf(this.certificate()), status, ...authorityId } };
  }

  private register(): Operation {
    const { random, cast } = this;
    const call = cast.authorities > 0 && random.chance(0.5) ? 'RegisterCertificate' : 'RegisterCertificateWithoutCA';
    return { call, input: { certificatePem: this.pemOf(this.certificate()), status: random.pick(['ACTIVE', 'ACTIVE', 'INACTIVE', 'REVOKED']) } };
  }

  /** Revocations are rare: nothing more happens to a certificate than its end. */
  private status(): Operation {
    return { call: 'UpdateCertificate', input: { certificateId: this.certificate().id, newStatus: this.random.pick(['ACTIVE', 'ACTIVE', 'ACTIVE', 'INACTIVE', 'INACTIVE', 'REVOKED']) } };
  }

  private transfer(): Operation {
    const certificateId = this.certificate().id;
    return this.random.chance(0.7) ? { call: 'TransferCertificate', input: { certificateId, targetAwsAccount: '444455556666' } } : { call: 'CancelCertificateTransfer', input: { certificateId } };
  }

  private createPolicy(): Operation {
    return { call: 'CreatePolicy', input: { policyName: this.policyName(), policyDocument: this.document() } };
  }

  private createVersion(): Operation {
    return { call: 'CreatePolicyVersion', input: { policyName: this.policyName(), policyDocument: this.document(), setAsDefault: this.random.chance(0.7) } };
  }

  /** Few policies become so old that their versions have higher numbers. */
  private version(): Operation {
    const { random } = this;
    return { call: random.pick(['SetDefaultPolicyVersion', 'DeletePolicyVersion'] as const), input: { policyName: this.policyName(), policyVersionId: String(1 + random.below(8)) } };
  }

  private deletePolicy(): Operation {
    return { call: 'DeletePolicy', input: { policyName: this.policyName() } };
  }

  private policy(call: 'AttachPolicy' | 'DetachPolicy'): Operation {
    const target = this.random.chance(0.75) ? arnOf('cert', this.certificate().id) : arnOf('thinggroup', this.names.group());
    return { call, input: { policyName: this.policyName(), target } };
  }

  private attach(): Operation {
    const thingPrincipalType = this.random.chance(this.cast.exclusive) ? { thingPrincipalType: 'EXCLUSIVE_THING' } : {};
    return { call: 'AttachThingPrincipal', input: { thingName: this.names.thing(), principal: arnOf('cert', this.certificate().id), ...thingPrincipalType } };
  }

  private detach(): Operation {
    return { call: 'DetachThingPrincipal', input: { thingName: this.names.thing(), principal: arnOf('cert', this.certificate().id) } };
  }

  private authority(): Operation {
    const { random } = this;
    return { call: 'RegisterCACertificate', input: { caCertificate: this.authorityOf().pem, certificateMode: 'SNI_ONLY', setAsActive: random.chance(0.8), allowAutoRegistration: random.chance(0.5) } };
  }

  private changeAuthority(): Operation {
    const { random } = this;
    const certificateId = this.authorityOf().id;
    if (random.chance(0.4)) return { call: 'DeleteCACertificate', input: { certificateId } };
    return { call: 'UpdateCACertificate', input: { certificateId, newStatus: random.pick(['ACTIVE', 'INACTIVE']), newAutoRegistrationStatus: random.pick(['ENABLE', 'DISABLE']) } };
  }

  /** However it was given, the certificate is the same. */
  private pemOf({ pem }: MadeCertificate): string {
    return this.random.pick([pem, pem, pem.replace(/\n/g, '\r\n'), pem.trimEnd()]);
  }

  /** Some allow and one denies; some name the Region, in one way or another. */
  private document(): string {
    const { random } = this;
    const statement = (Effect: 'Allow' | 'Deny', Action: string, Resource: string | string[]) => ({ Effect, Action, Resource });
    const statements = random.pick([
      [statement('Allow', 'iot:Connect', arnOf('client', '${iot:Connection.Thing.ThingName}'))],
      [statement('Allow', 'iot:*', '*')],
      [statement('Allow', 'iot:Publish', [arnOf('topic', `${SOURCE_REGION}/a`), arnOf('topic', 'b/*')]), statement('Deny', 'iot:Publish', arnOf('topic', 'b/c'))],
      [statement('Deny', 'iot:Connect', arnOf('client', 'a'))],
      [statement('Allow', 'iot:UpdateThingShadow', arnOf('thing', '*'))],
    ]);
    return JSON.stringify({ Version: '2012-10-17', Statement: statements }, undefined, random.pick([0, 0, 2]));
  }
}
