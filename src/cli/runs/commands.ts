import { Executions, remainingAfter, Run } from './execution';
import { follow } from './follow';
import { differencesIn, Filter, matches } from './report';
import { shownDifference, shownRun } from './show';
import { destinationOf, executionArnOf, Workflow, workflowOf } from './workflow';
import { Mode } from '../../comparison/input';
import { DriftKind } from '../../drift/drift-kind';
import { accountIn } from '../account';
import { inSameWay, onward } from '../advice';
import type { Clients } from '../clients';
import { shownKey } from '../entities';
import { CommandError } from '../errors';
import { EXIT, ExitCode } from '../exit-codes';
import { mayGoOn } from '../questions';
import { findReplication, Replication } from '../replication';
import type { CommonOptions, Surroundings } from '../surroundings';

interface RunOptions extends CommonOptions {
  /** An execution that was started before, by its name or ARN. */
  readonly follow?: string;
  readonly yes?: boolean;
}

export interface SweepOptions extends RunOptions {
  readonly report?: boolean;
  readonly maxDeletions?: number;
}

/** Compares the source with the table, and persists what differs. */
export async function sweep({ report, maxDeletions, ...options }: SweepOptions, surroundings: Surroundings): Promise<ExitCode> {
  const { clients, workflow } = await place(options, surroundings, () => 'sweep');
  const input = { ...report ? { mode: Mode.REPORT } : {}, ...maxDeletions === undefined ? {} : { maxDeletions } };
  const question = report ? undefined
    : `Sweep ${workflow.replication} in ${workflow.region}: compares its registry with the table, and writes a record for each difference, which all destinations then apply.`;
  const run = await runOf(options, { clients, workflow, input, question, command: 'sweep' }, surroundings);
  print(workflow, run, options, surroundings);
  return exitCodeOf(workflow, run);
}

export interface RepairOptions extends RunOptions {
  readonly deleteRetained?: boolean;
}

/** Makes the registry of a destination match its records. */
export async function repair({ deleteRetained, ...options }: RepairOptions, surroundings: Surroundings): Promise<ExitCode> {
  const { clients, workflow } = await place(options, surroundings, () => 'drift');
  const input = { mode: Mode.REPAIR, ...deleteRetained ? { deleteRetained } : {} };
  const question = `Repair ${workflow.region}: makes its registry match the records of ${workflow.replication}. What was changed there by hand is undone`
    + `${deleteRetained ? ', and what the source deleted while deletions were retained is deleted' : ''}; what only exists there stays.`;
  const run = await runOf(options, { clients, workflow, input, question, command: 'repair' }, surroundings);
  print(workflow, run, options, surroundings);
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
  const { clients, workflow } = await place(options, surroundings, () => (source ? 'sweep' : 'drift'));
  const run = last ? await new Executions(clients, workflow).lastReport()
    : await runOf(options, { clients, workflow, input: { mode: Mode.REPORT }, command: `diff${source ? ' --source' : ''}` }, surroundings);
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
    if (!difference && hidden.length > 0) yield `\nNot shown: ${unmanaged + outside} entities that are no differences (${hidden.map((each) => `--difference ${each}`).join(', ')}).`;
    const lines = onward(adviceAfter(workflow, run, waiting), options);
    if (lines.length > 0) yield ['', ...lines].join('\n');
  }
}

interface Place {
  readonly clients: Clients;
  readonly workflow: Workflow;
}

/** Finds the replication and the workflow. */
async function place({ name, json: _, follow: __, yes: ___, ...connection }: RunOptions, { signal, clients: clientsOf }: Surroundings, kindOf: () => Workflow['kind']): Promise<Place> {
  const clients = clientsOf(connection);
  const replication = await findReplication(clients, name, signal);
  const kind = kindOf();
  const region = regionOf(kind, replication, connection.region);
  return { clients, workflow: workflowOf(kind, replication.name, region, await accountIn(clients, region, signal)) };
}

function regionOf(kind: Workflow['kind'], replication: Replication, region: string | undefined): string {
  return kind === 'sweep' ? replication.sourceRegion : destinationOf(replication, region);
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
  const again = (execution: string) => {
    const called = `${command} ${workflow.replication}${workflow.kind === 'drift' ? ` --region ${workflow.region}` : ''} --follow ${execution}`;
    return `npx cdk-iot-registry-replication ${inSameWay(called, options)}`;
  };
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
  const { kind, replication, region } = workflow;
  if (!summary || remainingAfter(workflow, summary) === 0) return [];
  if (kind === 'sweep') return [`sweep ${replication}`];
  return [...missing === undefined ? [] : [`explain ${replication} ${missing}`], `repair ${replication} --region ${region}`];
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
