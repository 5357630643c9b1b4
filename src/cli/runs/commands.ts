import { Executions, remainingAfter, Run } from './execution';
import { follow } from './follow';
import { differencesIn, Filter, matches } from './report';
import { shownDifference, shownRun } from './show';
import { destinationOf, executionArnOf, isOfSource, Workflow, WorkflowKind, workflowOf } from './workflow';
import { Mode } from '../../comparison/input';
import { DriftKind } from '../../drift/drift-kind';
import { counted } from '../../runtime/counted';
import { accountIn } from '../account';
import { inSameWay, onward } from '../advice';
import type { Clients } from '../clients';
import { shownKey } from '../entities';
import { CommandError } from '../errors';
import { EXIT, ExitCode } from '../exit-codes';
import { mayGoOn } from '../questions';
import { findReplication } from '../replication';
import type { CommonOptions, Surroundings } from '../surroundings';

interface RunOptions extends CommonOptions {
  /** An execution that was started before, by its name or ARN. */
  readonly follow?: string;
  readonly yes?: boolean;
  /** Certificates, policies and what they are attached to, in place of the registry. */
  readonly identities?: boolean;
}

export interface SweepOptions extends RunOptions {
  /** Only the check of certificates. */
  readonly certificates?: boolean;
  readonly report?: boolean;
  readonly maxDeletions?: number;
}

/** What is compared, for the question. */
const COMPARED = { sweep: 'its registry', identitySweep: 'its certificates, policies and attachments', certificateCheck: 'all of its certificates' } as const;

/** Compares the source with the table, and persists what differs. */
export async function sweep({ certificates, report, maxDeletions, ...options }: SweepOptions, surroundings: Surroundings): Promise<ExitCode> {
  if (certificates && options.identities) throw new CommandError('got --identities and --certificates, expected one of them: a sweep of identities compares certificates too');
  if (certificates && report) throw new CommandError('got --report with --certificates, expected one of them: `sweep --identities --report` only reports');
  const kind = certificates ? WorkflowKind.CERTIFICATE_CHECK : options.identities ? WorkflowKind.IDENTITY_SWEEP : WorkflowKind.SWEEP;
  const place = await placeOf(kind, options, surroundings);
  const { workflow } = place;
  const limit = maxDeletions === undefined ? {} : { [certificates ? 'maxDeactivations' : 'maxDeletions']: maxDeletions };
  const question = report ? undefined
    : `Sweep ${workflow.replication} in ${workflow.region}: compares ${COMPARED[kind]} with the table, and writes a record for each difference, which all destinations then apply.`;
  const run = await runOf(options, { ...place, input: { ...report ? { mode: Mode.REPORT } : {}, ...limit }, question, command: 'sweep' }, surroundings);
  print(workflow, run, options, surroundings);
  await noteIdentities('sweep', place, options, surroundings);
  return exitCodeOf(workflow, run);
}

export interface RepairOptions extends RunOptions {
  readonly deleteRetained?: boolean;
}

/** Makes the registry of a destination match its records. */
export async function repair({ deleteRetained, ...options }: RepairOptions, surroundings: Surroundings): Promise<ExitCode> {
  const place = await placeOf(options.identities ? WorkflowKind.IDENTITY_DRIFT : WorkflowKind.DRIFT, options, surroundings);
  const { workflow } = place;
  const input = { mode: Mode.REPAIR, ...deleteRetained ? { deleteRetained } : {} };
  const question = `Repair ${workflow.region}: makes ${options.identities ? 'its certificates, policies and attachments' : 'its registry'} match the records of ${workflow.replication}. What was changed there by hand is undone`
    + `${deleteRetained ? ', and what the source deleted while deletions were retained is deleted' : ''}; what only exists there stays.`;
  const run = await runOf(options, { ...place, input, question, command: 'repair' }, surroundings);
  print(workflow, run, options, surroundings);
  await noteIdentities('repair', place, options, surroundings);
  return exitCodeOf(workflow, run);
}

