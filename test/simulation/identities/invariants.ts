import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { ResourceNotFoundException } from '@aws-sdk/client-iot';
import type { CertificateRecord } from '../../../src/kinds/certificate/certificate';
import { FENCE_TIMES } from '../../../src/kinds/handler/fence';
import { decodeImage } from '../../../src/kinds/handler/items';
import { effectsOf, PolicyRecord } from '../../../src/kinds/policy/policy';
import { keyOf, revisionOf } from '../../../src/kinds/register';
import { keyString } from '../../../src/record/record';
import { stateKeyOf } from '../../../src/record/state-keys';
import { Sizing } from '../../../src/replicator/sizing';
import type { Pipeline } from '../pipeline';
import type { InMemoryRegistry, Operation } from '../registry';
import type { StateCommand } from '../state-table';

/**
 * As long as a function may go on with what it read before another record arrived: until it is ended, and what it was aborted in has happened. The time of arrival is in
 * whole seconds.
 */
const READ_BEFORE_MS = Math.max(Sizing.STREAM_TIMEOUT_SECONDS, Sizing.RETRY_TIMEOUT_SECONDS) * 1000 + FENCE_TIMES.marginMs + 1_000;

/** A record of a certificate, and when it arrived in the destination. */
interface Arrived {
  readonly record: CertificateRecord;
  readonly at: number;
}

/** Watches each call of the destination's registry, and each write of the tables. What is wrong is among the pipeline's violations. */
class IdentityInvariants {
  private readonly revoked = new Set<string>();
  /** When somebody first entered to write a record, by key of its fence and revision. */
  private readonly entered = new Map<string, number>();

  constructor(private readonly pipeline: Pipeline) {
    this.watchRegistry(pipeline.registry);
    this.watchFences();
    this.watchTable();
  }

  private watchRegistry(registry: InMemoryRegistry): void {
    const execute = registry.execute.bind(registry) as (operation: Operation, input: unknown) => unknown;
    registry.execute = ((operation: Operation, input: { readonly certificateId?: string; readonly newStatus?: string; readonly policyName?: string; readonly target?: string }) => {
      if (operation === 'AttachPolicy' || operation === 'DetachPolicy') {
        const output = execute(operation, input);
        const [, id] = input.target!.split(':cert/');
        if (id !== undefined) this.expectRestricted(id, operation, input.policyName!);
        return output;
      }
      if (operation === 'RegisterCACertificate' || operation === 'UpdateCACertificate') return this.watchAuthorities(registry, () => execute(operation, input));
      if (operation !== 'UpdateCertificate') return execute(operation, input);
      const before = registry.identitySnapshot().certificates[input.certificateId!];
      const output = execute(operation, input);
      this.expectRightful(input.certificateId!, before.status, input.newStatus!, before.policies);
      return output;
    }) as typeof registry.execute;
  }

  private watchAuthorities(registry: InMemoryRegistry, execute: () => unknown): unknown {
    const { authorities: before } = registry.identitySnapshot();
    const output = execute();
    for (const [id, { status, autoRegisters }] of Object.entries(registry.identitySnapshot().authorities)) {
      if (autoRegisters && !before[id]?.autoRegisters) this.pipeline.violations.push(`devices of ${id} register themselves`);
      if (status !== 'ACTIVE' || before[id]?.status === 'ACTIVE') continue;
      const arrived = this.arrivals(`ca#${id}`);
      if (!arrived.some(({ record }) => admits(record))) this.pipeline.violations.push(`${id} becomes active without a record that says so`);
      this.expectNotShutOut(id, arrived);
    }
    return output;
  }

  private expectRightful(id: string, before: string, after: string, attached: readonly string[]): void {
    const { violations } = this.pipeline;
    const arrived = this.arrivals(`cert#${id}`);
    if (before === 'REVOKED' && after !== 'REVOKED' && !hasEnded(arrived)) violations.push(`${id} was revoked and becomes ${after}`);
    if (after !== 'ACTIVE' || before === 'ACTIVE') return;
    if (!arrived.some(({ record }) => admits(record) && record.state.policies!.every((name) => attached.includes(name)))) violations.push(`${id} becomes active before its policies are attached`);
    this.expectNotShutOut(id, arrived);
  }

  /** What allows is attached to an active certificate after all that denies beside it, and goes before any of that, as some record says that has arrived. */
  private expectRestricted(id: string, operation: 'AttachPolicy' | 'DetachPolicy', policyName: string): void {
    const { violations, registry } = this.pipeline;
    const there = registry.identitySnapshot().certificates[id];
    if (there?.status !== 'ACTIVE') return;
    const sets = this.arrivals(`cert#${id}`).filter(({ record }) => !record.deleted).map(({ record }) => record.state.policies ?? []);
    const denies = (name: string) => this.onlyDenies(name);
    if (operation === 'AttachPolicy' && !denies(policyName)) {
      const isRestricted = (set: readonly string[]) => set.includes(policyName) && set.filter(denies).every((each) => there.policies.includes(each));
      if (!sets.some(isRestricted)) violations.push(`${policyName} is attached to ${id} before what denies`);
    }
    if (operation === 'DetachPolicy' && denies(policyName)) {
      const allowing = there.policies.filter((each) => !denies(each));
      if (!sets.some((set) => !set.includes(policyName) && allowing.every((each) => set.includes(each)))) violations.push(`${policyName}, which denies, is detached from ${id} before what allows`);
    }
  }

