import { Destination, Item, record, SOURCE_REGION } from './harness';
import { certificateItem, IDENTITIES, itemOf, LAMP, policyItem } from './identity-items';
import { PassingTime } from './passing-time';
import { DAY_MS, HOUR_MS, MINUTE_MS, numbers, remembered } from './waiting-world';
import { ENTITY_KINDS, kindOf } from '../../src/kinds/register';
import { keyString, RecordKey } from '../../src/record/record';
import { SIGNAL_PK, SignalKind, signalKindsOf } from '../../src/record/signal';
import { OMISSION_KEY_PREFIX, stateKeyOf, WATCH_KEY_PREFIX } from '../../src/record/state-keys';
import { MAX_WAIT_MS } from '../../src/replicator/handler/failure-routing';
import type { IdentitiesConfig } from '../../src/replicator/identities-config';
import { documentFor } from '../kinds/identities/harness';
import { ALL_IDENTITY_FACTS, madeCertificate, type RegistryFacts } from '../simulation/registry';

const set = (elements: readonly string[]) => itemOf({ kind: 'principals', thingName: 'lamp' }, { elements }, { thingId: 't' });
const certificate = (status = 'ACTIVE', policies: readonly string[] = []) => certificateItem(status, policies);
const policy = (policyName: string, client = 'a', document = documentFor('Allow', client)) => policyItem(policyName, document);

function withThing(identities: IdentitiesConfig | 'none' = IDENTITIES, facts: Partial<RegistryFacts> = {}): { readonly destination: Destination; readonly time: PassingTime } {
  const destination = new Destination({ random: numbers(), facts, identities: identities === 'none' ? undefined : identities });
  destination.registry.execute('CreateThing', { thingName: 'lamp' });
  return { destination, time: new PassingTime(destination) };
}

/**
 * Each life ends with the certificate attached and nothing left behind.
 *
 * @param life one in which something happens at the call with this number
 * @param moreThan calls that a life has at least, so that there is something to happen at
 */
async function expectAttachedInEach(life: (number: number) => Promise<ReturnType<typeof withThing>>, moreThan: number): Promise<void> {
  const { calls } = (await life(Infinity)).time;
  expect(calls).toBeGreaterThan(moreThan);
  for (let number = 1; number <= calls; number++) {
    const { destination, time } = await life(number);
    const attached = destination.registry.identitySnapshot().principals.lamp?.nonExclusive;
    expect({ number, attached, waiting: remembered(destination), queued: time.queued, letters: destination.deadLetters })
      .toEqual({ number, attached: [LAMP.id], waiting: [], queued: [], letters: [] });
  }
}

describe('a set that comes before its certificate', () => {
  test('costs no call for as long as it waits', async () => {
    const { destination, time } = withThing();
    await time.stream(destination.write(set([LAMP.id])));
    expect(await destination.calls(() => time.pass(DAY_MS))).toEqual({});
    expect(time.queued).toMatchObject([{ pk: `cert#${LAMP.id}`, watch: expect.any(String) }]);
  });

  test('is attached within seconds after the certificate has come, and looked at once more', async () => {
    const { destination, time } = withThing();
    await time.stream(destination.write(set([LAMP.id])));
    await time.pass(DAY_MS);
    await time.stream(destination.write(certificate()));
    expect(await destination.calls(() => time.pass(5_000))).toEqual({ AttachThingPrincipal: 1 });
    expect(destination.registry.identitySnapshot().principals.lamp.nonExclusive).toEqual([LAMP.id]);
    expect(await destination.calls(() => time.pass(DAY_MS))).toMatchObject({ ListThingPrincipalsV2: 1 });
    expect(remembered(destination)).toEqual([]);
  });
});

