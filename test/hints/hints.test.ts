/** @jest-environment ./test/simulation/environment.ts */
import { HintSource, SECOND } from './source';
import { READER_BATCH_SIZE, READER_TIMEOUT_SECONDS, READERS_OF_QUEUE, UPDATES_PER_MINUTE, shareOfHints } from '../../src/hints/sizing';
import { SharePace } from '../../src/kinds/handler/share-pace';
import { knownKinds } from '../../src/kinds/register';
import { MARGIN_MS } from '../../src/record/margin';
import { PREFIX } from '../certificate-check/source';
import { failure, MadeCertificate, madeCertificate } from '../simulation/registry';

const ofCall = (requestParameters: object, more: object = {}) => ({ detail: { requestParameters, ...more } });
const about = (certificateId: string) => ofCall({ certificateId });
const certificateArn = (id: string) => `${PREFIX}cert/${id}`;
const DOCUMENT = '{"Statement":[]}';
const PRINCIPALS = { pk: 'thing#lamp', sk: 'principals' };

const THING = { eventType: 'THING_EVENT', thingName: 'lamp' };
const CREATED = { ...THING, operation: 'CREATED' };
const UPDATED = { ...THING, operation: 'UPDATED' };

describe('a new thing', () => {
  const attach = (source: HintSource, name: string) => {
    const made = source.register(name);
    source.registry.execute('AttachThingPrincipal', { thingName: 'lamp', principal: certificateArn(made.id) });
    return made;
  };

  test('has its certificates read after 30 seconds, and after 120, because provisioning attaches them later', async () => {
    const source = new HintSource();
    source.thing('lamp');
    await source.tell(CREATED);
    expect(source.putOff.map(({ delaySeconds }) => delaySeconds)).toEqual([30, 120]);
    expect(source.calls).toEqual([]);
    const [later] = source.putOff.splice(1);
    const first = attach(source, 'lamp');
    source.registry.execute('CreatePolicy', { policyName: 'p', policyDocument: DOCUMENT });
    source.registry.execute('AttachPolicy', { policyName: 'p', target: certificateArn(first.id) });
    await source.wait();
    expect(source.item(PRINCIPALS)).toMatchObject({ deleted: false, state: { elements: [first.id] } });
    // They had no record either.
    expect(source.record(first)).toMatchObject({ state: { status: 'ACTIVE', policies: ['p'] } });
    expect(source.item({ pk: 'policy#p', sk: 'policy' })).toMatchObject({ deleted: false });
    const second = attach(source, 'other');
    source.putOff.push(later);
    await source.wait();
    expect(source.item(PRINCIPALS)).toMatchObject({ state: { elements: [first.id, second.id].sort() } });
    // The first one once more.
    expect(source.putOff.map(({ body }) => body)).toEqual([expect.stringContaining(first.id)]);
    await source.wait();
    expect(source.putOff).toEqual([]);
  });

  describe('whose certificate was read before its provisioning had ended', () => {
    /** What provisioning does after it has created the thing. */
    const provision = (source: HintSource, { id }: MadeCertificate) => {
      source.registry.execute('CreatePolicy', { policyName: 'p', policyDocument: DOCUMENT });
      source.registry.execute('AttachPolicy', { policyName: 'p', target: certificateArn(id) });
      source.registry.execute('AttachThingPrincipal', { thingName: 'lamp', principal: certificateArn(id) });
      source.update({ id } as MadeCertificate, 'ACTIVE');
    };
    /** Delivers what was put off, and what is put off thereby. */
    const waitTwice = async (source: HintSource) => {
      await source.wait();
      await source.wait();
    };
    const PROVISIONED = { state: { status: 'ACTIVE', policies: ['p'] } };
    const issuedPending = ({ registry }: HintSource) => {
      const lamp = madeCertificate('lamp');
      registry.issue({ certificatePem: lamp.pem, status: 'PENDING_ACTIVATION' });
      return lamp;
    };
    /** A thing whose certificate a check has read before it was provisioned, some time ago. */
    const checkedEarly = async (ago = 0, issue = (given: HintSource) => given.register('lamp')) => {
      const source = new HintSource();
      const lamp = issue(source);
      await source.check();
      source.pass(ago);
      source.thing('lamp');
      return { source, lamp };
    };

    test('has it read again, if a device has registered it just in time', async () => {
      const source = new HintSource();
      const lamp = issuedPending(source);
      await source.tell({ certificateId: lamp.id, certificateStatus: 'PENDING_ACTIVATION' });
      source.thing('lamp');
      await source.tell(CREATED);
      provision(source, lamp);
      await waitTwice(source);
      expect(source.record(lamp)).toMatchObject(PROVISIONED);
      expect(source.item({ pk: 'policy#p', sk: 'policy' })).toMatchObject({ deleted: false });
      expect(source.callsOf('DescribeCertificate')).toBe(3);
    });

    test.each([['creation', CREATED], ['update', UPDATED]])('has it read again after the %s, if a check had read it before it had policies', async (_, event) => {
      const { source, lamp } = await checkedEarly();
      await source.tell(event);
      provision(source, lamp);
      await waitTwice(source);
      expect(source.record(lamp)).toMatchObject(PROVISIONED);
    });

    test('has a certificate read that was registered long before, after its creation but not after an update', async () => {
      const { source, lamp } = await checkedEarly(24 * 3600 * SECOND);
      await source.tell(UPDATED);
      provision(source, lamp);
      await waitTwice(source);
      expect(source.record(lamp)).toMatchObject({ state: { policies: [] } });
      await source.tell(CREATED);
      await waitTwice(source);
      expect(source.record(lamp)).toMatchObject(PROVISIONED);
    });

    test('has one read that is pending for long, after an update', async () => {
      const { source, lamp } = await checkedEarly(24 * 3600 * SECOND, issuedPending);
      await source.tell(UPDATED);
      provision(source, lamp);
      await waitTwice(source);
      expect(source.record(lamp)).toMatchObject(PROVISIONED);
    });

    test('has it read again although a call has the thing read meanwhile', async () => {
      const { source, lamp } = await checkedEarly();
      await source.tell(CREATED);
      provision(source, lamp);
      source.pass(121 * SECOND);
      await source.tell(ofCall({ thingName: 'lamp' }));
      await waitTwice(source);
      expect(source.record(lamp)).toMatchObject(PROVISIONED);
    });

    test('has no more than ten read again, and none because of a call', async () => {
      const source = new HintSource();
      const certificates = Array.from({ length: 12 }, (_, i) => source.register(`lamp-${i}`));
      await source.check();
      source.thing('lamp');
      for (const { id } of certificates) source.registry.execute('AttachThingPrincipal', { thingName: 'lamp', principal: certificateArn(id) });
      await source.tell(ofCall({ thingName: 'lamp' }));
      expect(source.putOff).toEqual([]);
      await source.tell(UPDATED);
      await source.wait();
      expect(source.putOff).toHaveLength(10);
    });
  });

  test('costs no call of AWS IoT as long as it has no record: it is not replicated, or not yet', async () => {
    const source = new HintSource();
    source.registry.execute('CreateThing', { thingName: 'lamp' });
    attach(source, 'lamp');
    await source.tell(CREATED);
    await source.wait();
    expect(source.calls).toEqual([]);
    expect(source.observations).toEqual([]);
  });
});

