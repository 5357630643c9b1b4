import * as fs from 'node:fs';
import * as path from 'node:path';
import { Command as Declaration, CommanderError, InvalidArgumentError } from 'commander';
import { completionFor } from './completion';
import { asCommandError } from './errors';
import type { EstimateOptions } from './estimate/command';
import { EXIT, ExitCode } from './exit-codes';
import type { ExplainOptions } from './explain/command';
import type { LiveCheckOptions } from './live-check';
import type { Command, CommonOptions, Surroundings } from './surroundings';

/* eslint-disable @typescript-eslint/no-require-imports -- a command is loaded when it runs: help and completion need no SDK */

export const PROGRAM = 'cdk-iot-registry-replication';

const ANY_REGION = 'where to look first: any Region of the replication; default AWS_REGION and the profile';
const DESTINATION = 'the destination; it can be left out if there is one';
/** Of the construct. */
const DEFAULT_SHARE = 0.5;
const IDENTITIES = 'certificates, policies and what they are attached to, in place of things, groups and types';

/** At the same depth beside `src/cli` and beside the bundle in `assets/cli`. */
const PACKAGE = path.join(__dirname, '..', '..', 'package.json');

/** Runs the program with arguments, without those of Node.js. @returns the exit code */
export async function run(args: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.yes;
  const program = declare(surroundings, (code) => { exitCode = code; });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.yes : EXIT.notDone;
    if (surroundings.signal.aborted) return EXIT.interrupted;
    const { message, exitCode: code } = asCommandError(error);
    surroundings.terminal.note(`${PROGRAM}: ${message}`);
    return code;
  }
}

