import { KINDS } from '../../kinds';
import { PermanentError } from '../permanent-error';

/** The error that a step makes the workflow fail with. */
export interface Failure {
  readonly failure: { readonly error: string; readonly cause: string };
}

/** A repeatable step failed. Its message contains no names, because Lambda writes every thrown error to its log. */
export class StepError extends Error {
  constructor(public readonly name: string, message: string) {
    super(message);
  }
}

/**
 * A step as the workflow invokes it.
 *
 * Permanent errors are answers, so that their names stay out of the log. All others are thrown, to be repeated, without what
 * they may name.
 */
export function stepHandler<Request, Result, Context>(step: (request: Request, context: Context) => Promise<Result>) {
  return async (request: Request, context: Context): Promise<Result | Failure> => {
    try {
      return await step(request, context);
    } catch (error) {
      if (error instanceof PermanentError) return { failure: { error: error.name, cause: error.message } };
      throw withoutNames(error);
    }
  };
}

/** Names of entities in ARNs, after their resource type. */
const NAMES = new RegExp(`\\b(${KINDS.flatMap(({ resource }) => resource ?? []).join('|')})/[^\\s"']+`, 'g');

/**
 * A missing permission is reported with its action, and with its resource unless that contains a name. Other messages of AWS
 * may contain names; errors that do not come from AWS contain none.
 */
function withoutNames(error: unknown): StepError {
  if (!(error instanceof Error)) return new StepError('UnknownError', `the step threw a value of type ${typeof error}`);
  const isDenied = error.name.startsWith('AccessDenied');
  const isOfAws = '$metadata' in error;
  const message = error.message.replace(NAMES, '$1/…');
  return new StepError(error.name, isDenied || !isOfAws ? message : 'AWS refused a call; its message may contain names of things, so it is omitted');
}
