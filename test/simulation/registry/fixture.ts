import type { CertificateStatus } from '@aws-sdk/client-iot';
import type { IdentityChange } from './changes';
import type { RegistryFacts } from './facts';
import { madeCertificate, type CertificateNames } from './made-certificates';
import type { Input, Operation } from './operations';
import { InMemoryRegistry, type InMemoryRegistryOptions } from './registry';

export interface Heard {
  readonly topic: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** A registry with a clock to move and a record of its events. */
export class Bench {
  public time = 1_700_000_000_000;
  public readonly heard: Heard[] = [];
  public readonly changes: IdentityChange[] = [];
  public readonly registry: InMemoryRegistry;

  constructor(options: Partial<InMemoryRegistryOptions> = {}) {
    this.registry = new InMemoryRegistry({
      region: 'eu-west-1',
      accountId: '111122223333',
      now: () => this.time,
      onEvent: (topic, payload) => this.heard.push({ topic, payload: payload as Heard['payload'] }),
      onIdentityChange: (change) => this.changes.push(change),
      ...options,
    });
  }

  /** Forgets what was heard so far. */
  public hearOnly(act: () => void): Heard[] {
    this.heard.length = 0;
    act();
    return [...this.heard];
  }

  public type(thingTypeName: string, propagating: string[] = []): void {
    const propagatingAttributes = propagating.map((thingAttribute) => ({ userPropertyKey: thingAttribute, thingAttribute }));
    this.registry.execute('CreateThingType', { thingTypeName, thingTypeProperties: { mqtt5Configuration: { propagatingAttributes } } });
  }

  public thing(thingName: string, attributes: Record<string, string> = {}, thingTypeName?: string): void {
    this.registry.execute('CreateThing', { thingName, thingTypeName, attributePayload: { attributes } });
  }

  public group(thingGroupName: string, parentGroupName?: string, attributes: Record<string, string> = {}, thingGroupDescription?: string): void {
    const thingGroupProperties = { thingGroupDescription, attributePayload: { attributes } };
    this.registry.execute('CreateThingGroup', { thingGroupName, parentGroupName, thingGroupProperties });
  }

  public dynamicGroup(thingGroupName: string): void {
    this.registry.execute('CreateDynamicThingGroup', { thingGroupName, queryString: 'attributes.color:red' });
  }

  public add(thingName: string, thingGroupName: string): void {
    this.registry.execute('AddThingToThingGroup', { thingName, thingGroupName });
  }

  /** @returns its id */
  public certificate(commonName = 'device', status: CertificateStatus = 'INACTIVE', names: CertificateNames = {}): string {
    return this.registry.execute('RegisterCertificateWithoutCA', { certificatePem: madeCertificate(commonName, names).pem, status }).certificateId!;
  }

  public policy(policyName = 'connect', policyDocument = DOCUMENT): void {
    this.registry.execute('CreatePolicy', { policyName, policyDocument });
  }

  /** What a call comes to. */
  public outcome<O extends Operation>(operation: O, input: Input<O>): string {
    return outcomeOf(() => this.registry.execute(operation, input));
  }

  public arn(kind: 'cert' | 'thinggroup' | 'policy' | 'cacert', id: string): string {
    return `arn:aws:iot:eu-west-1:111122223333:${kind}/${id}`;
  }

  public deprecate(thingTypeName: string, undoDeprecate = false): void {
    this.registry.execute('DeprecateThingType', { thingTypeName, undoDeprecate });
  }

  public attributesOf(thingName: string): Record<string, string> | undefined {
    return this.registry.execute('DescribeThing', { thingName }).attributes;
  }
}

export const DOCUMENT = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iot:Connect","Resource":"*"}]}';

/** What a call came to: `ok`, or the name of its error without "Exception". */
export function outcomeOf(act: () => unknown): string {
  try {
    act();
    return 'ok';
  } catch (error) {
    return (error as Error).name.replace(/Exception$/, '');
  }
}

/** Two types, a group below another, and a typed thing in it. */
export function populated(facts: Partial<RegistryFacts> = {}): Bench {
  const bench = new Bench({ facts });
  bench.type('bulb');
  bench.type('tube');
  bench.group('root');
  bench.group('leaf', 'root', { floor: '1' }, 'text');
  bench.thing('lamp', { color: 'red' }, 'bulb');
  bench.add('lamp', 'leaf');
  return bench;
}
