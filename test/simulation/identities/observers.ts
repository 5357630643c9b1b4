import { Objects } from '../../../src/comparison/handler/objects';
import { TableReader } from '../../../src/comparison/handler/table-reader';
import { lookAt } from '../../../src/hints/handler/look';
import type { Entity, EntityKind, RegistryRecord } from '../../../src/kinds';
import { decodeImage } from '../../../src/kinds/handler/items';
import { readEntity } from '../../../src/kinds/handler/reading';
import { OBSERVATION_EVENT, recordOf, tombstoneOf } from '../../../src/kinds/observation';
import { isEntity, keyOf, ownersOf } from '../../../src/kinds/register';
import { isRecent } from '../../../src/record/margin';
import { keyString, type RecordKey } from '../../../src/record/record';
import { addressedIot } from '../../../src/runtime/addressed-iot';
import { ChangedCertificates } from '../../../src/sweep/handler/changed-certificates';
import { Persister } from '../../../src/sweep/handler/persistence-client';
import { verdictOf } from '../../../src/sweep/handler/verdict';
import { silent } from '../../monitoring/silent';
import { OWNER, type SimulatedBucket } from '../bucket';
import type { Invocation } from '../calls';
import { ACCOUNT_ID, SOURCE_REGION, TABLE_NAME } from '../definition';
import type { Reading } from '../executions';
import type { Pipeline } from '../pipeline';
import type { Random } from '../random';
import type { IdentityChange, IdentitySnapshot } from '../registry';
import { stepClientsOf } from '../step-clients';

/** Who reads what has changed soon after it has. */
export interface Hints {
  /** The probability that nobody hears of a change. */
  readonly losses: number;
  /** Milliseconds until it is read, at most. */
  readonly delay: number;
}

export interface ObserverOptions {
  readonly pipeline: Pipeline;
  readonly random: Random;
  readonly reading: Reading;
  readonly hints: Hints;
  /** See `Selection.onlyReferred`; absent: what no record names is replicated too. */
  readonly onlyReferred: () => readonly EntityKind[] | undefined;
  /** Where whoever writes a certificate's record says so, for the certificate checks. */
  readonly bucket: SimulatedBucket;
}

const ENTITIES: Partial<Record<keyof IdentitySnapshot, (name: string) => Entity>> = {
  certificates: (certificateId) => ({ kind: 'certificate', certificateId }),
  policies: (policyName) => ({ kind: 'policy', policyName }),
  principals: (thingName) => ({ kind: 'principals', thingName }),
  groupPolicies: (groupName) => ({ kind: 'groupPolicies', groupName }),
};

/**
 * Observers of the source: each change of identities is read directly, some time later, fast or slowly, and has its record written. So records of one key follow each other
 * closely, in any order, beside those of sweeps. Whatever fails is lost, as a hint is.
 */
export class Observers {
  private count = 0;

  constructor(private readonly options: ObserverOptions) {
    const { registry } = options.pipeline.source!;
    const heard = registry.onIdentityChange;
    registry.onIdentityChange = (change) => {
      heard?.(change);
      this.hear(change);
    };
  }

  private hear({ kind, name }: IdentityChange): void {
    const { pipeline, random, hints: { losses, delay } } = this.options;
    const entityOf = ENTITIES[kind];
    if (!entityOf || pipeline.calm || random.chance(losses)) return;
    pipeline.clock.at(pipeline.clock.now() + random.below(delay + 1), () => this.read(entityOf(name)));
  }

  private read(entity: Entity): void {
    const { pipeline } = this.options;
    const name = `observer-${++this.count}`;
    pipeline.runStep(name, (invocation) => this.observe(entity, name, invocation)).catch((error: Error) => {
      pipeline.trace(() => `${name} is lost: ${error.message}`);
      if (pipeline.calm) pipeline.violations.push(`${name} failed: ${error.message}`);
    });
  }

  private async observe(entity: Entity, eventId: string, invocation: Invocation): Promise<void> {
    const { pipeline, reading, bucket } = this.options;
    const onlyReferred = this.options.onlyReferred();
    // Before the registry: if that has nothing afterwards, what the record is about has ended.
    const records = new Map([entity, ...ownersOf(entity).map((owner) => owner.entity)].map((each) => [keyString(keyOf(each)), this.recordOf(keyOf(each))]));
    const stored = { get: (key: RecordKey) => records.get(keyString(key)) };
    const owners = ownersOf(entity).map(({ key }) => stored.get(key));
    // Whose it is, a sweep knows later.
    if (owners.some((owner) => !owner || owner.deleted || !isEntity(owner) || isRecent(owner.timestamp, pipeline.clock.now()))) return;
    const ownerIds = owners.map((owner) => (owner as { readonly incarnation: string }).incarnation);
    const readAt = pipeline.clock.now();
    const { iot: plain, ...clients } = stepClientsOf({
      calls: pipeline.calls,
      registry: pipeline.source!.registry,
      table: pipeline.sourceTable.items,
      bucket,
      reading: { now: () => pipeline.clock.now(), lag: () => 0, pageSize: reading.pageSize, leavesOut: () => false },
      startSyncExecution: async ({ input }) => ({ status: 'SUCCEEDED', output: JSON.stringify({ outcome: await pipeline.persist(JSON.parse(input!) as object, 'observers') }) }),
      runningExecutions: () => [],
    }, invocation);
    const iot = addressedIot(plain, `arn:aws:iot:${SOURCE_REGION}:${ACCOUNT_ID}:`);
    const now = () => pipeline.clock.now();
    if (onlyReferred) {
      const config = { bucket: { name: bucket.name, owner: OWNER }, observationWorkflowArn: 'observations' };
      const persister = new Persister({ ...clients, ...silent, config, now }, { name: eventId, startedAt: readAt });
      const context = { iot, table: new TableReader(clients.dynamodb, TABLE_NAME), persister, onlyReferred, now };
      for (const named of await lookAt(context, entity)) await lookAt(context, named, true);
      return;
    }
    const there = await readEntity(iot, entity);
    const before = stored.get(keyOf(entity));
    const origin = { eventId, timestamp: readAt };
    if (!there && (!before || before.deleted)) return;
    if (there && !verdictOf(there, stored as never, { now: pipeline.clock.now() })) return;
    const changed = new ChangedCertificates(new Objects(clients.s3, { name: bucket.name, owner: OWNER }));
    if (entity.kind === 'certificate') await changed.note(entity.certificateId, eventId, pipeline.clock.now());
    await pipeline.persist({ eventType: OBSERVATION_EVENT, kind: entity.kind, record: there ? recordOf(there, ownerIds, origin) : tombstoneOf(before!, origin) }, 'observers');
  }

  private recordOf(key: RecordKey): RegistryRecord | undefined {
    const item = this.options.pipeline.sourceTable.items.get(keyString(key));
    return item && decodeImage(item);
  }
}
