import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import {
  CreateThingCommand, DeleteCertificateCommand, DeleteConflictException, DeletePolicyCommand, DeleteThingCommand, DeleteThingGroupCommand, DeleteThingTypeCommand,
  DeprecateThingTypeCommand, DescribeCertificateCommand, InvalidRequestException, IoTClient, ListAttachedPoliciesCommand, ListPolicyVersionsCommand,
  ListPrincipalThingsCommand, ListTargetsForPolicyCommand, RegisterCertificateWithoutCACommand,
} from '@aws-sdk/client-iot';
import { mockClient } from 'aws-sdk-client-mock';
import { answerOf } from '../../live-check/answer';
import { NotLookable } from '../../live-check/belief';
import { Look, Run } from '../../live-check/look';
import { MadeRecord } from '../../live-check/made';
import { remove } from '../../live-check/removal';

const iot = mockClient(IoTClient);
const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'look-'));
const connection = { credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };

let id: string;
let run: Run;
let runs = 0;

beforeEach(() => {
  iot.reset();
  iot.onAnyCommand().resolves({});
  id = `run${++runs}`;
  run = {
    id,
    account: '111122223333',
    partition: 'aws',
    regions: { source: 'us-east-1', destination: 'eu-west-1' },
    connection,
    record: MadeRecord.begin(directory, id, 'hash'),
    pace: 0,
    events: () => Promise.reject(new NotLookable('there are none')),
  };
});

const never = new AbortController().signal;
const recorded = () => MadeRecord.read(directory, id)!.left;
const removed = () => remove({ record: run.record, connection, account: run.account, partition: run.partition, pace: 0, signal: never });

test('a resource is in the file before its creation', async () => {
  iot.on(CreateThingCommand).callsFake(() => {
    expect(recorded()).toEqual([{ kind: 'thing', region: 'us-east-1', name: `live-check-${id}-belief-lamp` }]);
    throw new InvalidRequestException({ message: 'no', $metadata: { httpStatusCode: 400 } });
  });
  expect(await answerOf(() => new Look(run, 'belief', never).thing('lamp'))).toMatchObject({ ok: false, name: 'InvalidRequestException' });
  expect(recorded()).toHaveLength(1);
});

test('once a look is over nothing is recorded, and nothing made', async () => {
  const over = AbortSignal.abort(new Error('over'));
  await expect(new Look(run, 'belief', over).thing('lamp')).rejects.toThrow('over');
  expect([iot.calls(), recorded()]).toEqual([[], []]);
});

test('children go before their parents, types are deprecated first and deleted last, and what fails does not keep the rest', async () => {
  const look = new Look(run, 'belief', never);
  for (const [kind, name] of [['thing type', 'type'], ['thing group', 'parent'], ['thing group', 'child'], ['thing', 'lamp']] as const) look.making(kind, name);
  iot.on(DeleteThingCommand).rejects(new InvalidRequestException({ message: 'it has a principal', $metadata: {} }));
  expect(await removed()).toEqual([{ kind: 'thing', region: 'us-east-1', name: 'lamp', why: 'InvalidRequestException: it has a principal' }]);
  const order = iot.calls().map(({ args: [command] }) => Object.values(command.input)[0] as string);
  expect(order).toEqual(['type', 'lamp', 'child', 'parent', 'type']);
  expect([iot.commandCalls(DeprecateThingTypeCommand), iot.commandCalls(DeleteThingGroupCommand)].map(({ length }) => length)).toEqual([1, 2]);
  expect(recorded()).toMatchObject([{ name: 'lamp' }]);
});

test('a type is deleted as soon as it can be', async () => {
  new Look(run, 'belief', never).making('thing type', 'type');
  const tooSoon = new InvalidRequestException({ message: 'wait five minutes', $metadata: {} });
  iot.on(DeleteThingTypeCommand).rejectsOnce(tooSoon).rejectsOnce(tooSoon).resolves({});
  expect(await removed()).toEqual([]);
  expect(iot.commandCalls(DeleteThingTypeCommand)).toHaveLength(3);
  expect(fs.existsSync(run.record.file)).toBe(false);
});

