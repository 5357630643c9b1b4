/** What a drift check says of certificates, policies and their attachments: each destination has a form of its own of some of them. */
import { StoredRecords } from '../../src/comparison/handler/table-reader';
import { DeletionMode } from '../../src/deletion-mode';
import { verdictOf } from '../../src/drift/handler/verdict';
import type { Entity, RegistryEntity, RegistryRecord } from '../../src/kinds';
import { keyOf } from '../../src/kinds/register';
import type { RecordKey } from '../../src/record/record';

const DESTINATION = { relocation: { partition: 'aws', sourceRegion: 'us-east-1', destinationRegion: 'eu-west-1' }, adoptsPolicies: false, policyPrefixes: ['lamp-'] };
const COMMON = { version: 0, timestamp: 100, deleted: false, sourceRegion: 'us-east-1', eventId: 'e', incarnation: 'i' };

const POLICY = { kind: 'policy', policyName: 'lamp-policy' } as const;
const CERTIFICATE = { kind: 'certificate', certificateId: 'c1' } as const;
const PRINCIPALS = { kind: 'principals', thingName: 't' } as const;
const GROUP_POLICIES = { kind: 'groupPolicies', groupName: 'g' } as const;

const recordOf = (entity: Entity, state: object, more: object = {}) => ({ ...COMMON, ...entity, ...keyOf(entity), state, ...more }) as unknown as RegistryRecord;
const thereAs = (entity: Entity, state: object) => ({ ...entity, version: 0, incarnation: 'theirs', state }) as unknown as RegistryEntity;
const thing = recordOf({ kind: 'thing', thingName: 't' }, { attributes: {} }, { incarnation: 't-1' });
const group = recordOf({ kind: 'group', groupName: 'g' }, { attributes: {}, path: [], dynamic: false }, { incarnation: 'g-1' });

function judge(entity: Entity, there: object | undefined, records: readonly RegistryRecord[], { mode = DeletionMode.REPLICATE, read = [] as readonly RecordKey[] } = {}) {
  const stored = new StoredRecords([...records, ...read]);
  for (const record of records) stored.add(record, record);
  return verdictOf(entity, there && thereAs(entity, there), stored, { sourceRegion: 'us-east-1', deletionMode: mode, destination: DESTINATION });
}

const documentOf = (region: string, more: object = {}) => JSON.stringify({
  Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iot:Connect', Resource: `arn:aws:iot:${region}:111122223333:client/a`, ...more }],
});

describe('a policy', () => {
  const alive = recordOf(POLICY, { document: documentOf('us-east-1') });

  test('is compared with its document for this Region', () => {
    expect(judge(POLICY, { document: documentOf('eu-west-1') }, [alive])).toBeUndefined();
    expect(judge(POLICY, { document: documentOf('us-east-1') }, [alive])).toMatchObject({ difference: 'different' });
  });

  test('that can not be rewritten differs from whatever is there, and is missing if nothing is', () => {
    const unfaithful = recordOf(POLICY, { document: documentOf('us-east-1', { Condition: { StringEquals: { 'iot:DomainName': 'a.example.com' } } }) });
    expect(judge(POLICY, { document: documentOf('eu-west-1') }, [unfaithful])).toMatchObject({ difference: 'different' });
    expect(judge(POLICY, undefined, [unfaithful])).toEqual({ difference: 'missing' });
  });
});

describe('a certificate', () => {
  const record = (status: string, policies: readonly string[] = [], more: object = {}) => recordOf(CERTIFICATE, { status, pem: 'pem', policies }, more);

  test('differs by its status, and by its selected policies alone', () => {
    expect(judge(CERTIFICATE, { status: 'ACTIVE', policies: ['lamp-a', 'of-somebody'] }, [record('ACTIVE', ['lamp-a', 'unselected'])])).toBeUndefined();
    expect(judge(CERTIFICATE, { status: 'ACTIVE', policies: ['lamp-a', 'lamp-b'] }, [record('ACTIVE', ['lamp-a'])])).toEqual({
      difference: 'different', fields: [{ field: 'policies', expected: ['lamp-a'], actual: ['lamp-a', 'lamp-b'] }],
    });
    expect(judge(CERTIFICATE, { status: 'ACTIVE', policies: [] }, [record('INACTIVE')])).toEqual({
      difference: 'different', fields: [{ field: 'status', expected: 'INACTIVE', actual: 'ACTIVE' }],
    });
  });

  test('that is being transferred is inactive', () => {
    expect(judge(CERTIFICATE, { status: 'INACTIVE', policies: [] }, [record('PENDING_TRANSFER')])).toBeUndefined();
  });

  test('that somebody has revoked here is no difference to one that the source has deactivated', () => {
    for (const status of ['INACTIVE', 'PENDING_TRANSFER']) expect(judge(CERTIFICATE, { status: 'REVOKED', policies: [] }, [record(status)])).toBeUndefined();
    expect(judge(CERTIFICATE, { status: 'REVOKED', policies: [] }, [record('ACTIVE')])).toMatchObject({ difference: 'different' });
    expect(judge(CERTIFICATE, { status: 'INACTIVE', policies: [] }, [record('REVOKED')])).toMatchObject({ difference: 'different' });
  });

  test('that nobody has admitted yet does not have to be there, and may not be active', () => {
    expect(judge(CERTIFICATE, undefined, [record('PENDING_ACTIVATION')])).toBeUndefined();
    expect(judge(CERTIFICATE, { status: 'INACTIVE', policies: [] }, [record('PENDING_ACTIVATION')])).toBeUndefined();
    expect(judge(CERTIFICATE, { status: 'ACTIVE', policies: [] }, [record('PENDING_ACTIVATION')])).toMatchObject({ difference: 'different' });
  });

  test('that was deleted is retained only if it lets nobody in', () => {
    const tombstone = record('ACTIVE', [], { deleted: true });
    const retain = { mode: DeletionMode.RETAIN };
    expect(judge(CERTIFICATE, { status: 'INACTIVE', policies: [] }, [tombstone], retain)).toEqual({ difference: 'retained' });
    expect(judge(CERTIFICATE, { status: 'ACTIVE', policies: [] }, [tombstone], retain)).toEqual({ difference: 'shouldBeGone' });
    expect(judge(CERTIFICATE, { status: 'INACTIVE', policies: [] }, [tombstone])).toEqual({ difference: 'shouldBeGone' });
  });

  test('without a record is unmanaged', () => {
    expect(judge(CERTIFICATE, { status: 'ACTIVE', policies: ['lamp-a'] }, [])).toEqual({ difference: 'unmanaged' });
  });
});

