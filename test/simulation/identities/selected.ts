import type { IdentityScenario } from './scenario';
import type { EntityKind } from '../../../src/kinds';
import { decodeImage } from '../../../src/kinds/handler/items';
import { START } from '../history';
import type { Pipeline } from '../pipeline';
import type { IdentitySnapshot } from '../registry';

type Principals = IdentitySnapshot['principals'][string];

const ONLY_REFERRED: readonly EntityKind[] = ['certificate'];

/** Which certificates of a source are replicated, by what its things have had so far. */
export class SelectedCertificates {
  /** Ids of the certificates that a replicated thing has had at some time. */
  private readonly attached = new Set<string>();

  constructor(private readonly pipeline: Pipeline, private readonly scenario: Pick<IdentityScenario, 'certificates' | 'thingPrefix'>) {
    const { registry } = pipeline.source!;
    const heard = registry.onIdentityChange;
    registry.onIdentityChange = (change) => {
      heard?.(change);
      if (change.kind === 'principals' && this.isReplicated(change.name)) idsIn(change.fields as Principals | undefined).forEach((id) => this.attached.add(id));
    };
  }

  /** As a selection has it, at this moment. */
  public get onlyReferred(): readonly EntityKind[] | undefined {
    const { clock, source } = this.pipeline;
    const isLate = clock.now() > (START + source!.end) / 2;
    const isNarrow = { all: false, ofReplicatedThings: true, narrowed: isLate, widened: !isLate }[this.scenario.certificates];
    return isNarrow ? ONLY_REFERRED : undefined;
  }

  /** The part of a snapshot of the source that is to be in a destination: what a replicated thing has, and whatever else has a record. */
  public of(snapshot: IdentitySnapshot): IdentitySnapshot {
    const principals = Object.fromEntries(Object.entries(snapshot.principals).filter(([thingName]) => this.isReplicated(thingName)));
    if (!this.onlyReferred) return { ...snapshot, principals };
    const ids = new Set([...Object.values(principals).flatMap(idsIn), ...this.recorded.filter(({ deleted }) => !deleted).map(({ id }) => id)]);
    return { ...snapshot, principals, certificates: Object.fromEntries(Object.entries(snapshot.certificates).filter(([id]) => ids.has(id))) };
  }

  /** Certificates with a record that no replicated thing has ever had. */
  public get strangers(): string[] {
    if (this.scenario.certificates !== 'ofReplicatedThings') return [];
    return this.recorded.filter(({ id }) => !this.attached.has(id)).map(({ id }) => `${id} has a record, and no replicated thing has ever had it`);
  }

  private get recorded(): readonly { readonly id: string; readonly deleted: boolean }[] {
    const { items } = this.pipeline.sourceTable;
    return items.keys().filter((key) => key.endsWith('|cert')).map((key) => {
      const { deleted } = decodeImage(items.get(key)!);
      return { id: key.slice('cert#'.length, -'|cert'.length), deleted };
    });
  }

  private isReplicated(thingName: string): boolean {
    return thingName.startsWith(this.scenario.thingPrefix ?? '');
  }
}

function idsIn(principals: Principals | undefined): readonly string[] {
  return [...principals?.exclusive ?? [], ...principals?.nonExclusive ?? []];
}
