/** What a service answered to a call that it may refuse. */
export interface Answer {
  readonly ok: boolean;
  /** Name and text of the refusal. */
  readonly name: string;
  readonly text: string;
}

/** Refusals that tell of the caller, or of the moment, and nothing of what a service does. */
const NOT_AN_ANSWER = /AccessDenied|NotAuthorized|Unauthorized|ExpiredToken|UnrecognizedClient|InvalidClientTokenId|InvalidSignature|Throttl|TooManyRequests|SlowDown|OptInRequired/i;

/**
 * Makes a call whose refusal is an answer.
 *
 * @throws the error, if the call got no answer: no permission, throttled, a fault of the service, no connection
 */
export async function answerOf(call: () => Promise<unknown>): Promise<Answer> {
  try {
    await call();
    return { ok: true, name: 'success', text: '' };
  } catch (error) {
    const { name, message, $metadata, $fault } = error as Error & { $metadata?: { httpStatusCode?: number }; $fault?: string };
    const isRefusal = $fault === 'client' && ($metadata?.httpStatusCode ?? 500) < 500 && !NOT_AN_ANSWER.test(name);
    if (!isRefusal) throw error;
    return { ok: false, name, text: message };
  }
}

/** As a person reads it: `success`, or `ResourceNotFoundException: the text`. */
export function shownAnswer({ ok, name, text }: Answer): string {
  return ok ? 'success' : `${name}: ${text}`;
}
