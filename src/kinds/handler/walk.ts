import pMap from 'p-map';
import type { Page } from './kind-reader';
import { UnfinishedError, WaitingError } from '../../runtime/answers';

/** The progress of work through a listing of a million entities, from message to message. Each phase starts the listing again. */
export interface Walk {
  readonly phase: string;
  /** Where the listing continues. */
  readonly token?: string;
  /** Set once a phase is complete: from then on pages are no progress, so that a phase that changes nothing does not continue without end. */
  readonly isAgain?: true;
}

/** Position of one attempt, and whether it has progressed since the previous one. */
export class Progress {
  private moved = false;

  constructor(private walk?: Walk) {}

  public get at(): Walk | undefined {
    return this.walk;
  }

  public get hasMoved(): boolean {
    return this.moved;
  }

  /** Continues with a phase, also for the next attempt. */
  public begin(phase: string): void {
    this.moved ||= this.walk !== undefined;
    this.walk = { phase };
  }

  public turnTo(token: string | undefined): void {
    if (!this.walk) throw new Error('the walk to continue is missing');
    const { phase, isAgain } = this.walk;
    if (token !== undefined) this.moved ||= !isAgain;
    this.walk = { phase, token, ...isAgain || token === undefined ? { isAgain: true } : {} };
  }
}

export interface WalkOptions {
  readonly progress: Progress;
  readonly hasTime: () => boolean;
  /** Items of a page that are processed concurrently. */
  readonly concurrency: number;
}

/**
 * Works through a listing from the place where the previous attempt stopped, and through a page concurrently.
 *
 * @throws UnfinishedError if there is no time left
 * @throws WaitingError if the listing can't be continued; the next attempt starts it again
 */
export async function walkThrough<T>(
  list: (token: string | undefined) => Promise<Page<T> | undefined>, { progress, hasTime, concurrency }: WalkOptions,
  work: { readonly before?: (items: readonly T[]) => Promise<void>; readonly each?: (item: T) => Promise<void> },
): Promise<void> {
  for (;;) {
    if (!hasTime()) throw new UnfinishedError();
    const page = await list(progress.at?.token);
    if (!page) {
      progress.turnTo(undefined);
      throw new WaitingError('the listing could not be continued and starts again');
    }
    await work.before?.(page.items);
    if (work.each) await pMap(page.items, work.each, { concurrency });
    progress.turnTo(page.next);
    if (page.next === undefined) return;
  }
}

/**
 * @param phases the existing phases
 * @param isFresh whether the listing may be continued; the work itself stays due, however old the message is
 */
export function walkIn(value: unknown, phases: readonly string[], isFresh: boolean): Walk | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { phase, token, isAgain } = value as Partial<Record<keyof Walk, unknown>>;
  const known = phases.find((each) => each === phase);
  if (!known) return undefined;
  return { phase: known, ...isFresh && typeof token === 'string' ? { token } : {}, ...isFresh && isAgain === true ? { isAgain } : {} };
}
