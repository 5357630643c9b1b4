import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { ASK, ASK_RULE, Answers, execute as executeBy, failing, GET, PUT, SEND, STARTED_AT, TELL, UPDATE } from './execution';
import { selectionDigest, selectionOf } from '../../src/comparison/selection-of';
import { knownKinds } from '../../src/kinds/register';
import { decodeSignal, type HeartbeatSignal, signalKindOf } from '../../src/record/signal';
import { RegistryKind } from '../../src/registry-kind';
import { type DefinitionOptions, synthesizeTable, synthesizeWorkflow, TABLE_NAME } from '../simulation/definition';
import { GuardedTable } from '../simulation/guarded-table';

const HEARTBEAT = { eventType: 'REPLICATION_HEARTBEAT' };
const SWEEP = { eventType: 'REPLICATION_SWEEP', timestamp: STARTED_AT - 60_000, mode: 'repair', inSync: false, durationSeconds: 42, found: 3, persisted: 2, remaining: 1 };
const NEEDED = ['THING', 'THING_TYPE', 'THING_GROUP', 'THING_GROUP_MEMBERSHIP'];

const execute = (input: unknown, answers?: Answers, options: DefinitionOptions = {}) => executeBy(input, answers, { ...options, by: 'observers' });
/** What is replicated where nothing is left out. */
const ALL = selectionDigest({ kinds: knownKinds(), prefixes: {} });

/** What AWS answers: all kinds of events, those on that are named. */
function switches(...on: string[]) {
  return { EventConfigurations: Object.fromEntries([...NEEDED, 'JOB', 'POLICY'].map((type) => [type, { Enabled: on.includes(type) }])) };
}

type Stored = ReturnType<GuardedTable['update']>;

/** A table that has an item of a signal, or none. */
function tableWith(item?: Stored) {
  const table = new GuardedTable(TABLE_NAME, synthesizeTable());
  if (item) table.items.set(`signal|${item.sk.S}`, item);
  const answers: Answers = {
    [PUT]: (request: never) => table.put(request),
    [UPDATE]: (request: never) => table.update(request),
    [GET]: ({ Key }: { readonly Key: Stored }) => ({ Item: table.items.get(`${Key.pk.S}|${Key.sk.S}`) }),
  };
  return { table, answers };
}

/** The signal that an execution wrote. */
async function signalOf(input: unknown, answers: Answers = {}, options: DefinitionOptions = {}, stored?: Stored) {
  const { table, answers: ofTable } = tableWith(stored);
  const { calls, output } = await execute(input, { ...ofTable, ...answers }, options);
  const [item] = table.items.keys().map((key) => unmarshall(table.items.get(key) as never));
  return { output, signal: decodeSignal(signalKindOf(item as never)!, item), resources: calls.map(({ resource }) => resource) };
}

