import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Stack, Stage } from 'aws-cdk-lib';
import { documentedCommands, pages, typed } from './commands';
import { CommandFailedError, run } from '../../emulator/child-process';
import { ROOT } from '../../emulator/paths';
import { emulatorPython } from '../../emulator/python-environment';
import { ACCOUNT, createApp, replicate, SOURCE } from '../apps';
import { expectArguments } from '../cli/arguments';

/**
 * Commands that other tests run as they are written, against the emulator or with the real tools: the heading above them, and the file with the test. All
 * others are run here, with an AWS CLI that has the models of the services behind it and no service: each command of each page, whatever somebody adds.
 */
const ELSEWHERE: readonly { readonly page: string; readonly heading: string; readonly test: string; readonly is: RegExp }[] = [
  { page: 'docs/upgrading.md', heading: 'Rename a replication', test: 'test/changes/deployed.test.ts', is: /cloudformation delete-stack/ },
  { page: 'docs/operations.md', heading: 'Drift check', test: 'test/emulator/drift.ts', is: /s3 cp/ },
  { page: 'docs/operations.md', heading: 'The day of a failover', test: 'test/emulator/drift.ts', is: /update-event-source-mapping/ },
  { page: 'docs/dead-letters.md', heading: 'Start again', test: 'test/emulator/dead-letters.ts', is: /start-execution/ },
];

/** What the README says of packages in other languages is done by `test/consumers`, with files that are there. */
const PACKAGES = /^(npm install <clone>|pip install <clone>|mvn install:install-file|go mod edit) ?/;

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'commands-'));
const stacks = path.join(directory, 'stacks');
const commandLines = path.join(directory, 'command-lines');
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
  const bin = path.join(directory, 'bin');
  fs.mkdirSync(bin);
  const python = await emulatorPython();
  fs.writeFileSync(path.join(bin, 'aws'), `#!/bin/sh\nexec "${python}" "${path.join(__dirname, 'aws.py')}" "$@"\n`, { mode: 0o755 });
  for (const tool of ['npm', 'npx']) {
    fs.writeFileSync(path.join(bin, tool), `#!/bin/sh\nexec "${process.execPath}" "${path.join(__dirname, 'tools.js')}" ${tool} "$@"\n`, { mode: 0o755 });
  }
  environment = {
    PATH: `${bin}${path.delimiter}${process.env.PATH}`, HOME: directory, AWS_ACCESS_KEY_ID: ACCOUNT, AWS_SECRET_ACCESS_KEY: 'none', AWS_PAGER: '', STACKS: stacks, COMMAND_LINES: commandLines,
  };
}, 600_000);

afterAll(() => fs.rmSync(directory, { recursive: true }));

const runAll = (commands: string) => run('bash', ['-euo', 'pipefail', '-c', typed(commands)], { cwd: directory, env: environment, timeoutMillis: 60_000 });
const isElsewhere = (page: string, heading: string, commands: string) => ELSEWHERE.some((each) => each.page === page && each.heading === heading && each.is.test(commands));

test.each(pages())('%s: each command is one that its tool takes', async (page) => {
  const here = documentedCommands(page).filter(({ heading, commands }) => !isElsewhere(page, heading, commands) && !PACKAGES.test(commands));
  const failures: string[] = [];
  for (const commands of new Set(here.map((each) => each.commands))) {
    await runAll(commands).catch((error: CommandFailedError) => failures.push(error.message));
  }
  expect(failures).toEqual([]);
}, 600_000);

test('the patterns of stacks in the pages are those of stacks', async () => {
  const app = createApp({ outdir: path.join(directory, 'cdk.out') });
  replicate({ replicationName: 'fleet' }, new Stack(app, 'Registry', { env: { account: ACCOUNT, region: SOURCE } }));
  replicate({ replicationName: 'prod' }, new Stack(new Stage(app, 'Prod'), 'Registry', { env: { account: ACCOUNT, region: SOURCE } }));
  app.synth();
  const patterns = [...new Set(fs.readFileSync(stacks, 'utf8').trim().split('\n'))].sort();
  expect(patterns).toEqual(['Prod/**', 'Registry', 'Registry/Replication/eu-west-1']);
  const list = (pattern: string) => run(path.join(ROOT, 'node_modules', '.bin', 'cdk'), ['ls', '--app', app.outdir, pattern], { cwd: directory, env: process.env });
  const whole = await list('Prod/**');
  for (const stack of ['Prod/Registry (', 'Prod/Registry/Replication/eu-west-1 (']) expect(whole).toContain(stack);
  expect(await list('Registry/Replication/eu-west-1')).toMatch(/^Registry\/Replication\/eu-west-1 /m);
}, 60_000);

test('the program of this package takes the commands of it that the pages have', async () => {
  const lines = fs.readFileSync(commandLines, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as string[]);
  expect(lines.length).toBeGreaterThan(10);
  const failures: string[] = [];
  for (const args of lines) await expectArguments(args).catch((error: Error) => failures.push(`${args.join(' ')}: ${error.message}`));
  expect(failures).toEqual([]);
});

test('the program of this package takes no option that it has not', async () => {
  await expect(expectArguments(['status', 'fleet', '--wach'])).rejects.toThrow("unknown option '--wach'");
  await expect(expectArguments(['stat', 'fleet'])).rejects.toThrow("unknown command 'stat'");
});

test.each(ELSEWHERE)('$page, $heading: run by $test', ({ page, heading, test: file, is }) => {
  expect(documentedCommands(page).filter((each) => each.heading === heading && is.test(each.commands))).not.toEqual([]);
  const source = fs.readFileSync(path.join(ROOT, file), 'utf8');
  expect(source).toMatch(new RegExp(`commandsBelow\\((DOCUMENTATION|'${page}'), '${heading}'`));
});

describe('a command fails', () => {
  test.each([
    ['whose option there is not', 'aws iot describe-thing --region us-east-1 --thing-nam lamp --name lamp', /Unknown options|unrecognized/i],
    ['that lacks a parameter', 'aws sqs send-message --region us-east-1 --queue-url https://example.com', /message-body/],
    ['whose query no answer has', "aws stepfunctions list-executions --region us-east-1 --state-machine-arn <fleet-sweep> --query 'executions[].[error,cause]'", /ListExecutions answers with nothing/],
    ['whose value has another form', "aws dynamodb get-item --region us-east-1 --table-name fleet --key '{ \"pk\": \"thing\" }'", /Invalid type for parameter Key.pk/],
    ['that names no task', 'npx projen docs:nothing', /expected a task of projen/],
    ['that names no script', 'npm run nothing', /expected a script/],
  ])('%s', async (_, commands, message) => {
    await expect(runAll(commands)).rejects.toThrow(message);
  });

  test('wherever it is in a page', () => {
    const text = '# One\n\n`aws iot list-things` and `fleet`\n\n1. ```json\n   {}\n   ```\n## Two\n\n   ```sh\n   for a in b; do\n     aws a\n   done\n   ```\n```console\n$ aws b\nb\n$ aws c\n```\n';
    expect(documentedCommands('x.md', text)).toEqual([
      { file: 'x.md', heading: 'One', commands: 'aws iot list-things' },
      { file: 'x.md', heading: 'Two', commands: 'for a in b; do\n  aws a\ndone' },
      { file: 'x.md', heading: 'Two', commands: 'aws b' },
      { file: 'x.md', heading: 'Two', commands: 'aws c' },
    ]);
  });
});