describe('the principals of a thing', () => {
  const alive = recordOf(PRINCIPALS, { elements: ['c1'] }, { thingId: 't-1' });
  const keyOfCertificate = (certificateId: string) => keyOf({ kind: 'certificate', certificateId });
  const known = recordOf({ kind: 'certificate', certificateId: 'c2' }, { status: 'ACTIVE', pem: 'pem', policies: [] });
  const c1 = recordOf(CERTIFICATE, { status: 'ACTIVE', pem: 'pem', policies: [] });

  test('are compared without certificates that no record describes', () => {
    const read = [keyOfCertificate('foreign')];
    expect(judge(PRINCIPALS, { elements: ['c1', 'foreign'] }, [alive, thing, c1], { read })).toBeUndefined();
    expect(judge(PRINCIPALS, { elements: ['foreign'] }, [alive, thing], { read })).toEqual({ difference: 'missing' });
    expect(judge(PRINCIPALS, { elements: ['foreign'] }, [thing], { read })).toBeUndefined();
  });

  test('differ by a certificate that has a record, or may have one', () => {
    expect(judge(PRINCIPALS, { elements: ['c1', 'c2'] }, [alive, thing, c1, known])).toMatchObject({ difference: 'different' });
    expect(judge(PRINCIPALS, { elements: ['c1', 'unread'] }, [alive, thing, c1])).toMatchObject({ difference: 'different' });
  });
});

describe('a certificate that nobody has admitted', () => {
  const pending = recordOf(CERTIFICATE, { status: 'PENDING_ACTIVATION', pem: 'pem', policies: [] });
  const ofThing = (elements: readonly string[]) => recordOf(PRINCIPALS, { elements }, { thingId: 't-1' });

  test('is not missed at its thing, and may be there', () => {
    expect(judge(PRINCIPALS, undefined, [ofThing(['c1']), thing, pending])).toBeUndefined();
    expect(judge(PRINCIPALS, { elements: ['c1'] }, [ofThing(['c1']), thing, pending])).toBeUndefined();
    expect(judge(PRINCIPALS, undefined, [ofThing(['c1', 'c2']), thing, pending])).toEqual({ difference: 'missing' });
  });

  test('is too much at a thing that does not have it in the source', () => {
    const known = recordOf({ kind: 'certificate', certificateId: 'c2' }, { status: 'ACTIVE', pem: 'pem', policies: [] });
    expect(judge(PRINCIPALS, { elements: ['c1', 'c2'] }, [ofThing(['c2']), thing, pending, known])).toMatchObject({ difference: 'different' });
  });

  test('is missed once it is admitted, or may have been', () => {
    expect(judge(PRINCIPALS, undefined, [ofThing(['c1']), thing, { ...pending, state: { status: 'ACTIVE', pem: 'pem', policies: [] } } as RegistryRecord])).toEqual({ difference: 'missing' });
    expect(judge(PRINCIPALS, undefined, [ofThing(['c1']), thing])).toEqual({ difference: 'missing' });
  });
});

describe('the policies of a group', () => {
  test('are compared without those that are not selected', () => {
    const alive = recordOf(GROUP_POLICIES, { elements: ['lamp-a', 'unselected'] }, { groupId: 'g-1' });
    expect(judge(GROUP_POLICIES, { elements: ['lamp-a', 'of-somebody'] }, [alive, group])).toBeUndefined();
    expect(judge(GROUP_POLICIES, undefined, [alive, group])).toEqual({ difference: 'missing' });
  });

  test('are no longer there once the group has none, where deletions are retained, and stay with a group that is retained', () => {
    const end = recordOf(GROUP_POLICIES, { elements: ['lamp-a'] }, { groupId: 'g-1', deleted: true });
    const retain = { mode: DeletionMode.RETAIN };
    expect(judge(GROUP_POLICIES, { elements: ['lamp-a'] }, [end, group], retain)).toEqual({ difference: 'shouldBeGone' });
    expect(judge(GROUP_POLICIES, { elements: ['lamp-a'] }, [end, { ...group, deleted: true } as RegistryRecord], retain)).toEqual({ difference: 'retained' });
    expect(judge(GROUP_POLICIES, { elements: ['lamp-a'] }, [end], retain)).toEqual({ difference: 'retained' });
  });

  test('do not have to be there if none is selected', () => {
    const alive = recordOf(GROUP_POLICIES, { elements: ['unselected'] }, { groupId: 'g-1' });
    expect(judge(GROUP_POLICIES, undefined, [alive, group])).toBeUndefined();
    expect(judge(GROUP_POLICIES, { elements: ['of-somebody'] }, [alive, group])).toBeUndefined();
    expect(judge(GROUP_POLICIES, { elements: ['lamp-a'] }, [alive, group])).toMatchObject({ difference: 'different' });
  });
});