describe('a set that waits for its certificate for hours', () => {
  const WATCH = stateKeyOf.watch(keyString({ pk: `cert#${LAMP.id}`, sk: 'cert' }));

  async function waiting(milliseconds = DAY_MS) {
    const given = withThing();
    await given.time.stream(given.destination.write(set([LAMP.id])));
    await given.time.pass(milliseconds);
    return given;
  }

  async function writesOf({ destination: { state }, time }: Awaited<ReturnType<typeof waiting>>, milliseconds: number): Promise<number> {
    const before = state.writes;
    await time.pass(milliseconds);
    return state.writes - before;
  }

  test('is looked for once soon, and then every six hours, by one message', async () => {
    const given = await waiting(0);
    expect(await writesOf(given, MINUTE_MS)).toBe(1);
    expect(await writesOf(given, 6 * HOUR_MS - MINUTE_MS)).toBe(0);
    expect(await writesOf(given, DAY_MS)).toBe(4);
    expect(given.time.queued).toMatchObject([{ lookAt: expect.any(Number) }]);
  });

  test('becomes a dead letter on time all the same, whenever others began to wait for the same', async () => {
    const { destination, time } = await waiting(3 * HOUR_MS);
    await time.stream(destination.write(itemOf({ kind: 'principals', thingName: 'door' }, { elements: [LAMP.id] }, { thingId: 'd' })));
    await time.pass(MAX_WAIT_MS - 3 * HOUR_MS - MINUTE_MS);
    expect(destination.deadLetters).toEqual([]);
    await time.pass(2 * MINUTE_MS);
    expect(destination.deadLetters).toMatchObject([{ pk: 'thing#lamp', sk: 'principals', class: 'waiting' }]);
    await time.pass(3 * HOUR_MS - 2 * MINUTE_MS);
    expect(destination.deadLetters).toHaveLength(1);
    await time.pass(2 * MINUTE_MS);
    expect(destination.deadLetters).toMatchObject([{ pk: 'thing#lamp' }, { pk: 'thing#door', sk: 'principals', class: 'waiting' }]);
  });

  test.each([['days', 2 * DAY_MS], ['hours, between two looks', 4 * HOUR_MS]])('has as long left after a pause of %s as before it', async (_, pause) => {
    const { destination, time } = await waiting(DAY_MS);
    while (time.queued[0].lookAt! - destination.now < pause && pause < DAY_MS) await time.pass(MINUTE_MS);
    const left = MAX_WAIT_MS - (destination.now - Number(destination.state.get(WATCH)!.waitingSince.N));
    destination.now += pause;
    // An hour, and the delay of the message, count as waiting all the same.
    await time.pass(left - 1.5 * HOUR_MS);
    expect(destination.deadLetters).toEqual([]);
    await time.pass(1.5 * HOUR_MS);
    expect(destination.deadLetters).toHaveLength(1);
  });

  test('leaves no message behind for longer than a queue delays one', async () => {
    const { destination, time } = await waiting(DAY_MS + HOUR_MS);
    await time.stream(destination.write(certificate()));
    await time.pass(16 * MINUTE_MS);
    expect([remembered(destination), time.queued]).toEqual([[], []]);
  });

  const OTHER = madeCertificate('other');

  test('leaves nothing behind of the certificate that it waited for first, if a newer record waits for another', async () => {
    const { destination, time } = await waiting(HOUR_MS);
    await time.stream(destination.write(set([OTHER.id])));
    await time.pass(2 * MINUTE_MS);
    expect(destination.state.withPrefix(WATCH_KEY_PREFIX)).toMatchObject([{ pk: { S: expect.stringContaining(OTHER.id) } }]);
  });

  test('leaves nothing behind of the certificate that it waited for first, if it becomes a letter because of another', async () => {
    const { destination, time } = await waiting(HOUR_MS);
    destination.write(set([OTHER.id]));
    await destination.retry({ pk: 'thing#lamp', sk: 'principals', attempt: 300, waitingSince: destination.now - MAX_WAIT_MS - 1, sentAt: destination.now });
    expect(destination.deadLetters).toHaveLength(1);
    await time.pass(2 * MINUTE_MS);
    expect(destination.state.withPrefix(WATCH_KEY_PREFIX)).toMatchObject([{ pk: { S: expect.stringContaining(OTHER.id) } }]);
  });

  test('is found by its look if the wake was lost', async () => {
    const { destination, time } = await waiting(DAY_MS + HOUR_MS);
    destination.write(certificate());
    destination.registry.execute('RegisterCertificateWithoutCA', { certificatePem: LAMP.pem, status: 'ACTIVE' });
    await time.pass(6 * HOUR_MS);
    expect(destination.registry.identitySnapshot().principals.lamp.nonExclusive).toEqual([LAMP.id]);
  });

  test('costs a read and a request for ten of its kind in fifteen minutes, whenever they began to wait', async () => {
    const certificates = Array.from({ length: 30 }, (_, i) => madeCertificate(`lamp-${i}`));
    const { destination, time } = withThing();
    await time.stream(destination.write(set(certificates.map(({ id }) => id))));
    for (const { id } of certificates) {
      destination.write(itemOf({ kind: 'principals', thingName: `of-${id}` }, { elements: [id] }, { thingId: id }));
      await destination.retry({ pk: `thing#of-${id}`, sk: 'principals' });
      await time.pass(1_000);
    }
    await time.pass(DAY_MS);
    let calls = 0;
    destination.beforeCall = () => { calls += 1; };
    await time.pass(5 * HOUR_MS);
    expect(time.queued.length).toBeGreaterThanOrEqual(30);
    // Four times an hour three invocations, and each of the looks.
    expect(calls).toBeLessThanOrEqual(5 * 4 * 3 * 2 + 31 * 6);
  });

  test.each([
    ['the queue refuses it', (destination: Destination) => { destination.refusing.add(`cert#${LAMP.id}`); }],
    ['the table of state does not answer', (destination: Destination) => { destination.beforeCall = () => { throw new Error('throttled'); }; }],
  ])('comes again if %s', async (_, fail) => {
    const { destination, time } = await waiting();
    const { checkAt } = destination.state.get(WATCH)!;
    fail(destination);
    const [message] = time.queued;
    expect(await destination.retry(message)).toEqual({ batchItemFailures: [{ itemIdentifier: '0' }] });
    destination.refusing.clear();
    destination.beforeCall = undefined;
    expect(destination.state.get(WATCH)!.checkAt).toEqual(checkAt);
    await time.pass(2 * DAY_MS + MINUTE_MS);
    expect(destination.deadLetters).toHaveLength(1);
  });

  test('goes on with others of its invocation, whatever they are', async () => {
    const { destination, time } = await waiting();
    const [message] = time.queued;
    destination.write(certificate());
    expect(await destination.retry('no key', message, { pk: `cert#${LAMP.id}`, sk: 'cert' })).toEqual({ batchItemFailures: [] });
    expect(destination.deadLetters).toMatchObject([{ error: 'UnknownMessage' }]);
    expect(destination.registry.identitySnapshot().certificates[LAMP.id]).toMatchObject({ status: 'ACTIVE' });
  });

  test.each(['the stream', 'the retry queue'])('does not miss the certificate that comes by %s, whichever call AWS answers with an error', async (by) => {
    const life = async (number: number) => {
      const { destination, time } = await waiting(MINUTE_MS);
      time.failAt(number);
      const records = destination.write(certificate());
      if (by === 'the stream') await time.stream(records);
      else destination.retries.push({ message: { pk: `cert#${LAMP.id}`, sk: 'cert' }, delaySeconds: 0 });
      await time.pass(30 * MINUTE_MS);
      return { destination, time };
    };
    await expectAttachedInEach(life, 30);
  });

  test.each([
    ['takes no wake', () => true],
    ['can\'t be reached', () => { throw new Error('unavailable'); }],
  ])('has its certificate applied again, and nothing else, if the queue %s', async (_, refused) => {
    const { destination } = await waiting(MINUTE_MS);
    destination.isRefused = ({ watch }) => watch !== undefined && refused();
    const records = destination.write(itemOf({ kind: 'thing', thingName: 'door' }, { attributes: {} }, { incarnation: 'd' }), certificate());
    expect(await destination.stream(records)).toEqual({ batchItemFailures: [{ itemIdentifier: records[1].dynamodb!.SequenceNumber }] });
    expect(await destination.retry({ pk: 'thing#door', sk: 'thing' }, { pk: `cert#${LAMP.id}`, sk: 'cert' })).toEqual({ batchItemFailures: [{ itemIdentifier: '1' }] });
    expect(destination.registry.identitySnapshot().certificates[LAMP.id]).toMatchObject({ status: 'ACTIVE' });
  });

  test.each(['before', 'after'] as const)('is attached in the end, whichever call the function dies %s', async (when) => {
    const life = async (number: number) => {
      const { destination, time } = withThing();
      time.dieAt(number, when);
      await time.stream(destination.write(set([LAMP.id])));
      await time.pass(9 * HOUR_MS);
      await time.stream(destination.write(certificate()));
      await time.pass(HOUR_MS);
      return { destination, time };
    };
    await expectAttachedInEach(life, 90);
  });
});

