import { plainItem } from '../../../src/kinds/handler/plain-item';
import { Sizing } from '../../../src/replicator/sizing';
import type { Pipeline } from '../pipeline';
import type { InMemoryRegistry, Operation } from '../registry';

/** As long as an invocation may take, whose calls are not aborted here. */
const INVOCATION_MS = Math.max(Sizing.STREAM_TIMEOUT_SECONDS, Sizing.RETRY_TIMEOUT_SECONDS) * 1000;

interface CertificateItem {
  readonly incarnation: string;
  readonly deleted: boolean;
  readonly state: { readonly status: string; readonly policies: readonly string[] };
}

interface Arrived extends CertificateItem {
  readonly at: number;
}

/** Watches each call of the destination's registry, and each write of the table. What is wrong is among the pipeline's violations. */
class IdentityInvariants {
  private readonly revoked = new Set<string>();

  constructor(private readonly pipeline: Pipeline) {
    this.watchRegistry(pipeline.registry);
    this.watchTable();
  }

  private watchRegistry(registry: InMemoryRegistry): void {
    const execute = registry.execute.bind(registry) as (operation: Operation, input: unknown) => unknown;
    registry.execute = ((operation: Operation, input: { readonly certificateId?: string; readonly newStatus?: string }) => {
      if (operation !== 'UpdateCertificate') return execute(operation, input);
      const before = registry.identitySnapshot().certificates[input.certificateId!];
      const output = execute(operation, input);
      this.expectRightful(input.certificateId!, before.status, input.newStatus!, before.policies);
      return output;
    }) as typeof registry.execute;
  }

  private expectRightful(id: string, before: string, after: string, attached: readonly string[]): void {
    const { violations, clock } = this.pipeline;
    const arrived = this.arrivals(id);
    if (before === 'REVOKED' && after !== 'REVOKED' && !isRegisteredAnew(arrived)) violations.push(`${id} was revoked and becomes ${after}`);
    if (after !== 'ACTIVE' || before === 'ACTIVE') return;
    const wanting = arrived.filter(({ deleted, state }) => !deleted && state.status === 'ACTIVE');
    if (!wanting.some(({ state }) => state.policies.every((name) => attached.includes(name)))) violations.push(`${id} becomes active before its policies are attached`);
    const newest = arrived.at(-1)!;
    if ((newest.deleted || newest.state.status !== 'ACTIVE') && clock.now() > newest.at + 2 * INVOCATION_MS) violations.push(`${id} becomes active long after it was shut out`);
  }

  /** Records of a certificate, in the order in which they arrived in the destination. */
  private arrivals(id: string): Arrived[] {
    const records = this.pipeline.replica.shards.flatMap((shard) => shard.records).filter(({ dynamodb }) => dynamodb!.NewImage && dynamodb!.Keys!.pk.S === `cert#${id}`);
    return records.sort((a, b) => (a.dynamodb!.SequenceNumber! < b.dynamodb!.SequenceNumber! ? -1 : 1)).map(({ dynamodb }) => (
      { ...plainItem(dynamodb!.NewImage as never) as unknown as CertificateItem, at: dynamodb!.ApproximateCreationDateTime! * 1000 }
    ));
  }

  private watchTable(): void {
    const { sourceTable, violations } = this.pipeline;
    const put = sourceTable.put.bind(sourceTable);
    sourceTable.put = (request) => {
      const item = put(request);
      if (item.sk.S !== 'cert') return item;
      const { incarnation, deleted, state } = plainItem(item) as unknown as CertificateItem;
      const life = `${item.pk.S} ${incarnation}`;
      if (!deleted && state.status === 'REVOKED') this.revoked.add(life);
      else if (!deleted && this.revoked.has(life)) violations.push(`the record of ${life} was revoked and becomes ${state.status}`);
      return item;
    };
  }
}

/** Whether there is an incarnation that was not revoked. */
function isRegisteredAnew(arrived: readonly Arrived[]): boolean {
  const revoked = new Set(arrived.filter(({ deleted, state }) => !deleted && state.status === 'REVOKED').map(({ incarnation }) => incarnation));
  return arrived.some(({ incarnation }) => !revoked.has(incarnation));
}

export function watchIdentities(pipeline: Pipeline): void {
  new IdentityInvariants(pipeline);
}
