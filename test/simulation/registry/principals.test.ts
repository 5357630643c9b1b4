import type { ThingPrincipalType } from '@aws-sdk/client-iot';
import { Bench } from './fixture';

const EXCLUSIVE = 'EXCLUSIVE_THING';
const SHARED = 'NON_EXCLUSIVE_THING';

function attachable(options: ConstructorParameters<typeof Bench>[0] = {}) {
  const bench = new Bench(options);
  for (const name of ['lamp', 'fan']) bench.thing(name);
  const id = bench.certificate();
  const principal = bench.arn('cert', id);
  const attach = (thingName: string, thingPrincipalType?: ThingPrincipalType) => bench.outcome('AttachThingPrincipal', { thingName, principal, thingPrincipalType });
  const detach = (thingName: string) => bench.outcome('DetachThingPrincipal', { thingName, principal });
  return { bench, id, principal, attach, detach };
}

describe('a certificate and its things', () => {
  test('are listed in both directions, with the type', () => {
    const { bench, id, principal, attach } = attachable();
    expect([attach('lamp'), attach('fan')]).toEqual(['ok', 'ok']);
    expect(bench.registry.execute('ListThingPrincipalsV2', { thingName: 'lamp' }).thingPrincipalObjects).toEqual([{ principal, thingPrincipalType: SHARED }]);
    expect(bench.registry.execute('ListThingPrincipalsV2', { thingName: 'lamp', thingPrincipalType: EXCLUSIVE }).thingPrincipalObjects).toEqual([]);
    const first = bench.registry.execute('ListPrincipalThings', { principal, maxResults: 1 });
    expect([first, bench.registry.execute('ListPrincipalThings', { principal, nextToken: first.nextToken })].map(({ things }) => things)).toEqual([['lamp'], ['fan']]);
    expect(bench.registry.identitySnapshot().principals).toEqual({ fan: { exclusive: [], nonExclusive: [id] }, lamp: { exclusive: [], nonExclusive: [id] } });
  });

  test.each([['name', 'lamp'], ['arn', 'arn:aws:iot:eu-west-1:111122223333:thing/lamp']] as const)('the second version gives the %s of the thing', (principalThings, thingName) => {
    const { bench, principal, attach } = attachable({ facts: { principalThings } });
    attach('lamp', EXCLUSIVE);
    expect(bench.registry.execute('ListPrincipalThingsV2', { principal }).principalThingObjects).toEqual([{ thingName, thingPrincipalType: EXCLUSIVE }]);
  });

  test('are apart at once in the snapshot, and later in the registry', () => {
    const { bench, principal, attach, detach } = attachable({ limits: { principalDetachDelay: 1_000 } });
    attach('lamp');
    detach('lamp');
    expect(bench.registry.identitySnapshot().principals).toEqual({});
    expect(bench.registry.execute('ListPrincipalThings', { principal }).things).toEqual(['lamp']);
    bench.time += 1_000;
    expect(bench.registry.execute('ListPrincipalThings', { principal }).things).toEqual([]);
  });

  test('fail where the certificate does not exist, or is none', () => {
    const bench = new Bench();
    bench.thing('lamp');
    expect(bench.outcome('AttachThingPrincipal', { thingName: 'lamp', principal: bench.arn('cert', 'a'.repeat(64)) })).toBe('ResourceNotFound');
    expect(bench.outcome('AttachThingPrincipal', { thingName: 'lamp', principal: 'identity', thingPrincipalType: EXCLUSIVE })).toBe('InvalidRequest');
  });
});

describe('an exclusive attachment', () => {
  test.each(['InvalidRequest', 'ResourceAlreadyExists', 'LimitExceeded'] as const)('is in the way of any other, and any other in its way, until it has let go: %s', (exclusiveConflict) => {
    const { bench, attach, detach } = attachable({ facts: { exclusiveConflict }, limits: { principalDetachDelay: 1_000 } });
    expect([attach('lamp', EXCLUSIVE), attach('fan'), attach('fan', EXCLUSIVE)]).toEqual(['ok', exclusiveConflict, exclusiveConflict]);
    detach('lamp');
    expect(attach('fan')).toBe(exclusiveConflict);
    bench.time += 1_000;
    expect([attach('fan'), attach('lamp', EXCLUSIVE), attach('lamp')]).toEqual(['ok', exclusiveConflict, 'ok']);
  });

  test.each([['InvalidRequest', 'InvalidRequest', EXCLUSIVE], ['changes', 'ok', SHARED], ['kept', 'ok', EXCLUSIVE]] as const)('attached again with another type: %s', (changingPrincipalType, outcome, type) => {
    const { bench, attach } = attachable({ facts: { changingPrincipalType } });
    attach('lamp', EXCLUSIVE);
    expect(attach('lamp')).toBe(outcome);
    expect(bench.registry.execute('ListThingPrincipalsV2', { thingName: 'lamp' }).thingPrincipalObjects).toMatchObject([{ thingPrincipalType: type }]);
  });
});

describe('an attachment while a detachment is under way', () => {
  test.each([
    ['lasts', 'ok', SHARED, 1], ['lasts', 'ok', EXCLUSIVE, 1], ['ends', 'ok', SHARED, 0], ['ends', 'ok', EXCLUSIVE, 0], ['endsIfOfSameType', 'ok', SHARED, 0],
    ['endsIfOfSameType', 'ok', EXCLUSIVE, 1], ['InvalidRequest', 'InvalidRequest', SHARED, 0],
  ] as const)('%s: %s, as %s', (attachingWhileDetached, outcome, type, left) => {
    const { bench, principal, attach, detach } = attachable({ facts: { attachingWhileDetached }, limits: { principalDetachDelay: 1_000 } });
    attach('lamp');
    detach('lamp');
    expect(attach('lamp', type)).toBe(outcome);
    const listed = () => bench.registry.execute('ListPrincipalThings', { principal }).things;
    expect([listed(), Object.keys(bench.registry.identitySnapshot().principals)]).toEqual([['lamp'], left > 0 ? ['lamp'] : []]);
    bench.time += 1_000;
    expect(listed()).toHaveLength(left);
    expect([attach('lamp', type), listed()]).toEqual(['ok', ['lamp']]);
  });
});

test.each(['ok', 'InvalidRequest'] as const)('attaching again with the same type: %s', (reattachingPrincipal) => {
  const { attach } = attachable({ facts: { reattachingPrincipal } });
  expect([attach('lamp'), attach('lamp')]).toEqual(['ok', reattachingPrincipal]);
});

test.each([[false, 1], [true, 3]])('attaching and detaching raise the version of the thing, without an event: %s', (principalRaisesVersion, version) => {
  const { bench, attach, detach } = attachable({ facts: { principalRaisesVersion } });
  expect(bench.hearOnly(() => [attach('lamp'), detach('lamp'), detach('lamp')])).toEqual([]);
  expect(bench.registry.execute('DescribeThing', { thingName: 'lamp' }).version).toBe(version);
});

test.each([[false, 'InvalidRequest'], [true, 'ok']])('deleting a thing detaches its principals: %s', (deleteThingDetaches, outcome) => {
  const { bench, principal, attach } = attachable({ facts: { deleteThingDetaches } });
  attach('lamp');
  expect(bench.outcome('DeleteThing', { thingName: 'lamp' })).toBe(outcome);
  expect(bench.registry.execute('ListPrincipalThings', { principal }).things).toHaveLength(deleteThingDetaches ? 0 : 1);
});