describe('a set whose certificate nobody has admitted in the source', () => {
  const attached = ({ registry }: Destination) => registry.identitySnapshot().principals.lamp?.nonExclusive ?? [];

  test.each([['before', true], ['after', false]])('comes %s it: nothing waits for it, and it is attached within seconds after somebody does', async (_, isFirst) => {
    const { destination, time } = withThing();
    await time.stream(destination.write(isFirst ? set([LAMP.id]) : certificate('PENDING_ACTIVATION')));
    await time.stream(destination.write(isFirst ? certificate('PENDING_ACTIVATION') : set([LAMP.id])));
    await time.pass(4 * DAY_MS);
    expect({ waiting: remembered(destination), queued: time.queued, letters: destination.deadLetters, attached: attached(destination) })
      .toEqual({ waiting: [], queued: [], letters: [], attached: [] });
    await time.stream(destination.write(certificate()));
    await time.pass(5_000);
    expect(attached(destination)).toEqual([LAMP.id]);
    expect(destination.state.withPrefix(OMISSION_KEY_PREFIX)).toEqual([]);
  });

  test('is attached if somebody admits it while the set is being applied', async () => {
    const { destination, time } = withThing();
    await time.stream(destination.write(certificate('PENDING_ACTIVATION')));
    const records = destination.write(set([LAMP.id]));
    // Whoever applies its new record has found no note, and the set has read the older record.
    let isAdmitted = false;
    destination.beforeCall = () => {
      if (isAdmitted || destination.state.withPrefix(OMISSION_KEY_PREFIX).length === 0) return;
      isAdmitted = true;
      destination.write(certificate());
      destination.registry.execute('RegisterCertificateWithoutCA', { certificatePem: LAMP.pem, status: 'ACTIVE' });
    };
    await destination.stream([...records]);
    destination.beforeCall = undefined;
    expect(attached(destination)).toEqual([LAMP.id]);
  });

  test.each(['before', 'after'] as const)('is attached in the end, whichever call the function dies %s', async (when) => {
    const life = async (number: number) => {
      const { destination, time } = withThing();
      time.dieAt(number, when);
      await time.stream(destination.write(certificate('PENDING_ACTIVATION')));
      await time.stream(destination.write(set([LAMP.id])));
      await time.pass(DAY_MS);
      await time.stream(destination.write(certificate()));
      await time.pass(DAY_MS);
      return { destination, time };
    };
    await expectAttachedInEach(life, 15);
  });
});

