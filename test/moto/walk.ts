import type { DynamoDBRecord } from 'aws-lambda';
import { keyString } from '../../src/record/record';
import { Destination, Item, record } from '../replicator/harness';
import { Random } from '../simulation/random';

interface Thing { incarnation: string; version: number; thingTypeName?: string; attributes: Record<string, string> }
interface Group { incarnation: string; version: number; path: string[]; description?: string; attributes: Record<string, string> }
interface Type { incarnation: string; deprecated: boolean; description?: string; searchableAttributes: string[]; propagatingAttributes: unknown[] }

/**
 * A source Region that changes at random, each change of which AWS would allow, told as the records that the table gets: in their order
 * per key.
 */
export class RandomSource {
  private readonly things = new Map<string, Thing>();
  private readonly groups = new Map<string, Group>();
  private readonly types = new Map<string, Type>();
  /** Group by thing, as `thing group`. */
  private readonly members = new Set<string>();
  private readonly cascades: boolean;
  private incarnations = 0;

  /** @param propagates whether what a type propagates changes */
  constructor(private readonly random: Random, private readonly propagates: boolean) {
    // Whether AWS tells of the memberships that end with a thing or a group is not documented.
    this.cascades = random.chance(0.5);
  }

  /** At least that many records. */
  public records(count: number): Item[] {
    const items: Item[] = [];
    while (items.length < count) items.push(...this.change());
    return items;
  }

  private change(): Item[] {
    return this.random.pick([
      () => this.createThing(), () => this.createThing(), () => this.updateThing(), () => this.updateThing(), () => this.deleteThing(),
      () => this.createGroup(), () => this.createGroup(), () => this.updateGroup(), () => this.deleteGroup(),
      () => this.createType(), () => this.updateType(), () => this.updateType(), () => this.deleteType(),
      () => this.join(), () => this.join(), () => this.join(), () => this.leave(),
    ])();
  }

  private createThing(): Item[] {
    const name = this.thingName();
    if (this.things.has(name)) return [];
    const thing: Thing = { incarnation: this.incarnation(name), version: 1, thingTypeName: this.usableType(), attributes: this.attributes() };
    this.things.set(name, thing);
    return [this.thing(name, thing)];
  }

  private updateThing(): Item[] {
    const name = this.thingName();
    const thing = this.things.get(name);
    if (!thing) return [];
    thing.version++;
    const change = this.random.below(3);
    if (change !== 0) thing.attributes = this.attributes();
    if (change !== 1) thing.thingTypeName = this.random.chance(0.3) ? undefined : this.usableType() ?? thing.thingTypeName;
    return [this.thing(name, thing)];
  }

  private deleteThing(): Item[] {
    const name = this.thingName();
    const thing = this.things.get(name);
    if (!thing) return [];
    const ended = this.end(([each]) => each === name);
    this.things.delete(name);
    return [...ended, record.deletedThing(name, thing)];
  }

  private createGroup(): Item[] {
    const name = this.groupName();
    if (this.groups.has(name)) return [];
    const parent = this.random.chance(0.6) ? this.groupName() : '';
    const above = this.groups.get(parent);
    const group: Group = { incarnation: this.incarnation(name), version: 1, path: above ? [...above.path, parent] : [], description: this.description(), attributes: this.attributes() };
    this.groups.set(name, group);
    return [this.group(name, group)];
  }

  private updateGroup(): Item[] {
    const name = this.groupName();
    const group = this.groups.get(name);
    if (!group) return [];
    group.version++;
    if (this.random.chance(0.6)) group.attributes = this.attributes();
    if (this.random.chance(0.6)) group.description = this.description();
    return [this.group(name, group)];
  }

  private deleteGroup(): Item[] {
    const name = this.groupName();
    const group = this.groups.get(name);
    if (!group || [...this.groups.values()].some(({ path }) => path.includes(name))) return [];
    const ended = this.end(([, each]) => each === name);
    this.groups.delete(name);
    return [...ended, record.deletedGroup(name, group)];
  }

  private createType(): Item[] {
    const name = this.typeName();
    if (this.types.has(name)) return [];
    const type: Type = {
      incarnation: this.incarnation(name),
      deprecated: false,
      description: this.description(),
      searchableAttributes: this.random.pick([[], ['a'], ['a', 'b']]),
      propagatingAttributes: this.propagates ? this.propagating() : [{ userPropertyKey: name, thingAttribute: 'a' }],
    };
    this.types.set(name, type);
    return [this.type(name, type, 1)];
  }

  private updateType(): Item[] {
    const name = this.typeName();
    const type = this.types.get(name);
    if (!type) return [];
    if (this.propagates && this.random.chance(0.3)) type.propagatingAttributes = this.propagating();
    else type.deprecated = !type.deprecated;
    return [this.type(name, type, 2)];
  }

