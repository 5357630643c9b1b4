import { CandidatePosition, Candidates } from '../../comparison/handler/candidates';
import { Candidate, Journal } from '../../comparison/handler/journal';
import { phaseOf, Plan, RECORDS_PHASE } from '../../comparison/phases';
import type { EntityKind } from '../../kinds';
import { kindOf } from '../../kinds/register';
import { RECHECK_PHASE } from '../phases';

/** The position among all candidates. */
export interface WorkPosition {
  /** Index of the source. */
  readonly source: number;
  readonly position?: CandidatePosition;
}

export interface Portion {
  readonly candidates: readonly Candidate[];
  /** They and everything else were repaired: now the last steps follow. */
  readonly isLast?: boolean;
  /** Absent once there are no more. */
  readonly next?: WorkPosition;
}

interface Source {
  readonly kind: EntityKind;
  readonly candidates: Candidates;
  readonly isLast?: true;
}

/**
 * All candidates, kind by kind, in the order in which a registry accepts them: prerequisites come first, whether they differ or
 * are missing. Repaired entities with a last step, such as types, come once more at the end.
 */
export class Worklist {
  private readonly sources: readonly Source[];

  constructor(journal: Journal, { kinds }: Plan) {
    this.sources = [
      ...kinds.flatMap((kind) => [
        { kind, candidates: new Candidates(journal, [phaseOf(kind)]) },
        { kind, candidates: new Candidates(journal, [RECORDS_PHASE], kind) },
      ]),
      // Read once all others are done: the phase adds no more of them.
      ...kinds.filter((kind) => kindOf(kind).lastStep).map((kind): Source => (
        { kind, candidates: new Candidates(journal, [RECHECK_PHASE], kind), isLast: true }
      )),
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
      const { kind, candidates, isLast } = this.sources[source];
      const { candidates: taken, next } = await candidates.take(position, () => sizeOf(kind));
      if (taken.length > 0) return { candidates: taken, isLast, next: next ? { source, position: next } : { source: source + 1 } };
      position = undefined;
    }
    return { candidates: [] };
  }
}
