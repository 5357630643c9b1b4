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
 * The longest pause that is made up for afterwards, so that what is done between two units does not slow the calls down. A longer one would let a
 * burst pass, in front of which live changes had to wait.
 */
const MADE_UP_MS = 1000;

/** Calls pass evenly, each at its turn; turns that nobody took lately are left to those who come. */
export function gateOf(perSecond: number): Gate {
  let next = Date.now();
  return {
    perSecond,
    pass: async () => {
      const now = Date.now();
      const turn = Math.max(next, now - MADE_UP_MS);
      next = turn + 1000 / perSecond;
      if (turn > now) await new Promise((resolve) => setTimeout(resolve, turn - now));
    },
  };
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
