import { CertificateCheckContext, CertificateCheckRun } from './context';
import { earlierRun, reasonToSkip } from '../../comparison/handler/earlier-run';
import { BeginRequest } from '../../comparison/handler/step';
import { fieldsOf, InvalidInputError } from '../../comparison/input';
import { readRateOf } from '../../kinds/handler/quotas';

/** The answer to the workflow: a run, or why there is none. */
export type Begun = { readonly run: CertificateCheckRun } | { readonly skipped: string };

/** While a sweep reads all certificates that have no record, a check reads few of them: each would be read twice, and the two take the share of the quotas twice. */
const SHARE_BESIDE_SWEEP = 0.05;

/**
 * Reads the execution's input.
 *
 * @throws InvalidInputError if it has anything but `maxDeactivations`
 */
export async function begin({ input, name, startTime }: BeginRequest, { sfn, config, readPace }: CertificateCheckContext): Promise<Begun> {
  const { maxDeactivations, scheduled } = fieldsOf(input, ['maxDeactivations']);
  const started = { name, startedAt: Date.parse(startTime) };
  const most = mostOf(maxDeactivations);
  const skipped = await reasonToSkip(sfn, { what: 'the certificate check', workflowArn: config.checkWorkflowArn, run: started, scheduled });
  if (skipped !== undefined) return { skipped };
  const isSwept = await earlierRun(sfn, config.sweepWorkflowArn, started) !== undefined;
  const inAnInterval = readRateOf(readPace, 'certificate') * config.intervalSeconds;
  const maxNew = Math.max(1, Math.floor(isSwept ? inAnInterval * SHARE_BESIDE_SWEEP : inAnInterval));
  return { run: { ...started, maxNew, ...most === undefined ? {} : { maxDeactivations: most } } };
}

function mostOf(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) throw new InvalidInputError('maxDeactivations', value, 'a whole number, 0 or more', 'leave it out for the default');
  return value;
}
