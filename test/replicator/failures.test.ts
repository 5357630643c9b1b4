import { routeOf, MAX_WAIT_MS } from '../../src/replicator/handler/failure-routing';
import { classify } from '../../src/replicator/handler/failures';
import { keyOf } from '../kinds/keys';

/** As Node.js says it, and as the SDK may hand it on. */
const unresolved = (code: string) => Object.assign(new Error(`getaddrinfo ${code} iot.ca-west-1.amazonaws.com`), { code, syscall: 'getaddrinfo' });
const wrapped = (code: string) => new Error('the call failed', { cause: unresolved(code) });

describe('a name that does not resolve, as that of AWS IoT in a Region without it', () => {
  test.each([['as it comes', unresolved('ENOTFOUND')], ['as a cause', wrapped('ENOTFOUND')]])('waits, %s: after three days a person has to look at it', (_, error) => {
    expect(classify(error)).toBe('waiting');
    const now = Date.UTC(2026, 10, 28);
    const failure = { key: keyOf.thing('lamp'), error };
    const first = routeOf(failure, now);
    expect(first).toMatchObject({ to: 'retryQueue', class: 'waiting' });
    if (first.to !== 'retryQueue') return;
    expect(routeOf({ ...failure, previous: first.delayed.message }, now + MAX_WAIT_MS)).toMatchObject({ to: 'retryQueue' });
    expect(routeOf({ ...failure, previous: first.delayed.message }, now + MAX_WAIT_MS + 1)).toMatchObject({
      to: 'deadLetterQueue', letter: { class: 'waiting', reason: error.message },
    });
  });

  test.each(['EAI_AGAIN', 'ENETUNREACH', 'ECONNRESET'])('is not the same as a network that fails: %s is tried without end', (code) => {
    expect(classify(unresolved(code))).toBe('throttled');
    expect(classify(wrapped(code))).toBe('throttled');
  });
});
