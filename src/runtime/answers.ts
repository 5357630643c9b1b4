import type { RecordKey } from '../record/record';

/** Something else has to happen first: a prerequisite is pending, children or things have to be removed, AWS requires five minutes. */
export class WaitingError extends Error {
  public readonly name = 'Waiting';

  /** @param prerequisites entities that may be missing, by record key: the key is parked until one of them arrives. The most common one first. */
  constructor(message: string, public readonly prerequisites: readonly RecordKey[] = []) {
    super(message);
  }
}

/** The invocation ran out of time. Without any progress that must not continue forever. */
export class UnfinishedError extends Error {
  public readonly name = 'Unfinished';
  constructor(cause?: unknown) {
    super('the invocation ran out of time', { cause });
  }
}

/** The registry's answer, where a rule uses more than success. */
export interface Answer<T = void> {
  readonly is: 'done' | 'exists' | 'notFound' | 'refused';
  readonly output?: T;
  /** Set unless done. */
  readonly error?: Error;
}

const ANSWERS: Readonly<Record<string, 'exists' | 'notFound' | 'refused'>> = {
  ResourceAlreadyExistsException: 'exists',
  ResourceNotFoundException: 'notFound',
  InvalidRequestException: 'refused',
  CertificateStateException: 'refused',
  DeleteConflictException: 'refused',
  VersionsLimitExceededException: 'refused',
};

/**
 * Waits for a registry call and turns errors that describe the state of the registry into answers.
 *
 * @throws whatever else the call throws
 */
export async function answerTo<T>(call: Promise<T>): Promise<Answer<T>> {
  try {
    return { is: 'done', output: await call };
  } catch (error) {
    const is = error instanceof Error ? ANSWERS[error.name] : undefined;
    if (!is) throw error;
    return { is, error: error as Error };
  }
}

/** The error for an answer that a rule can't handle. */
export function errorOf(answer: Answer<unknown>): Error {
  return answer.error ?? new Error(`unexpected answer of the registry: ${answer.is}`);
}

/** What the registry returned; nothing if it has no such entity. */
export function found<T>(answer: Answer<T>): T | undefined {
  if (answer.is === 'notFound') return undefined;
  if (!answer.output) throw errorOf(answer);
  return answer.output;
}
