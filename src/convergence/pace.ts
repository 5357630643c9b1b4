import pThrottle from 'p-throttle';
import { Quota, QUOTAS } from './quotas';

/** Lets so many pass in a second. */
export interface Gate {
  readonly perSecond: number;
  /** Resolves when it is the next one's turn. */
  pass(): Promise<void>;
}

/** Lets calls pass at no more than a share of their quotas, so that the rest is left to others. */
export interface Pace {
  /** Resolves when it is the next call's turn. */
  pass(operation: Quota): Promise<void>;
  /** Calls a second. */
  rateOf(operation: Quota): number;
}

/**
 * What a pause of that many milliseconds costs is made up for, so that what is done between two units does not slow the calls down. More would
 * let whole bursts pass, in front of which live changes had to wait.
 */
const WINDOW_MS = 400;

export function gateOf(perSecond: number): Gate {
  const limit = Math.max(1, Math.floor((perSecond * WINDOW_MS) / 1000));
  return { perSecond, pass: pThrottle({ limit, interval: (limit / perSecond) * 1000 })(async () => undefined) };
}

/** @param share of the quotas, more than 0 and at most 1 */
export class SharePace implements Pace {
  private readonly gates = new Map<Quota, Gate>();

  constructor(private readonly share: number) {}

  public rateOf(operation: Quota): number {
    return QUOTAS[operation] * this.share;
  }

  public pass(operation: Quota): Promise<void> {
    let gate = this.gates.get(operation);
    if (!gate) {
      gate = gateOf(this.rateOf(operation));
      this.gates.set(operation, gate);
    }
    return gate.pass();
  }
}
