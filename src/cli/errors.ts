import { EXIT, ExitCode } from './exit-codes';

/** Ends a command with a message instead of a stack trace. */
export class CommandError extends Error {
  public override readonly name = 'CommandError';

  /** @param message what was given or found, what is expected, what to do */
  constructor(message: string, public readonly exitCode: ExitCode = EXIT.notDone) {
    super(message);
  }
}

/** The call that failed, as the middleware of the clients remembers it: an error of the SDK contains neither. */
export interface FailedCall {
  /** As IAM names it, such as `sqs:GetQueueUrl`. */
  readonly action: string;
  readonly region: string;
}

const failedCalls = new WeakMap<Error, FailedCall>();

export function rememberCall(error: unknown, call: FailedCall): void {
  if (error instanceof Error) failedCalls.set(error, call);
}

/** Why a call failed, for a person: one of these decides what can be done about it. */
export type Failure =
  | { readonly kind: 'unreachable'; readonly text: string }
  | { readonly kind: 'denied'; readonly text: string }
  | { readonly kind: 'credentials'; readonly text: string }
  | { readonly kind: 'other'; readonly text: string };

interface AwsError extends Error {
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const NETWORK_CODES: ReadonlySet<string> = new Set(['ENOTFOUND', 'ECONNREFUSED', 'ECONNRESET', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'EPIPE']);
const NO_ANSWER: ReadonlySet<string> = new Set(['TimeoutError', 'AbortError']);
const WRONG_CREDENTIALS: ReadonlySet<string> = new Set([
  'CredentialsProviderError', 'ExpiredToken', 'ExpiredTokenException', 'InvalidClientTokenId', 'UnrecognizedClientException', 'InvalidAccessKeyId', 'SignatureDoesNotMatch', 'InvalidSignatureException',
]);
/** How AWS words it: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
const DENIED = /not authorized to perform: (\S+?)(?: on resource: ("?)(\S+?)\2)?(?=\s|$)/;

/** What an error of a client means. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { kind: 'other', text: String(error) };
  const { name, message, code, $metadata } = error as AwsError;
  const call = failedCalls.get(error);
  const during = call ? ` (${call.action} in ${call.region})` : '';
  if (WRONG_CREDENTIALS.has(name)) {
    return { kind: 'credentials', text: `no valid credentials: ${message}; expected those of the AWS CLI: the environment, --profile or AWS_PROFILE; \`aws sts get-caller-identity\` has to work` };
  }
  if (/^(AccessDenied|AuthorizationError|UnauthorizedOperation|NotAuthorized)/.test(name) || /^(AccessDenied|UnauthorizedException)/.test(code ?? '') || $metadata?.httpStatusCode === 403) {
    const [, action = call?.action ?? 'an action that the answer does not name', , resource] = DENIED.exec(message) ?? [];
    return { kind: 'denied', text: `permission is missing: ${action}${resource ? ` on ${resource}` : ''}${call ? ` in ${call.region}` : ''}` };
  }
  if (NO_ANSWER.has(name) || NETWORK_CODES.has(code ?? '') || ($metadata?.httpStatusCode ?? 0) >= 500) {
    return { kind: 'unreachable', text: `${NO_ANSWER.has(name) ? 'no answer in time' : `${name}: ${message}`}${during}` };
  }
  return { kind: 'other', text: `${name}: ${message}${during}` };
}

/** An error of a client as the end of a command. */
export function asCommandError(error: unknown): CommandError {
  if (error instanceof CommandError) return error;
  const { kind, text } = failureOf(error);
  return new CommandError(text, kind === 'denied' || kind === 'credentials' ? EXIT.notDone : EXIT.failed);
}
