import { begin, Begun, SweepRun } from './begin';
import { SweepContext } from './context';
import { writeTombstonesUnit, confirmUnit } from './deletions';
import { finishTypes } from './finish-types';
import { LeftBefore } from './left';
import { optionsOf, persistUnit, RecheckContext } from './persist';
import { Persister } from './persistence-client';
import { recheckReplacedUnit } from './recheck-replaced';
import { summarize } from './summary';
import { replacedBy, verdictOf } from './verdict';
import { CandidatePosition, Candidates } from '../../comparison/handler/candidates';
import { Journal } from '../../comparison/handler/journal';
import { KeySet } from '../../comparison/handler/key-set';
import { listingPhases } from '../../comparison/handler/listing';
import { Objects } from '../../comparison/handler/objects';
import { Work } from '../../comparison/handler/phase';
import { BeginRequest, stepOf, StepRequest } from '../../comparison/handler/step';
import { RunSummary } from '../../comparison/handler/summary';
import { TableReader } from '../../comparison/handler/table-reader';
import { planFor, RECORDS_PHASE, splitListings } from '../../comparison/phases';
import { keyOf, kindOf } from '../../kinds/register';
import { isFromTheFuture } from '../../record/margin';
import { pacingIot } from '../../runtime/pace';
import { persistPhasesOf, phasesThatRefer } from '../phases';

export type SweepStepRequest = BeginRequest | StepRequest<SweepRun>;

/**
 * The steps of a sweep.
 *
 * @throws InvalidInputError, TableChangedError, TooManyDeletionsError, IncompleteSweepError: repeating the step won't help
 */
export function sweepStep(context: SweepContext) {
  const { s3, config, logger } = context;
  const objects = new Objects(s3, config.bucket);
  return stepOf<SweepRun, Begun, RunSummary>({
    tableName: config.tableName,
    begin: (request) => begin(request, context),
    journalOf: ({ name }) => new Journal(objects, name),
    phasesOf: (run, scope, journal, replicated) => phasesOf({ ...context, run, scope, replicated }, objects, journal),
    summarize: (run, scope, journal, replicated) => summarize(run, scope, journal, new LeftBefore(objects, run), replicated, context),
    onSlice: (slice) => logger.info('slice done', { ...slice }),
  });
}

function phasesOf(context: SweepContext & Pick<RecheckContext, 'run' | 'scope' | 'replicated'>, objects: Objects, journal: Journal): Readonly<Record<string, Work>> {
  const { dynamodb, config, readPace, run, scope } = context;
  const iot = pacingIot(context.iot, readPace);
  const table = new TableReader(dynamodb, config.tableName);
  const recheck = { ...context, iot, table, persister: new Persister(context, run), leftBefore: new LeftBefore(objects, run) };
  const plan = planFor(scope);
  const listings = splitListings(plan);
  const persists = persistPhasesOf(plan);
  const stepwise = new Candidates(journal, listings.entities.filter(({ kind }) => kindOf(kind).lastStep).map(({ phase }) => phase));
  const unlisted = new Candidates(journal, [RECORDS_PHASE]);
  return {
    ...listingPhases({
      iot,
      pace: readPace,
      table,
      journal,
      scope,
      mayDiffer: (entity, records) => (
        verdictOf(entity, records, optionsOf(recheck)) !== undefined || replacedBy(records.get(keyOf(entity))).length > 0
      ),
      reportsOutside: true,
      isSuspect: ({ timestamp }) => isFromTheFuture(timestamp, context.now()),
      referred: async () => KeySet.decode((await Promise.all(phasesThatRefer(plan).map((phase) => journal.collect(phase, (entry) => entry.referred ?? '')))).flat()),
    }),
    'deprecate': (cursor) => finishTypes(recheck, stepwise, cursor as CandidatePosition | undefined),
    ...Object.fromEntries(persists.map(({ phase, listings: ofPhase }): [string, Work] => {
      const candidates = new Candidates(journal, ofPhase);
      return [phase, (cursor) => persistUnit(recheck, candidates, cursor as CandidatePosition | undefined)];
    })),
    'confirm': (cursor) => confirmUnit(recheck, unlisted, journal, cursor as Parameters<typeof confirmUnit>[3]),
    'bury': writeTombstonesUnit(recheck, journal),
    'settle-replaced': recheckReplacedUnit(recheck, new Candidates(journal, persists.flatMap((each) => (each.hasOwners ? [] : [each.phase]))), journal),
  };
}
