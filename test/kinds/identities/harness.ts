import type { RegistryRecord } from '../../../src/kinds';
import type { ApplyContext, Change } from '../../../src/kinds/handler/apply-context';
import { ruleOf } from '../../../src/kinds/handler/applying';
import type { Identities } from '../../../src/kinds/handler/identities';
import type { Progress } from '../../../src/kinds/handler/walk';
import { keyOf } from '../../../src/kinds/register';
import { keyString, type RecordKey } from '../../../src/record/record';
import { addressedIot } from '../../../src/runtime/addressed-iot';
import type { IotSender } from '../../../src/runtime/senders';
import { InMemoryRegistry, madeCertificate, type RegistryFacts } from '../../simulation/registry';

export const PREFIX = 'arn:aws:iot:eu-west-1:111122223333:';
export const LAMP = madeCertificate('lamp');

export function documentFor(effect: 'Allow' | 'Deny', client: string, region = 'us-east-1'): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: effect, Action: 'iot:Connect', Resource: `arn:aws:iot:${region}:111122223333:client/${client}` }] });
}

export interface BenchOptions {
  readonly facts?: Partial<RegistryFacts>;
  readonly identities?: Partial<Identities>;
  readonly isRetained?: boolean;
  /** Whether an attempt has time left. */
  readonly hasTime?: () => boolean;
}

/** One destination: its registry, its records, and what a rule asked for besides. */
export class IdentityBench {
  public readonly registry: InMemoryRegistry;
  /** Calls that write, in their order. */
  public readonly writes: string[] = [];
  public readonly queued: string[] = [];
  public admitted = 0;
  /** How often a rule said that it rests on what was read, or not read yet. */
  public looks = 0;
  /** Records that were applied as a whole. */
  public readonly applied = new Map<string, RegistryRecord>();
  /** Incarnations of certificates that were revoked. */
  public readonly revoked = new Map<string, string>();
  /** Keys of sets that were applied without a certificate, by its key. */
  public readonly leftOut = new Map<string, string[]>();
  /** Records that were read at the same time, at most. */
  public mostReads = 0;
  private reads = 0;
  private readonly records = new Map<string, RegistryRecord>();
  private readonly iot: IotSender;
  private now = 1_700_000_000_000;

  constructor(private readonly options: BenchOptions = {}) {
    this.registry = new InMemoryRegistry({
      region: 'eu-west-1',
      accountId: '111122223333',
      now: () => this.now,
      facts: options.facts,
      onWrite: (operation) => this.writes.push(operation),
    });
    this.iot = addressedIot(this.registry.client, PREFIX);
  }

  public passTime(milliseconds: number): void {
    this.now += milliseconds;
  }

  /** A record of the source that arrives. */
  public record(entity: object, state: object, more: object = {}): RegistryRecord {
    this.now += 1;
    const record = {
      ...entity, ...keyOf(entity as never), state, incarnation: 'i1', version: 0, timestamp: this.now, deleted: false, sourceRegion: 'us-east-1', eventId: 'e', ...more,
    } as unknown as RegistryRecord;
    this.records.set(keyString(record), record);
    return record;
  }

  /** @param progress of the retry queue's message; none on the stream path */
  public async apply(record: RegistryRecord, change: Partial<Change> = {}, progress?: Progress): Promise<void> {
    await ruleOf(record.kind).apply({ record, history: 'unknown', createFirst: false, ...change }, this.context(progress));
  }

  /** A policy that has a record and is applied. */
  public async policy(policyName: string, document: string): Promise<void> {
    await this.apply(this.record({ kind: 'policy', policyName }, { document }), { history: 'new' });
  }

  public certificate(status: string, policies: readonly string[] = [], more: object = {}): RegistryRecord {
    return this.record({ kind: 'certificate', certificateId: LAMP.id }, { status, pem: LAMP.pem, policies }, more);
  }

  private async recordOf(key: RecordKey): Promise<RegistryRecord | undefined> {
    this.reads += 1;
    this.mostReads = Math.max(this.mostReads, this.reads);
    await Promise.resolve();
    this.reads -= 1;
    return this.records.get(keyString(key));
  }

  private context(progress?: Progress): ApplyContext {
    let isSure = true;
    return {
      iot: this.iot,
      readings: { read: (key) => this.recordOf(key) },
      isRetained: async () => this.options.isRetained ?? false,
      admitDeletion: async () => { this.admitted += 1; },
      isReplayed: false,
      isOpen: false,
      voidPremise: () => undefined,
      recordOf: (key) => this.recordOf(key),
      progress,
      hasTime: this.options.hasTime ?? (() => true),
      queueFirst: async (keys) => { this.queued.push(...keys.map(keyString)); },
      restsOnLook: () => {
        this.looks += 1;
        isSure = false;
      },
      isSure: () => isSure,
      applyAfter: () => undefined,
      identities: {
        features: ['identities', 'caCertificates'],
        relocation: { partition: 'aws', sourceRegion: 'us-east-1', destinationRegion: 'eu-west-1' },
        adoptsPolicies: false,
        verified: new Map(),
        writes: {
          inTurn: (_, call) => call(),
          atOnce: (_, call) => call(),
          beginLook: async () => undefined,
          noteApplied: async (record, old) => {
            if (!old || this.applied.get(keyString(record)) === old) this.applied.set(keyString(record), record);
          },
          wasApplied: async (record) => this.applied.get(keyString(record)) === record,
          forgetApplied: async (record) => { this.applied.delete(keyString(record)); },
        },
        revocations: {
          note: async ({ certificateId, incarnation }) => { this.revoked.set(certificateId, incarnation); },
          isOfEarlier: async ({ certificateId, incarnation }) => this.revoked.has(certificateId) && this.revoked.get(certificateId) !== incarnation,
          forget: async ({ certificateId }) => { this.revoked.delete(certificateId); },
        },
        omissions: {
          note: async (left, by) => { this.leftOut.set(keyString(left), [...this.leftOut.get(keyString(left)) ?? [], keyString(by)]); },
          end: async (left) => {
            this.queued.push(...this.leftOut.get(keyString(left)) ?? []);
            this.leftOut.delete(keyString(left));
          },
        },
        ...this.options.identities,
      },
    };
  }
}