describe('a certificate is attached in the end, whatever becomes of an attachment while a detachment is under way', () => {
  const OTHER = madeCertificate('other');
  const outcomes = ALL_IDENTITY_FACTS.attachingWhileDetached;

  test.each(outcomes)('with another type: it %s', async (attachingWhileDetached) => {
    const { destination, time } = withThing(IDENTITIES, { attachingWhileDetached });
    await time.stream(destination.write(certificate()));
    await time.stream(destination.write(set([LAMP.id])));
    await time.pass(DAY_MS);
    await time.stream(destination.write(set([`${LAMP.id}/exclusive`])));
    await time.pass(60_000);
    expect(destination.registry.identitySnapshot().principals.lamp).toEqual({ exclusive: [LAMP.id], nonExclusive: [] });
  });

  test.each(outcomes)('by another change that follows within seconds: it %s', async (attachingWhileDetached) => {
    const { destination, time } = withThing(IDENTITIES, { attachingWhileDetached });
    await time.stream(destination.write(certificate()));
    await time.stream(destination.write(itemOf({ kind: 'certificate', certificateId: OTHER.id }, { status: 'ACTIVE', pem: OTHER.pem, policies: [] }, { incarnation: 'c' })));
    await time.stream(destination.write(set([LAMP.id, OTHER.id])));
    await time.pass(DAY_MS);
    await time.stream(destination.write(set([OTHER.id])));
    await time.pass(2_000);
    await time.stream(destination.write(set([LAMP.id, OTHER.id])));
    await time.pass(60_000);
    expect(destination.registry.identitySnapshot().principals.lamp).toEqual({ exclusive: [], nonExclusive: [LAMP.id, OTHER.id].sort() });
  });
});

