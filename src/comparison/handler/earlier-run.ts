import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { SfnSender } from '../../runtime/senders';
import { COPY_PREFIX } from '../../status/check-names';
import { isScheduled } from '../input';
import { DEPLOYMENT_PREFIX } from '../properties';

/** One execution of a workflow. */
export interface Run {
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}

/** A run that is about to begin. */
export interface IntendedRun {
  /** Its name in messages, as in 'the sweep'. */
  readonly what: string;
  readonly workflowArn: string;
  readonly run: Run;
  /** Of the input. */
  readonly scheduled: unknown;
}

/** Why a run does not begin now: it is over, or waits for its turn. */
export type Held = { readonly skipped: string } | { readonly waits: string };

/**
 * Why a run does not begin now; undefined if it may. While another one is running it is skipped, unless nobody would start it again: then it waits, until that one has ended, or a later deployment has
 * started a run. That one compares what is replicated by then, and what this one would have found as well; each of many would take as long as the last, which alone proves something.
 *
 * @throws InvalidInputError if `scheduled` is neither true nor absent, and no other run blocks this one
 */
export async function reasonToHold(sfn: SfnSender, intended: IntendedRun): Promise<Held | undefined> {
  const { what, workflowArn, run } = intended;
  const other = await earlierRun(sfn, workflowArn, run);
  if (other !== undefined) {
    if (!isStartedOnce(run)) return { skipped: besides(what, other) };
    const later = await laterOfDeployment(sfn, workflowArn, run);
    return later === undefined ? { waits: `${what} ${other} is running` } : { skipped: `${what} ${later} of a later deployment waits too, and compares what this one would` };
  }
  const skipped = await reasonOfDeployment(sfn, intended);
  return skipped === undefined ? undefined : { skipped };
}

/**
 * Why a run that is soon started again must not begin, as a sentence; undefined if it may.
 *
 * @throws as `reasonToHold`
 */
export async function reasonToSkip(sfn: SfnSender, intended: IntendedRun): Promise<string | undefined> {
  const { what, workflowArn, run } = intended;
  const other = await earlierRun(sfn, workflowArn, run);
  return other === undefined ? reasonOfDeployment(sfn, intended) : besides(what, other);
}

function besides(what: string, other: string): string {
  return `${what} ${other} is running; two at once would take twice the share of the registry's quotas`;
}

async function reasonOfDeployment(sfn: SfnSender, { what, workflowArn, run, scheduled }: IntendedRun): Promise<string | undefined> {
  const done = isScheduled(scheduled) ? await deploymentsRun(sfn, workflowArn, run) : undefined;
  return done === undefined ? undefined : `${what} ${done} of the deployment has just ended; a schedule begins when it is made`;
}

/**
 * Whether a run has an occasion of its own: a run that is in progress may have passed what it is about, or compares what was replicated before, and the next one of the schedule may be
 * a week away.
 */
function isStartedOnce({ name }: Run): boolean {
  return [DEPLOYMENT_PREFIX, COPY_PREFIX].some((prefix) => name.startsWith(prefix));
}

/** How long after a run of a deployment a scheduled run has nothing new to do. The schedule is created seconds after that run started. */
const JUST_NOW_MILLIS = 15 * 60 * 1000;

/**
 * The name of a deployment's run that started shortly before this one and has ended.
 *
 * A schedule with a rate starts its first run when it is created, and the deployment has started one as well.
 *
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export async function deploymentsRun(sfn: SfnSender, stateMachineArn: string, { startedAt }: Run): Promise<string | undefined> {
  let nextToken: string | undefined;
  do {
    // The newest come first.
    const page = await sfn.send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'SUCCEEDED', nextToken }));
    for (const { name, startDate } of page.executions ?? []) {
      const age = startedAt - startDate!.getTime();
      if (age > JUST_NOW_MILLIS) return undefined;
      if (age >= 0 && name!.startsWith(DEPLOYMENT_PREFIX)) return name;
    }
    nextToken = page.nextToken;
  } while (nextToken);
  return undefined;
}

/**
 * The name of an execution that started before this one and still runs: two at once would take twice the share of the registry's quotas.
 *
 * Of two that started at the same moment, the one whose name comes first continues.
 */
export async function earlierRun(sfn: SfnSender, stateMachineArn: string, run: Run): Promise<string | undefined> {
  return running(sfn, stateMachineArn, (each) => isBefore(each, run));
}

/** The name of a deployment's run that started after this one. */
async function laterOfDeployment(sfn: SfnSender, stateMachineArn: string, run: Run): Promise<string | undefined> {
  return running(sfn, stateMachineArn, (each) => isBefore(run, each) && each.name.startsWith(DEPLOYMENT_PREFIX));
}

function isBefore(one: Run, other: Run): boolean {
  return one.startedAt < other.startedAt || (one.startedAt === other.startedAt && one.name < other.name);
}

async function running(sfn: SfnSender, stateMachineArn: string, isSought: (run: Run) => boolean): Promise<string | undefined> {
  let nextToken: string | undefined;
  do {
    const page = await sfn.send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING', nextToken }));
    const found = page.executions?.find(({ name, startDate }) => isSought({ name: name!, startedAt: startDate!.getTime() }));
    if (found) return found.name;
    nextToken = page.nextToken;
  } while (nextToken);
  return undefined;
}
