import { CandidatePosition, Candidates } from '../../comparison/handler/candidates';
import { Candidate, Journal } from '../../comparison/handler/journal';
import { ListingPhase, RECORDS_PHASE } from '../../comparison/handler/listing';
import { ENTITY_KINDS, EntityKind } from '../../record/record';
import { SETTLE_PHASE } from '../phases';

type WorkPhase = ListingPhase | typeof SETTLE_PHASE;

/** Where among all candidates. */
export interface WorkPosition {
  /** Index of the source. */
  readonly source: number;
  readonly position?: CandidatePosition<WorkPhase>;
}

export interface Portion {
  readonly candidates: readonly Candidate[];
  /** They are types that were repaired, and everything else has been: those that are open are to be deprecated. */
  readonly isLast?: boolean;
  /** Absent once there are no more. */
  readonly next?: WorkPosition;
}

interface Source {
  readonly kind: EntityKind;
  readonly candidates: Candidates<WorkPhase>;
}

const LISTED_IN: Readonly<Record<EntityKind, ListingPhase>> = { type: 'types', group: 'groups', thing: 'things', membership: 'memberships' };

/**
 * All candidates, kind by kind in the order in which a registry takes them: what others need comes first, be it there in another shape or
 * missing altogether. The types that were repaired come once more at the end.
 */
export class Worklist {
  private readonly sources: readonly Source[];

  constructor(journal: Journal) {
    this.sources = [
      ...ENTITY_KINDS.flatMap((kind) => [
        { kind, candidates: new Candidates<WorkPhase>(journal, [LISTED_IN[kind]]) },
        { kind, candidates: new Candidates<WorkPhase>(journal, [RECORDS_PHASE], kind) },
      ]),
      // Read from when all others are done, so the phase notes no more types.
      { kind: 'type', candidates: new Candidates<WorkPhase>(journal, [SETTLE_PHASE], 'type') },
    ];
  }

  /**
   * Some candidates of one kind, none only if there are no more at all.
   *
   * @param sizeOf how many of a kind to take at most
   */
  public async take(from: WorkPosition | undefined, sizeOf: (kind: EntityKind) => number): Promise<Portion> {
    let position = from?.position;
    for (let source = from?.source ?? 0; source < this.sources.length; source++) {
      const { kind, candidates } = this.sources[source];
      const { candidates: taken, next } = await candidates.take(position, () => sizeOf(kind));
      const isLast = source === this.sources.length - 1;
      if (taken.length > 0) return { candidates: taken, isLast, next: next ? { source, position: next } : { source: source + 1 } };
      position = undefined;
    }
    return { candidates: [] };
  }
}