describe('a heartbeat', () => {
  test('is a record of the moment, with a look at the switches of the registry events', async () => {
    const { output, signal, resources } = await signalOf(HEARTBEAT, { [ASK]: () => switches(...NEEDED) });
    expect(output).toEqual({ outcome: 'persisted' });
    expect(signal).toEqual({ kind: 'heartbeat', timestamp: STARTED_AT, sourceRegion: 'us-east-1', registryEventsOff: [], registryEventsUnknown: [], selection: ALL, uninterruptedSince: 0 });
    expect(resources).toEqual([ASK, UPDATE]);
  });

  test.each([true, false])('contains the selection, also if AWS IoT does not answer (it does: %s)', async (answers) => {
    const { signal } = await signalOf(HEARTBEAT, { [ASK]: answers ? () => switches(...NEEDED) : failing('Iot.ThrottlingException') }, { namePrefixes: { things: ['lamp'] }, withRouter: true, routerVersion: 'v2' });
    expect(signal).toMatchObject({ selection: selectionDigest({ kinds: knownKinds(), prefixes: { thing: ['lamp'] } }), routerVersion: 'v2' });
  });

  test.each([true, false])('contains the selection of identities where they are replicated, also if AWS IoT does not answer (it does: %s)', async (answers) => {
    const { signal } = await signalOf(HEARTBEAT, { [ASK]: answers ? () => switches(...NEEDED) : failing('Iot.ThrottlingException') }, { features: ['identities'] });
    expect(signal).toMatchObject({ selection: ALL, identitySelection: selectionDigest(selectionOf({ kinds: Object.values(RegistryKind), prefixes: {}, features: ['identities'] }, 'identities')) });
  });

  test('reports required events that are off, in the table and in a metric, and no others', async () => {
    const { calls, output } = await execute(HEARTBEAT, { [ASK]: () => switches('THING', 'THING_GROUP') });
    const { signal } = await signalOf(HEARTBEAT, { [ASK]: () => switches('THING', 'THING_GROUP') });
    expect(output).toEqual({ outcome: 'persisted' });
    expect(signal).toMatchObject({ registryEventsOff: ['THING_TYPE', 'THING_GROUP_MEMBERSHIP'], registryEventsUnknown: [] });
    expect(calls.find(({ resource }) => resource === TELL)!.taskArguments).toEqual({
      Namespace: 'IotRegistryReplication',
      MetricData: [['RegistryEventsOff', 2], ['RegistryEventsUnknown', 0]].map(([MetricName, Value]) => (
        { MetricName, Unit: 'Count', Value, Dimensions: [{ Name: 'ReplicationName', Value: 'fleet' }, { Name: 'Region', Value: 'us-east-1' }] }
      )),
    });
  });

  test('reports required events whose setting is unknown in a metric too', async () => {
    const { calls } = await execute(HEARTBEAT, { [ASK]: failing('Iot.ThrottlingException') });
    expect(calls.find(({ resource }) => resource === TELL)!.taskArguments).toMatchObject({
      MetricData: [{ MetricName: 'RegistryEventsOff', Value: 0 }, { MetricName: 'RegistryEventsUnknown', Value: 4 }],
    });
  });

  test('is no dead letter when the metric could not be emitted: it has arrived', async () => {
    const { output, resources } = await execute(HEARTBEAT, { [ASK]: () => switches(), [TELL]: failing('CloudWatch.AccessDeniedException') });
    expect(output).toEqual({ outcome: 'persisted' });
    expect(resources).not.toContain(SEND);
  });

  test.each([
    ['one event is off', switches('THING', 'THING_TYPE', 'THING_GROUP'), ['THING_GROUP_MEMBERSHIP'], []],
    ['an event is not in the answer', { EventConfigurations: { THING: { Enabled: true } } }, [], ['THING_TYPE', 'THING_GROUP', 'THING_GROUP_MEMBERSHIP']],
    ['the answer is of another shape', { eventConfigurations: 'on' }, [], NEEDED],
  ])('%s', async (_, answer, registryEventsOff, registryEventsUnknown) => {
    const { signal } = await signalOf(HEARTBEAT, { [ASK]: () => answer });
    expect(signal).toMatchObject({ registryEventsOff, registryEventsUnknown });
  });

  test('sends the heartbeat when AWS IoT does not answer', async () => {
    const { output, signal } = await signalOf(HEARTBEAT, { [ASK]: failing('Iot.ThrottlingException') });
    expect(output).toEqual({ outcome: 'persisted' });
    expect(signal).toMatchObject({ timestamp: STARTED_AT, registryEventsOff: [], registryEventsUnknown: NEEDED });
  });

  test('an older one changes nothing', async () => {
    const { answers } = tableWith();
    const beat = () => execute(HEARTBEAT, answers);
    expect((await beat()).output).toEqual({ outcome: 'persisted' });
    expect((await beat()).output).toEqual({ outcome: 'stale' });
  });

  test('that could not be persisted is no dead letter: its absence is noticed', async () => {
    const { output, resources } = await execute(HEARTBEAT, { [UPDATE]: failing('DynamoDB.AccessDeniedException') });
    expect(output).toEqual({ outcome: 'missed' });
    expect(resources).not.toContain(SEND);
  });
});

