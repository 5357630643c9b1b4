import { begin, Begun, DriftRun, reasonToHoldBack } from './begin';
import { recheckUnit } from './check-and-repair';
import { DriftContext } from './context';
import { pacingIot } from '../../runtime/pace';
import { RECHECK_PHASE } from '../phases';
import { Repairs } from './repairs';
import { summarize } from './summary';
import { verdictOf } from './verdict';
import { VerifyPosition, verifyUnit } from './verify';
import { WaitingReader } from './waiting-reader';
import { WorkPosition, Worklist } from './worklist';
import { Candidates } from '../../comparison/handler/candidates';
import { Journal } from '../../comparison/handler/journal';
import { listingPhases } from '../../comparison/handler/listing';
import { Objects } from '../../comparison/handler/objects';
import { Work } from '../../comparison/handler/phase';
import { BeginRequest, stepOf, StepRequest } from '../../comparison/handler/step';
import { RunSummary } from '../../comparison/handler/summary';
import { TableReader } from '../../comparison/handler/table-reader';
import { planFor } from '../../comparison/phases';
import { RetryQueue } from '../../replicator/handler/queues';
import { WaitingItems } from '../../replicator/handler/waiting-items';

export type DriftStepRequest = BeginRequest | StepRequest<DriftRun>;

/**
 * The steps of a drift check.
 *
 * @throws InvalidInputError, TableChangedError: repeating the step won't help
 */
export function driftStep(context: DriftContext) {
  const { s3, config, logger } = context;
  return stepOf<DriftRun, Begun, RunSummary>({
    tableName: config.tableName,
    begin: (request) => begin(request, context),
    journalOf: ({ name }) => new Journal(new Objects(s3, config.bucket), name),
    phasesOf: (run, scope, journal) => phasesOf(context, run, scope, journal),
    summarize: (run, scope, journal, { selection }) => summarize(run, planFor(scope), journal, selection, context),
    onSlice: (slice) => logger.info('slice done', { ...slice }),
  });
}

function phasesOf(context: DriftContext, run: DriftRun, scope: StepRequest<DriftRun>['scope'], journal: Journal): Readonly<Record<string, Work>> {
  const { dynamodb, sqs, config, readPace, writePace, now, pause } = context;
  const iot = pacingIot(context.iot, readPace);
  const table = new TableReader(dynamodb, config.tableName);
  const queue = new RetryQueue(sqs, config.retryQueueUrl);
  const repairs = new Repairs(queue, writePace, run.deleteRetained);
  const waitingReader = new WaitingReader(new WaitingItems(dynamodb, config.stateTableName), queue, now);
  const options = { ...config, retainedUntil: run.retainedUntil, destination: config.identities };
  const heldBack = () => reasonToHoldBack(run, context);
  const plan = planFor(scope);
  const recheck = { run, plan, config: options, iot, readPace, table, repairs, heldBack, waitingReader, now, pause };
  const worklist = new Worklist(journal, plan);
  const toVerify = new Candidates(journal, [RECHECK_PHASE]);
  return {
    ...listingPhases({
      iot,
      pace: readPace,
      table,
      journal,
      scope,
      mayDiffer: (entity, records) => verdictOf(entity, entity, records, options) !== undefined,
    }),
    settle: (cursor) => recheckUnit(recheck, worklist, cursor as WorkPosition | undefined),
    verify: (cursor) => verifyUnit(recheck, toVerify, cursor as VerifyPosition | undefined),
  };
}
