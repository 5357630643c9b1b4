import { nameOfCall } from './calls';
import type { IotSender } from './senders';

/** Limits calls per second. */
export interface Gate {
  readonly perSecond: number;
  /** Resolves when the next call may start. */
  pass(): Promise<void>;
}

/** Limits calls to a share of their quotas, so that the rest is left to others. */
export interface Pace {
  /** Resolves when the next call may start. */
  pass(operation: string): Promise<void>;
  /** Calls a second. */
  rateOf(operation: string): number;
}

/**
 * The longest pause that later calls may make up for, so that work between two units does not slow the calls down. A longer pause would cause a
 * burst that delays live changes.
 */
const MADE_UP_MS = 1000;

/** Calls pass evenly, one at a time; recently unused turns are available to later calls. */
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
