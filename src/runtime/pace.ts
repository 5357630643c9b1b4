import { nameOfCall } from './calls';
import type { IotSender } from './senders';

/** Lets so many pass in a second. */
export interface Gate {
  readonly perSecond: number;
  /** Resolves when it is the next one's turn. */
  pass(): Promise<void>;
}

/** Lets calls pass at no more than a share of their quotas, so that the rest is left to others. */
export interface Pace {
  /** Resolves when it is the next call's turn. */
  pass(operation: string): Promise<void>;
  /** Calls a second. */
  rateOf(operation: string): number;
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

/** The same client, whose calls wait for their turn. */
export function pacingIot(iot: IotSender, pace: Pace): IotSender {
  const send = async (...args: Parameters<IotSender['send']>) => {
    await pace.pass(nameOfCall(args[0]));
    return iot.send(...args);
  };
  return { send: send as IotSender['send'] };
}