  /** Both by its record and as it is: one that is about to change may be either. */
  private onlyDenies(policyName: string): boolean {
    const { registry, replica } = this.pipeline;
    const item = replica.get(keyString(keyOf({ kind: 'policy', policyName })));
    const recorded = item && (decodeImage(item as never) as PolicyRecord).state.document;
    const documents = [recorded, registry.identitySnapshot().policies[policyName]?.document].filter((each) => each !== undefined);
    return documents.length > 0 && documents.every((document) => !effectsOf({ document }).allows);
  }

  /** Whoever read an older record may let it in after the newest one arrived, but only until the lease is over that it had when somebody entered with that one. */
  private expectNotShutOut(id: string, arrived: readonly Arrived[]): void {
    const { violations, clock } = this.pipeline;
    const since = arrived.slice(arrived.map(({ record }) => admits(record)).lastIndexOf(true) + 1);
    if (since.some(({ at }) => clock.now() > at + READ_BEFORE_MS)) violations.push(`${id} becomes active long after it was shut out`);
    const entered = since.map(({ record }) => this.entered.get(`${stateKeyOf.fence(keyString(record))} ${revisionOf(record)}`) ?? Infinity);
    if (clock.now() > Math.min(...entered) + FENCE_TIMES.leaseMs) violations.push(`${id} becomes active although who shuts it out has waited for all others`);
  }

  /** Records of a certificate, in the order in which they arrived in the destination. */
  private arrivals(pk: string): Arrived[] {
    const records = this.pipeline.replica.shards.flatMap((shard) => shard.records).filter(({ dynamodb }) => dynamodb!.NewImage && dynamodb!.Keys!.pk.S === pk);
    return records.sort((a, b) => (a.dynamodb!.SequenceNumber! < b.dynamodb!.SequenceNumber! ? -1 : 1)).map(({ dynamodb }) => (
      { record: decodeImage(dynamodb!.NewImage as never) as CertificateRecord, at: dynamodb!.ApproximateCreationDateTime! * 1000 }
    ));
  }

  private watchFences(): void {
    const { state, clock } = this.pipeline;
    const answer = state.answer.bind(state);
    state.answer = (command: StateCommand) => {
      const output = answer(command);
      const key = command instanceof UpdateItemCommand ? command.input.Key!.pk.S! : '';
      const revision = command.input.ExpressionAttributeValues?.[':revision']?.S;
      if (key.startsWith(stateKeyOf.fence('')) && revision !== undefined && !this.entered.has(`${key} ${revision}`)) this.entered.set(`${key} ${revision}`, clock.now());
      return output;
    };
  }

  private isInSource(certificateId: string, incarnation: string): boolean {
    try {
      const { certificateDescription } = this.pipeline.source!.registry.execute('DescribeCertificate', { certificateId });
      return String(certificateDescription!.creationDate!.getTime()) === incarnation;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return false;
      throw error;
    }
  }

  private watchTable(): void {
    const { sourceTable, violations } = this.pipeline;
    const put = sourceTable.put.bind(sourceTable);
    sourceTable.put = (request) => {
      const item = put(request);
      if (item.sk.S !== 'cert') return item;
      const { incarnation, deleted, state } = decodeImage(item) as CertificateRecord;
      const life = `${item.pk.S} ${incarnation}`;
      if (deleted && this.isInSource(item.pk.S!.slice('cert#'.length), incarnation)) violations.push(`the record of ${life} ends while the certificate is in the source`);
      if (!deleted && state.status === 'REVOKED') this.revoked.add(life);
      else if (!deleted && this.revoked.has(life)) violations.push(`the record of ${life} was revoked and becomes ${state.status}`);
      return item;
    };
  }
}

function admits({ deleted, state }: CertificateRecord): boolean {
  return !deleted && state.status === 'ACTIVE';
}

/** Whether an incarnation that was revoked has ended, or there is one that was not. */
function hasEnded(arrived: readonly Arrived[]): boolean {
  const revoked = new Set(arrived.filter(({ record: { deleted, state } }) => !deleted && state.status === 'REVOKED').map(({ record }) => record.incarnation));
  return arrived.some(({ record: { incarnation, deleted } }) => deleted || !revoked.has(incarnation));
}

export function watchIdentities(pipeline: Pipeline): void {
  new IdentityInvariants(pipeline);
}

export interface Missing {
  /** Whether no check has ended before. The first one knows of no earlier records, so it does not miss what is not listed: a sweep finds that. */
  readonly isFirst: boolean;
  /** Whether a certificate without a record is none of its business. */
  readonly onlyOfRecords: boolean;
}

/** What a certificate check should have found: the records of certificates have the status of the source. */
export function missedBy({ source, sourceTable: { items } }: Pipeline, { isFirst, onlyOfRecords }: Missing): string[] {
  const there = Object.entries(source!.identitySnapshot().certificates);
  const records = new Map(items.keys().filter((key) => key.endsWith('|cert')).map((key) => {
    const record = decodeImage(items.get(key)!) as CertificateRecord;
    return [record.certificateId, record.deleted ? 'deleted' : record.state.status];
  }));
  const isOurs = (id: string) => !onlyOfRecords || (records.get(id) ?? 'deleted') !== 'deleted';
  const wrong = there.filter(([id, { status }]) => isOurs(id) && records.get(id) !== status);
  const left = [...records].filter(([id, status]) => !isFirst && status !== 'deleted' && !there.some(([each]) => each === id));
  return [
    ...wrong.map(([id, { status }]) => `after a certificate check, ${id} is ${status} and its record is ${records.get(id)}`),
    ...left.map(([id]) => `after a certificate check, ${id} is gone and has a record`),
  ];
}