describe('a heartbeat asks for topic rules', () => {
  const NO_RULE = 'Iot.UnauthorizedException';
  const told = async (answer: (rule: string) => unknown) => {
    const ofRule = ({ RuleName }: { readonly RuleName: string }) => answer(RuleName);
    return signalOf(HEARTBEAT, { [ASK]: () => switches(...NEEDED), [ASK_RULE]: ofRule }, { withRules: true });
  };
  const isOn = { Rule: { RuleDisabled: false } };

  test('and says nothing of them while all are on', async () => {
    const { signal, resources } = await told(() => isOn);
    expect(signal).toMatchObject({ registryEventsOff: [], registryEventsUnknown: [] });
    expect(resources).toEqual([ASK, ASK_RULE, ASK_RULE, ASK_RULE, ASK_RULE, UPDATE]);
  });

  test.each<[string, () => unknown, object]>([
    ['disabled', () => ({ Rule: { RuleDisabled: true } }), { registryEventsOff: ['topic rule of THING_GROUP'], registryEventsUnknown: [] }],
    ['gone', failing(NO_RULE), { registryEventsOff: ['topic rule of THING_GROUP'], registryEventsUnknown: [] }],
    ['unreadable', failing('Iot.InternalException'), { registryEventsOff: [], registryEventsUnknown: ['topic rule of THING_GROUP'] }],
    ['something else', () => ({}), { registryEventsOff: [], registryEventsUnknown: ['topic rule of THING_GROUP'] }],
  ])('and says which one is %s', async (_, answer, told_) => {
    const { signal, output, resources } = await told((rule) => (rule === 'fleet_thing_group' ? answer() : isOn));
    expect(signal).toMatchObject(told_);
    expect(output).toEqual({ outcome: 'persisted' });
    expect(resources).toContain(TELL);
  });

  test('not at once when it is not found: the permission may be a new one', async () => {
    const missing = failing(NO_RULE, 2);
    expect((await told((rule) => (rule === 'fleet_thing' ? missing() ?? isOn : isOn))).signal).toMatchObject({ registryEventsOff: [], registryEventsUnknown: [] });
  });

  test('and of all that are off, beside events that are', async () => {
    const answers: Answers = { [ASK]: () => switches('THING'), [ASK_RULE]: () => ({ Rule: { RuleDisabled: true } }) };
    const { signal } = await signalOf(HEARTBEAT, answers, { withRules: true });
    expect(signal).toMatchObject({ registryEventsOff: ['THING_TYPE', 'THING_GROUP', 'THING_GROUP_MEMBERSHIP', ...Object.values(RegistryKind).map((kind) => `topic rule of ${kind}`)] });
  });
});

