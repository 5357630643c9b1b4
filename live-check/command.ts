import * as path from 'node:path';
import { EventType } from '@aws-sdk/client-iot';
import { Belief, NotLookable } from './belief';
import { BELIEFS, UNLOOKABLE } from './beliefs';
import { Account, check, clean, whoAmI } from './check';
import { Clients, Connection } from './clients';
import { costOf, shownCost, usesOf } from './cost';
import { eventsThatAreOff } from './event-recorder';
import { Interruption } from './interrupts';
import { newRunId, prefixOf, TAG } from './names';
import { CheckOptions, parseCommand, USAGE, UsageError } from './options';
import type { Left } from './removal';
import { countsOf, reported, reportedUnlookable, withoutAccount, writeReport } from './report';
import type { Outcome } from './runner';
import { Terminal } from './terminal';
import { version } from '../package.json';

export const EXIT = { holds: 0, doesNotHold: 1, notBegun: 2, left: 3, interrupted: 130 } as const;

/** The decisions and the output for the person who runs it, besides the arguments. */
export interface CommandSurroundings {
  readonly terminal: Terminal;
  readonly interruption: Interruption;
  /** The folder of reports, and of records of created resources. */
  readonly directory: string;
  /** How to reach the account, if not by the environment. */
  readonly connection?: Connection;
}

/** @returns the exit code */
export async function runCommand(args: readonly string[], surroundings: CommandSurroundings): Promise<number> {
  const { terminal } = surroundings;
  try {
    const command = parseCommand(args, [...BELIEFS, ...UNLOOKABLE]);
    switch (command.what) {
      case 'help':
        terminal.print(USAGE);
        return EXIT.holds;
      case 'list':
        for (const { id, topic, statement } of [...BELIEFS, ...UNLOOKABLE].filter(selectedBy(command.only))) {
          terminal.print(`${topic.padEnd(10)} ${id.padEnd(32)} ${statement}`);
        }
        return EXIT.holds;
      case 'clean':
        return await cleanUp(command.runId, command.profile, surroundings);
      case 'check':
        return await checkAccount(command.options, surroundings);
    }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    terminal.print(error.message);
    return EXIT.notBegun;
  }
}

async function checkAccount(options: CheckOptions, { terminal, interruption, directory, connection }: CommandSurroundings): Promise<number> {
  const isSelected = selectedBy(options.only);
  const beliefs = BELIEFS.filter(isSelected);
  const regions = { source: options.sourceRegion, destination: options.destinationRegion };
  mayAsk(options.yes, terminal);
  const account = await whoAmI({ ...connection, profile: options.profile }, regions.source);
  const runId = newRunId();
  if (!options.yes) {
    terminal.print(plan(beliefs, account, runId, regions));
    if (!await terminal.isYes('Begin?', interruption.signal)) {
      terminal.print('Nothing was created.');
      return EXIT.notBegun;
    }
  }
  const events = beliefs.some(({ needsEvents }) => needsEvents) ? await mayUseEvents(account, options, terminal, interruption) : [];
  terminal.print(`run ${runId}: it names its resources ${prefixOf(runId)}…`);
  interruption.left = () => `Resources may be left. To remove them:\n\n  npm run live-check -- --clean ${runId}\n`;
  const startedAt = new Date().toISOString();
  const { outcomes, left } = await check({
    runId,
    account,
    regions,
    beliefs,
    directory,
    events,
    signal: interruption.signal,
    removalSignal: interruption.impatience,
    onOutcome: (outcome) => terminal.print(withoutAccount(line(outcome), account.id)),
    onProgress: (text) => terminal.print(text),
  });
  const interrupted = interruption.signal.aborted;
  const all = [...outcomes.map(reported), ...UNLOOKABLE.filter(isSelected).map(reportedUnlookable)];
  const counts = countsOf(all);
  const file = options.report ?? path.join(directory, `${runId}.json`);
  writeReport(file, {
    format: 1,
    runId,
    libraryVersion: version,
    startedAt,
    endedAt: new Date().toISOString(),
    partition: account.partition,
    regions,
    interrupted,
    counts,
    beliefs: all,
    left,
  }, account.id);
  terminal.print(`\n${Object.entries(counts).map(([outcome, count]) => `${count} ${outcome}`).join(', ')}. The report, without the account's id, is in ${file}.`);
  if (left.length > 0) terminal.print(whatIsLeft(left, runId));
  if (interrupted) return EXIT.interrupted;
  if (left.length > 0) return EXIT.left;
  return counts['does not hold'] > 0 ? EXIT.doesNotHold : EXIT.holds;
}

