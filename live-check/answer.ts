import type { Finding } from './belief';

/** The answer of a service to a call that it may refuse. */
export interface Answer {
  readonly ok: boolean;
  /** Name and text of the refusal. */
  readonly name: string;
  readonly text: string;
  /** The refusal. */
  readonly error?: Error;
}

/** Refusals because of the caller or of the moment, which prove nothing about the service. */
const NOT_AN_ANSWER = /AccessDenied|NotAuthorized|Unauthorized|ExpiredToken|UnrecognizedClient|InvalidClientTokenId|InvalidSignature|Throttl|TooManyRequests|SlowDown|OptInRequired/i;

/**
 * Makes a call whose refusal is an answer.
 *
 * @throws the error, if the call got no answer: no permission, throttling, a fault of the service, no connection
 */
export async function answerOf(call: () => Promise<unknown>): Promise<Answer> {
  try {
    await call();
    return { ok: true, name: 'success', text: '' };
  } catch (error) {
    const { name, message, $metadata, $fault } = error as Error & { $metadata?: { httpStatusCode?: number }; $fault?: string };
    const isRefusal = $fault === 'client' && ($metadata?.httpStatusCode ?? 500) < 500 && !NOT_AN_ANSWER.test(name);
    if (!isRefusal) throw error;
    return { ok: false, name, text: message, error: error as Error };
  }
}

/** For readers: `success`, or `ResourceNotFoundException: the text`. */
export function shownAnswer({ ok, name, text }: Answer): string {
  return ok ? 'success' : `${name}: ${text}`;
}

/** Finds that a call is accepted. */
export function accepted(answer: Answer): Finding {
  return { holds: answer.ok, seen: shownAnswer(answer) };
}

/** Finds that a call is refused with an error of this name. */
export function refused(answer: Answer, name: string): Finding {
  return { holds: answer.name === name, seen: shownAnswer(answer) };
}