describe('a heartbeat says since when the source is uninterrupted', () => {
  const MINUTE = 60_000;
  const SINCE = STARTED_AT - 1_000 * MINUTE;
  /** The heartbeat before it. */
  const before = ({ off = [], unknown = [], ago = MINUTE, since = SINCE, sourceRegion = 'us-east-1' }: {
    off?: string[]; unknown?: string[]; ago?: number; since?: number | null; sourceRegion?: string;
  } = {}) => {
    const state = { registryEventsOff: off, registryEventsUnknown: unknown, selection: ALL };
    return marshall({ pk: 'signal', sk: 'heartbeat', timestamp: STARTED_AT - ago, sourceRegion, state, ...since === null ? {} : { uninterruptedSince: since } });
  };
  const after = (stored: Stored, answer: () => unknown = () => switches(...NEEDED), options: DefinitionOptions = {}) => signalOf(HEARTBEAT, { [ASK]: answer }, options, stored);

  test('which it takes from the one before it, with one call', async () => {
    const { signal, resources, output } = await after(before());
    expect(signal).toMatchObject({ timestamp: STARTED_AT, uninterruptedSince: SINCE });
    expect(resources).toEqual([ASK, UPDATE]);
    expect(output).toEqual({ outcome: 'persisted' });
  });

  test.each<[string, Stored, () => unknown]>([
    ['the first that finds some off', before(), () => switches('THING')],
    ['the first that can\'t read the settings', before(), failing('Iot.ThrottlingException')],
    ['one that is late by less than silence', before({ ago: 5 * MINUTE }), () => switches(...NEEDED)],
  ])('which is not over with %s', async (_, stored, answer) => {
    expect((await after(stored, answer)).signal).toMatchObject({ timestamp: STARTED_AT, uninterruptedSince: SINCE });
  });

  test.each<[string, Stored, () => unknown]>([
    ['that finds all on after some were off', before({ off: ['THING'] }), () => switches(...NEEDED)],
    ['that finds some on again', before({ off: ['THING', 'THING_TYPE'] }), () => switches('THING', 'THING_GROUP', 'THING_GROUP_MEMBERSHIP')],
    ['that can read the settings again', before({ unknown: NEEDED }), () => switches(...NEEDED)],
    ['after one that found the same off', before({ off: ['THING_TYPE', 'THING_GROUP', 'THING_GROUP_MEMBERSHIP'] }), () => switches('THING')],
    ['after another that could not read the settings', before({ unknown: NEEDED }), failing('Iot.ThrottlingException')],
    ['after silence', before({ ago: 5 * MINUTE + 1 }), () => switches(...NEEDED)],
    ['after one of another Region', before({ sourceRegion: 'us-west-2' }), () => switches(...NEEDED)],
    ['after one with a time of the future', before({ ago: -6 * MINUTE }), () => switches(...NEEDED)],
    ['after one of an earlier version, which says nothing of its past', before({ since: null }), () => switches(...NEEDED)],
  ])('which begins with the first %s', async (_, stored, answer) => {
    const { signal, output } = await after(stored, answer);
    expect(signal).toMatchObject({ timestamp: STARTED_AT, uninterruptedSince: STARTED_AT });
    expect(output).toEqual({ outcome: 'persisted' });
  });

  test('which is not before what was noted since, nor before a time of a clock that was wrong', async () => {
    const noted = STARTED_AT + 3 * MINUTE;
    expect((await after(before({ since: noted }))).signal).toMatchObject({ uninterruptedSince: noted });
    expect((await after(before({ since: noted, off: ['THING'] }))).signal).toMatchObject({ timestamp: STARTED_AT, uninterruptedSince: noted });
    expect((await after(before({ since: STARTED_AT + 5 * MINUTE + 1 }))).signal).toMatchObject({ uninterruptedSince: STARTED_AT });
  });

  test('what is noted while it is written stays, and the next heartbeat follows', async () => {
    const { table, answers } = tableWith(before({ off: ['THING'] }));
    const note = () => table.items.set('signal|heartbeat', { ...table.items.get('signal|heartbeat')!, uninterruptedSince: { N: String(STARTED_AT + 1) } });
    const putLate = (request: never) => {
      note();
      return table.put(request);
    };
    const { output } = await execute(HEARTBEAT, { ...answers, [ASK]: () => switches(...NEEDED), [PUT]: putLate });
    expect(output).toEqual({ outcome: 'stale' });
    expect(unmarshall(table.items.get('signal|heartbeat')!)).toMatchObject({ timestamp: STARTED_AT - MINUTE, uninterruptedSince: STARTED_AT + 1 });
  });

  test('with two further calls where it is another time than that of the one before it', async () => {
    expect((await after(before({ off: ['THING'] }))).resources).toEqual([ASK, UPDATE, GET, PUT]);
  });

  test('by the interval of heartbeats', async () => {
    expect((await after(before({ ago: 25 * MINUTE }), undefined, { heartbeatMinutes: 5 })).signal).toMatchObject({ uninterruptedSince: SINCE });
    expect((await after(before({ ago: 25 * MINUTE + 1 }), undefined, { heartbeatMinutes: 5 })).signal).toMatchObject({ uninterruptedSince: STARTED_AT });
  });
});

