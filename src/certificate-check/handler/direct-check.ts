import { ExecutionAlreadyExists, StartExecutionCommand, StartExecutionCommandInput } from '@aws-sdk/client-sfn';
import { Begun } from './begin';
import { CertificateCheckContext } from './context';
import { CertificateCheckSummary } from './summary';
import { BEGIN_PHASE, BeginRequest, hasTimeFor, RESERVE_MS } from '../../comparison/handler/step';
import { SCHEDULED } from '../../comparison/input';

/** A request of the schedule: the check is to be done without an execution, if one invocation suffices. */
export interface DirectRequest {
  readonly [SCHEDULED]: true;
}

/** The invocation that a request comes with. */
export interface Invocation {
  /** Unique, but for repetitions of the same request. */
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** Where a check was done. */
export type DirectResult = { readonly skipped: string } | { readonly summary: CertificateCheckSummary } | { readonly execution: string };

/** What a check without an execution consists of. */
export interface DirectSteps {
  /** @param until when the check has ended, in milliseconds since the epoch */
  readonly begin: (request: BeginRequest, until: number) => Promise<Begun>;
  /** Seconds that the last check took; undefined if none is known, if this one has to read every record, as the first one does, or if the function of the one before died. */
  readonly lastSeconds: () => Promise<number | undefined>;
  /** Does everything, and returns the summary; undefined if the time was over, or if the check has to fail. */
  readonly complete: (run: Extract<Begun, { readonly run: unknown }>['run'], hasTime: () => boolean) => Promise<CertificateCheckSummary | undefined>;
}

/** What the function does: a direct request is of the schedule, every other one of the workflow. */
export function directCheckOr<Request extends object, Answer>(
  step: (request: Request, invocation: Invocation) => Promise<Answer>, context: CertificateCheckContext, steps: DirectSteps,
) {
  return async (request: DirectRequest | Request, invocation: Invocation): Promise<DirectResult | Answer> => (
    SCHEDULED in request ? directCheck(context, steps, invocation) : step(request as Request, invocation)
  );
}

/** Before the workflow is started again: by then the SDK has repeated the call several times. */
const START_AGAIN_MS = 10_000;

/** Errors of Step Functions that stay. */
const PERMANENT = ['AccessDeniedException', 'StateMachineDoesNotExist', 'StateMachineDeleting', 'InvalidArn', 'ValidationException'];

/** Of an interval, at most: the next check is skipped while this one is running. */
export const DIRECT_SHARE = 0.75;

/**
 * A scheduled check without an execution of the workflow, whose transitions would be most of what the check of a small fleet costs.
 *
 * The workflow does what takes longer than an invocation, and repeats what fails here: it retries, and its failed execution can be seen.
 */
export async function directCheck(context: CertificateCheckContext, steps: DirectSteps, invocation: Invocation): Promise<DirectResult> {
  const { config, logger, now } = context;
  const startedAt = now();
  const name = `scheduled-${invocation.awsRequestId}`;
  const available = Math.min(config.intervalSeconds * 1000 * DIRECT_SHARE, invocation.getRemainingTimeInMillis() - RESERVE_MS);
  // Whatever happens to it: the reserve covers the unit that is running when its time is over.
  const until = startedAt + available + RESERVE_MS;
  const hasTimeLeft = hasTimeFor(invocation);
  const hasTime = () => hasTimeLeft() && now() < startedAt + available;
  const input = { [SCHEDULED]: true };
  try {
    const begun = await steps.begin({ phase: BEGIN_PHASE, input, name, startTime: new Date(startedAt).toISOString() }, until);
    if ('skipped' in begun) {
      logger.info('certificate check skipped', { reason: begun.skipped });
      return begun;
    }
    const lastSeconds = await steps.lastSeconds();
    if (lastSeconds !== undefined && lastSeconds * 1000 < available) {
      const summary = await steps.complete(begun.run, hasTime);
      if (summary) return { summary };
    }
  } catch (error) {
    logger.warn('the workflow repeats a certificate check that has failed', { error: error instanceof Error ? error.name : 'UnknownError' });
  }
  await start(context, { stateMachineArn: config.checkWorkflowArn, name, input: JSON.stringify(input) }, () => now() + START_AGAIN_MS < until);
  return { execution: name };
}

/**
 * Starts the workflow.
 *
 * @throws what Step Functions throws, at once if that stays, otherwise when the time is over: the invocation fails, which its metric counts, and the next interval tries again
 */
async function start({ sfn, logger, pause }: CertificateCheckContext, input: StartExecutionCommandInput, hasTime: () => boolean): Promise<void> {
  for (;;) {
    try {
      await sfn.send(new StartExecutionCommand(input));
      return;
    } catch (error) {
      // A repetition of the request.
      if (error instanceof ExecutionAlreadyExists) return;
      const { name } = error as Error;
      if (PERMANENT.includes(name) || !hasTime()) throw error;
      logger.warn('the workflow of a certificate check could not be started, and is started again', { error: name });
    }
    await pause(START_AGAIN_MS);
  }
}
