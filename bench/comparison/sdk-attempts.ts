import { nameOfCall } from '../../src/runtime/calls';
import { Gate, gateOf } from '../../src/runtime/pace';
import { sleep } from '../quota/simulated-clock';

/** Attempts of the SDK for one call, and the pause after the first, which doubles. */
const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 100;

/** The share of a quota that the SDK's adaptive retries reach, as the part `quota` measures. */
const ADAPTIVE_SHARE = 0.9;

/**
 * Calls wait for their turn, as with the adaptive retries of the SDK: those of all processes pass evenly, at the share of the quota that they reach. The SDK itself takes most of
 * the time of a simulation.
 */
export function pacedAsBySdk<Command extends object, Answer>(
  quotaOf: (operation: string) => number, call: (command: Command) => Promise<Answer>,
): (command: Command) => Promise<Answer> {
  const gates = new Map<string, Gate>();
  return async (command) => {
    const operation = nameOfCall(command as never);
    const gate = gates.get(operation) ?? gateOf(quotaOf(operation) * ADAPTIVE_SHARE);
    gates.set(operation, gate);
    await gate.pass();
    return call(command);
  };
}

/** Repeats a throttled call, as the SDK does. */
export function answeredAsBySdk<Command, Answer>(call: (command: Command) => Promise<Answer>): (command: Command) => Promise<Answer> {
  return async (command) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await call(command);
      } catch (error) {
        if (attempt === ATTEMPTS || (error as Error).name !== 'ThrottlingException') throw error;
        await sleep(FIRST_PAUSE_MS * 2 ** attempt);
      }
    }
  };
}