describe('a heartbeat says until when something else was replicated', () => {
  const MINUTE = 60_000;
  const BEFORE = STARTED_AT - MINUTE;
  const OF_IDENTITIES = selectionDigest(selectionOf({ kinds: Object.values(RegistryKind), prefixes: {}, features: ['identities'] }, 'identities'));
  const told = async (said: object, left: object = {}, options: DefinitionOptions = {}) => {
    const state = { registryEventsOff: [], registryEventsUnknown: [], ...said };
    const stored = marshall({ pk: 'signal', sk: 'heartbeat', timestamp: BEFORE, sourceRegion: 'us-east-1', state, uninterruptedSince: 7, ...left });
    const { signal } = await signalOf(HEARTBEAT, { [ASK]: () => switches(...NEEDED) }, options, stored);
    const { uninterruptedSince, otherwiseUntil, identitiesOtherwiseUntil } = signal as HeartbeatSignal;
    return { uninterruptedSince, otherwiseUntil, identitiesOtherwiseUntil };
  };
  const features: DefinitionOptions = { features: ['identities'] };

  test.each<[string, object, DefinitionOptions, object]>([
    ['other kinds or prefixes', { selection: 'other' }, {}, { otherwiseUntil: BEFORE }],
    ['a router', { selection: ALL, routerVersion: 'v1' }, {}, { otherwiseUntil: BEFORE, identitiesOtherwiseUntil: undefined }],
    ['no router', { selection: ALL }, { withRouter: true }, { otherwiseUntil: BEFORE }],
    ['another version of the router', { selection: ALL, routerVersion: 'v0' }, { withRouter: true }, { otherwiseUntil: BEFORE }],
    ['nothing that it named', {}, {}, { otherwiseUntil: BEFORE }],
    ['other certificates and policies', { selection: ALL, identitySelection: 'other' }, features, { otherwiseUntil: undefined, identitiesOtherwiseUntil: BEFORE }],
    ['certificates and policies, which are not replicated now', { selection: ALL, identitySelection: 'some' }, {}, { otherwiseUntil: undefined, identitiesOtherwiseUntil: BEFORE }],
    ['no certificates and policies yet', { selection: ALL }, features, { otherwiseUntil: undefined, identitiesOtherwiseUntil: undefined }],
    ['the same', { selection: ALL, identitySelection: OF_IDENTITIES }, features, { otherwiseUntil: undefined, identitiesOtherwiseUntil: undefined }],
  ])('%s', async (_, said, options, times) => {
    expect(await told(said, {}, options)).toEqual({ uninterruptedSince: 7, otherwiseUntil: undefined, identitiesOtherwiseUntil: undefined, ...times });
  });

  test.each([{ selection: ALL, identitySelection: OF_IDENTITIES }, { selection: 'other', identitySelection: OF_IDENTITIES }])('which the next one leaves: %j', async (said) => {
    const left = { otherwiseUntil: 5, identitiesOtherwiseUntil: 6 };
    expect(await told(said, left, features)).toEqual({ uninterruptedSince: 7, ...left, ...said.selection === ALL ? {} : { otherwiseUntil: BEFORE } });
  });

  test('certificates and policies that were replicated once, and were not meanwhile', async () => {
    expect(await told({ selection: ALL }, { identitiesOtherwiseUntil: 6 }, features)).toMatchObject({ identitiesOtherwiseUntil: BEFORE });
  });

  test('no more where the source was interrupted since: that says more', async () => {
    expect(await told({ selection: 'other', registryEventsOff: ['THING'] }, { otherwiseUntil: 5 })).toEqual({ uninterruptedSince: STARTED_AT, otherwiseUntil: undefined, identitiesOtherwiseUntil: undefined });
  });
});

