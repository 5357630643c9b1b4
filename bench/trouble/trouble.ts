/** The consequences of one throttled call, and what is applied again because of a thing or a group; counted at the registry while the real consumers work. */
import { keyOf } from '../../test/kinds/keys';
import type { Operation } from '../../test/simulation/registry';
import { groupItem, Item, membershipItem, thingItem, typeItem } from '../calls/records';
import { Part, progress, Row, runPart, shown, sum } from '../part';
import { TroubledDestination } from './destination';
import { newRegion } from './new-region';

const MEMBERS = 4_000;
const GROUPS = 10;

const names = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}-${i}`);
const attributes = (serial: string) => ({ serial });
const total = (calls: Readonly<Record<string, number>>) => sum(Object.values(calls));

/** A group of 4,000 members, which another 4,000 have left within the retention of tombstones; and a thing in ten groups. */
function destination(): TroubledDestination {
  const made = new TroubledDestination();
  const { registry } = made;
  const groups = ['house', ...names('group', GROUPS)];
  const members = names('member', MEMBERS);
  const past = names('past', MEMBERS);
  for (const thingGroupName of groups) registry.execute('CreateThingGroup', { thingGroupName, thingGroupProperties: { thingGroupDescription: 'a', attributePayload: { attributes: attributes('1') } } });
  registry.execute('CreateThingType', { thingTypeName: 'sensor' });
  for (const thingName of [...members, ...past, 'lamp']) registry.execute('CreateThing', { thingName, thingTypeName: 'sensor', attributePayload: { attributes: attributes('1') } });
  for (const thingName of members) registry.execute('AddThingToThingGroup', { thingName, thingGroupName: 'house' });
  for (const thingGroupName of groups.slice(1)) registry.execute('AddThingToThingGroup', { thingName: 'lamp', thingGroupName });
  made.store([
    ...groups.map((name) => groupItem(name, { description: 'a', attributes: attributes('1') })),
    typeItem('sensor'),
    ...[...members, ...past, 'lamp'].map((name) => thingItem(name, { thingTypeName: 'sensor', attributes: attributes('1') })),
    ...members.map((name) => membershipItem(name, 'house')),
    ...past.map((name) => membershipItem(name, 'house', true)),
    ...groups.slice(1).map((name) => membershipItem('lamp', name)),
  ]);
  return made;
}

async function measure(): Promise<Part> {
  return { rows: [...await throttled(), ...await fannedOut(), ...await newRegion()], figures: undefined };
}

async function throttled(): Promise<Row[]> {
  progress(`trouble: one throttled call, with a group of ${shown(MEMBERS)}`);
  const made = destination();
  // A group or a type is read once more after its creation, whether the creation was throttled or not.
  const cases: readonly (readonly [string, Operation, Item, looks?: number])[] = [
    [`an update of a group of ${shown(MEMBERS)}, which ${shown(MEMBERS)} have left`, 'UpdateThingGroup', groupItem('house', { description: 'b', attributes: attributes('2') }, { version: 2 })],
    [`an update of a thing in ${GROUPS} groups`, 'UpdateThing', thingItem('lamp', { thingTypeName: 'sensor', attributes: attributes('2') }, { version: 2 })],
    ['an update of a type', 'UpdateThingType', typeItem('sensor', { propagatingAttributes: [{ userPropertyKey: 'k', thingAttribute: 'serial' }] }, { version: 2 })],
    ['a creation of a thing', 'CreateThing', thingItem('fan', { thingTypeName: 'sensor', attributes: attributes('1') })],
    ['a creation of a root group', 'CreateThingGroup', groupItem('garden', { description: 'a' }), 1],
    ['a creation of a type', 'CreateThingType', typeItem('meter'), 1],
  ];
  const rows: Row[] = [];
  for (const [what, operation, item, looks = 0] of cases) {
    made.throttleOnce(operation);
    const before = made.places;
    // Without the refused call.
    const calls = total(await made.calls(() => made.replicate(item))) - 1;
    const places = made.places - before;
    rows.push({
      what: `registry calls after one that was throttled: ${what}`,
      mustReach: `1${looks > 0 ? ' and a look' : ''}, no place of the deletion breaker`,
      measured: `${shown(calls)}, ${shown(places)} places`,
      ok: calls === 1 + looks && places === 0,
    });
  }
  return rows;
}

async function fannedOut(): Promise<Row[]> {
  progress('trouble: memberships that are applied again');
  const rows: Row[] = [];
  for (const isNew of [false, true]) {
    const made = destination();
    if (isNew) made.registry.execute('DeleteThingGroup', { thingGroupName: 'house' });
    const calls = await made.calls(() => made.retry(keyOf.group('house')));
    const removals = calls.RemoveThingFromThingGroup ?? 0;
    const looks = calls.ListThingGroupsForThing ?? 0;
    rows.push({
      what: `memberships of a group applied again, ${isNew ? 'created just now' : 'redriven'}, ${shown(MEMBERS)} in it, ${shown(MEMBERS)} have left: removals, places of the deletion breaker`,
      mustReach: '0, 0',
      measured: `${shown(removals)}, ${shown(made.places)} (${shown(calls.AddThingToThingGroup ?? 0)} additions, ${shown(looks)} looks, with the second time a minute later)`,
      ok: removals === 0 && made.places === 0,
    });
  }
  return rows;
}

runPart(measure);
