import { failUnlessOk, failure, named } from './errors';
import type { Handlers, Input } from './operations';
import { inOrder, page } from './pages';
import { byName, type Arns, type Context, type Group, type Membership, type Thing } from './state';
import { validName } from './validation';

type MembershipOperation = 'AddThingToThingGroup' | 'RemoveThingFromThingGroup' | 'ListThingGroupsForThing' | 'ListThingsInThingGroup';

export function membershipOperations(context: Context): Handlers<MembershipOperation> {
  return {
    AddThingToThingGroup: (input) => {
      add(context, input);
      return {};
    },
    RemoveThingFromThingGroup: (input) => {
      remove(context, input);
      return {};
    },
    ListThingGroupsForThing: (input) => {
      const thing = byName.thing(context, validName('thingName', input.thingName));
      const { items, nextToken } = page(inOrder([...thing.groups.values()].map(({ group }) => group)), input, context.limits);
      return { thingGroups: items.map(({ name }) => ({ groupName: name, groupArn: context.arns.group(name) })), nextToken };
    },
    ListThingsInThingGroup: (input) => {
      const group = byName.group(context, validName('thingGroupName', input.thingGroupName));
      const { items, nextToken } = page(inOrder(input.recursive ? membersBelow(group) : group.members.values()), input, context.limits);
      return { things: items.map(({ name }) => name), nextToken };
    },
  };
}

/** What fleet indexing does on its own: a thing begins or ceases to match a dynamic group's query. */
export function matchDynamicGroup(context: Context, ofThing: string, ofGroup: string, matches: boolean): void {
  const thing = byName.thing(context, ofThing);
  const group = byName.group(context, ofGroup);
  if (!group.query) throw new Error(`${ofGroup} is not a dynamic group: add the thing to it instead`);
  if (matches === thing.groups.has(ofGroup)) return;
  if (!matches) leave(context, thing, group);
  else if (thing.groups.size < context.limits.groupsPerThing) join(context, thing, group);
}

function add(context: Context, input: Input<'AddThingToThingGroup'>): void {
  const { facts, limits } = context;
  const thing = byName.thing(context, thingName(context.arns, input));
  const group = byName.group(context, groupName(context.arns, input));
  refuseDynamic(group);
  const member = thing.groups.get(group.name);
  if (member) {
    failUnlessOk(facts.readdingMember, `Thing ${thing.name} is already in thing group ${group.name}.`);
    if (facts.membershipWithoutChangeEmits) context.events.operation().membership('ADDED', thing, group, member.id);
    return;
  }
  const rival = limits.oneGroupPerHierarchy ? inHierarchyOf(thing, group) : undefined;
  if (rival) {
    throw named(facts.sameHierarchyError, `Thing ${thing.name} cannot be in ${group.name} and ${rival.name}: they are of one hierarchy.`);
  }
  if (thing.groups.size >= limits.groupsPerThing) {
    const yielding = input.overrideDynamicGroups ? lastDynamic(thing) : undefined;
    if (!yielding) throw named(facts.groupsPerThingError, `Thing ${thing.name} is in ${limits.groupsPerThing} thing groups already.`);
    leave(context, thing, yielding);
  }
  join(context, thing, group);
}

function remove(context: Context, input: Input<'RemoveThingFromThingGroup'>): void {
  const { facts } = context;
  const ofThing = thingName(context.arns, input);
  const ofGroup = groupName(context.arns, input);
  const group = context.groups.get(ofGroup);
  const thing = context.things.get(ofThing);
  if (!group) failUnlessOk(facts.removeFromMissingGroup, `Thing group ${ofGroup} cannot be found.`);
  if (!thing) failUnlessOk(facts.removeOfMissingThing, `Thing ${ofThing} cannot be found.`);
  if (!group || !thing) return;
  refuseDynamic(group);
  if (thing.groups.has(ofGroup)) {
    leave(context, thing, group);
    return;
  }
  failUnlessOk(facts.removingNonMember, `Thing ${ofThing} is not in thing group ${ofGroup}.`);
  if (facts.membershipWithoutChangeEmits) context.events.operation().membership('REMOVED', thing, group, context.ids.next());
}

function join(context: Context, thing: Thing, group: Group): void {
  const membership: Membership = { id: context.ids.next(), group };
  thing.groups.set(group.name, membership);
  group.members.set(thing.name, thing);
  context.events.operation().membership('ADDED', thing, group, membership.id);
}

function leave(context: Context, thing: Thing, group: Group): void {
  const membership = thing.groups.get(group.name);
  if (!membership) return;
  thing.groups.delete(group.name);
  group.members.delete(thing.name);
  context.events.operation().membership('REMOVED', thing, group, membership.id);
}

function refuseDynamic(group: Group): void {
  if (group.query) throw failure.InvalidRequest(`Things cannot be added to or removed from dynamic thing group ${group.name}.`);
}

function inHierarchyOf(thing: Thing, { path, name }: Group): Group | undefined {
  const root = path.length > 0 ? path[0].name : name;
  for (const { group } of thing.groups.values()) {
    if (!group.query && (group.path.length > 0 ? group.path[0].name : group.name) === root) return group;
  }
  return undefined;
}

function lastDynamic(thing: Thing): Group | undefined {
  return [...thing.groups.values()].reverse().find(({ group }) => group.query)?.group;
}

function membersBelow(group: Group): Set<Thing> {
  const things = new Set(group.members.values());
  for (const child of group.children.values()) for (const thing of membersBelow(child)) things.add(thing);
  return things;
}

function thingName(arns: Arns, input: { readonly thingName?: string; readonly thingArn?: string }): string {
  return nameOf('thingName', input.thingName, input.thingArn === undefined ? undefined : arns.nameIn(input.thingArn, 'thing'));
}

function groupName(arns: Arns, input: { readonly thingGroupName?: string; readonly thingGroupArn?: string }): string {
  return nameOf('thingGroupName', input.thingGroupName, input.thingGroupArn === undefined ? undefined : arns.nameIn(input.thingGroupArn, 'thinggroup'));
}

function nameOf(member: string, given: string | undefined, inArn: string | undefined): string {
  if (given !== undefined && inArn !== undefined && given !== inArn) throw failure.InvalidRequest(`The ${member} ${given} is not that of the ARN.`);
  return validName(member, given ?? inArn);
}
