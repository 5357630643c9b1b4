import { createHash } from 'node:crypto';
import { ACCOUNT_ID } from './config';
import { SOURCE_REGION } from '../comparison/stored';

/** Whether all certificates have one policy, or each has its own. */
export type Policies = 'shared' | 'own';

/** Whether the id of a certificate is that of its text, which destinations verify, or its number, which takes no memory. */
export type Ids = 'real' | 'numbered';

export interface FleetCertificate {
  readonly certificateId: string;
  readonly pem: string;
  readonly status: string;
  /** Milliseconds since the epoch. */
  readonly registeredAt: number;
  readonly policyName: string;
}

const REGISTERED_AT = 1_700_000_000_000;
/** A prime number, so that neighbours in the listing of certificates are no neighbours in that of things. */
const STEP = 7919;
/** The DER form of a certificate with a key of 2,048 bits has about as many bytes. */
const DER_BYTES = 900;
/** Hexadecimal digits of an id. */
const ID_LENGTH = 64;

/** One certificate for each thing; each certificate follows from its number. */
export class IdentityFleet {
  private readonly ids: string[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly changed = new Map<number, string>();

  constructor(public readonly size: number, public readonly policies: Policies, private readonly idsAre: Ids = 'real') {
    for (let i = 0; idsAre === 'real' && i < size; i++) {
      const certificateId = createHash('sha256').update(derOf(i)).digest('hex');
      this.ids.push(certificateId);
      this.numbers.set(certificateId, i);
    }
  }

  public get policyCount(): number {
    return this.policies === 'shared' ? 1 : this.size;
  }

  public policyName(i: number): string {
    return this.policies === 'shared' ? 'fleet' : `device-${String(i).padStart(7, '0')}`;
  }

  public hasPolicy(policyName: string): boolean {
    return this.policies === 'shared' ? policyName === 'fleet' : numberOf(policyName) < this.size;
  }

  /** The certificates with a policy, by their numbers; undefined without such a policy. */
  public certificatesWith(policyName: string): { readonly first: number; readonly count: number } | undefined {
    if (!this.hasPolicy(policyName)) return undefined;
    return this.policies === 'shared' ? { first: 0, count: this.size } : { first: numberOf(policyName), count: 1 };
  }

  /** @throws Error if the fleet has no such policy */
  public documentOf(policyName: string, region: string = SOURCE_REGION): string {
    if (!this.hasPolicy(policyName)) throw new Error(`the fleet has no policy ${policyName}`);
    const of = (resource: string) => `arn:aws:iot:${region}:${ACCOUNT_ID}:${resource}`;
    return JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 'iot:Connect', Resource: of('client/${iot:Connection.Thing.ThingName}') },
        { Effect: 'Allow', Action: ['iot:Publish', 'iot:Receive'], Resource: of(`topic/${policyName}/\${iot:Connection.Thing.ThingName}/*`) },
        { Effect: 'Allow', Action: 'iot:Subscribe', Resource: of(`topicfilter/${policyName}/\${iot:Connection.Thing.ThingName}/*`) },
      ],
    });
  }

  public certificate(i: number): FleetCertificate {
    return {
      certificateId: this.idOf(i), pem: pemOf(i), status: this.changed.get(i) ?? 'ACTIVE', registeredAt: REGISTERED_AT + i * 1000, policyName: this.policyName(i),
    };
  }

  public certificateNamed(certificateId: string): FleetCertificate | undefined {
    const i = this.idsAre === 'real' ? this.numbers.get(certificateId) : parseInt(certificateId, 16);
    return i !== undefined && i < this.size ? this.certificate(i) : undefined;
  }

  /** The certificate of the thing with a number. */
  public certificateOfThing(thing: number): FleetCertificate {
    return this.certificate((thing * STEP) % this.size);
  }

  public revoke(i: number): void {
    this.changed.set(i, 'REVOKED');
  }

  private idOf(i: number): string {
    return this.idsAre === 'real' ? this.ids[i] : i.toString(16).padStart(ID_LENGTH, '0');
  }
}

function numberOf(policyName: string): number {
  return Number(policyName.slice('device-'.length));
}

function derOf(i: number): Buffer {
  return Buffer.alloc(DER_BYTES, `certificate ${i} `);
}

function pemOf(i: number): string {
  const lines = derOf(i).toString('base64').match(/.{1,64}/g)!;
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