describe('the end of a certificate check', () => {
  const CHECK = { eventType: 'REPLICATION_CERTIFICATE_CHECK', timestamp: STARTED_AT - 60_000, durationSeconds: 42, certificates: 100, found: 3, persisted: 2, remaining: 1 };
  const options: DefinitionOptions = { features: ['identities'] };

  test.each([{}, { failure: 'TooManyDeactivations' }])('is a record of what it found: %j', async (failure) => {
    const { signal, resources } = await signalOf({ ...CHECK, ...failure, more: 1 }, {}, options);
    const { eventType: _, ...result } = CHECK;
    expect(signal).toEqual({ kind: 'certificate-check', sourceRegion: 'us-east-1', ...result, ...failure });
    expect(resources).toEqual([PUT]);
  });

  test.each([{ certificates: '100' }, { failure: 1 }, { timestamp: STARTED_AT + 3_600_000 }])('is a dead letter if it is none: %j', async (wrong) => {
    const { output, calls } = await execute({ ...CHECK, ...wrong }, {}, options);
    expect(output).toEqual({ outcome: 'dead-lettered' });
    expect(calls.map(({ resource }) => resource)).toEqual([SEND]);
  });

  test('is unknown where identities are not replicated', async () => {
    expect((await execute(CHECK)).output).toEqual({ outcome: 'dead-lettered' });
  });
});

describe('the end of a sweep', () => {
  test('is a record of what it found', async () => {
    const { signal, resources } = await signalOf(SWEEP);
    expect(signal).toEqual({
      kind: 'sweep', timestamp: SWEEP.timestamp, sourceRegion: 'us-east-1', mode: 'repair', inSync: false, durationSeconds: 42, found: 3, persisted: 2, remaining: 1,
    });
    expect(resources).toEqual([PUT]);
  });

  test.each([{}, { selection: ALL }, { selection: ALL, routerVersion: 'v2' }])('has what it compared, if it says so: %j', async (replicated) => {
    const { kind: _, sourceRegion: __, ...said } = (await signalOf({ ...SWEEP, ...replicated })).signal;
    const { eventType: ___, ...result } = SWEEP;
    expect(said).toEqual({ ...result, ...replicated });
  });

  test('of an earlier sweep changes nothing', async () => {
    const table = new GuardedTable(TABLE_NAME, synthesizeTable());
    const put = { [PUT]: (request: never) => table.put(request) };
    await execute(SWEEP, put);
    expect((await execute({ ...SWEEP, timestamp: SWEEP.timestamp - 1 }, put)).output).toEqual({ outcome: 'stale' });
  });
});

describe('a result of a sweep that none can have', () => {
  test.each<[string, object, string]>([
    ['of the year 2100', { timestamp: 4_102_444_800_000 }, 'timestamp: expected a whole number of milliseconds'],
    ['just beyond the margin', { timestamp: STARTED_AT + 5 * 60_000 + 1 }, 'timestamp: expected a whole number of milliseconds'],
    ['beyond every date', { timestamp: 8.64e15 + 1 }, 'timestamp: expected a whole number of milliseconds'],
    ['without a time', { timestamp: undefined }, 'timestamp: expected a whole number of milliseconds'],
    ['that calls itself in sync in words', { inSync: 'yes' }, 'inSync: expected true or false, got one of type string'],
    ['with counts below nothing', { remaining: -1 }, 'remaining: expected a whole number'],
    ['without counts', { found: null }, 'found: expected a whole number'],
    ['that compared no text', { selection: 7 }, 'selection: expected a text or null, got one of type number'],
    ['without a mode', { mode: 7 }, 'mode: expected a text, got one of type number'],
  ])('%s is a dead letter, and nothing is written', async (_, fields, reason) => {
    const { output, letters, resources } = await execute({ ...SWEEP, ...fields });
    expect(output).toEqual({ outcome: 'dead-lettered' });
    expect(resources).toEqual([SEND]);
    expect(letters).toMatchObject([{ class: 'rejected', error: 'InvalidEvent', reason: expect.stringContaining(reason) }]);
  });

  test('with fields of a later version is written without them', async () => {
    const { calls } = await execute({ ...SWEEP, later: 'x' });
    expect(JSON.stringify(calls[0].taskArguments.Item)).not.toContain('later');
  });
});

