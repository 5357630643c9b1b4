import { Candidate, Entry, Journal } from './journal';
import type { EntityKind } from '../../kinds';
import { entityOf, kindOf } from '../../kinds/register';
import { candidatesOf } from '../counts';
import { kindsIn } from '../phases';

/** The position among the candidates of a phase: the number of the entry, and how many of its candidates are done. */
export interface CandidatePosition<Phase extends string = string> {
  readonly phase: Phase;
  readonly number: number;
  readonly offset: number;
}

export interface Chunk<Phase extends string = string> {
  readonly phase: Phase;
  readonly candidates: readonly Candidate[];
  /** Absent in the last chunk. */
  readonly next?: CandidatePosition<Phase>;
}

/** The candidates of one entry. */
interface NotedCandidates {
  readonly number: number;
  readonly candidates: readonly Candidate[];
}

/** The order of trees, such as groups: creations begin at the roots, deletions at the leaves. */
export type TreeOrder = 'rootFirst' | 'deepestFirst';

/** The candidates that phases have noted, in the order of the phases. */
export class Candidates<Phase extends string = string> {
  private readonly trees = new Map<Phase, readonly Candidate[]>();
  private readonly lastNumbers = new Map<Phase, number>();

  /** @param kind only candidates of this kind; absent means all kinds */
  constructor(
    private readonly journal: Journal, private readonly phases: readonly Phase[], private readonly kind?: EntityKind, private readonly treeOrder: TreeOrder = 'rootFirst',
  ) {}

  /**
   * Some candidates of one phase; none only if no more exist.
   *
   * @param sizeOf the maximum for a phase
   */
  public async take(from: CandidatePosition<Phase> | undefined, sizeOf: (phase: Phase) => number): Promise<Chunk<Phase>> {
    let position: CandidatePosition<Phase> | undefined = from ?? { phase: this.phases[0], number: 1, offset: 0 };
    while (position) {
      const { phase, number, offset }: CandidatePosition<Phase> = position;
      const found = this.isTree(phase) ? await this.inTree(phase, number) : await this.inEntry(phase, number, offset > 0);
      if (!found) {
        position = this.after(phase);
        continue;
      }
      const taken = found.candidates.slice(offset, offset + sizeOf(phase));
      const isAll = offset + taken.length >= found.candidates.length;
      position = isAll ? { phase, number: found.number + 1, offset: 0 } : { phase, number: found.number, offset: offset + taken.length };
      if (taken.length > 0) return { phase, candidates: taken, next: position };
    }
    return { phase: this.phases[this.phases.length - 1], candidates: [] };
  }

  /** Whether all entries of a phase belong to a kind with an order. */
  private isTree(phase: Phase): boolean {
    const kinds = this.kind ? [this.kind] : kindsIn(phase);
    return kinds.every((kind) => kindOf(kind).depthOf);
  }

  private after(phase: Phase): CandidatePosition<Phase> | undefined {
    const next = this.phases[this.phases.indexOf(phase) + 1];
    return next && { phase: next, number: 1, offset: 0 };
  }

  /** The entry, or the first after it that has any. */
  private async inEntry(phase: Phase, number: number, isBegun: boolean): Promise<NotedCandidates | undefined> {
    const last = await this.lastNumber(phase);
    if (number > last) return undefined;
    const count = candidatesOf(this.kind);
    const seen = async () => (number > 1 ? (await this.journal.read(phase, number - 1)).total[count] ?? 0 : 0);
    const found = isBegun ? number : await this.journal.firstOver(phase, count, await seen(), number, last);
    return found === undefined ? undefined : { number: found, candidates: this.wanted(await this.journal.read(phase, found)) };
  }

  /** The phases are over, so it does not change. */
  private async lastNumber(phase: Phase): Promise<number> {
    const last = this.lastNumbers.get(phase) ?? await this.journal.lastNumber(phase);
    this.lastNumbers.set(phase, last);
    return last;
  }

  /** All at once, because an entity of any page can be the parent of one of any other. */
  private async inTree(phase: Phase, number: number): Promise<NotedCandidates | undefined> {
    if (number > 1) return undefined;
    const known = this.trees.get(phase);
    if (known) return { number, candidates: known };
    const noted = await this.journal.collect(phase, (entry) => this.wanted(entry));
    const sign = this.treeOrder === 'rootFirst' ? 1 : -1;
    const ordered = noted.flat().sort((a, b) => sign * ((a.depth ?? 0) - (b.depth ?? 0)));
    this.trees.set(phase, ordered);
    return { number, candidates: ordered };
  }

  private wanted({ candidates = [] }: Entry): readonly Candidate[] {
    return this.kind ? candidates.filter((candidate) => entityOf(candidate)?.kind === this.kind) : candidates;
  }
}
