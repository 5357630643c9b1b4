import { begin, Begun, DriftRun } from './begin';
import { DriftDependencies } from './dependencies';
import { DriftPhase } from './phases';
import { Repairs } from './repairs';
import { settleUnit } from './settle';
import { DriftSummary, summarize } from './summary';
import { verdictOf } from './verdict';
import { WorkPosition, Worklist } from './worklist';
import { Journal } from '../convergence/journal';
import { listingPhases } from '../convergence/listing';
import { Progress, runPhase, Work } from '../convergence/phase';
import { RegistryReader } from '../convergence/registry-reader';
import { BEGIN_PHASE, BeginRequest, hasTimeFor, StepRequest, SUMMARY_PHASE } from '../convergence/step';
import { TableReader } from '../convergence/table-reader';
import { InvocationContext } from '../replicator/dependencies';
import { RetryQueue } from '../replicator/queues';

export type DriftStepRequest = BeginRequest | StepRequest<DriftRun>;

/**
 * One step of a drift check: as much of a phase as fits into the invocation.
 *
 * A step that is repeated goes on where the one before ended, however that ended.
 *
 * @throws InvalidInputError: repeating the step won't help
 */
export function driftStep(dependencies: DriftDependencies) {
  return async (request: DriftStepRequest, context: InvocationContext): Promise<Begun | Progress | DriftSummary> => {
    if (request.phase === BEGIN_PHASE) return begin(request as BeginRequest, dependencies);
    const { phase, page, run, scope } = request as StepRequest<DriftRun>;
    const journal = new Journal(dependencies.s3, dependencies.config.bucketName, run.name);
    if (phase === SUMMARY_PHASE) return summarize(run, journal, dependencies);
    const work = phasesOf(dependencies, run, scope, journal)[phase as DriftPhase];
    const progress = await runPhase(phase, work, { page }, journal, hasTimeFor(context));
    dependencies.logger.info('slice done', { phase, ...progress });
    return progress;
  };
}

function phasesOf(dependencies: DriftDependencies, run: DriftRun, scope: StepRequest<DriftRun>['scope'], journal: Journal): Readonly<Record<DriftPhase, Work>> {
  const { iot, dynamodb, sqs, config, readPace, writePace } = dependencies;
  const registry = new RegistryReader(iot, readPace);
  const table = new TableReader(dynamodb, config.tableName);
  const repairs = new Repairs(new RetryQueue(sqs, config.retryQueueUrl), writePace);
  const worklist = new Worklist(journal);
  return {
    ...listingPhases({ registry, table, journal, scope, mayDiffer: (entity, records) => verdictOf(entity, entity, records, config) !== undefined }),
    settle: (cursor) => settleUnit({ run, config, registry, readPace, table, repairs }, worklist, cursor as WorkPosition | undefined),
  };
}