describe('a record of a kind that is not replicated here', () => {
  const records = {
    policy: policy('let-in'),
    certificate: certificate(),
    principals: set([LAMP.id]),
    groupPolicies: itemOf({ kind: 'groupPolicies', groupName: 'room' }, { elements: ['let-in'] }, { groupId: 'g' }),
    ca: itemOf({ kind: 'ca', caCertificateId: LAMP.id }, { status: 'ACTIVE', pem: LAMP.pem, certificateMode: 'SNI_ONLY' }, { incarnation: 'c' }),
  };
  const kinds = ENTITY_KINDS.filter((kind) => kindOf(kind).feature !== undefined);
  const without = (kind: string) => withThing(kind === 'ca' ? IDENTITIES : 'none');
  const traces = ({ logged, measured, deadLetters, facts }: Destination) => ({ logged: [...logged], measured: [...measured], deadLetters: [...deadLetters], facts: [...facts] });
  const RESULTS = { durationSeconds: 1, found: 0, persisted: 0, remaining: 0 };
  const STATES: Readonly<Record<SignalKind, object>> = {
    'heartbeat': { registryEventsOff: [], registryEventsUnknown: [] },
    'sweep': { ...RESULTS, mode: 'repair', inSync: true },
    'identity-sweep': { ...RESULTS, mode: 'repair', inSync: true },
    'certificate-check': { ...RESULTS, certificates: 0 },
  };
  const NOTHING = { logged: [], measured: [], deadLetters: [], facts: [] };

  test.each(kinds)('is passed by without a call, a line or a count: %s', async (kind) => {
    const { destination, time } = without(kind);
    let calls = 0;
    destination.beforeCall = () => { calls += 1; };
    await time.stream(destination.write(records[kind as keyof typeof records]));
    expect([traces(destination), calls, time.queued]).toEqual([NOTHING, 0, []]);
  });

  test.each(kinds)('is passed by if nobody could read it: %s', async (kind) => {
    const { destination, time } = without(kind);
    const { sk } = records[kind as keyof typeof records];
    await time.stream(destination.write({ pk: 'somebody-elses', sk }));
    expect(traces(destination)).toEqual(NOTHING);
  });

  test('counts as nothing beside others', async () => {
    const [beside, alone] = [withThing('none'), withThing('none')];
    const light = record.type('light');
    await alone.time.stream(alone.destination.write(light));
    await beside.time.stream(beside.destination.write(records.certificate, light, records.policy));
    expect(traces(beside.destination)).toEqual(traces(alone.destination));
    expect(beside.destination.registry.snapshot().types).toHaveProperty('light');
  });

  test.each(Object.values(SignalKind))('is passed by if it is a signal that only a replication of identities sends: %s', async (kind) => {
    const signal = { pk: SIGNAL_PK, sk: kind, timestamp: 1_700_000_000_000, sourceRegion: SOURCE_REGION, state: STATES[kind] };
    const noted = async (identities: IdentitiesConfig | 'none') => {
      const { destination, time } = withThing(identities);
      await time.stream(destination.write(signal));
      return traces(destination);
    };
    const isOfIdentities = !signalKindsOf([]).includes(kind);
    expect(await noted('none')).toEqual(isOfIdentities ? NOTHING : expect.objectContaining({ facts: [expect.anything()] }));
    expect(await noted(IDENTITIES)).toMatchObject({ deadLetters: [], facts: [expect.anything()] });
  });

  test.each(kinds)('ends with the reason, and without a call, if somebody asks for it: %s', async (kind) => {
    const { destination, time } = without(kind);
    const { pk, sk } = records[kind as keyof typeof records];
    destination.write(records[kind as keyof typeof records]);
    expect(await destination.calls(() => destination.retry({ pk, sk }))).toEqual({});
    expect(time.queued).toEqual([]);
    expect(destination.deadLetters).toMatchObject([{ pk, sk, class: 'rejected', error: 'NotReplicated', reason: expect.stringContaining(`the kind ${kind}`) }]);
  });
});

