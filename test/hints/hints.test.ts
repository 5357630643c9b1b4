/** @jest-environment ./test/simulation/environment.ts */
import { HintSource, SECOND } from './source';
import { PREFIX } from '../certificate-check/source';
import { failure } from '../simulation/registry';

const ofCall = (requestParameters: object, more: object = {}) => ({ detail: { requestParameters, ...more } });
const about = (certificateId: string) => ofCall({ certificateId });
const certificateArn = (id: string) => `${PREFIX}cert/${id}`;
const DOCUMENT = '{"Statement":[]}';
const PRINCIPALS = { pk: 'thing#lamp', sk: 'principals' };

describe('a thing\'s event', () => {
  test('has its certificates read after 30 and 120 seconds, because provisioning attaches them later', async () => {
    const source = new HintSource();
    source.thing('lamp');
    await source.tell({ eventType: 'THING_EVENT', operation: 'CREATED', thingName: 'lamp' });
    expect(source.putOff.map(({ delaySeconds }) => delaySeconds)).toEqual([30, 120]);
    expect(source.calls).toEqual([]);
    const lamp = source.register('lamp');
    source.registry.execute('AttachThingPrincipal', { thingName: 'lamp', principal: certificateArn(lamp.id) });
    await source.wait();
    expect(source.item(PRINCIPALS)).toMatchObject({ deleted: false, state: { elements: [lamp.id] } });
    // It had no record either.
    expect(source.recorded(lamp)).toBe('ACTIVE');
  });
});

test('a set that has become empty is recorded, while what it belongs to is there', async () => {
  const source = new HintSource();
  source.thing('lamp');
  const principal = certificateArn(source.register('lamp').id);
  source.registry.execute('AttachThingPrincipal', { thingName: 'lamp', principal });
  await source.tell(ofCall({ thingName: 'lamp', principal }));
  expect(source.item(PRINCIPALS)).toMatchObject({ deleted: false });
  source.registry.execute('DetachThingPrincipal', { thingName: 'lamp', principal });
  source.pass(90 * SECOND);
  await source.tell(ofCall({ thingName: 'lamp', principal }));
  expect(source.item(PRINCIPALS)).toMatchObject({ deleted: true });
});

describe('an event of CloudTrail', () => {
  test.each(['REVOKED', 'ACTIVE'])('about a certificate has it read: its status is not the event\'s, which says %s', async (newStatus) => {
    const source = new HintSource();
    const lamp = source.register('lamp');
    await source.tell(ofCall({ certificatePem: '***' }, { responseElements: { certificateId: lamp.id } }));
    expect(source.recorded(lamp)).toBe('ACTIVE');
    source.update(lamp, 'REVOKED');
    source.pass(90 * SECOND);
    await source.tell(ofCall({ certificateId: lamp.id, newStatus }));
    expect(source.recorded(lamp)).toBe('REVOKED');
  });

  test.each(['target', 'principal'])('with the %s of a policy has both read', async (field) => {
    const source = new HintSource();
    const lamp = source.register('lamp');
    source.registry.execute('CreatePolicy', { policyName: 'p', policyDocument: DOCUMENT });
    source.registry.execute('AttachPolicy', { policyName: 'p', target: certificateArn(lamp.id) });
    await source.tell(ofCall({ policyName: 'p', [field]: certificateArn(lamp.id) }));
    expect(source.record(lamp)).toMatchObject({ state: { policies: ['p'] } });
    expect(source.item({ pk: 'policy#p', sk: 'policy' })).toMatchObject({ deleted: false });
  });

  test('about a policy of a group has the policies of the group read', async () => {
    const source = new HintSource();
    source.group('g');
    source.registry.execute('CreatePolicy', { policyName: 'p', policyDocument: DOCUMENT });
    source.registry.execute('AttachPolicy', { policyName: 'p', target: `${PREFIX}thinggroup/g` });
    await source.tell(ofCall({ policyName: 'p', target: `${PREFIX}thinggroup/g` }));
    expect(source.item({ pk: 'group#g', sk: 'policies' })).toMatchObject({ state: { elements: ['p'] } });
  });

  test('about a call that has failed reads nothing', async () => {
    const source = new HintSource();
    await source.tell(ofCall({ certificateId: source.register('lamp').id }, { errorCode: 'AccessDenied' }));
    expect(source.calls).toEqual([]);
  });
});

test('a certificate that a device has registered is read', async () => {
  const source = new HintSource();
  const lamp = source.register('lamp', 'INACTIVE');
  await source.tell({ certificateId: lamp.id, caCertificateId: 'c', certificateStatus: 'PENDING_ACTIVATION' });
  expect(source.recorded(lamp)).toBe('INACTIVE');
});

test('what is gone is left to checks and sweeps, which have a limit', async () => {
  const source = new HintSource();
  const lamp = source.register('lamp');
  await source.check();
  source.delete(lamp);
  await source.tell(about(lamp.id));
  expect(source.recorded(lamp)).toBe('ACTIVE');
  source.pass(900 * SECOND);
  await source.check();
  expect(source.recorded(lamp)).toBe('deleted');
});