test('a certificate is in the file by the id that it should have before it is registered, and by another one that it gets', async () => {
  const look = new Look(run, 'belief', never);
  const made = look.unregistered('lamp');
  iot.on(RegisterCertificateWithoutCACommand).callsFake(() => {
    expect(recorded()).toEqual([{ kind: 'certificate', region: 'us-east-1', name: made.id }]);
    return { certificateId: 'another', certificateArn: 'arn' };
  });
  expect(await look.register(made)).toMatchObject({ id: made.id, registeredId: 'another' });
  expect(iot.commandCalls(RegisterCertificateWithoutCACommand)[0].args[0].input).toEqual({ certificatePem: made.pem, status: 'INACTIVE' });
  expect(recorded().map(({ name }) => name)).toEqual([made.id, 'another']);
});

/** The calls that change something, and what they change. */
function changes(): string[] {
  return iot.calls().map(({ args: [command] }) => [command.constructor.name.replace('Command', ''), ...Object.values(command.input) as string[]].join(' ')).filter((call) => !/^(List|Describe)/.test(call));
}

test('a certificate is deactivated, then detached from what it has, and deleted before its thing, as soon as it can be', async () => {
  const look = new Look(run, 'belief', never);
  for (const [kind, name] of [['thing', 'lamp'], ['certificate', 'id']] as const) look.making(kind, name);
  iot.on(DescribeCertificateCommand).resolves({ certificateDescription: { status: 'ACTIVE', certificateArn: 'arn' } });
  iot.on(ListPrincipalThingsCommand).resolvesOnce({ things: ['lamp'] }).resolves({});
  iot.on(ListAttachedPoliciesCommand).resolvesOnce({ policies: [{ policyName: 'policy' }] }).resolves({});
  iot.on(DeleteCertificateCommand).rejectsOnce(new DeleteConflictException({ message: 'detached in a moment', $metadata: {} })).resolves({});
  expect(await removed()).toEqual([]);
  expect(changes()).toEqual([
    'UpdateCertificate id INACTIVE', 'DetachThingPrincipal lamp arn', 'DetachPolicy policy arn', 'DeleteCertificate id', 'DeleteCertificate id', 'DeleteThing lamp',
  ]);
});

test('policies are detached first of all, because AWS deletes them minutes after that, and deleted after the rest', async () => {
  const look = new Look(run, 'belief', never);
  for (const [kind, name] of [['policy', 'policy'], ['thing group', 'group']] as const) look.making(kind, name);
  iot.on(ListTargetsForPolicyCommand).resolvesOnce({ targets: ['arn'] }).resolves({});
  iot.on(ListPolicyVersionsCommand).resolves({ policyVersions: [{ versionId: '2', isDefaultVersion: true }, { versionId: '1', isDefaultVersion: false }] });
  iot.on(DeletePolicyCommand).rejectsOnce(new DeleteConflictException({ message: 'within five minutes', $metadata: {} })).resolves({});
  expect(await removed()).toEqual([]);
  expect(changes()).toEqual(['DetachPolicy policy arn', 'DeleteThingGroup group', 'DeletePolicyVersion policy 1', 'DeletePolicy policy', 'DeletePolicy policy']);
});

test.each([
  ['AccessDeniedException', 'client', 403],
  ['UnauthorizedException', 'client', 401],
  ['ThrottlingException', 'client', 400],
  ['ExpiredTokenException', 'client', 403],
  ['InternalFailureException', 'server', 500],
  ['TimeoutError', undefined, undefined],
])('%s is no answer to a question', async (name, fault, status) => {
  const error = Object.assign(new Error('no answer'), { name, $fault: fault, $metadata: { httpStatusCode: status } });
  await expect(answerOf(() => Promise.reject(error))).rejects.toBe(error);
});
