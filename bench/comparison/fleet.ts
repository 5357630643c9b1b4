/** One of so many things is in a group. */
const MEMBER_OF = 10;
const MEMBERS_PER_GROUP = 100;
/** The first of so many groups is the parent of the others. */
const GROUPS_PER_ROOT = 10;
const TYPES = 10;

export interface FleetThing {
  readonly thingName: string;
  readonly thingId: string;
  readonly version: number;
  readonly thingTypeName: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface FleetGroup {
  readonly groupName: string;
  readonly groupId: string;
  readonly parentGroupName?: string;
}

/** A fleet of any size that takes no memory: each entity follows from its number. Changes are stored beside it. */
export class Fleet {
  public readonly groups: number;
  public readonly types = TYPES;
  private readonly changed = new Map<number, FleetThing | undefined>();
  private readonly added = new Map<number, string[]>();
  private extra = 0;

  constructor(public readonly size: number) {
    this.groups = Math.ceil(size / (MEMBER_OF * MEMBERS_PER_GROUP));
  }

  /** Number of things, including later ones. */
  public get end(): number {
    return this.size + this.extra;
  }

  public get memberships(): number {
    return Math.ceil(this.size / MEMBER_OF);
  }

  public thing(i: number): FleetThing | undefined {
    return this.changed.has(i) ? this.changed.get(i) : this.made(i, 1);
  }

  public numberOf(thingName: string): number {
    return Number(thingName.slice('thing-'.length));
  }

  public thingNamed(thingName: string): FleetThing | undefined {
    const i = this.numberOf(thingName);
    return i < this.end ? this.thing(i) : undefined;
  }

  public group(g: number): FleetGroup {
    const root = g - (g % GROUPS_PER_ROOT);
    return { groupName: groupNameOf(g), groupId: `group-id-${g}`, parentGroupName: g === root ? undefined : groupNameOf(root) };
  }

  public groupNamed(groupName: string): FleetGroup {
    return this.group(Number(groupName.slice('group-'.length)));
  }

  public typeName(t: number): string {
    return `type-${t}`;
  }

  /** Names of a group's members. */
  public members(g: number): string[] {
    const step = MEMBER_OF * MEMBERS_PER_GROUP;
    const names: string[] = [];
    for (let i = g * step; i < Math.min((g + 1) * step, this.size); i += MEMBER_OF) if (this.thing(i)) names.push(nameOf(i));
    return [...names, ...this.added.get(g) ?? []];
  }

  /** The groups of the thing with a number. */
  public groupsOf(thingName: string): string[] {
    const i = this.numberOf(thingName);
    const own = i < this.size && i % MEMBER_OF === 0 ? [groupNameOf(Math.floor(i / (MEMBER_OF * MEMBERS_PER_GROUP)))] : [];
    return [...own, ...[...this.added].filter(([, names]) => names.includes(thingName)).map(([g]) => groupNameOf(g))];
  }

  public idsOf(thingName: string, groupName: string): { readonly thingId: string; readonly groupId: string } {
    return { thingId: this.thingNamed(thingName)!.thingId, groupId: this.groupNamed(groupName).groupId };
  }

  public create(): FleetThing {
    const i = this.end;
    this.extra++;
    return this.thing(i)!;
  }

  public update(i: number): FleetThing {
    const thing = this.made(i, this.thing(i)!.version + 1);
    this.changed.set(i, thing);
    return thing;
  }

  public delete(i: number): FleetThing {
    const thing = this.thing(i)!;
    this.changed.set(i, undefined);
    return thing;
  }

  public join(thingName: string, g: number): void {
    this.added.set(g, [...this.added.get(g) ?? [], thingName]);
  }

  private made(i: number, version: number): FleetThing {
    return {
      thingName: nameOf(i),
      thingId: `thing-id-${i}`,
      version,
      thingTypeName: `type-${i % TYPES}`,
      attributes: { serial: String(i), firmware: `1.0.${version}`, model: 'm1', site: 'paris' },
    };
  }
}

function nameOf(i: number): string {
  return `thing-${String(i).padStart(7, '0')}`;
}

function groupNameOf(g: number): string {
  return `group-${String(g).padStart(5, '0')}`;
}
