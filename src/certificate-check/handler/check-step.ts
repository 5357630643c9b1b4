import { Candidates } from '../../comparison/handler/candidates';
import { HeldObjects } from '../../comparison/handler/held-objects';
import { Journal, journalPrefixOf } from '../../comparison/handler/journal';
import { Objects, ObjectStore } from '../../comparison/handler/objects';
import { Progress, runPhase, Work } from '../../comparison/handler/phase';
import { BeginRequest, hasTimeFor, StepRequest, SUMMARY_PHASE } from '../../comparison/handler/step';
import { expectTableOf } from '../../comparison/handler/table-of-run';
import { TableReader } from '../../comparison/handler/table-reader';
import { pacingIot } from '../../runtime/pace';
import { ChangedCertificates } from '../../sweep/handler/changed-certificates';
import { Persister } from '../../sweep/handler/persistence-client';
import { Stage } from '../phases';
import { absentWork, buryWork, candidatesWork } from './absent';
import { begin, beginDirectly, Begun } from './begin';
import { CertificateCheckContext, CertificateCheckRun, CheckContext } from './context';
import { DirectSteps } from './direct-check';
import { KnownCertificates } from './known-certificates';
import { Before, changedSince, listWork, reliableHead } from './list';
import { lookAt } from './look';
import { rememberWork } from './remember';
import { CertificateCheckSummary, fails, summarize } from './summary';

export type CertificateCheckRequest = BeginRequest | StepRequest<CertificateCheckRun>;

/**
 * The steps of a certificate check: how changes that no registry event reports are noticed within minutes.
 *
 * A listing never writes: what it shows otherwise than the record is read directly.
 *
 * @throws InvalidInputError, TableChangedError, TooManyDeactivationsError, IncompleteCertificateCheckError: repeating the step won't help
 */
export function certificateCheckStep(context: CertificateCheckContext) {
  const objects = new Objects(context.s3, context.config.bucket);
  type Answer = Begun | Progress | CertificateCheckSummary;
  return async (request: CertificateCheckRequest, time: { getRemainingTimeInMillis(): number }): Promise<Answer> => {
    if (!('run' in request)) return begin(request, context, new KnownCertificates(objects));
    expectTableOf(request.run, context.config);
    const check = contextOf(context, objects, request.run);
    return request.phase === SUMMARY_PHASE ? summarize(check) : sliceOf(check, new ChangedCertificates(objects), hasTimeFor(time));
  };
}

/** Characters of the journal. That of a million certificates in sync has about a third of them: 8 bytes each, in Base64. */
const MAX_HELD = 32 * 1024 * 1024;

/** The steps of a check without an execution. Its journal is in memory: what does not end is repeated from the beginning. */
export function directSteps(context: CertificateCheckContext): DirectSteps {
  const objects = new Objects(context.s3, context.config.bucket);
  return {
    begin: (request, until) => beginDirectly(request, context, new KnownCertificates(objects), until),
    lastSeconds: async () => reliableHead(await new KnownCertificates(objects).headUnlessDied(), context.config.tableName, context.now())?.seconds,
    complete: async (run, hasTime) => {
      const check = contextOf(context, objects, run, new HeldObjects(objects, journalPrefixOf(run.name), MAX_HELD));
      const { done } = await sliceOf(check, new ChangedCertificates(objects), hasTime);
      return done && !await fails(check) ? summarize(check) : undefined;
    },
  };
}

function contextOf(context: CertificateCheckContext, objects: Objects, run: CertificateCheckRun, journaled: ObjectStore = objects): CheckContext {
  return {
    ...context,
    run,
    pacedIot: pacingIot(context.iot, context.readPace),
    table: new TableReader(context.dynamodb, context.config.tableName),
    journal: new Journal(journaled, run.name),
    known: new KnownCertificates(objects),
    persister: new Persister(context, run),
  };
}

/** As many units of the stages as fit into the invocation, but at least one. The journal knows which are done. */
async function sliceOf(context: CheckContext, changes: ChangedCertificates, hasTime: () => boolean): Promise<Progress> {
  const { journal, logger } = context;
  let noted: ReturnType<typeof changedSince> | undefined;
  const read = async () => changedSince(context, await context.known.head(), changes);
  // What is written meanwhile is listed by the next check.
  const changed = () => noted ??= read();
  const load = async (): Promise<Before> => ({ ...await changed(), known: await context.known.load() });
  const works: readonly (readonly [string, Work])[] = [
    [Stage.LIST, listWork(context, load)],
    [Stage.ABSENT, absentWork(context, async () => (await changed()).changed)],
    [Stage.BURY, buryWork(context)],
    [Stage.READ, candidatesWork(context, new Candidates(journal, [Stage.LIST]), lookAt)],
    [Stage.REMEMBER, rememberWork(context)],
  ];
  let isFirst = true;
  for (const [stage, work] of works) {
    const counted: Work = async (cursor) => {
      isFirst = false;
      return work(cursor);
    };
    if (!isFirst && !hasTime()) return { page: 0, done: false };
    const { done } = await runPhase(stage, counted, { page: 0 }, journal, hasTime);
    if (!done) {
      logger.info('slice done', { stage });
      return { page: 0, done: false };
    }
  }
  return { page: 0, done: true };
}
