import type { Isolation } from './isolation';
import type { Left } from './undo';

/** The steps of a drill, in their order. */
export const STEPS = {
  arrive: 'a new thing of the source arrives',
  unreachable: 'the source is unreachable, and the status is read without it',
  pause: 'the destination is paused',
  change: 'the registry of the destination takes changes',
  return: 'the source is back, and the pause ends',
  mend: 'what was changed in the destination is undone',
  follow: 'changes of the source arrive again',
  cleanUp: 'the thing is deleted everywhere',
} as const;
export type StepName = keyof typeof STEPS;

/** How a step went. */
export interface Step {
  readonly step: StepName;
  readonly ok: boolean;
  readonly seconds: number;
  /** What was found: a sentence. */
  readonly found: string;
}

export interface DrillReport {
  readonly replication: string;
  readonly sourceRegion: string;
  readonly region: string;
  /** The entity that the drill has made, as commands take it. */
  readonly canary: string;
  readonly isolation: Isolation['by'];
  /** ISO 8601. */
  readonly startedAt: string;
  readonly steps: readonly Step[];
  /** Whether every step went well. */
  readonly ok: boolean;
  /** Whether the status, read without the source, allowed a failover. Absent if it was not read. */
  readonly readyToFailOver?: boolean;
  /** Seconds from the command to pause to the first change in the destination. Absent without one. */
  readonly secondsToCutOver?: number;
  /** Seconds during which nothing of the replication was written to the registry. */
  readonly secondsPaused?: number;
  /** What could not be taken back. */
  readonly left: readonly Left[];
}