describe('the workflow of the topic rules', () => {
  test.each([['heartbeats', HEARTBEAT], ['results of sweeps', SWEEP]])('knows no %s: publishing to a rule forges none', async (_, signal) => {
    const { output, letters, resources } = await executeBy(signal, {}, { by: 'rules' });
    expect(output).toEqual({ outcome: 'dead-lettered' });
    expect(resources).toEqual([SEND]);
    expect(letters).toMatchObject([{ class: 'rejected', error: 'InvalidEvent', reason: 'eventType: expected the type of a registry event, got one of type string' }]);
  });

  test('has no state for signals, and its role no permission for them', () => {
    expect(JSON.stringify(synthesizeWorkflow().rules)).not.toMatch(/REPLICATION_|describeEventConfigurations|putMetricData/);
  });
});

test('a stored signal with a time in the future is replaced by the next one', async () => {
  const table = new GuardedTable(TABLE_NAME, synthesizeTable());
  const put = { [PUT]: (request: never) => table.put(request) };
  const at = (timestamp: number) => ({
    pk: { S: 'signal' }, sk: { S: 'sweep' }, timestamp: { N: String(timestamp) }, sourceRegion: { S: 'us-east-1' }, state: { M: {} },
  });
  for (const [timestamp, outcome] of [[STARTED_AT + 5 * 60_000, 'stale'], [STARTED_AT + 5 * 60_000 + 1, 'persisted'], [4_102_444_800_000, 'persisted']] as const) {
    table.items.set('signal|sweep', at(timestamp));
    expect((await execute(SWEEP, put)).output).toEqual({ outcome });
  }
});

describe('an item of a signal\'s key that is none', () => {
  test.each([
    ['a heartbeat without its lists', 'heartbeat', { timestamp: 1, sourceRegion: 'r', state: {} }, 'lists of registry events'],
    ['a heartbeat without a time', 'heartbeat', { sourceRegion: 'r', state: {} }, 'timestamp'],
    ['a heartbeat beyond every date', 'heartbeat', { timestamp: 8.64e15 + 1, sourceRegion: 'r', state: { registryEventsOff: [], registryEventsUnknown: [] } }, 'timestamp'],
    ['a heartbeat before every date', 'heartbeat', { timestamp: -1, sourceRegion: 'r', state: { registryEventsOff: [], registryEventsUnknown: [] } }, 'timestamp'],
    ['a heartbeat of no number', 'heartbeat', { timestamp: NaN, sourceRegion: 'r', state: { registryEventsOff: [], registryEventsUnknown: [] } }, 'timestamp'],
    ['a heartbeat without a time of its past', 'heartbeat', { timestamp: 1, sourceRegion: 'r', uninterruptedSince: 'x', state: { registryEventsOff: [], registryEventsUnknown: [] } }, 'uninterruptedSince'],
    ['a heartbeat of no selection', 'heartbeat', { timestamp: 1, sourceRegion: 'r', state: { registryEventsOff: [], registryEventsUnknown: [], selection: 7 } }, 'selection'],
    ['a sweep without its counts', 'sweep', { timestamp: 1, sourceRegion: 'r', state: { mode: 'repair', inSync: true } }, 'durationSeconds'],
  ] as const)('fails: %s', (_, kind, item, message) => {
    expect(() => decodeSignal(kind, item)).toThrow(message);
  });
});
