import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { CreateRoleCommand, ListRolesCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateThingGroupCommand, DeleteThingGroupCommand, DescribeEventConfigurationsCommand, IoTClient, ListCertificatesCommand, ListPoliciesCommand, ListThingGroupsCommand,
  ListThingsCommand, ListThingTypesCommand, ListTopicRulesCommand, UpdateEventConfigurationsCommand,
} from '@aws-sdk/client-iot';
import { ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { ListStateMachinesCommand } from '@aws-sdk/client-sfn';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { Emulator, startEmulator } from '../../emulator/emulator';
import { ROOT } from '../../emulator/paths';
import { waitFor } from '../../emulator/waiting';
import { attachingPolicy, attachingPrincipal, done } from '../../live-check/attachments';
import type { Belief, Topic } from '../../live-check/belief';
import { BELIEFS as ALL_BELIEFS } from '../../live-check/beliefs';
import { Account, check, CheckResult, CheckSettings, hashOf, whoAmI } from '../../live-check/check';
import { Clients } from '../../live-check/clients';
import { runCommand } from '../../live-check/command';
import { EVENT_TYPES } from '../../live-check/event-recorder';
import type { Look } from '../../live-check/look';
import { MadeRecord } from '../../live-check/made';
import type { Report } from '../../live-check/report';
import { EXIT, ExitCode } from '../../src/cli/exit-codes';
import type { LiveCheck } from '../../src/cli/live-check';
import { run } from '../../src/cli/program';
import type { Surroundings } from '../../src/cli/surroundings';
import { expectSchema } from '../cli/schemas';
import { credentialsOf } from '../emulator/credentials';

/** The program on the emulator, where each belief's outcome is known: that proves the program, and shows nothing about AWS. */
const SOURCE = 'us-east-1';
const DESTINATION = 'eu-west-1';

/** The emulator has no Service Quotas. It looks through the models of all services before it says so, in which time it answers nobody: quotas.test.ts looks at that belief. */
const BELIEFS = ALL_BELIEFS.filter(({ id }) => id !== 'account-identity-quotas');

/** Beliefs that do not hold on the emulator, and what is seen of that. Of the rest each holds. */
const DOES_NOT_HOLD: Record<string, RegExp> = {
  'thing-empty-map': /left \{\}/,
  'thing-attributes-without-type': /^success$/,
  'type-five-minutes': /at once/,
  'group-absent-description': /became null/,
  'group-missing-parent': /^InvalidRequestException: /,
  'group-levels': /^success$/,
  'event-group-no-attributes': /^null$/,
  'event-group-no-path': /^null$/,
  'event-type-no-searchable': /^null$/,
  'event-type-no-propagating': /^null$/,
  'event-group-deletion-cascade': /MEMBERSHIP_EVENT REMOVED/,
  'event-forged': /the rule received it/,
  'member-remove-missing-thing': /^ResourceNotFoundException: /,
  'member-eleventh-group': /^success$/,
  'member-same-hierarchy': /^success$/,
  'certificate-expired': /^CertificateValidationException: /,
  'certificate-weak-key': /^success$/,
  'certificate-customer-version': /^customerVersion 1 became 2$/,
  'policy-listed-of-missing': /^success$/,
};

/** Beliefs that can't be looked at on the emulator, and the reason that is given. */
const NOT_LOOKED_AT: Record<string, RegExp> = {
  'rule-error-action-type': /lists no such metric/,
};

let emulator: Emulator;
let directory: string;
let account: Account;

beforeAll(async () => {
  emulator = await startEmulator();
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'live-check-'));
  account = await whoAmI(connection(), SOURCE);
}, 120_000);

afterAll(async () => {
  await emulator?.stop();
  fs.rmSync(directory, { recursive: true, force: true });
});

function connection() {
  const { endpoint, credentials } = emulator.clientConfig(SOURCE);
  // The emulator's address has no names before it.
  return { endpoint, credentials, disableHostPrefix: true };
}

function checked(runId: string, beliefs: readonly Belief[], settings: Partial<CheckSettings> = {}): Promise<CheckResult> {
  const { signal } = new AbortController();
  return check({
    runId, account, regions: { source: SOURCE, destination: DESTINATION }, beliefs, directory, events: EVENT_TYPES, signal, removalSignal: signal, pace: 0.005, ...settings,
  });
}

/** The permissions that the documentation lists for some topics. */
const LIMITED_TOPICS: readonly Topic[] = ['registry', 'identities', 'account'];

