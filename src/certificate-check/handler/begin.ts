import { CertificateCheckContext, CertificateCheckRun } from './context';
import type { KnownCertificates } from './known-certificates';
import { earlierRun, reasonToSkip } from '../../comparison/handler/earlier-run';
import { BeginRequest } from '../../comparison/handler/step';
import { fieldsOf, InvalidInputError } from '../../comparison/input';
import { readRateOf } from '../../kinds/handler/quotas';

/** The answer to the workflow: a run, or why there is none. */
export type Begun = { readonly run: CertificateCheckRun } | { readonly skipped: string };

/** While a sweep reads all certificates that have no record, a check reads few of them: each would be read twice, and the two take the share of the quotas twice. */
const SHARE_BESIDE_SWEEP = 0.05;

/** How long an execution keeps others out before it is listed, which is eventually consistent. Once it is, nobody begins until it has ended. */
const UNLISTED_MS = 60_000;

/**
 * Begins the execution of a check.
 *
 * @throws InvalidInputError if its input has anything but `maxDeactivations`
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html
 */
export async function begin(request: BeginRequest, context: CertificateCheckContext, known: KnownCertificates): Promise<Begun> {
  // A step may be repeated, and a check without an execution hands over to one of its name.
  const isMine = (run: string) => run === request.name;
  return beginWith(request, context, known, { until: context.now() + UNLISTED_MS, isMine });
}

/**
 * Begins a check that ends in time, whatever happens.
 *
 * @param until in milliseconds since the epoch
 * @throws as `begin`
 */
export async function beginDirectly(
  request: BeginRequest, context: CertificateCheckContext, known: KnownCertificates, until: number,
): Promise<Begun> {
  // Another one of this name is the same request, delivered twice.
  return beginWith(request, context, known, { until, isDirect: true, isMine: () => false });
}

/** How a check keeps others out, and which it takes for itself. */
interface Claim {
  readonly until: number;
  readonly isDirect?: boolean;
  readonly isMine: (run: string) => boolean;
}

async function beginWith(
  request: BeginRequest, context: CertificateCheckContext, known: KnownCertificates, { until, isDirect, isMine }: Claim,
): Promise<Begun> {
  const { input, name, startTime } = request;
  const { sfn, config, readPace, now } = context;
  const { maxDeactivations, scheduled } = fieldsOf(input, ['maxDeactivations']);
  const started = { name, startedAt: Date.parse(startTime) };
  const most = mostOf(maxDeactivations);
  const skipped = await reasonToSkip(sfn, { what: 'the certificate check', workflowArn: config.checkWorkflowArn, run: started, scheduled });
  if (skipped !== undefined) return { skipped };
  const other = await known.take({ run: name, until, isDirect }, now(), isMine);
  if (other !== undefined) {
    return { skipped: `the certificate check ${other} is running, or has just ended without a result; two at once would take twice the share of the registry's quotas` };
  }
  const isSwept = await earlierRun(sfn, config.sweepWorkflowArn, started) !== undefined;
  const inAnInterval = readRateOf(readPace, 'certificate') * config.intervalSeconds;
  const maxNew = Math.max(1, Math.floor(isSwept ? inAnInterval * SHARE_BESIDE_SWEEP : inAnInterval));
  return { run: { ...started, tableName: config.tableName, maxNew, ...most === undefined ? {} : { maxDeactivations: most } } };
}

function mostOf(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) throw new InvalidInputError('maxDeactivations', value, 'a whole number, 0 or more', 'leave it out for the default');
  return value;
}
