import { begin, Begun, SweepRun } from './begin';
import { SweepDependencies } from './context';
import { buryUnit, confirmUnit } from './deletions';
import { deprecateUnit } from './deprecate';
import { LeftBefore } from './left';
import { optionsOf, persistUnit } from './persist';
import { Persister } from './persistence-client';
import { keyOfEntity } from '../../comparison/entity';
import { Journal } from '../../comparison/handler/journal';
import { listingPhases, RECORDS_PHASE } from '../../comparison/handler/listing';
import { SweepPhase } from '../phases';
import { settleReplacedUnit } from './settle-replaced';
import { summarize } from './summary';
import { replacedBy, verdictOf } from './verdict';
import { CandidatePosition, Candidates } from '../../comparison/handler/candidates';
import { Objects } from '../../comparison/handler/objects';
import { Work } from '../../comparison/handler/phase';
import { RegistryReader } from '../../comparison/handler/registry-reader';
import { BeginRequest, stepOf, StepRequest } from '../../comparison/handler/step';
import { RunSummary } from '../../comparison/handler/summary';
import { TableReader } from '../../comparison/handler/table-reader';
import { isFromTheFuture } from '../../record/margin';

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
    summarize: (run, journal, replicated) => summarize(run, journal, new LeftBefore(objects, run), replicated, dependencies),
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