function documentedPermissions(): string {
  const page = fs.readFileSync(path.join(ROOT, 'docs', 'live-check.md'), 'utf8');
  expect(page).toContain(`For \`--only ${LIMITED_TOPICS.join()}\``);
  return /## Permissions\n[^]*?```json\n([^]*?)```/.exec(page)![1].replaceAll('111122223333', account.id);
}

/** A caller with these permissions and no others. */
async function limitedAccount(): Promise<Account> {
  const { iam, sts } = new Clients(SOURCE, connection());
  const RoleName = 'limited-caller';
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account.id}:root` }, Action: 'sts:AssumeRole' }] };
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }));
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'documented', PolicyDocument: documentedPermissions() }));
  return { ...account, connection: { ...connection(), credentials: await credentialsOf(sts, Role!.Arn!) } };
}

/** Everything on the emulator that bears the name of a run, and the certificates, which have no names: nobody else creates any. */
async function whatIsThere(): Promise<string[]> {
  const [clients, others] = [SOURCE, DESTINATION].map((region) => new Clients(region, connection()));
  const { iot, sqs, iam, sfn, lambda, cloudFormation } = clients;
  const names = await Promise.all([
    iot.send(new ListThingsCommand({})).then(({ things }) => things?.map((each) => each.thingName)),
    iot.send(new ListThingGroupsCommand({})).then(({ thingGroups }) => thingGroups?.map((each) => each.groupName)),
    iot.send(new ListThingTypesCommand({})).then(({ thingTypes }) => thingTypes?.map((each) => each.thingTypeName)),
    iot.send(new ListTopicRulesCommand({})).then(({ rules }) => rules?.map((each) => each.ruleName)),
    iot.send(new ListPoliciesCommand({})).then(({ policies }) => policies?.map((each) => each.policyName)),
    sqs.send(new ListQueuesCommand({})).then(({ QueueUrls }) => QueueUrls),
    iam.send(new ListRolesCommand({})).then(({ Roles }) => Roles?.map((each) => each.RoleName)),
    sfn.send(new ListStateMachinesCommand({})).then(({ stateMachines }) => stateMachines?.map((each) => each.name)),
    lambda.send(new ListFunctionsCommand({})).then(({ Functions }) => Functions?.map((each) => each.FunctionName)),
    cloudFormation.send(new DescribeStacksCommand({})).then(({ Stacks }) => Stacks?.filter((each) => each.StackStatus !== 'DELETE_COMPLETE').map((each) => each.StackName)),
    ...[clients, others].map(({ dynamodb }) => dynamodb.send(new ListTablesCommand({})).then(({ TableNames }) => TableNames)),
  ]);
  const certificates = await Promise.all([clients, others].map((each) => each.iot.send(new ListCertificatesCommand({})).then((page) => page.certificates ?? [])));
  return [
    ...names.flatMap((each) => each ?? []).filter((name): name is string => /live[-_]check[-_]/.test(name ?? '')),
    ...certificates.flat().map(({ certificateId }) => certificateId!),
  ];
}

/** Kinds of registry events that are on. */
async function eventsThatAreOn(): Promise<string[]> {
  const { eventConfigurations } = await new IoTClient(emulator.clientConfig(SOURCE)).send(new DescribeEventConfigurationsCommand({}));
  return Object.entries(eventConfigurations!).filter(([, { Enabled }]) => Enabled).map(([type]) => type).sort();
}

function belief(id: string, look: (look: Look) => Promise<{ holds: boolean; seen: string }>): Belief {
  return { id, topic: 'registry', statement: 'it is so', otherwise: 'it is not', uses: {}, boundSeconds: 60, look };
}

/** What `makeSome` makes, in the order of its removal. */
const SOME = ['certificate', 'thing', 'thing group', 'thing group', 'queue', 'policy', 'thing type'];

/** Makes one of each that has no tags, and some that belong together. */
async function makeSome(look: Look): Promise<void> {
  const thingName = await look.thing('lamp', { thingTypeName: await look.type('type') });
  await look.group('child', { parentGroupName: await look.group('parent') });
  await look.queue('queue');
  const [{ arn }, policyName] = [await look.certificate('lamp', { status: 'ACTIVE' }), await look.policy('policy')];
  await done(attachingPrincipal(look, thingName, arn));
  for (const target of [arn, look.arn('iot', `thinggroup/${look.name('child')}`)]) await done(attachingPolicy(look, policyName, target));
}

test('each belief has the outcome that is known of the emulator, with the documented permissions, and nothing is left', async () => {
  const isLimited = ({ topic }: Belief) => LIMITED_TOPICS.includes(topic);
  const [limited, rest] = await Promise.all([
    checked('limited1', BELIEFS.filter(isLimited), { account: await limitedAccount() }),
    checked('abcd1234', BELIEFS.filter((each) => !isLimited(each))),
  ]);
  const outcomes = [...limited.outcomes, ...rest.outcomes].sort((a, b) => BELIEFS.indexOf(a.belief) - BELIEFS.indexOf(b.belief));
  const expected = BELIEFS.map(({ id }) => [id, id in DOES_NOT_HOLD ? 'does not hold' : id in NOT_LOOKED_AT ? 'not looked at' : 'holds']);
  const seen = Object.fromEntries(outcomes.map(({ belief: { id }, seen: text }) => [id, text]));
  expect(outcomes.map(({ belief: { id }, outcome }) => [id, outcome, seen[id]])).toEqual(expected.map((each) => [...each, expect.any(String)]));
  for (const [id, text] of Object.entries({ ...DOES_NOT_HOLD, ...NOT_LOOKED_AT })) expect([id, seen[id]]).toEqual([id, expect.stringMatching(text)]);
  expect([limited.left, rest.left]).toEqual([[], []]);
  expect(await whatIsThere()).toEqual([]);
  expect(await eventsThatAreOn()).toEqual([]);
  expect(fs.readdirSync(directory)).toEqual([]);
}, 120_000);

describe('registry events that are off', () => {
  const EVENTS = ['event-configurations-merge', 'event-first-change', 'event-member-again'];
  const report = () => path.join(directory, 'events.json');
  const outcomes = () => (JSON.parse(fs.readFileSync(report(), 'utf8')) as Report).beliefs.map(({ outcome, seen }) => [outcome, seen]);

  test('stay off without a yes of their own', async () => {
    expect(await command([...REGIONS, '--yes', '--report', report(), '--only', EVENTS.join()], [])).toBe(EXIT.yes);
    const why = 'registry events of THING, THING_TYPE, THING_TYPE_ASSOCIATION, THING_GROUP, THING_GROUP_HIERARCHY, THING_GROUP_MEMBERSHIP are off in us-east-1';
    expect(outcomes()).toEqual(EVENTS.map(() => ['not looked at', expect.stringContaining(why)]));
    const printed: string[] = [];
    expect(await command([...REGIONS, '--yes', '--report', report(), '--only', EVENTS.join()], printed, [false])).toBe(EXIT.yes);
    expect(printed[0]).toMatch(/^Registry events of THING.* are off in us-east-1, for the whole account\. Switch them on/);
    expect([await eventsThatAreOn(), await whatIsThere()]).toEqual([[], []]);
  }, 30_000);

  test('are off again afterwards, and those that were on have stayed on', async () => {
    const iot = new IoTClient(emulator.clientConfig(SOURCE));
    const switched = (Enabled: boolean) => iot.send(new UpdateEventConfigurationsCommand({ eventConfigurations: { JOB: { Enabled }, THING: { Enabled } } }));
    await switched(true);
    const { outcomes: [merged, first, again] } = await checked('events01', BELIEFS.filter(({ id }) => EVENTS.includes(id)), { events: EVENT_TYPES.filter((type) => type !== 'THING') });
    expect(merged).toMatchObject({ outcome: 'not looked at', seen: expect.stringContaining('event types were on before') });
    expect([first.outcome, again.outcome]).toEqual(['holds', 'holds']);
    expect(await eventsThatAreOn()).toEqual(['JOB', 'THING']);
    await switched(false);
  }, 30_000);

  test('are switched off by --clean after a run that was killed', async () => {
    const iot = new IoTClient(emulator.clientConfig(SOURCE));
    MadeRecord.begin(directory, 'events02', hashOf(account, 'events02')).add({ kind: 'registry events', region: SOURCE, name: 'THING,THING_TYPE' });
    await iot.send(new UpdateEventConfigurationsCommand({ eventConfigurations: { JOB: { Enabled: true }, THING: { Enabled: true } } }));
    expect(await command(['--clean', 'events02'], [])).toBe(EXIT.yes);
    expect(await eventsThatAreOn()).toEqual(['JOB']);
  }, 30_000);
});

test('what was made is removed after a look that fails in the middle', async () => {
  const { outcomes, left } = await checked('failing1', [belief('failing', async (look) => {
    await makeSome(look);
    expect(await whatIsThere()).toHaveLength(SOME.length);
    throw new RangeError('in the middle');
  })]);
  expect(outcomes).toMatchObject([{ outcome: 'not looked at', seen: 'RangeError: in the middle' }]);
  expect([left, await whatIsThere()]).toEqual([[], []]);
}, 30_000);

test('nothing is made any more once the check was interrupted, and what was made is removed', async () => {
  const interruption = new AbortController();
  const { outcomes } = await checked('stopped1', [belief('stopped', async (look) => {
    await makeSome(look);
    interruption.abort(new Error('interrupted'));
    await look.thing('late');
    return { holds: true, seen: '' };
  })], { signal: interruption.signal });
  expect(outcomes).toMatchObject([{ outcome: 'not looked at', seen: 'interrupted' }]);
  expect(await whatIsThere()).toEqual([]);
}, 30_000);

test('a second Ctrl-C leaves the remaining resources in the record', async () => {
  const impatience = new AbortController();
  impatience.abort(new Error('interrupted'));
  const { left } = await checked('impatien', [belief('left', async (look) => {
    await makeSome(look);
    return { holds: true, seen: '' };
  })], { removalSignal: impatience.signal });
  expect(left.map(({ kind, why }) => `${kind}: ${why}`)).toEqual(SOME.map((kind) => `${kind}: interrupted`));
  expect(await command(['--clean', 'impatien'], [])).toBe(EXIT.yes);
  expect(await whatIsThere()).toEqual([]);
}, 30_000);

test('what can\'t be removed is reported, stays in the record, and is removed by --clean', async () => {
  const iot = new IoTClient(emulator.clientConfig(SOURCE));
  const thingGroupName = 'somebody-elses';
  const { left } = await checked('blocked1', [belief('blocked', async (look) => {
    await makeSome(look);
    await iot.send(new CreateThingGroupCommand({ thingGroupName, parentGroupName: look.name('parent') }));
    return { holds: true, seen: '' };
  })]);
  expect(left).toMatchObject([{ kind: 'thing group', region: SOURCE, name: 'live-check-blocked1-blocked-parent', why: expect.stringContaining('child groups') }]);
  expect(MadeRecord.read(directory, 'blocked1')!.left).toEqual([{ kind: 'thing group', region: SOURCE, name: 'live-check-blocked1-blocked-parent' }]);
  const printed: string[] = [];
  expect(await command(['--clean', 'blocked1'], printed)).toBe(EXIT.failed);
  expect(printed.join('\n')).toContain('--clean blocked1');
  await iot.send(new DeleteThingGroupCommand({ thingGroupName }));
  expect(await command(['--clean', 'blocked1'], printed)).toBe(EXIT.yes);
  expect(await whatIsThere()).toEqual([]);
  expect(await command(['--clean', 'blocked1'], printed)).toBe(EXIT.notDone);
  expect(printed.at(-1)).toContain('There is no record of run blocked1');
}, 30_000);

test('a run is not cleaned in another account than its own', async () => {
  MadeRecord.begin(directory, 'foreign1', 'of another account').add({ kind: 'thing', region: SOURCE, name: 'live-check-foreign1-a' });
  const printed: string[] = [];
  expect(await command(['--clean', 'foreign1'], printed)).toBe(EXIT.failed);
  expect(printed.join()).toContain('run foreign1 belongs to another account');
});

/** The command in this process, with a person who answers. Notes are printed, too. */
function command(args: readonly string[], printed: string[], answers?: readonly boolean[]): Promise<ExitCode> {
  const left = [...answers ?? []];
  const isYes = (question: string) => {
    printed.push(question);
    return Promise.resolve(left.shift()!);
  };
  const { signal } = new AbortController();
  const print = (text: string) => void printed.push(text);
  const terminal = { canAsk: answers !== undefined, print, note: print, isYes } as Partial<Surroundings['terminal']> as Surroundings['terminal'];
  const liveCheck: LiveCheck['liveCheck'] = (options) => runCommand(options, { terminal, signal, impatience: signal, directory, connection: connection() });
  return run(['live-check', ...args], { terminal, signal, impatience: signal, env: {}, liveCheck: () => ({ liveCheck }) } as Partial<Surroundings> as Surroundings);
}

const REGIONS = ['--source-region', SOURCE, '--destination-region', DESTINATION];

test('nothing is created without a yes, or --yes if no person can answer', async () => {
  const printed: string[] = [];
  expect(await command(REGIONS, printed)).toBe(EXIT.notDone);
  expect(printed).toEqual(['there is no terminal to ask for confirmation: --yes starts without asking']);
  expect(await command([...REGIONS, '--only', 'member-again'], printed, [false])).toBe(EXIT.notDone);
  expect(printed.slice(1)).toEqual([
    expect.stringMatching(/^Checks 1 beliefs in account 0{12}, in us-east-1 and eu-west-1\.\n.*\nUses at most 6 registry operations: less than a cent/), 'Begin?', 'Nothing was created.',
  ]);
});

test('the report has what was looked at and what was not, and no id of the account', async () => {
  const file = path.join(directory, 'reports', 'report.json');
  const printed: string[] = [];
  expect(await command([...REGIONS, '--yes', '--report', file, '--only', 'member-again,member-missing-group', '--only', 'group-levels'], printed)).toBe(EXIT.no);
  const text = fs.readFileSync(file, 'utf8');
  const report = JSON.parse(text) as Report;
  expect(report).toEqual({
    format: 1,
    runId: expect.stringMatching(/^[a-z0-9]{8}$/),
    libraryVersion: '0.0.0',
    startedAt: expect.stringMatching(/^\d{4}-.*Z$/),
    endedAt: expect.stringMatching(/^\d{4}-.*Z$/),
    partition: 'aws',
    regions: { source: SOURCE, destination: DESTINATION },
    interrupted: false,
    counts: { 'holds': 2, 'does not hold': 1, 'not looked at': 0 },
    beliefs: ['group-levels', 'member-again', 'member-missing-group'].map((id) => {
      const { topic, statement, otherwise, see } = BELIEFS.find((each) => each.id === id)!;
      return { id, topic, statement, otherwise, ...see && { see }, outcome: id === 'group-levels' ? 'does not hold' : 'holds', seen: expect.any(String), seconds: expect.any(Number) };
    }),
    left: [],
  });
  // The emulator's error names the account.
  expect(report.beliefs[2].seen).toContain('<account>');
  expect(text).not.toContain(account.id);
  expectSchema('live-check', report);
  expect(printed.join('\n')).not.toContain(account.id);
}, 30_000);

describe('as a process', () => {
  /** Begins a check that takes minutes, and waits until it has made something. */
  async function begun(): Promise<{ readonly child: ChildProcess; readonly runId: string; output(): string }> {
    const args = ['--require', require.resolve('ts-node/register/transpile-only'), path.join(ROOT, 'live-check', 'live-check.ts'), ...REGIONS, '--yes', '--only', 'type-deprecated-again'];
    const child = spawn(process.execPath, args, {
      cwd: directory, env: { ...emulator.env(SOURCE), TS_NODE_PROJECT: path.join(ROOT, 'tsconfig.dev.json') }, stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => { output += chunk.toString(); });
    const runId = await waitFor(async () => {
      if (child.exitCode !== null) throw new Error(`it ended: ${output}`);
      const id = /^run (\w{8}):/m.exec(output)?.[1];
      return id && (await whatIsThere()).length > 0 ? id : undefined;
    }, { boundMillis: 60_000 });
    if (!runId) throw new Error(`it has made nothing: ${output}`);
    return { child, runId, output: () => output };
  }

  test('Ctrl-C removes what was made', async () => {
    const { child, output } = await begun();
    child.kill('SIGINT');
    expect(await once(child, 'close')).toEqual([EXIT.interrupted, null]);
    expect(output()).toContain('removing resources');
    expect(output()).toMatch(/not looked at +type-deprecated-again: .*\n +interrupted/);
    expect(await whatIsThere()).toEqual([]);
  }, 90_000);

  test('--clean removes what a run that was killed has left', async () => {
    const { child, runId } = await begun();
    child.kill('SIGKILL');
    await once(child, 'close');
    const records = path.join(directory, '.live-check');
    expect(MadeRecord.read(records, runId)!.left).toMatchObject([{ kind: 'thing type' }]);
    fs.cpSync(path.join(records, `${runId}.made.jsonl`), path.join(directory, `${runId}.made.jsonl`));
    const printed: string[] = [];
    expect(await command(['--clean', runId], printed)).toBe(EXIT.yes);
    expect(printed.at(-1)).toBe(`Everything that run ${runId} created has been removed.`);
    expect(await whatIsThere()).toEqual([]);
  }, 90_000);
});
