import { begin, Begun, SweepRun } from './begin';
import { buryUnit, confirmUnit } from './bury';
import { SweepDependencies } from './dependencies';
import { deprecateUnit } from './deprecate';
import { persistUnit } from './persist';
import { Persister } from './persister';
import { SweepPhase } from './phases';
import { summarize, SweepSummary } from './summary';
import { verdictOf } from './verdict';
import { CandidatePosition, Candidates } from '../convergence/candidates';
import { Journal } from '../convergence/journal';
import { listingPhases, RECORDS_PHASE } from '../convergence/listing';
import { Progress, runPhase, Work } from '../convergence/phase';
import { RegistryReader } from '../convergence/registry-reader';
import { BEGIN_PHASE, BeginRequest, hasTimeFor, StepRequest, SUMMARY_PHASE } from '../convergence/step';
import { TableReader } from '../convergence/table-reader';
import { InvocationContext } from '../replicator/dependencies';

export type SweepStepRequest = BeginRequest | StepRequest<SweepRun>;

/**
 * One step of a sweep: as much of a phase as fits into the invocation.
 *
 * A step that is repeated goes on where the one before ended, however that ended.
 *
 * @throws InvalidInputError, TooManyDeletionsError, IncompleteSweepError: repeating the step won't help
 */
export function sweepStep(dependencies: SweepDependencies) {
  return async (request: SweepStepRequest, context: InvocationContext): Promise<Begun | Progress | SweepSummary> => {
    if (request.phase === BEGIN_PHASE) return begin(request as BeginRequest, dependencies);
    const { phase, page, run, scope } = request as StepRequest<SweepRun>;
    const journal = new Journal(dependencies.s3, dependencies.config.bucketName, run.name);
    if (phase === SUMMARY_PHASE) return summarize(run, journal, dependencies);
    const work = phasesOf(dependencies, run, scope, journal)[phase as SweepPhase];
    const progress = await runPhase(phase, work, { page }, journal, hasTimeFor(context));
    dependencies.logger.info('slice done', { phase, ...progress });
    return progress;
  };
}

function phasesOf(dependencies: SweepDependencies, run: SweepRun, scope: StepRequest<SweepRun>['scope'], journal: Journal): Readonly<Record<SweepPhase, Work>> {
  const { iot, dynamodb, config, readPace } = dependencies;
  const registry = new RegistryReader(iot, readPace);
  const table = new TableReader(dynamodb, config.tableName);
  const context = { dependencies, run, registry, table, persister: new Persister(dependencies, run) };
  const entities = new Candidates(journal, ['types', 'groups', 'things']);
  const types = new Candidates(journal, ['types']);
  const memberships = new Candidates(journal, ['memberships']);
  const unlisted = new Candidates(journal, [RECORDS_PHASE]);
  return {
    ...listingPhases({ registry, table, journal, scope, mayDiffer: (entity, records) => verdictOf(entity, records, config) !== undefined }),
    'persist': (cursor) => persistUnit(context, entities, cursor as CandidatePosition | undefined),
    'deprecate': (cursor) => deprecateUnit(context, types, cursor as CandidatePosition | undefined),
    'persist-memberships': (cursor) => persistUnit(context, memberships, cursor as CandidatePosition | undefined),
    'confirm': (cursor) => confirmUnit(context, unlisted, journal, cursor as Parameters<typeof confirmUnit>[3]),
    'bury': buryUnit(context, journal),
  };
}
