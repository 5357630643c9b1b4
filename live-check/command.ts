import * as path from 'node:path';
import { EventType } from '@aws-sdk/client-iot';
import { Belief, NotLookable } from './belief';
import { BELIEFS, UNLOOKABLE } from './beliefs';
import { Account, check, clean, whoAmI } from './check';
import { Clients, Connection } from './clients';
import { costOf, shownCost, usesOf } from './cost';
import { eventsThatAreOff } from './event-recorder';
import { newRunId, prefixOf, TAG } from './names';
import { CheckOptions, commandOf, UsageError } from './options';
import type { Left } from './removal';
import { countsOf, Report, reported, reportedUnlookable, textOf, withoutAccount, writeReport } from './report';
import type { Outcome } from './runner';
import { EXIT, ExitCode } from '../src/cli/exit-codes';
import type { Interruption } from '../src/cli/interruption';
import type { LiveCheckOptions } from '../src/cli/live-check';
import type { Terminal } from '../src/cli/terminal';

/** The decisions and the output for the person who runs it, besides the arguments. */
export interface CommandSurroundings extends Interruption {
  readonly terminal: Pick<Terminal, 'canAsk' | 'print' | 'note' | 'isYes'>;
  /** The folder of reports, and of records of created resources. */
  readonly directory: string;
  /** How to reach the account, if not by the environment. */
  readonly connection?: Connection;
}

/** @returns the exit code */
export async function runCommand({ libraryVersion, json, ...options }: LiveCheckOptions, surroundings: CommandSurroundings): Promise<ExitCode> {
  const { terminal } = surroundings;
  try {
    const command = commandOf(options, [...BELIEFS, ...UNLOOKABLE]);
    switch (command.what) {
      case 'list':
        for (const { id, topic, statement } of [...BELIEFS, ...UNLOOKABLE].filter(selectedBy(command.only))) {
          terminal.print(`${topic.padEnd(10)} ${id.padEnd(32)} ${statement}`);
        }
        return EXIT.yes;
      case 'clean':
        return await cleanUp(command.runId, command.profile, surroundings);
      case 'check':
        return await checkAccount(command.options, { libraryVersion, json }, surroundings);
    }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    terminal.note(error.message);
    return EXIT.notDone;
  }
}

async function checkAccount(
  options: CheckOptions, { libraryVersion, json }: Pick<LiveCheckOptions, 'libraryVersion' | 'json'>, { terminal, signal, impatience, directory, connection }: CommandSurroundings,
): Promise<ExitCode> {
  // What is printed is the report then, and nothing else.
  const say = (text: string) => (json ? terminal.note(text) : terminal.print(text));
  const isSelected = selectedBy(options.only);
  const beliefs = BELIEFS.filter(isSelected);
  const regions = { source: options.sourceRegion, destination: options.destinationRegion };
  mayAsk(options.yes, terminal);
  const account = await whoAmI({ ...connection, profile: options.profile }, regions.source);
  const runId = newRunId();
  if (!options.yes) {
    say(plan(beliefs, account, runId, regions));
    if (!await terminal.isYes('Begin?', signal)) {
      say('Nothing was created.');
      return EXIT.notDone;
    }
  }
  const events = beliefs.some(({ needsEvents }) => needsEvents) ? await mayUseEvents(account, options, terminal, signal) : [];
  say(`run ${runId}: it names its resources ${prefixOf(runId)}…`);
  signal.addEventListener('abort', () => terminal.note('removing resources; once more leaves them'));
  impatience.addEventListener('abort', () => terminal.note(`Resources may be left. To remove them:\n\n  ${cleaning(runId)}\n`));
  const startedAt = new Date().toISOString();
  const { outcomes, left } = await check({
    runId,
    account,
    regions,
    beliefs,
    directory,
    events,
    signal,
    removalSignal: impatience,
    onOutcome: (outcome) => say(withoutAccount(line(outcome), account.id)),
    onProgress: say,
  });
  const interrupted = signal.aborted;
  const all = [...outcomes.map(reported), ...UNLOOKABLE.filter(isSelected).map(reportedUnlookable)];
  const counts = countsOf(all);
  const file = options.report ?? path.join(directory, `${runId}.json`);
  const report: Report = {
    format: 1,
    runId,
    libraryVersion,
    startedAt,
    endedAt: new Date().toISOString(),
    partition: account.partition,
    regions,
    interrupted,
    counts,
    beliefs: all,
    left,
  };
  writeReport(file, report, account.id);
  if (json) terminal.print(textOf(report, account.id));
  say(`\n${Object.entries(counts).map(([outcome, count]) => `${count} ${outcome}`).join(', ')}. The report, without the account's id, is in ${file}.`);
  if (left.length > 0) say(whatIsLeft(left, runId));
  if (interrupted) return EXIT.interrupted;
  if (left.length > 0) return EXIT.failed;
  return counts['does not hold'] > 0 ? EXIT.no : EXIT.yes;
}