export interface DiffOptions extends RunOptions {
  /** The newest report, in place of a new one. */
  readonly last?: boolean;
  /** The sweep's: the source against the table. */
  readonly source?: boolean;
  readonly kind?: readonly string[];
  readonly entity?: string;
  readonly difference?: readonly string[];
}

/** What differs, entity by entity and field by field; writes nothing but a report. */
export async function diff({ last, source, kind, entity, difference, ...options }: DiffOptions, surroundings: Surroundings): Promise<ExitCode> {
  const { terminal, signal } = surroundings;
  const ofRegistry = source ? WorkflowKind.SWEEP : WorkflowKind.DRIFT;
  const ofIdentities = source ? WorkflowKind.IDENTITY_SWEEP : WorkflowKind.IDENTITY_DRIFT;
  const place = await placeOf(options.identities ? ofIdentities : ofRegistry, options, surroundings);
  const { clients, workflow } = place;
  const run = last ? await new Executions(clients, workflow).lastReport()
    : await runOf(options, { ...place, input: { mode: Mode.REPORT }, command: `diff${source ? ' --source' : ''}` }, surroundings);
  const { summary } = run;
  if (!summary) {
    print(workflow, run, options, surroundings);
    return exitCodeOf(workflow, run);
  }
  const filter: Filter = { kinds: kind, entity, differences: difference };
  const isShown = matches(filter);
  const found = async function* () {
    for await (const each of differencesIn(clients, workflow, summary.report)) {
      signal.throwIfAborted();
      if (isShown(each)) yield each;
    }
  };
  if (options.json) {
    const differences = [];
    for await (const each of found()) differences.push(each);
    terminal.print(JSON.stringify({ ...jsonOf(workflow, run), differences }, undefined, 2));
  } else {
    await terminal.pages(linesOf());
    await noteIdentities(`diff${source ? ' --source' : ''}${last ? ' --last' : ''}`, place, options, surroundings);
  }
  return summary.inSync ? EXIT.yes : EXIT.no;

  async function* linesOf() {
    yield `${shownRun(workflow, run, terminal.colors)}\n`;
    let count = 0;
    let waiting: string | undefined;
    for await (const each of found()) {
      count += 1;
      if (each.difference === DriftKind.MISSING) waiting = shownKey(each);
      yield shownDifference(each, terminal.colors);
    }
    if (count === 0) yield 'no difference to show';
    const { unmanaged = 0, outside = 0 } = summary!.counts;
    const hidden = [...unmanaged > 0 ? ['unmanaged'] : [], ...outside > 0 ? ['outside'] : []];
    if (!difference && hidden.length > 0) yield `\nNot shown: ${counted(unmanaged + outside, 'entity that is no difference', 'entities that are no differences')} (${hidden.map((each) => `--difference ${each}`).join(', ')}).`;
    const lines = onward(adviceAfter(workflow, run, waiting), options);
    if (lines.length > 0) yield ['', ...lines].join('\n');
  }
}

interface Place {
  readonly clients: Clients;
  readonly workflow: Workflow;
  /** That of identities, which may exist; absent if it is `workflow`. */
  readonly besides?: Workflow;
}

/** Finds the replication and the workflow. */
async function placeOf(kind: WorkflowKind, options: RunOptions, { signal, clients: clientsOf }: Surroundings): Promise<Place> {
  const { name, region: given, profile } = options;
  const clients = clientsOf({ region: given, profile });
  const replication = await findReplication(clients, name, signal);
  const ofSource = isOfSource(kind);
  const region = ofSource ? replication.sourceRegion : destinationOf(replication, given);
  const account = await accountIn(clients, region, signal);
  const workflow = workflowOf(kind, replication, region, account);
  if (workflow.isOfIdentities) return { clients, workflow };
  const besides = ofSource ? WorkflowKind.IDENTITY_SWEEP : WorkflowKind.IDENTITY_DRIFT;
  return { clients, workflow, besides: workflowOf(besides, replication, region, account) };
}