/** Every command, for the help and for completions. Each loads its code when it is run, so that help needs no SDK. */
export function declare(surroundings: Surroundings, done: (exitCode: ExitCode) => void): Declaration {
  const { terminal } = surroundings;
  const program = new Declaration(PROGRAM)
    .description('Looks after replications of the AWS IoT registry: what an operator needs on the day itself.')
    .version(version(), '--version', 'prints the version')
    .helpOption('-h, --help', 'prints this help')
    .helpCommand('help [command]', 'prints the help of a command')
    .showHelpAfterError(`\`${PROGRAM} --help\` shows what is expected.`)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.print(text.trimEnd()),
      writeErr: (text) => terminal.note(text.trimEnd()),
      getOutHelpWidth: () => terminal.width,
    })
    .addHelpText('after', `
Below an answer, -> is what to call next, after the name of the program.
Exit codes: 0 yes or done, 1 the answer is no, 2 nothing was done, 3 something failed, 130 interrupted.
Credentials, Regions and endpoints are those of the AWS CLI. Nothing is written without saying what and asking; --yes answers for scripts.`);

  const declared = (name: string, description: string, example: string, region = ANY_REGION) => program.command(name).description(description)
    .option('--name <name>', 'the same as an option')
    .option('--region <region>', region)
    .option('--profile <profile>', 'a profile of the AWS CLI')
    .option('--json', 'prints JSON, as the documentation describes it')
    .addHelpText('after', `\nExample:\n  npx ${PROGRAM} ${example}`);
  const common = (...words: Parameters<typeof declared>) => declared(...words)
    .argument('[name]', 'the replication; without it, the only one that the Region has');
  const runs = <Options extends CommonOptions>(load: () => Command<Options>) => async (name: string | undefined, options: Options) => {
    if (name !== undefined && options.name !== undefined && name !== options.name) program.error(`error: got two names, ${name} and ${options.name}, expected one`);
    done(await load()({ ...options, name: name ?? options.name }, surroundings));
  };

  common('status', 'shows every Region: in sync or not and why, lag, queues, last sweep and drift check; exit code 0 only if every reachable destination is in sync', 'status fleet --region eu-west-1')
    .option('--watch', 'looks again every five seconds, until Ctrl-C')
    .action(runs(() => (require('./status/command') as typeof import('./status/command')).status));

  const follows = (declaration: Declaration) => declaration.option('--follow <execution>', 'follows a run that was started before, and starts none');
  const asks = (declaration: Declaration) => declaration.option('--yes', 'goes on without asking');
  const runsOfRuns = () => require('./runs/commands') as typeof import('./runs/commands');

  follows(common('diff', 'compares a destination with its records, and prints what differs; writes nothing but a report', 'diff fleet --region eu-west-1 --kind thing --entity "lamp-*"', DESTINATION))
    .option('--last', 'prints the newest report, and starts no check')
    .option('--source', 'compares the source with the table: the report of a sweep')
    .option('--identities', IDENTITIES)
    .option('--kind <kind...>', 'only these kinds of entities: thing, group, type, membership; with --identities certificate, policy, principals, groupPolicies, ca')
    .option('--entity <pattern>', 'only entities with such a name, with * for any characters')
    .option('--difference <difference...>', 'only these: missing, different, gone, shouldBeGone, retained, unmanaged, outside, unreadable')
    .action(runs(() => runsOfRuns().diff));

  asks(follows(common('sweep', 'compares the source with the table, and writes records of what differs', 'sweep fleet')))
    .option('--identities', IDENTITIES)
    .option('--certificates', 'only checks whether certificates exist and are active, in minutes: the certificate check')
    .option('--report', 'writes no records, only the report')
    .option('--max-deletions <number>', 'how many entities this sweep may delete or deactivate, in place of maxDeletionsPerSweep and maxDeactivationsPerSweep', wholeNumber)
    .action(runs(() => runsOfRuns().sweep));

  asks(follows(common('repair', 'makes the registry of a destination match its records', 'repair fleet --region eu-west-1', DESTINATION)))
    .option('--identities', IDENTITIES)
    .option('--delete-retained', 'deletes what the source deleted while deletions were retained, too')
    .action(runs(() => runsOfRuns().repair));

  asks(common('letters', 'shows the dead letters of all Regions by class and reason; exit code 0 if there are none', 'letters fleet --in eu-west-1 --class waiting --redrive'))
    .option('--redrive', 'tries their changes again: keys go back to the retry queue, events start the workflow')
    .option('--delete', 'deletes them')
    .option('--in <region...>', 'only those of these Regions')
    .option('--class <class...>', 'only those of these classes: waiting, rejected')
    .option('--error <error...>', 'only those with these errors')
    .option('--entity <pattern>', 'only those of such entities, with * for any characters')
    .action(runs(() => (require('./letters/command') as typeof import('./letters/command')).letters));

  declared('explain', 'shows one entity everywhere: registries, records, what it waits for, letters; and why it is as it is', 'explain fleet thing/lamp-1')
    .argument('<entity...>', 'the replication, if the Region has several, and the entity: thing/lamp-1, type/lamp, group/hall, membership/lamp-1/hall; policy/lamps, certificate/<id or its beginning>, principals/lamp-1, groupPolicies/hall, ca/<id>')
    .option('--table <table>', 'the table, if it has not the name of the replication')
    .action(async (words: readonly string[], options: CommonOptions & { readonly table?: string }) => {
      if (words.length > 2) program.error(`error: got ${words.length} arguments, expected an entity, or a replication and an entity`);
      const { explain } = require('./explain/command') as typeof import('./explain/command');
      await runs<ExplainOptions>(() => explain)(words.length === 2 ? words[0] : undefined, { ...options, entity: words.at(-1)! });
    });

  const size = (declaration: Declaration, what: string) => declaration.option(`--${what} <number>`, `how many ${what}`, wholeNumber);
  const estimating = program.command('estimate').description('estimates the hours of a backfill and the dollars a month, for a fleet that is given or counted; needs no replication')
    .option('--region <region>', 'the source; default AWS_REGION and the profile')
    .option('--destination <region...>', 'the destinations; without them one, with AWS\'s default quotas')
    .option('--profile <profile>', 'a profile of the AWS CLI')
    .option('--json', 'prints JSON, as the documentation describes it')
    .option('--count', 'counts what the source has, after asking, because AWS charges for it; a given number replaces what is counted');
  for (const what of ['things', 'memberships', 'groups', 'types', 'certificates', 'policies']) size(estimating, what);
  asks(estimating)
    .option('--changes <number>', 'changed things, groups, types and memberships a month', wholeNumber)
    .option('--quota <call=number...>', 'calls a second, in place of the quota of the account')
    .option('--default-quotas', 'reads no quotas: AWS\'s defaults, without credentials')
    .option('--read-share <share>', 'registryReadShare', share, DEFAULT_SHARE)
    .option('--write-share <share>', 'registryWriteShare', share, DEFAULT_SHARE)
    .addHelpText('after', `\nExample:\n  npx ${PROGRAM} estimate --things 100000 --certificates 100000 --policies 1 --region us-east-1 --destination eu-west-1`)
    .action(async (options: EstimateOptions) => {
      done(await (require('./estimate/command') as typeof import('./estimate/command')).estimate(options, surroundings));
    });

  const pausing = () => require('./pause/command') as typeof import('./pause/command');
  asks(common('pause', 'stops everything that writes to the registry of a destination, and checks that it did', 'pause fleet --region eu-west-1', DESTINATION))
    .action(runs(() => pausing().pause));
  asks(common('resume', 'ends a pause by hand', 'resume fleet --region eu-west-1', DESTINATION))
    .action(runs(() => pausing().resume));

  asks(common('drill', 'rehearses a failover with a thing of its own: source unreachable, pause, change, return; prints a protocol, and takes everything back', 'drill fleet --region eu-west-1', DESTINATION))
    .option('--prefix <prefix>', 'what the name of the thing begins with, if only some names are replicated')
    .action(runs(() => (require('./drill/command') as typeof import('./drill/command')).drill));

  program.command('live-check').description('checks on an account whether what the library assumes about AWS is true; creates resources of its own, and removes them')
    .option('--source-region <region>', 'the Region of most resources')
    .option('--destination-region <region>', 'the Region of replicas')
    .option('--only <names>', 'beliefs or topics, separated by commas; may be repeated; default all', listed)
    .option('--list', 'prints all beliefs, and checks none')
    .option('--report <file>', 'the file of the report; default .live-check/RUN.json')
    .option('--switch-events-on', 'switches registry events on without asking, where they are off, and off again afterwards')
    .option('--clean <run>', 'removes what a run that was killed has left')
    .option('--profile <profile>', 'a profile of the AWS CLI')
    .option('--json', 'prints the report, as the documentation describes it')
    .option('--yes', 'starts without asking')
    .addHelpText('after', `\nExample:\n  npx ${PROGRAM} live-check --source-region us-east-1 --destination-region eu-west-1`)
    .action(async (options: Omit<LiveCheckOptions, 'libraryVersion'>) => done(await surroundings.liveCheck().liveCheck({ ...options, libraryVersion: version() }, surroundings)));

  program.command('completion').description('prints what completes commands and options in a shell')
    .argument('<shell>', 'bash or zsh')
    .addHelpText('after', `\nExample:\n  source <(${PROGRAM} completion bash)`)
    .action((shell: string) => terminal.print(completionFor(shell, program)));
  return program;
}

function listed(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...text.split(',')];
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('expected a whole number, 0 or more.');
  return Number(text);
}

function share(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 1)) throw new InvalidArgumentError('expected a number above 0, at most 1.');
  return value;
}

function version(): string {
  return (JSON.parse(fs.readFileSync(PACKAGE, 'utf8')) as { readonly version: string }).version;
}