describe('a creation that is reported again and again', () => {
  test('is read twice for each minute, and the last time a minute after the last report or later', async () => {
    const source = new HintSource();
    source.thing('lamp');
    const minutes = 3;
    for (let i = 0; i < 60 * minutes; i++) {
      await source.tell(CREATED);
      source.pass(SECOND);
    }
    expect(source.putOff).toHaveLength(2 * minutes);
    expect(Math.max(...source.putOff.map(({ sentAt, delaySeconds }) => sentAt + delaySeconds * SECOND))).toBeGreaterThan(source.now + 59 * SECOND);
  });

  test('keeps no other thing from being read', async () => {
    const source = new HintSource();
    await source.tell(CREATED, { ...CREATED, thingName: 'other' }, CREATED);
    expect(source.putOff).toHaveLength(4);
  });
});

describe('a thing that is updated', () => {
  test('has its certificates read after 120 seconds, because provisioning may have found it', async () => {
    const source = new HintSource();
    source.thing('lamp');
    await source.tell(UPDATED);
    expect(source.putOff.map(({ delaySeconds }) => delaySeconds)).toEqual([120]);
    await source.wait();
    expect(source.callsOf('ListThingPrincipalsV2')).toBe(1);
  });

  test('every second is read once in two minutes', async () => {
    const source = new HintSource();
    source.thing('lamp');
    for (let i = 0; i < 119; i++) {
      await source.tell(UPDATED);
      source.pass(SECOND);
    }
    expect(source.putOff).toHaveLength(1);
    await source.wait();
    expect(source.callsOf('ListThingPrincipalsV2')).toBe(1);
    await source.tell(UPDATED);
    expect(source.putOff).toHaveLength(1);
  });

  test('with many others is read only if there were few in this minute, and new things are read all the same', async () => {
    const source = new HintSource();
    const things = Array.from({ length: 3 * UPDATES_PER_MINUTE }, (_, i) => `lamp-${i}`);
    await source.tell(...things.map((thingName) => ({ ...UPDATED, thingName })));
    expect(source.putOff).toHaveLength(UPDATES_PER_MINUTE);
    source.putOff.splice(0);
    await source.tell(...things.map((thingName) => ({ ...CREATED, thingName })));
    expect(source.putOff).toHaveLength(2 * things.length);
    source.putOff.splice(0);
    source.pass(300 * SECOND);
    await source.tell({ ...UPDATED, thingName: things[0] });
    expect(source.putOff).toHaveLength(1);
  });
});

