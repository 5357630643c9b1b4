import type { RegistryFacts } from './facts';
import { Bench, outcomeOf } from './fixture';

function setUp(facts: Partial<RegistryFacts> = {}): Bench {
  const bench = new Bench({ facts });
  bench.thing('lamp');
  bench.group('root');
  bench.group('leaf', 'root');
  bench.group('other');
  return bench;
}

const remove = (bench: Bench, thingName: string, thingGroupName: string) => bench.registry.execute('RemoveThingFromThingGroup', { thingName, thingGroupName });

test('things and groups can be named or given by ARN, but not by one of another Region', () => {
  const bench = setUp();
  const arns = (region: string) => ({
    thingArn: `arn:aws:iot:${region}:111122223333:thing/lamp`,
    thingGroupArn: `arn:aws:iot:${region}:111122223333:thinggroup/root`,
  });
  bench.registry.execute('AddThingToThingGroup', arns('eu-west-1'));
  expect(bench.registry.execute('ListThingGroupsForThing', { thingName: 'lamp' }).thingGroups).toEqual([
    { groupName: 'root', groupArn: 'arn:aws:iot:eu-west-1:111122223333:thinggroup/root' },
  ]);
  expect(outcomeOf(() => bench.registry.execute('RemoveThingFromThingGroup', arns('us-east-1')))).toBe('InvalidRequest');
  expect(outcomeOf(() => bench.registry.execute('RemoveThingFromThingGroup', { ...arns('eu-west-1'), thingName: 'other' }))).toBe('InvalidRequest');
  expect(outcomeOf(() => bench.registry.execute('RemoveThingFromThingGroup', { thingName: 'lamp' }))).toBe('InvalidRequest');
  bench.registry.execute('RemoveThingFromThingGroup', arns('eu-west-1'));
  expect(bench.registry.snapshot().things.lamp.groups).toEqual([]);
});

test('adding fails without the thing or the group', () => {
  const bench = setUp();
  expect(outcomeOf(() => bench.add('none', 'root'))).toBe('ResourceNotFound');
  expect(outcomeOf(() => bench.add('lamp', 'none'))).toBe('ResourceNotFound');
});

test.each(['ok', 'InvalidRequest', 'ResourceAlreadyExists'] as const)('adding a member again: %s', (readdingMember) => {
  const bench = setUp({ readdingMember });
  bench.add('lamp', 'root');
  expect(outcomeOf(() => bench.add('lamp', 'root'))).toBe(readdingMember);
});

test.each(['ok', 'InvalidRequest', 'ResourceNotFound'] as const)('removing what is no member: %s', (removingNonMember) => {
  const bench = setUp({ removingNonMember });
  expect(outcomeOf(() => remove(bench, 'lamp', 'root'))).toBe(removingNonMember);
});

test.each(['ok', 'ResourceNotFound'] as const)('removing from a group, or a thing, that does not exist: %s', (outcome) => {
  const bench = setUp({ removeFromMissingGroup: outcome, removeOfMissingThing: outcome });
  expect(outcomeOf(() => remove(bench, 'lamp', 'none'))).toBe(outcome);
  expect(outcomeOf(() => remove(bench, 'none', 'root'))).toBe(outcome);
});

test.each([[false, []], [true, ['REMOVED', 'ADDED']]])('toggles that change nothing, where they emit: %s', (membershipWithoutChangeEmits, expected) => {
  const bench = setUp({ membershipWithoutChangeEmits });
  bench.add('lamp', 'other');
  const heard = bench.hearOnly(() => {
    remove(bench, 'lamp', 'root');
    bench.add('lamp', 'other');
  });
  expect(heard.map(({ payload }) => payload.operation)).toEqual(expected);
});

test.each(['LimitExceeded', 'InvalidRequest'] as const)('fails to be in two groups of one hierarchy: %s', (sameHierarchyError) => {
  const bench = setUp({ sameHierarchyError });
  bench.group('sibling', 'root');
  bench.add('lamp', 'leaf');
  expect(outcomeOf(() => bench.add('lamp', 'root'))).toBe(sameHierarchyError);
  expect(outcomeOf(() => bench.add('lamp', 'sibling'))).toBe(sameHierarchyError);
  bench.add('lamp', 'other');
  remove(bench, 'lamp', 'leaf');
  bench.add('lamp', 'root');
});

test.each(['LimitExceeded', 'InvalidRequest'] as const)('fails to be in an eleventh group: %s', (groupsPerThingError) => {
  const bench = setUp({ groupsPerThingError });
  for (let i = 0; i < 11; i++) bench.group(`g${i}`);
  for (let i = 0; i < 10; i++) bench.add('lamp', `g${i}`);
  expect(outcomeOf(() => bench.add('lamp', 'g10'))).toBe(groupsPerThingError);
  remove(bench, 'lamp', 'g0');
  bench.add('lamp', 'g10');
});

test('members are listed of a group, and of all below it', () => {
  const bench = setUp();
  bench.thing('tube');
  bench.add('lamp', 'root');
  bench.add('tube', 'leaf');
  const list = (recursive: boolean) => bench.registry.execute('ListThingsInThingGroup', { thingGroupName: 'root', recursive }).things;
  expect(list(false)).toEqual(['lamp']);
  expect(list(true)).toEqual(['lamp', 'tube']);
});

test('a deleted thing leaves its groups, and comes back to none', () => {
  const bench = setUp();
  bench.add('lamp', 'root');
  bench.registry.execute('DeleteThing', { thingName: 'lamp' });
  bench.thing('lamp');
  expect(bench.registry.snapshot().things.lamp.groups).toEqual([]);
  expect(bench.registry.execute('ListThingsInThingGroup', { thingGroupName: 'root' }).things).toEqual([]);
});