async function cleanUp(
  runId: string, profile: string | undefined, { terminal, signal, directory, connection }: CommandSurroundings,
): Promise<ExitCode> {
  // The Region of whoever asks: any would do.
  const account = await whoAmI({ ...connection, profile }, process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? 'us-east-1');
  const left = await clean({ runId, directory, account, signal, onProgress: (text) => terminal.note(text) });
  if (!left) {
    terminal.print(`There is no record of run ${runId} in ${directory}: either everything has been removed, or the run was started in another folder. ${byHand(runId)}`);
    return EXIT.notDone;
  }
  terminal.print(left.length > 0 ? whatIsLeft(left, runId) : `Everything that run ${runId} created has been removed.`);
  return left.length > 0 ? EXIT.failed : EXIT.yes;
}

function mayAsk(yes: boolean, { canAsk }: Pick<Terminal, 'canAsk'>): void {
  if (!yes && !canAsk) throw new UsageError('there is no terminal to ask for confirmation: --yes starts without asking');
}

interface Regions {
  readonly source: string;
  readonly destination: string;
}

/** Registry events are one switch of the whole account in a Region: the check switches them on only with consent, and only those that are off. */
async function mayUseEvents(
  account: Account, options: CheckOptions, terminal: CommandSurroundings['terminal'], signal: AbortSignal,
): Promise<readonly EventType[] | NotLookable> {
  const off = await eventsThatAreOff(new Clients(options.sourceRegion, account.connection));
  if (off.length === 0 || options.switchEventsOn) return off;
  if (!terminal.canAsk) {
    return new NotLookable(`registry events of ${off.join(', ')} are off in ${options.sourceRegion}; --switch-events-on switches them on, and off again afterwards`);
  }
  const question = `Registry events of ${off.join(', ')} are off in ${options.sourceRegion}, for the whole account. Switch them on for this run, and off again afterwards?`;
  return await terminal.isYes(question, signal) ? off : new NotLookable('registry events are off, and the check was not allowed to switch them on');
}

function plan(beliefs: readonly Belief[], account: Account, runId: string, { source, destination }: Regions): string {
  const uses = usesOf(beliefs);
  const words = (use: string) => use.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  const counts = Object.entries(uses).filter(([, count]) => count > 0).map(([use, count]) => `${count} ${words(use)}`);
  return [
    `Checks ${beliefs.length} beliefs in account ${account.id}, in ${source} and ${destination}.`,
    `Creates things, groups, types, policies, queues, roles, workflows, functions and tables named ${prefixOf(runId)}…, tagged ${TAG}=${runId} where AWS supports tags, `
      + 'and certificates with such a subject, whose keys nobody keeps; and removes them.',
    `Uses at most ${counts.join(', ')}: ${shownCost(costOf(uses))} at list prices of us-east-1.`,
  ].join('\n');
}

function line({ belief: { id, statement }, outcome, seen }: Outcome): string {
  return `${outcome.padEnd(13)}  ${id}: ${statement}\n               ${seen}`;
}

function whatIsLeft(left: readonly Left[], runId: string): string {
  const lines = left.map(({ kind, region, name, why }) => `  ${kind} ${name} in ${region}: ${why}`);
  return `Not removed:\n${lines.join('\n')}\nTo try again: ${cleaning(runId)}. ${byHand(runId)}`;
}

function cleaning(runId: string): string {
  return `npx cdk-iot-registry-replication live-check --clean ${runId}`;
}

function byHand(runId: string): string {
  return `By hand: resources of a run are named ${prefixOf(runId)}…, and certificates have that in their subject; tagged resources are listed by \`aws resourcegroupstaggingapi get-resources --tag-filters Key=${TAG},Values=${runId}\`.`;
}

function selectedBy(only: readonly string[]): (belief: Pick<Belief, 'id' | 'topic'>) => boolean {
  return ({ id, topic }) => only.length === 0 || only.includes(id) || only.includes(topic);
}
