import { Counts, outcomesIn } from '../../comparison/counts';
import { named, NamedDifference } from '../../comparison/handler/differences';
import { FIRST } from '../../comparison/handler/phase';
import { totalsOf } from '../../comparison/handler/summary';
import { PermanentError } from '../../comparison/permanent-error';
import { IdentityMetrics } from '../../metrics/metric-names';
import { Outcome } from '../../persistence/outcome';
import type { CertificateCheckResult } from '../../record/signal';
import { counted } from '../../runtime/counted';
import { TooManyDeactivationsError } from '../../sweep/handler/deletion-limit';
import { FAILED } from '../../sweep/handler/persistence-client';
import { Stage } from '../phases';
import { limitOf } from './absent';
import { CheckContext } from './context';
import { CheckCount, foundIn, remainingOf, ZEROS } from './counts';

/** The output of an execution. */
export interface CertificateCheckSummary {
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationSeconds: number;
  readonly counts: Counts;
  readonly first: readonly NamedDifference[];
  /** Where all differences are. */
  readonly report: string;
}

/** Some records could not be written. */
export class IncompleteCertificateCheckError extends PermanentError {
  public readonly name = 'IncompleteCertificateCheck';
}

/** Whether the summary of the check throws. */
export async function fails(context: CheckContext): Promise<boolean> {
  return failureOf(context, (await resultsOf(context)).counts) !== undefined;
}

/** @throws TooManyDeactivationsError, IncompleteCertificateCheckError: everything else has been done */
export async function summarize(context: CheckContext): Promise<CertificateCheckSummary> {
  const { journal, run, config, now, logger, meter, persister } = context;
  const { counts, first } = await resultsOf(context);
  const summary: CertificateCheckSummary = {
    startedAt: new Date(run.startedAt).toISOString(),
    durationSeconds: Math.round((now() - run.startedAt) / 1000),
    counts,
    first: first.slice(0, FIRST).map(named),
    report: journal.reportUri,
  };
  const failure = failureOf(context, counts);
  const shown = { ...failure ? { failure: failure.name } : {}, ...config.logPayloads ? { first: summary.first } : {} };
  logger.info('certificate check done', { durationSeconds: summary.durationSeconds, counts, ...shown });
  await persister.signal('REPLICATION_CERTIFICATE_CHECK', run.startedAt, resultOf(summary, failure));
  // Last, because all of this is repeated if the workflow can't be started.
  const { CERTIFICATE_CHECK_DURATION, CERTIFICATES_DEACTIVATED, DEACTIVATIONS_REFUSED } = IdentityMetrics.SOURCE;
  meter.publish([
    [CERTIFICATE_CHECK_DURATION, summary.durationSeconds],
    [CERTIFICATES_DEACTIVATED, counts[CheckCount.DEACTIVATED]],
    ...failure instanceof TooManyDeactivationsError ? [[DEACTIVATIONS_REFUSED, failure.refused] as const] : [],
  ]);
  if (failure) throw failure;
  return summary;
}

function resultOf({ durationSeconds, counts }: CertificateCheckSummary, failure: PermanentError | undefined): CertificateCheckResult {
  return {
    durationSeconds,
    certificates: counts[CheckCount.LISTED],
    found: foundIn(counts),
    persisted: counts[Outcome.PERSISTED],
    remaining: remainingOf(counts),
    ...failure ? { failure: failure.name } : {},
  };
}

async function resultsOf({ journal }: CheckContext): ReturnType<typeof totalsOf> {
  const { counts, first } = await totalsOf(journal, Object.values(Stage), ZEROS);
  return { counts: Object.fromEntries(Object.entries(outcomesIn(counts)).filter(([name]) => name in ZEROS)), first };
}

function failureOf({ run, config, journal: { reportUri } }: CheckContext, counts: Counts): PermanentError | undefined {
  const { [CheckCount.LOOKED_AT]: lookedAt, [CheckCount.LOOKED_AT_GONE]: areGone, [CheckCount.UNLISTED]: unlisted } = counts;
  // If one of them is there, the listing is wrong, and nothing follows from it.
  if (lookedAt > 0 && areGone === lookedAt) {
    const limit = limitOf(run, config.maxDeactivations, counts[CheckCount.KNOWN]);
    return new TooManyDeactivationsError({ suspected: unlisted, confirmed: areGone, limit, input: 'maxDeactivations' });
  }
  if (counts[FAILED] === 0) return undefined;
  return new IncompleteCertificateCheckError(
    `${counted(counts[FAILED], 'certificate')} could not be persisted: look at the failed executions of the persistence workflow; the next check tries again, and the report is in ${reportUri}`,
  );
}
