import { TableReader } from '../../../src/comparison/handler/table-reader';
import { lookAt } from '../../../src/hints/handler/look';
import type { Entity, EntityKind } from '../../../src/kinds';
import { addressedIot } from '../../../src/runtime/addressed-iot';
import { Persister } from '../../../src/sweep/handler/persistence-client';
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

/** The error of an invocation that has ended before its end. */
const LOST = 'Lambda.Unknown';

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
 * Hints in the source: each change of identities is looked at by the real reader, some time later, fast or slowly. So records of one key follow each other closely, in any
 * order, beside those of sweeps. Whatever fails is lost, as a hint may be.
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
      // Its time may be over.
      if (pipeline.calm && error.name !== LOST) pipeline.violations.push(`${name} failed: ${error.message}`);
    });
  }

  private async observe(entity: Entity, name: string, invocation: Invocation): Promise<void> {
    const { pipeline, reading, bucket, onlyReferred } = this.options;
    const now = () => pipeline.clock.now();
    const { iot, dynamodb, ...clients } = stepClientsOf({
      calls: pipeline.calls,
      registry: pipeline.source!.registry,
      table: pipeline.sourceTable.items,
      bucket,
      reading: { now, lag: () => 0, pageSize: reading.pageSize, leavesOut: () => false },
      startSyncExecution: async ({ input }) => {
        const outcome = await pipeline.persist(JSON.parse(input!) as { readonly eventType: string }, 'observers');
        return { status: 'SUCCEEDED', output: JSON.stringify({ outcome }) };
      },
      runningExecutions: () => [],
    }, invocation);
    const config = { bucket: { name: bucket.name, owner: OWNER }, observationWorkflowArn: 'observations' };
    await lookAt({
      iot: addressedIot(iot, `arn:aws:iot:${SOURCE_REGION}:${ACCOUNT_ID}:`),
      table: new TableReader(dynamodb, TABLE_NAME),
      persister: new Persister({ ...clients, ...silent, now, config }, { name, startedAt: now() }),
      prefixes: {},
      onlyReferred: onlyReferred() ?? [],
      now,
    }, entity);
  }
}