describe('once identities are switched off', () => {
  test('what waited for a certificate ends with the reason, and nobody asks for that certificate', async () => {
    const { destination, time } = withThing();
    await time.stream(destination.write(set([LAMP.id])));
    destination.deploy(undefined);
    expect(await destination.calls(() => time.pass(DAY_MS))).toEqual({});
    expect(destination.deadLetters).toMatchObject([{ pk: 'thing#lamp', sk: 'principals', class: 'rejected', error: 'NotReplicated' }]);
    expect(time.queued).toEqual([]);
  });

  test('a watch for a certificate that nothing waits for any more ends', async () => {
    const { destination, time } = withThing();
    await time.stream(destination.write(set([LAMP.id])));
    await time.stream(destination.write(certificate()));
    await time.pass(1_000);
    expect(remembered(destination)).not.toEqual([]);
    destination.deploy(undefined);
    expect(await destination.calls(() => time.pass(DAY_MS))).toEqual({});
    expect([remembered(destination), time.queued]).toEqual([[], []]);
  });
});

describe('policies of a certificate are looked at once more while another may still write an older set', () => {
  const target = `${IDENTITIES.arnPrefix}cert/${LAMP.id}`;

  test.each<[string, readonly string[], readonly string[], 'AttachPolicy' | 'DetachPolicy']>([
    ['and attaches what is not allowed any more', ['let-in'], [], 'AttachPolicy'],
    ['and detaches what is allowed now', [], ['let-in'], 'DetachPolicy'],
  ])('%s', async (_, older, newer, late) => {
    const { destination, time } = withThing();
    await time.stream(destination.write(policy('let-in')));
    await time.stream(destination.write(certificate('ACTIVE', newer)));
    await time.pass(60_000);
    await time.stream(destination.write(certificate('ACTIVE', older)));
    await time.stream(destination.write(certificate('ACTIVE', newer)));
    // What its writer had begun to call has its effect only now.
    destination.registry.execute(late, { policyName: 'let-in', target });
    await time.pass(60_000);
    expect(destination.registry.identitySnapshot().certificates[LAMP.id]).toEqual({ status: 'ACTIVE', policies: newer });
  });
});

test('the first policy of a group costs one call, and what was attached before is taken away by the second look', async () => {
  const { destination, time } = withThing();
  destination.registry.execute('CreateThingGroup', { thingGroupName: 'room' });
  for (const name of ['let-in', 'let-out']) await time.stream(destination.write(policy(name)));
  destination.registry.execute('AttachPolicy', { policyName: 'let-out', target: `${IDENTITIES.arnPrefix}thinggroup/room` });
  const first = itemOf({ kind: 'groupPolicies', groupName: 'room' }, { elements: ['let-in'] }, { groupId: 'g' });
  expect(await destination.calls(() => time.stream(destination.write(first)))).toEqual({ AttachPolicy: 1 });
  await time.pass(60_000);
  expect(destination.registry.identitySnapshot().groupPolicies.room.policies).toEqual(['let-in']);
});

test('a policy that is created anew is looked at once more while another may still write an older document', async () => {
  const { destination, time } = withThing();
  await time.stream(destination.write(policy('let-in')));
  destination.registry.execute('DeletePolicy', { policyName: 'let-in' });
  destination.write(policy('let-in', 'b'));
  await destination.retry({ pk: 'policy#let-in', sk: 'policy' });
  expect(destination.registry.calls).toMatchObject({ CreatePolicy: 2 });
  expect(time.queued).toMatchObject([{ pk: 'policy#let-in', sk: 'policy' }]);
});