/** Who looks at the registry may want to know that certificates and policies are not part of it. */
async function noteIdentities(
  command: string, { clients, besides }: Place, { json, ...connection }: CommonOptions, { terminal }: Surroundings,
): Promise<void> {
  if (json || !besides || !await new Executions(clients, besides).exists()) return;
  terminal.note([`Certificates, policies and attachments have a ${besides.title} of their own:`, ...onward([`${command} ${placed(besides)}`], connection)].join('\n'));
}

/** The replication and options with which a command is about a workflow. */
function placed({ replication, region, option, isOfSource: inSource }: Workflow): string {
  return `${replication}${inSource ? '' : ` --region ${region}`}${option}`;
}

interface Start extends Place {
  readonly input: object;
  /** Absent if nothing is written. */
  readonly question?: string;
  /** How to call it again. */
  readonly command: string;
}

/** Starts a run, or finds one that was started before, and follows it to its end. */
async function runOf(options: RunOptions, { clients, workflow, input, question, command }: Start, surroundings: Surroundings): Promise<Run> {
  const { terminal, signal } = surroundings;
  const again = (execution: string) => `npx cdk-iot-registry-replication ${inSameWay(`${command} ${placed(workflow)} --follow ${execution}`, options)}`;
  const executionArn = options.follow === undefined ? await started() : executionArnOf(workflow, options.follow);
  try {
    return await follow(clients, workflow, executionArn, surroundings);
  } catch (error) {
    if (signal.aborted) terminal.note(`The ${workflow.title} goes on without this command. To come back:\n  ${again(executionArn.split(':').at(-1)!)}`);
    throw error;
  }

  async function started(): Promise<string> {
    const executions = new Executions(clients, workflow);
    const running = await executions.running();
    if (running !== undefined) throw new CommandError(`a ${workflow.title} is running in ${workflow.region}, and a second one would be skipped; to follow it:\n  ${again(running)}`);
    if (question !== undefined) await mayGoOn(question, options, surroundings);
    signal.throwIfAborted();
    // Without the signal: otherwise Ctrl-C could leave a run that nobody knows of.
    const arn = await executions.start(input);
    terminal.note(`started ${arn}`);
    return arn;
  }
}

function print(workflow: Workflow, run: Run, { json, ...connection }: CommonOptions, { terminal }: Surroundings): void {
  if (json) return terminal.print(JSON.stringify(jsonOf(workflow, run), undefined, 2));
  // What a status says of it takes a look at everything else, too.
  const lines = onward(run.summary && !run.summary.inSync ? [`status ${workflow.replication}`] : [], connection);
  terminal.print([shownRun(workflow, run, terminal.colors), ...lines.length > 0 ? ['', ...lines] : []].join('\n'));
}

/**
 * What to call after differences were shown: why there is one, and what mends them.
 *
 * @param missing the last missing entity: reports have types before the things that have them, so that it is the one that may wait for another
 */
function adviceAfter(workflow: Workflow, { summary }: Run, missing: string | undefined): readonly string[] {
  if (!summary || remainingAfter(workflow, summary) === 0) return [];
  if (workflow.isOfSource) return [`sweep ${placed(workflow)}`];
  return [...missing === undefined ? [] : [`explain ${workflow.replication} ${missing}`], `repair ${placed(workflow)}`];
}

function jsonOf(workflow: Workflow, run: Run): object {
  const { kind, replication, region } = workflow;
  return { replication, region, workflow: kind, ...run, ...run.summary ? { remaining: remainingAfter(workflow, run.summary) } : {} };
}

function exitCodeOf(workflow: Workflow, { skipped, summary }: Run): ExitCode {
  if (skipped !== undefined) return EXIT.notDone;
  if (!summary) return EXIT.failed;
  return remainingAfter(workflow, summary) > 0 ? EXIT.no : EXIT.yes;
}
