import { ExecutionAlreadyExists, StartExecutionCommand } from '@aws-sdk/client-sfn';
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
  readonly begin: (request: BeginRequest) => Promise<Begun>;
  /** Seconds that the last check took; undefined if none is known, or if this one has to read every record, as the first one does. */
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

/** Of an interval, at most: the next check begins when it is over, and can't see this one. */
export const DIRECT_SHARE = 0.75;

/**
 * A scheduled check without an execution of the workflow, whose transitions would be most of what the check of a small fleet costs.
 *
 * The workflow does what takes longer than an invocation, and repeats what fails here: it retries, and its failed execution can be seen.
 */
export async function directCheck(context: CertificateCheckContext, steps: DirectSteps, invocation: Invocation): Promise<DirectResult> {
  const { sfn, config, logger, now } = context;
  const startedAt = now();
  const name = `scheduled-${invocation.awsRequestId}`;
  const available = Math.min(config.intervalSeconds * 1000 * DIRECT_SHARE, invocation.getRemainingTimeInMillis() - RESERVE_MS);
  const hasTimeLeft = hasTimeFor(invocation);
  const hasTime = () => hasTimeLeft() && now() < startedAt + available;
  const input = { [SCHEDULED]: true };
  try {
    const begun = await steps.begin({ phase: BEGIN_PHASE, input, name, startTime: new Date(startedAt).toISOString() });
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
  try {
    await sfn.send(new StartExecutionCommand({ stateMachineArn: config.checkWorkflowArn, name, input: JSON.stringify(input) }));
  } catch (error) {
    // A repetition of the request.
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
  }
  return { execution: name };
}