  private deleteType(): Item[] {
    const name = this.typeName();
    const type = this.types.get(name);
    if (!type?.deprecated || [...this.things.values()].some(({ thingTypeName }) => thingTypeName === name)) return [];
    this.types.delete(name);
    return [record.deletedType(name, type)];
  }

  private join(): Item[] {
    const [thing, group] = [this.thingName(), this.groupName()];
    if (!this.things.has(thing) || !this.groups.has(group) || this.members.has(`${thing} ${group}`)) return [];
    this.members.add(`${thing} ${group}`);
    return [this.membership(thing, group, false)];
  }

  private leave(): Item[] {
    if (this.members.size === 0) return [];
    const member = this.random.pick([...this.members]);
    this.members.delete(member);
    const [thing, group] = member.split(' ');
    return [this.membership(thing, group, true)];
  }

  /** Ends memberships, and tells so where deletions do. */
  private end(which: (member: [thing: string, group: string]) => boolean): Item[] {
    const ended = [...this.members].map((each) => each.split(' ') as [string, string]).filter(which);
    for (const member of ended) this.members.delete(member.join(' '));
    return this.cascades ? ended.map(([thing, group]) => this.membership(thing, group, true)) : [];
  }

  private thing(name: string, { thingTypeName, attributes, ...ids }: Thing): Item {
    return record.thing(name, { thingTypeName, attributes }, ids);
  }

  private group(name: string, { path, description, attributes, ...ids }: Group): Item {
    return record.group(name, { path, description, attributes }, ids);
  }

  private type(name: string, { incarnation, ...state }: Type, version: number): Item {
    return record.type(name, state, { incarnation, version });
  }

  private membership(thing: string, group: string, removed: boolean): Item {
    return record.membership(thing, group, { thingId: this.things.get(thing)!.incarnation, groupId: this.groups.get(group)!.incarnation, removed });
  }

  // Few names, so that much happens to each.
  private thingName(): string { return `t${this.random.below(2)}`; }
  private groupName(): string { return `g${this.random.below(4)}`; }
  private typeName(): string { return `x${this.random.below(2)}`; }
  private incarnation(name: string): string { return `${name}-${++this.incarnations}`; }

  private usableType(): string | undefined {
    const usable = [...this.types.keys()].filter((name) => !this.types.get(name)!.deprecated);
    return usable.length > 0 && this.random.chance(0.7) ? this.random.pick(usable) : undefined;
  }

  private attributes(): Record<string, string> {
    return this.random.pick([{}, {}, { a: '1' }, { a: '2' }, { b: '1' }, { a: '1', b: '2', c: '3' }] as Record<string, string>[]);
  }

  private description(): string | undefined { return this.random.pick([undefined, 'one', 'two']); }

  private propagating(): unknown[] {
    return this.random.pick([[], [{ userPropertyKey: 'k', thingAttribute: 'a' }], [{ userPropertyKey: 'k', connectionAttribute: 'iot:ClientId' }]]);
  }
}

/**
 * Lets records arrive as a global table does, in the order of each key but of no other, folded here and there, and applies them through
 * stream and retry queue, sooner or later, now and then twice, until all is delivered.
 */
export async function deliver(items: readonly Item[], destination: Destination, random: Random): Promise<void> {
  const underWay = new Map<string, Item[]>();
  for (const item of items) underWay.set(keyString(item), [...underWay.get(keyString(item)) ?? [], item]);
  const shard: DynamoDBRecord[] = [];
  let position = 0;

  const arrive = () => {
    const key = random.pick([...underWay.keys()]);
    const waiting = underWay.get(key)!;
    const arriving = waiting.splice(0, random.chance(0.2) ? 1 + random.below(waiting.length) : 1);
    if (waiting.length === 0) underWay.delete(key);
    shard.push(...destination.write(arriving[arriving.length - 1]));
  };
  const stream = async () => {
    const batch = shard.slice(position, position + 1 + random.below(6));
    for (let times = random.chance(0.15) ? 2 : 1; times > 0; times--) expect(await destination.stream(batch)).toEqual({ batchItemFailures: [] });
    position += batch.length;
  };
  const retry = async () => {
    const { retries } = destination;
    const messages = Array.from({ length: Math.min(retries.length, 1 + random.below(4)) }, () => retries.splice(random.below(retries.length), 1)[0].message);
    // A repair is a key that nobody has put there for a failure.
    if (random.chance(0.2) && destination.items.length > 0) messages.push(random.pick(destination.items));
    expect(await destination.retry(...messages.map(({ pk, sk, ...rest }) => ('state' in rest ? { pk, sk } : { pk, sk, ...rest })))).toEqual({ batchItemFailures: [] });
  };

  while (underWay.size > 0 || position < shard.length) {
    const possible = [...(underWay.size > 0 ? [arrive, arrive] : []), ...(position < shard.length ? [stream] : []), retry];
    await random.pick(possible)();
  }
  await destination.drain();
}
