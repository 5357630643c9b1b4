/** Registry calls per change once table and destination are equal, counted at the registry while the real stream consumer works. */
import { Part, progress, Row, runPart, shown, sum } from '../part';
import { Destination, Use } from './destination';
import { countIdentityCalls } from './identity-calls';
import { groupItem, Item, membershipItem, thingItem, typeItem } from './records';

/** Entities of each kind that are changed, all in one batch. */
const COUNT = 20;
/** Invocations of one record each. */
const INVOCATIONS = 40;
/** The same as in the part that measures the use of the quotas. */
const LATENCIES = { registryMs: 50, tableMs: 5 };

/** The calls and resources that one change uses in a destination. */
export type ReplicatorUse = Use;

export interface CallFigures {
  /** A thing's attributes were changed. */
  readonly thing: ReplicatorUse;
  /** A thing was added to a group. */
  readonly membership: ReplicatorUse;
}

interface Counted {
  readonly what: string;
  /** Each for one change. */
  readonly use: Use;
}

const names = (prefix: string) => Array.from({ length: COUNT }, (_, i) => `${prefix}-${i}`);
const attributes = (value: string) => ({ serial: value, firmware: '1.0.0' });

async function measure(): Promise<Part<CallFigures>> {
  progress('calls: counting registry calls per change');
  return { rows: [...await countCalls(), ...await countIdentityCalls(COUNT)], figures: await countInvocations() };
}

async function countCalls(): Promise<Row[]> {
  const destination = new Destination();
  await destination.replicate([typeItem('sensor'), groupItem('house'), ...names('member').map((each) => thingItem(each))]);
  const all = (prefix: string, item: (name: string) => Item) => names(prefix).map(item);
  const count = async (what: string, items: readonly Item[], looksAgain = false): Promise<Counted> => {
    const use = await destination.replicate(items, COUNT, looksAgain);
    return { what, use: { ...use, registryCalls: use.registryCalls / COUNT, tableReads: use.tableReads / COUNT } };
  };

  const create = [await count('thing', all('thing', (name) => thingItem(name, { thingTypeName: 'sensor', attributes: attributes('1') })))];
  const createAndLook = [
    await count('root group', all('group', (name) => groupItem(name, { description: 'a', attributes: attributes('1') }))),
    await count('type', all('type', (name) => typeItem(name, { searchableAttributes: ['serial'] }))),
    await count('child group', all('room', (name) => groupItem(name, { parentGroupName: 'house', path: ['house'] }))),
  ];
  const add = [await count('membership', all('member', (name) => membershipItem(name, 'house')))];
  const again = {
    thing: all('thing', (name) => thingItem(name, { thingTypeName: 'sensor', attributes: attributes('2') }, { version: 2 })),
    group: all('group', (name) => groupItem(name, { description: 'b', attributes: attributes('2') }, { version: 2 })),
    type: all('type', (name) => typeItem(name, { searchableAttributes: ['serial'], propagatingAttributes: [{ userPropertyKey: 'k', thingAttribute: 'serial' }] }, { version: 2 })),
    membership: all('member', (name) => membershipItem(name, 'house')),
  };
  const update = [
    await count('thing', again.thing),
    await count('thing loses its type', all('thing', (name) => thingItem(name, { attributes: attributes('2') }, { version: 3 }))),
    await count('thing loses all attributes', all('thing', (name) => thingItem(name, {}, { version: 4 }))),
    await count('group', again.group),
    await count('type', again.type),
  ];
  await destination.replicate(all('thing', (name) => thingItem(name, { thingTypeName: 'sensor', attributes: attributes('2') }, { version: 5 })));
  const unchanged = [
    await count('thing', all('thing', (name) => thingItem(name, { thingTypeName: 'sensor', attributes: attributes('2') }, { version: 6 }))),
    await count('group', again.group.map((item) => ({ ...item, version: 3 }))),
    await count('type', again.type.map((item) => ({ ...item, timestamp: Number(item.timestamp) + 1 }))),
    await count('membership', again.membership),
  ];
  const clearDescription = [await count('group', all('group', (name) => groupItem(name, {}, { version: 4 })), true)];
  const deprecate = [
    await count('type', again.type.map((item) => ({ ...item, state: { ...item.state as object, deprecated: true } }))),
    await count('and back', again.type),
  ];
  await destination.replicate(again.type.map((item) => ({ ...item, state: { ...item.state as object, deprecated: true } })));
  destination.now += 5 * 60_000;
  const remove = [await count('membership', all('member', (name) => membershipItem(name, 'house', true)))];
  const deletion = [
    await count('thing', all('thing', (name) => thingItem(name, {}, { version: 6, deleted: true }))),
    await count('group', all('group', (name) => groupItem(name, {}, { version: 4, deleted: true }))),
    await count('type', all('type', (name) => typeItem(name, { deprecated: true }, { version: 2, deleted: true }))),
  ];
  const reads = [
    { ...create[0], what: 'thing created' }, { ...update[0], what: 'updated' }, { ...deletion[0], what: 'deleted' }, { ...add[0], what: 'membership added' },
  ];
  return [
    row('create', create, 1), row('update', update, 1), row('delete', deletion, 1), row('add', add, 1), row('remove', remove, 1), row('deprecate', deprecate, 1),
    row('a record that changes no state', unchanged, 0),
    row('create (a look at what is there then: AWS takes a creation for equal that creates nothing)', createAndLook, 2),
    row("clear a group's description (a look at whether that cleared it; a message has it looked at once more)", clearDescription, 2),
    { what: 'reads of the table per change, steady state', measured: list(reads, ({ use }) => use.tableReads) },
  ];
}

function row(change: string, counted: readonly Counted[], mustReach: number): Row {
  return {
    what: `registry calls per change: ${change}`,
    mustReach: String(mustReach),
    measured: list(counted, ({ use }) => use.registryCalls),
    ok: counted.every(({ use }) => use.registryCalls === mustReach),
  };
}

function list(counted: readonly Counted[], value: (each: Counted) => number): string {
  return counted.map((each) => `${each.what} ${shown(value(each))}`).join(', ');
}

/** Changes that arrive one by one, each with an invocation: the most expensive case. */
async function countInvocations(): Promise<CallFigures> {
  const destination = new Destination(LATENCIES);
  const things = Array.from({ length: INVOCATIONS }, (_, i) => `thing-${i}`);
  await destination.replicate([groupItem('house'), ...things.map((name) => thingItem(name, { attributes: attributes('1') }))]);
  const each = async (items: readonly Item[]): Promise<ReplicatorUse> => {
    const uses: Use[] = [];
    for (const item of items) uses.push(await destination.replicate([item], 1));
    const mean = (of: keyof Use) => sum(uses.map((use) => use[of])) / uses.length;
    return {
      registryCalls: mean('registryCalls'),
      tableReads: mean('tableReads'),
      messages: mean('messages'),
      invocations: mean('invocations'),
      billedMs: mean('billedMs'),
      logBytes: mean('logBytes'),
    };
  };
  return {
    thing: await each(things.map((name) => thingItem(name, { attributes: attributes('2') }, { version: 2 }))),
    membership: await each(things.map((name) => membershipItem(name, 'house'))),
  };
}

runPart(measure);