async function cleanUp(
  runId: string, profile: string | undefined, { terminal, interruption, directory, connection }: CommandSurroundings,
): Promise<number> {
  // The Region of whoever asks: any would do.
  const account = await whoAmI({ ...connection, profile }, process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? 'us-east-1');
  const left = await clean({ runId, directory, account, signal: interruption.signal, onProgress: (text) => terminal.print(text) });
  if (!left) {
    terminal.print(`There is no record of run ${runId} in ${directory}: either everything has been removed, or the run was started in another folder. ${byHand(runId)}`);
    return EXIT.notBegun;
  }
  terminal.print(left.length > 0 ? whatIsLeft(left, runId) : `Everything that run ${runId} created has been removed.`);
  return left.length > 0 ? EXIT.left : EXIT.holds;
}

function mayAsk(yes: boolean, terminal: Terminal): void {
  if (!yes && !terminal.isInteractive) throw new UsageError('there is no terminal to ask for confirmation: --yes starts without asking');
}

interface Regions {
  readonly source: string;
  readonly destination: string;
}

/** Registry events are one switch of the whole account in a Region: the check switches them on only with consent, and only those that are off. */
async function mayUseEvents(
  account: Account, options: CheckOptions, terminal: Terminal, interruption: Interruption,
): Promise<readonly EventType[] | NotLookable> {
  const off = await eventsThatAreOff(new Clients(options.sourceRegion, account.connection));
  if (off.length === 0 || options.switchEventsOn) return off;
  if (!terminal.isInteractive) {
    return new NotLookable(`registry events of ${off.join(', ')} are off in ${options.sourceRegion}; --switch-events-on switches them on, and off again afterwards`);
  }
  const question = `Registry events of ${off.join(', ')} are off in ${options.sourceRegion}, for the whole account. Switch them on for this run, and off again afterwards?`;
  return await terminal.isYes(question, interruption.signal) ? off : new NotLookable('registry events are off, and the check was not allowed to switch them on');
}

function plan(beliefs: readonly Belief[], account: Account, runId: string, { source, destination }: Regions): string {
  const uses = usesOf(beliefs);
  const words = (use: string) => use.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  const counts = Object.entries(uses).filter(([, count]) => count > 0).map(([use, count]) => `${count} ${words(use)}`);
  return [
    `Checks ${beliefs.length} beliefs in account ${account.id}, in ${source} and ${destination}.`,
    `Creates things, groups, types, queues, roles, workflows, functions and tables named ${prefixOf(runId)}…, tagged ${TAG}=${runId} where AWS supports tags, and removes them.`,
    `Uses at most ${counts.join(', ')}: ${shownCost(costOf(uses))} at list prices of us-east-1.`,
  ].join('\n');
}

function line({ belief: { id, statement }, outcome, seen }: Outcome): string {
  return `${outcome.padEnd(13)}  ${id}: ${statement}\n               ${seen}`;
}

function whatIsLeft(left: readonly Left[], runId: string): string {
  const lines = left.map(({ kind, region, name, why }) => `  ${kind} ${name} in ${region}: ${why}`);
  return `Not removed:\n${lines.join('\n')}\nTo try again: npm run live-check -- --clean ${runId}. ${byHand(runId)}`;
}

function byHand(runId: string): string {
  return `By hand: resources of a run are named ${prefixOf(runId)}…; tagged resources are listed by \`aws resourcegroupstaggingapi get-resources --tag-filters Key=${TAG},Values=${runId}\`.`;
}

function selectedBy(only: readonly string[]): (belief: Pick<Belief, 'id' | 'topic'>) => boolean {
  return ({ id, topic }) => only.length === 0 || only.includes(id) || only.includes(topic);
}