test('a policy that is not selected is not read, whoever names it', async () => {
  const source = new HintSource([], ['lamp-']);
  const lamp = source.register('lamp');
  for (const policyName of ['lamp-1', 'other']) {
    source.registry.execute('CreatePolicy', { policyName, policyDocument: DOCUMENT });
    source.registry.execute('AttachPolicy', { policyName, target: certificateArn(lamp.id) });
    await source.tell(ofCall({ policyName, target: certificateArn(lamp.id) }));
  }
  expect(source.callsOf('GetPolicy')).toBe(1);
  expect(source.item({ pk: 'policy#lamp-1', sk: 'policy' })).toMatchObject({ deleted: false });
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
    await source.tell(ofCall({ target: `${PREFIX}thinggroup/g` }));
    expect(source.item({ pk: 'group#g', sk: 'policies' })).toMatchObject({ state: { elements: ['p'] } });
    expect(source.item({ pk: 'policy#p', sk: 'policy' })).toMatchObject({ deleted: false });
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

describe('a policy that was deleted is recorded as gone', () => {
  const POLICY = { pk: 'policy#p', sk: 'policy' };
  const created = async () => {
    const source = new HintSource();
    source.registry.execute('CreatePolicy', { policyName: 'p', policyDocument: DOCUMENT });
    await source.tell(ofCall({ policyName: 'p' }));
    expect(source.item(POLICY)).toMatchObject({ deleted: false });
    source.registry.execute('DeletePolicy', { policyName: 'p' });
    return source;
  };

  test('because destinations keep it while anything needs it', async () => {
    const source = await created();
    source.pass(MARGIN_MS);
    await source.tell(ofCall({ policyName: 'p' }));
    expect(source.item(POLICY)).toMatchObject({ deleted: true });
    source.pass(90 * SECOND);
    source.registry.execute('CreatePolicy', { policyName: 'p', policyDocument: DOCUMENT });
    await source.tell(ofCall({ policyName: 'p' }));
    expect(source.item(POLICY)).toMatchObject({ deleted: false });
  });

  test('unless it has just been written: a registry may not know it yet', async () => {
    const source = await created();
    source.pass(MARGIN_MS - SECOND);
    await source.tell(ofCall({ policyName: 'p' }));
    expect(source.callsOf('GetPolicy')).toBe(2);
    expect(source.item(POLICY)).toMatchObject({ deleted: false });
  });
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

describe('a queue', () => {
  test('has what is put off sent back to it, so that it waits behind no hints of the other one', async () => {
    const source = new HintSource();
    const lamp = source.register('lamp');
    await source.tellBy('urgent', about(lamp.id));
    source.update(lamp, 'REVOKED');
    source.pass(20 * SECOND);
    await source.tellBy('urgent', about(lamp.id));
    expect(source.putOff.map(({ queue, delaySeconds }) => [queue, delaySeconds])).toEqual([['urgent', 40]]);
    await source.wait();
    expect(source.recorded(lamp)).toBe('REVOKED');
  });

  test('has its hints read although the other one has put the same off', async () => {
    const source = new HintSource();
    source.thing('lamp');
    const principal = certificateArn(source.register('lamp').id);
    source.registry.execute('AttachThingPrincipal', { thingName: 'lamp', principal });
    await source.tell(ofCall({ thingName: 'lamp', principal }));
    source.registry.execute('DetachThingPrincipal', { thingName: 'lamp', principal });
    source.pass(30 * SECOND);
    await source.tell(ofCall({ thingName: 'lamp' }));
    expect(source.putOff.splice(0)).toHaveLength(1);
    await source.tellBy('urgent', ofCall({ thingName: 'lamp', principal }));
    expect(source.item(PRINCIPALS)).toMatchObject({ deleted: true });
  });

  test('that the reader does not know is an error: its messages return to it', async () => {
    await expect(new HintSource().tellBy('other', CREATED)).rejects.toThrow('eventSourceARN: got the queue other');
  });
});

describe('a CA certificate', () => {
  const ofCa = (id: string, eventName = 'UpdateCACertificate') => ({ detail: { eventName, requestParameters: { certificateId: id } } });
  const withCa = (kinds?: readonly string[]) => {
    const source = new HintSource([], undefined, kinds);
    const { certificateId } = source.registry.execute('RegisterCACertificate', { caCertificate: madeCertificate('ca').pem, certificateMode: 'SNI_ONLY', setAsActive: true });
    return { source, id: certificateId! };
  };

  test('is read when a call about it was recorded: registered, and deactivated', async () => {
    const { source, id } = withCa(knownKinds(['identities', 'caCertificates']));
    await source.tell({ detail: { eventName: 'RegisterCACertificate', requestParameters: { setAsActive: true }, responseElements: { certificateId: id } } });
    expect(source.item({ pk: `ca#${id}`, sk: 'ca' })).toMatchObject({ state: { status: 'ACTIVE' } });
    source.registry.execute('UpdateCACertificate', { certificateId: id, newStatus: 'INACTIVE' });
    source.pass(90 * SECOND);
    await source.tellBy('urgent', ofCa(id));
    expect(source.item({ pk: `ca#${id}`, sk: 'ca' })).toMatchObject({ state: { status: 'INACTIVE' } });
    expect(source.callsOf('DescribeCertificate')).toBe(0);
  });

  test('is not read where CA certificates are not replicated', async () => {
    const { source, id } = withCa();
    await source.tell(ofCa(id));
    expect(source.calls).toEqual([]);
  });
});

describe('a message that is no hint', () => {
  test.each([
    'nothing', '', 'null', '[]', '{"hint":{}}', '{"hint":{"pk":"thing#lamp","sk":"thing"}}', '{"certificateId":7}', '{"certificateId":"../etc"}', '{"certificateId":""}',
    '{"detail":null}', '{"detail":{"requestParameters":"x"}}', `{"detail":{"requestParameters":{"target":"arn:aws:iot:us-east-1:1:cert/${'x'.repeat(200)}"}}}`,
    '{"eventType":"THING_EVENT","thingName":["a"]}', '{"hint":{"pk":"thing#lamp","sk":"principals"}}',
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

describe('a hint that could not be read', () => {
  const throttledFor = (id: string) => (operation: string, input: unknown) => (
    operation === 'DescribeCertificate' && (input as { certificateId: string }).certificateId === id ? failure.Throttling('Rate exceeded') : undefined
  );

  test('is delivered again after a minute, and the rest is read', async () => {
    const source = new HintSource();
    const [lamp, other] = [source.register('lamp'), source.register('other')];
    source.registry.injectFault = throttledFor(lamp.id);
    expect(await source.tell(about(lamp.id), about(other.id))).toEqual({ batchItemFailures: [{ itemIdentifier: '0' }] });
    expect(source.putBack).toEqual([['receipt-0', 60]]);
    expect(source.recorded(other)).toBe('ACTIVE');
    source.registry.injectFault = undefined;
    await source.tell(about(lamp.id));
    expect(source.recorded(lamp)).toBe('ACTIVE');
  });

  test('or whose record was not persisted is delivered again', async () => {
    const source = new HintSource();
    const lamp = source.register('lamp');
    source.breaks = () => ({ status: 'FAILED' });
    expect(await source.tell(about(lamp.id))).toEqual({ batchItemFailures: [{ itemIdentifier: '0' }] });
    source.breaks = undefined;
    await source.tell(about(lamp.id));
    expect(source.recorded(lamp)).toBe('ACTIVE');
  });

  test('is not delivered again if its record is too large: that would be so each time', async () => {
    const source = new HintSource();
    const [lamp, other] = [source.register('lamp'), source.register('other')];
    source.breaks = ({ record }) => (record?.pk === `cert#${lamp.id}` ? { status: 'FAILED', error: 'States.DataLimitExceeded' } : undefined);
    expect(await source.tell(about(lamp.id), about(other.id))).toEqual({ batchItemFailures: [] });
    expect([source.recorded(lamp), source.recorded(other)]).toEqual([undefined, 'ACTIVE']);
  });

  test('is delivered again by the queue if SQS fails too', async () => {
    const source = new HintSource();
    const lamp = source.register('lamp');
    source.registry.injectFault = throttledFor(lamp.id);
    source.sqsFails = true;
    expect(await source.tell(about(lamp.id))).toEqual({ batchItemFailures: [{ itemIdentifier: '0' }] });
  });

  test('because the invocation is nearly over is delivered again after a minute', async () => {
    const source = new HintSource();
    const lamp = source.register('lamp');
    source.remaining = 20_000;
    expect(await source.tell(about(lamp.id))).toEqual({ batchItemFailures: [{ itemIdentifier: '0' }] });
    expect([source.putBack, source.calls]).toEqual([[['receipt-0', 60]], []]);
  });
});

test.each([1, 0.5, 0.01])('a batch of hints ends within the invocation beside checks and sweeps that take %d of the quotas', async (readShare) => {
  const source = new HintSource();
  const certificates = Array.from({ length: READER_BATCH_SIZE }, (_, i) => source.register(`lamp-${i}`));
  const pace = new SharePace(shareOfHints(readShare) / (READERS_OF_QUEUE * 2));
  source.remaining = READER_TIMEOUT_SECONDS * SECOND;
  source.onCall = (operation) => {
    if (operation === 'DescribeCertificate') source.remaining -= SECOND / pace.rateOf(operation);
  };
  await source.tell(...certificates.map(({ id }) => about(id)));
  expect(source.remaining).toBeGreaterThan(0);
  expect(certificates.some((each) => source.recorded(each) === 'ACTIVE')).toBe(true);
});

test.each([[0.5, 0.25], [0.2, 0.1], [0.8, 0.2], [1, 0.01], [0.01, 0.01]])('beside checks and sweeps that take %d of the quotas, readers take %d', (readShare, share) => {
  expect(shareOfHints(readShare)).toBeCloseTo(share);
});
