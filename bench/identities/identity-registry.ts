import { certificateIdOf } from '../../src/kinds/handler/certificates';
import { nameInArn } from '../../src/runtime/addressed-iot';
import { Operations } from '../comparison/destination-registry';

interface Input {
  readonly certificateId?: string;
  readonly certificatePem?: string;
  readonly status?: string;
  readonly newStatus?: string;
  readonly policyName?: string;
  readonly policyDocument?: string;
  readonly target?: string;
  readonly principal?: string;
  readonly thingName?: string;
}

interface Certificate {
  status: string;
  readonly policies: Set<string>;
}

/** The certificates and policies of a destination's registry, as far as a backfill and revocations use them. */
export class IdentityRegistry {
  /** Calls per second that the kinds do not contain, because nothing is paced by them: https://docs.aws.amazon.com/general/latest/gr/iot-core.html */
  public static readonly QUOTAS: Readonly<Record<string, number>> = { ListPrincipalThingsV2: 10, ListTagsForResource: 10 };

  public readonly certificates = new Map<string, Certificate>();
  /** Documents by the names of the policies. */
  public readonly policies = new Map<string, string>();
  /** The certificate of each thing. */
  public readonly principals = new Map<string, string>();
  /** Milliseconds since the epoch. */
  public lastWriteAt = 0;

  public readonly operations: Operations = {
    RegisterCertificateWithoutCA: ({ certificatePem, status }: Input) => {
      const certificateId = certificateIdOf(certificatePem!)!;
      if (this.certificates.has(certificateId)) throw named('ResourceAlreadyExistsException');
      return this.written(() => this.certificates.set(certificateId, { status: status!, policies: new Set() }));
    },
    UpdateCertificate: ({ certificateId, newStatus }: Input) => {
      const there = this.certificate(certificateId!);
      if (there.status === 'REVOKED' && newStatus !== 'REVOKED') throw named('InvalidRequestException');
      return this.written(() => {
        there.status = newStatus!;
        this.onStatus(certificateId!, newStatus!);
      });
    },
    DescribeCertificate: ({ certificateId }: Input) => ({
      certificateDescription: { certificateId, status: this.certificate(certificateId!).status, creationDate: new Date(Date.now()) },
    }),
    CreatePolicy: ({ policyName, policyDocument }: Input) => {
      if (this.policies.has(policyName!)) throw named('ResourceAlreadyExistsException');
      return this.written(() => this.policies.set(policyName!, policyDocument!));
    },
    GetPolicy: ({ policyName }: Input) => {
      const policyDocument = this.policies.get(policyName!);
      if (policyDocument === undefined) throw named('ResourceNotFoundException');
      return { policyName, policyDocument, creationDate: new Date(Date.now()) };
    },
    AttachPolicy: ({ policyName, target }: Input) => {
      const there = this.certificate(nameInArn(target!, 'cert')!);
      if (!this.policies.has(policyName!)) throw named('ResourceNotFoundException');
      return this.written(() => there.policies.add(policyName!));
    },
    ListAttachedPolicies: ({ target }: Input) => ({ policies: [...this.certificate(nameInArn(target!, 'cert')!).policies].map((policyName) => ({ policyName })) }),
    ListThingPrincipalsV2: ({ thingName }: Input) => {
      const certificateId = this.principals.get(thingName!);
      return { thingPrincipalObjects: certificateId === undefined ? [] : [{ principal: `arn:aws:iot:r:a:cert/${certificateId}`, thingPrincipalType: 'NON_EXCLUSIVE_THING' }] };
    },
    AttachThingPrincipal: ({ thingName, principal }: Input) => {
      const certificateId = nameInArn(principal!, 'cert')!;
      this.certificate(certificateId);
      return this.written(() => this.principals.set(thingName!, certificateId));
    },
  };

  /** @param onStatus receives each status that was set */
  constructor(private readonly onStatus: (certificateId: string, status: string) => void) {}

  /** @throws Error named as AWS names it */
  private certificate(certificateId: string): Certificate {
    const there = this.certificates.get(certificateId);
    if (!there) throw named('ResourceNotFoundException');
    return there;
  }

  private written(write: () => unknown): object {
    write();
    this.lastWriteAt = Date.now();
    return {};
  }
}

function named(name: string): Error {
  return Object.assign(new Error(name), { name });
}
