import { Annotations, Stack } from 'aws-cdk-lib';
import { IotRegistryReplication, RegistryEventType } from '../../src';
import { complaintsOf, replicate, synth } from '../apps';

const { THING, THING_GROUP, THING_GROUP_MEMBERSHIP, THING_TYPE } = RegistryEventType;

const complaints = (of: IotRegistryReplication) => complaintsOf(synth(Stack.of(of)));

test('everything is fine by default', () => {
  expect(complaints(replicate())).toEqual([]);
});

test.each([
  ['things', [THING_GROUP, THING_GROUP_MEMBERSHIP], 'THING'],
  ['groups', [THING_TYPE, THING, THING_GROUP_MEMBERSHIP], 'THING_GROUP'],
  ['things and groups', [THING_GROUP_MEMBERSHIP], 'THING and THING_GROUP'],
])('memberships without %s are warned of', (_, eventTypes, missing) => {
  expect(complaints(replicate({ eventTypes }))).toEqual([
    `eventTypes has THING_GROUP_MEMBERSHIP without ${missing}: a membership waits for its thing and its group, and is dead-lettered unless something else makes them in the destination; `
    + 'add the missing kinds [ack: cdk-iot-registry-replication:membershipsWithoutEnds]',
  ]);
});

test('things without types are warned of', () => {
  expect(complaints(replicate({ eventTypes: [THING] }))).toEqual([
    'eventTypes has THING without THING_TYPE: a thing with a type waits for it, and is dead-lettered unless something else makes the type in the destination; '
    + 'add the missing kind [ack: cdk-iot-registry-replication:thingsWithoutTypes]',
  ]);
});

test('prefixes of a kind that is not replicated are warned of', () => {
  expect(complaints(replicate({ eventTypes: [THING_GROUP], thingNamePrefixes: ['a'], thingTypeNamePrefixes: ['b'] }))).toEqual([
    'thingNamePrefixes and thingTypeNamePrefixes have no effect: their kinds are not in eventTypes; add the kinds there, or leave the prefixes out '
    + '[ack: cdk-iot-registry-replication:unusedPrefixes]',
  ]);
});

test('prefixes of a membership\'s ends have an effect', () => {
  const replication = replicate({ eventTypes: [THING_GROUP_MEMBERSHIP], thingNamePrefixes: ['a'], thingGroupNamePrefixes: ['b'] });
  expect(complaints(replication)).toEqual([expect.stringContaining('membershipsWithoutEnds')]);
});

test('a warning can be acknowledged by its id', () => {
  const replication = replicate({ eventTypes: [THING] });
  Annotations.of(replication).acknowledgeWarning('cdk-iot-registry-replication:thingsWithoutTypes', 'things of this fleet have no type');
  expect(complaints(replication)).toEqual([]);
});
