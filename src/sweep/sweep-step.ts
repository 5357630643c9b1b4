import { begin, Begun, SweepRun } from './begin';
import { buryUnit, confirmUnit } from './bury';
import { SweepDependencies } from './dependencies';
import { deprecateUnit } from './deprecate';
import { LeftBefore } from './left';
import { optionsOf, persistUnit } from './persist';
import { Persister } from './persister';
import { SweepPhase } from './phases';
import { settleReplacedUnit } from './settle-replaced';
import { summarize } from './summary';
import { replacedBy, verdictOf } from './verdict';
import { CandidatePosition, Candidates } from '../convergence/candidates';
import { keyOfEntity } from '../convergence/entity';
import { Journal } from '../convergence/journal';
import { listingPhases, RECORDS_PHASE } from '../convergence/listing';
import { Objects } from '../convergence/objects';
import { Work } from '../convergence/phase';
import { RegistryReader } from '../convergence/registry-reader';
import { BeginRequest, stepOf, StepRequest } from '../convergence/step';
import { RunSummary } from '../convergence/summary';
import { TableReader } from '../convergence/table-reader';
import { isFromTheFuture } from '../table/margin';

export type SweepStepRequest = BeginRequest | StepRequest<SweepRun>;

/**
 * The steps of a sweep.
 *
 * @throws InvalidInputError, TooManyDeletionsError, IncompleteSweepError: repeating the step won't help
 */
export function sweepStep(dependencies: SweepDependencies) {
  const { s3, config, logger } = dependencies;
  const objects = new Objects(s3, config.bucket);
  return stepOf<SweepRun, Begun, RunSummary>({
    begin: (request) => begin(request, dependencies),
    journalOf: ({ name }) => new Journal(objects, name),
    phasesOf: (run, scope, journal) => phasesOf(dependencies, objects, run, scope, journal),
    summarize: (run, journal) => summarize(run, journal, new LeftBefore(objects, run), dependencies),
    onSlice: (slice) => logger.info('slice done', { ...slice }),
  });
}

function phasesOf(
  dependencies: SweepDependencies, objects: Objects, run: SweepRun, scope: StepRequest<SweepRun>['scope'], journal: Journal,
): Readonly<Record<SweepPhase, Work>> {
  const { iot, dynamodb, config, readPace } = dependencies;
  const registry = new RegistryReader(iot, readPace);
  const table = new TableReader(dynamodb, config.tableName);
  const context = { dependencies, run, registry, table, persister: new Persister(dependencies, run), leftBefore: new LeftBefore(objects, run) };
  const entities = new Candidates(journal, ['types', 'groups', 'things']);
  const types = new Candidates(journal, ['types']);
  const memberships = new Candidates(journal, ['memberships']);
  const unlisted = new Candidates(journal, [RECORDS_PHASE]);
  return {
    ...listingPhases({
      registry,
      table,
      journal,
      scope,
      mayDiffer: (entity, records) => (
        verdictOf(entity, records, optionsOf(context)) !== undefined || replacedBy(records.get(keyOfEntity(entity))).length > 0
      ),
      reportsOutside: true,
      isSuspect: ({ timestamp }) => isFromTheFuture(timestamp, dependencies.now()),
    }),
    'persist': (cursor) => persistUnit(context, entities, cursor as CandidatePosition | undefined),
    'deprecate': (cursor) => deprecateUnit(context, types, cursor as CandidatePosition | undefined),
    'persist-memberships': (cursor) => persistUnit(context, memberships, cursor as CandidatePosition | undefined),
    'confirm': (cursor) => confirmUnit(context, unlisted, journal, cursor as Parameters<typeof confirmUnit>[3]),
    'bury': buryUnit(context, journal),
    'settle-replaced': settleReplacedUnit(context, new Candidates(journal, ['persist']), journal),
  };
}
