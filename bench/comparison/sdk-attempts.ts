import { sleep } from '../quota/simulated-clock';

/** Attempts of the SDK for one call, and the pause after the first, which doubles. */
const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 100;

/** Repeats a throttled call, as the SDK does. Its adaptive rate limiting is left out: it takes most of the time of a simulation. */
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