describe('where a certificate is replicated only if a record names it', () => {
  const ONLY_REFERRED = ['certificate'] as const;

  test('a hint about one without a record costs no call, and one with a record is read', async () => {
    const source = new HintSource(ONLY_REFERRED);
    const lamp = source.register('lamp');
    await source.tell(about(lamp.id));
    expect([source.record(lamp), source.calls]).toEqual([undefined, []]);
    await source.observe(lamp);
    source.update(lamp, 'REVOKED');
    source.pass(90 * SECOND);
    await source.tell(about(lamp.id));
    expect(source.recorded(lamp)).toBe('REVOKED');
  });

  test('one that is attached to a thing is read, also when it was deleted and registered again', async () => {
    const source = new HintSource(ONLY_REFERRED);
    source.thing('lamp');
    const lamp = source.register('lamp');
    const principal = certificateArn(lamp.id);
    const attached = () => {
      source.registry.execute('AttachThingPrincipal', { thingName: 'lamp', principal });
      return source.tell(ofCall({ thingName: 'lamp', principal }));
    };
    await attached();
    expect(source.recorded(lamp)).toBe('ACTIVE');
    source.registry.execute('DetachThingPrincipal', { thingName: 'lamp', principal });
    source.pass(900 * SECOND);
    source.delete(lamp);
    await source.check();
    expect(source.recorded(lamp)).toBe('deleted');
    source.register('lamp');
    source.pass(90 * SECOND);
    await attached();
    expect(source.recorded(lamp)).toBe('ACTIVE');
  });

  test('one of a set that was not recorded is not read', async () => {
    const source = new HintSource(ONLY_REFERRED);
    source.thing('lamp');
    const lamp = source.register('lamp');
    const principal = certificateArn(lamp.id);
    source.registry.execute('AttachThingPrincipal', { thingName: 'lamp', principal });
    source.breaks = () => ({ status: 'FAILED' });
    await source.tell(ofCall({ thingName: 'lamp', principal }));
    expect(source.callsOf('DescribeCertificate')).toBe(0);
  });
});

describe('the same key', () => {
  test('is read once for hints from before the reading', async () => {
    const source = new HintSource();
    const lamp = source.register('lamp');
    await source.tell(about(lamp.id), about(lamp.id), about(lamp.id));
    expect(source.callsOf('DescribeCertificate')).toBe(1);
    expect(source.putOff).toEqual([]);
  });

  test('is read once a minute, and once more for hints from after the reading', async () => {
    const source = new HintSource();
    const lamp = source.register('lamp');
    await source.tell(about(lamp.id));
    source.update(lamp, 'INACTIVE');
    source.pass(20 * SECOND);
    await source.tell(about(lamp.id));
    source.update(lamp, 'REVOKED');
    source.pass(10 * SECOND);
    await source.tell(about(lamp.id));
    expect(source.putOff.map(({ delaySeconds }) => delaySeconds)).toEqual([40]);
    expect(source.callsOf('DescribeCertificate')).toBe(1);
    await source.wait();
    expect(source.callsOf('DescribeCertificate')).toBe(2);
    expect(source.recorded(lamp)).toBe('REVOKED');
  });
});

describe('a message that is no hint', () => {
  test.each([
    'nothing', '', 'null', '[]', '{"hint":{}}', '{"hint":{"pk":"thing#lamp","sk":"thing"}}', '{"certificateId":7}', '{"certificateId":"../etc"}', '{"certificateId":""}',
    '{"detail":null}', '{"detail":{"requestParameters":"x"}}', `{"detail":{"requestParameters":{"target":"arn:aws:iot:us-east-1:1:cert/${'x'.repeat(200)}"}}}`,
    '{"eventType":"THING_EVENT","thingName":["a"]}',
  ])('costs no call, and the rest is read: %s', async (body) => {
    const source = new HintSource();
    const lamp = source.register('lamp');
    expect(await source.tell(body, about(lamp.id))).toEqual({ batchItemFailures: [] });
    expect(source.calls).toEqual(['DescribeCertificate', 'ListAttachedPolicies']);
    expect(source.putOff).toEqual([]);
    expect(source.recorded(lamp)).toBe('ACTIVE');
  });

  test('about what does not exist costs a read, and the rest is read', async () => {
    const source = new HintSource();
    const lamp = source.register('lamp');
    await source.tell(about('f'.repeat(64)), about(lamp.id));
    expect(source.calls).toHaveLength(3);
    expect(source.observations.map(({ record }) => record.pk)).toEqual([`cert#${lamp.id}`]);
  });
});

test('a hint that could not be read is delivered again, and the rest is read', async () => {
  const source = new HintSource();
  const [lamp, other] = [source.register('lamp'), source.register('other')];
  source.registry.injectFault = (operation, input) => (
    operation === 'DescribeCertificate' && (input as { certificateId: string }).certificateId === lamp.id ? failure.Throttling('Rate exceeded') : undefined
  );
  expect(await source.tell(about(lamp.id), about(other.id))).toEqual({ batchItemFailures: [{ itemIdentifier: '0' }] });
  expect(source.recorded(other)).toBe('ACTIVE');
  source.registry.injectFault = undefined;
  await source.tell(about(lamp.id));
  expect(source.recorded(lamp)).toBe('ACTIVE');
});