describe('that a record was applied as a whole', () => {
  /** Longer than a lease. */
  const LATER = 30_000;

  const isNoted = ({ state }: Destination, { pk, sk }: RecordKey) => state.get(stateKeyOf.fence(keyString({ pk, sk })))?.applied !== undefined;

  async function applied(): Promise<{ readonly destination: Destination; readonly time: PassingTime }> {
    const given = withThing();
    await given.time.stream(given.destination.write(policy('let-in')));
    await given.time.stream(given.destination.write(certificate('ACTIVE', ['let-in'])));
    await given.time.pass(LATER);
    return given;
  }

  const callsOf = async ({ destination, time }: Awaited<ReturnType<typeof applied>>, ...items: readonly Item[]) => (
    destination.calls(() => time.stream(destination.write(...items)))
  );

  test('spares looks for as long as no other is applied', async () => {
    const given = await applied();
    const { destination, time } = given;
    expect(destination.registry.calls).toEqual({ CreateThing: 1, CreatePolicy: 1, RegisterCertificateWithoutCA: 1, AttachPolicy: 1, UpdateCertificate: 1 });
    expect(await callsOf(given, certificate('INACTIVE', ['let-in']))).toEqual({ UpdateCertificate: 1 });
    await time.pass(LATER);
    expect(await callsOf(given, certificate('ACTIVE', ['let-in']))).toEqual({ UpdateCertificate: 1 });
    await time.pass(LATER);
    expect(await callsOf(given, policy('let-in', 'b'))).toEqual({ CreatePolicyVersion: 1 });
    expect(await callsOf(given, certificate('ACTIVE', []))).toEqual({ DetachPolicy: 1 });
    await time.pass(LATER);
    expect(await callsOf(given, certificate('ACTIVE', ['let-in']))).toEqual({ AttachPolicy: 1 });
    await time.pass(LATER);
    expect(await callsOf(given, certificate('INACTIVE', ['let-in']))).toEqual({ UpdateCertificate: 1 });
    await time.pass(LATER);
    expect(await callsOf(given, certificate('ACTIVE', ['let-in']))).toEqual({ UpdateCertificate: 1 });
    await time.pass(LATER);
    expect(await callsOf(given, certificate('INACTIVE', []))).toEqual({ UpdateCertificate: 1, DetachPolicy: 1 });
    await time.pass(LATER);
    expect(await callsOf(given, certificate('ACTIVE', ['let-in']))).toEqual({ AttachPolicy: 1, UpdateCertificate: 1 });
    await time.pass(LATER);
    expect(await callsOf(given, policy('let-in', 'c'))).toEqual({ CreatePolicyVersion: 1 });
  });

  test('is forgotten before another one is applied: if that fails in the middle, the next one looks', async () => {
    const given = await applied();
    const { destination } = given;
    const down = certificate('INACTIVE', ['let-in', 'missing']);
    await given.time.stream(destination.write(down));
    expect(isNoted(destination, down)).toBe(false);
    expect(await callsOf(given, certificate('ACTIVE', ['let-in']))).toMatchObject({ DescribeCertificate: 1, ListAttachedPolicies: 1 });
  });

  test('is not noted while another may still write an older one', async () => {
    const given = withThing();
    const { destination, time } = given;
    const [first, second] = [policy('let-in'), policy('let-in', 'b')];
    await time.stream(destination.write(first));
    expect(isNoted(destination, first)).toBe(true);
    await time.stream(destination.write(second));
    expect(isNoted(destination, second)).toBe(false);
    expect(await callsOf(given, certificate('ACTIVE', ['let-in']))).toMatchObject({ GetPolicy: 1 });
  });

  test('is noted by a second look, after which reads have caught up', async () => {
    const given = await applied();
    const { destination, time } = given;
    const down = certificate('INACTIVE', ['let-in']);
    destination.write(down);
    await destination.retry({ pk: down.pk, sk: down.sk });
    expect(isNoted(destination, down)).toBe(false);
    await time.pass(2 * LATER);
    expect(isNoted(destination, down)).toBe(true);
    // One that has come meanwhile was not applied before.
    const newer = certificate('INACTIVE', []);
    await destination.retry({ pk: down.pk, sk: down.sk });
    destination.write(newer);
    await time.pass(2 * LATER);
    expect(isNoted(destination, newer)).toBe(false);
    const up = certificate('ACTIVE', ['let-in']);
    destination.write(up);
    await destination.retry({ pk: up.pk, sk: up.sk });
    await time.pass(2 * LATER);
    expect(isNoted(destination, up)).toBe(true);
  });

  describe('does not count', () => {
    const theirs = ({ registry }: Destination) => registry.identitySnapshot().certificates[LAMP.id];

    test('for a certificate once other policies are selected', async () => {
      const { destination, time } = withThing({ ...IDENTITIES, policyPrefixes: ['let-'] });
      await time.stream(destination.write(policy('let-in')));
      await time.stream(destination.write(certificate('INACTIVE', ['keep-out', 'let-in'])));
      await time.pass(LATER);
      destination.deploy(IDENTITIES);
      await time.stream(destination.write(certificate('ACTIVE', ['keep-out', 'let-in'])));
      expect(theirs(destination)).toEqual({ status: 'INACTIVE', policies: ['let-in'] });
      await time.stream(destination.write(policy('keep-out', 'a', documentFor('Deny', 'a'))));
      await time.pass(LATER);
      expect(theirs(destination)).toEqual({ status: 'ACTIVE', policies: ['keep-out', 'let-in'] });
    });

    test('for a policy once its document is another one here', async () => {
      const mapped = (to: string) => ({ ...IDENTITIES, relocation: { ...IDENTITIES.relocation, domainNames: { 'devices.example.com': to } } });
      const { destination, time } = withThing(mapped('devices.eu.example.com'));
      const byDomain = documentFor('Allow', 'a').replace('"Resource"', '"Condition":{"StringEquals":{"iot:DomainName":"devices.example.com"}},"Resource"');
      const letIn = policy('let-in', 'a', byDomain);
      await time.stream(destination.write(letIn));
      destination.deploy(mapped('other.eu.example.com'));
      await time.stream(destination.write(certificate('ACTIVE', ['let-in'])));
      expect(theirs(destination)).toEqual({ status: 'INACTIVE', policies: [] });
      // As a drift check has it repaired.
      await destination.retry({ pk: letIn.pk, sk: letIn.sk });
      await time.pass(LATER);
      expect(theirs(destination)).toEqual({ status: 'ACTIVE', policies: ['let-in'] });
    });

    test('for a policy that a drift check has found to be somebody else\'s', async () => {
      const { destination, time } = withThing();
      const letIn = policy('let-in');
      await time.stream(destination.write(letIn));
      destination.registry.execute('DeletePolicy', { policyName: 'let-in' });
      destination.registry.execute('CreatePolicy', { policyName: 'let-in', policyDocument: documentFor('Allow', 'theirs', 'eu-west-1') });
      await destination.retry({ pk: letIn.pk, sk: letIn.sk });
      await time.stream(destination.write(certificate('ACTIVE', ['let-in'])));
      expect(theirs(destination)).toEqual({ status: 'INACTIVE', policies: [] });
      await time.stream(destination.write(policy('let-in', 'b')));
      expect(destination.registry.identitySnapshot().policies['let-in'].document).toContain('client/theirs');
    });

    test('for a certificate that a drift check has found without what restricts it', async () => {
      const { destination, time } = withThing();
      const keepOut = policy('keep-out', 'a', documentFor('Deny', 'a'));
      const on = certificate('ACTIVE', ['keep-out']);
      await time.stream(destination.write(keepOut));
      await time.stream(destination.write(on));
      await time.pass(LATER);
      destination.registry.execute('DetachPolicy', { policyName: 'keep-out', target: `${IDENTITIES.arnPrefix}cert/${LAMP.id}` });
      await time.pass(10 * 60_000);
      destination.registry.execute('DeletePolicy', { policyName: 'keep-out' });
      destination.registry.execute('CreatePolicy', { policyName: 'keep-out', policyDocument: documentFor('Allow', 'theirs', 'eu-west-1') });
      await destination.retry({ pk: keepOut.pk, sk: keepOut.sk });
      await destination.retry({ pk: on.pk, sk: on.sk });
      // Both before it is tried again, or long after it has become a dead letter.
      await time.stream(destination.write(certificate('INACTIVE', ['keep-out'])));
      await time.stream(destination.write(certificate('ACTIVE', ['keep-out'])));
      expect(theirs(destination)).toEqual({ status: 'INACTIVE', policies: [] });
    });
  });
});
