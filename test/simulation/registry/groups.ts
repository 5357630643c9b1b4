import type { CreateThingGroupCommandInput, ListThingGroupsCommandInput, UpdateThingGroupCommandInput } from '@aws-sdk/client-iot';
import { equalAttributes, initialAttributes, limitAttributes, updatedAttributes } from './attributes';
import { failUnlessOk, failure, named } from './errors';
import type { Handlers, Input } from './operations';
import { Ordered } from './ordered';
import { inOrder, page } from './pages';
import { detachAll } from './policy-links';
import { byName, expectVersion, type Context, type Group } from './state';
import { validAttributes, validDescription, validName } from './validation';

type GroupOperation = 'CreateThingGroup' | 'UpdateThingGroup' | 'DeleteThingGroup' | 'DescribeThingGroup' | 'ListThingGroups'
| 'CreateDynamicThingGroup' | 'DeleteDynamicThingGroup';

export function groupOperations(context: Context): Handlers<GroupOperation> {
  return {
    CreateThingGroup: (input) => created(context, create(context, input)),
    UpdateThingGroup: (input) => ({ version: update(context, input) }),
    DeleteThingGroup: (input) => {
      remove(context, input, false);
      return {};
    },
    DescribeThingGroup: (input) => described(context, byName.group(context, validName('thingGroupName', input.thingGroupName))),
    ListThingGroups: (input) => {
      const { items, nextToken } = page(matching(context, input), input, context.limits);
      return { thingGroups: items.map((each) => ({ groupName: each.name, groupArn: context.arns.group(each.name) })), nextToken };
    },
    CreateDynamicThingGroup: (input) => {
      if (!input.queryString) throw failure.InvalidRequest('The queryString of a dynamic thing group is missing.');
      const { queryString: text, indexName = 'AWS_Things', queryVersion = '2017-09-30' } = input;
      const group = create(context, input, { text, mappingId: context.ids.next() });
      return { ...created(context, group), indexName, queryString: text, queryVersion };
    },
    DeleteDynamicThingGroup: (input) => {
      remove(context, input, true);
      return {};
    },
  };
}

function create(context: Context, input: CreateThingGroupCommandInput, query?: Group['query']): Group {
  const { groups, limits, events } = context;
  const name = validName('thingGroupName', input.thingGroupName);
  const properties = input.thingGroupProperties;
  const description = validDescription('thingGroupDescription', properties?.thingGroupDescription) ?? '';
  validAttributes(properties?.attributePayload?.attributes);
  const attributes = limitAttributes(initialAttributes(properties?.attributePayload), limits.groupAttributes);
  const existing = groups.get(name);
  if (existing) {
    const equal = existing.description === description && equalAttributes(existing.attributes, attributes) && existing.query?.text === query?.text
      && (!context.facts.createGroupComparesParent || existing.path.at(-1)?.name === input.parentGroupName);
    if (equal) return existing;
    throw failure.ResourceAlreadyExists(
      `Thing Group ${name} already exists in current account with different properties`, name, context.arns.group(name));
  }
  if (query) limitDynamicGroups(context);
  const parent = input.parentGroupName === undefined ? undefined : parentOf(context, input.parentGroupName);
  const group: Group = {
    ...context.newEntity(name),
    path: parent ? [...parent.path, parent] : [],
    description,
    attributes,
    version: 1,
    query,
    children: new Map(),
    members: new Map(),
    policies: new Ordered(),
  };
  groups.set(name, group);
  parent?.children.set(name, group);
  const operation = events.operation();
  operation.group('CREATED', group);
  operation.hierarchy('ADDED', group);
  return group;
}

function parentOf(context: Context, name: string): Group {
  const { facts, limits } = context;
  const parent = context.groups.get(validName('parentGroupName', name));
  if (!parent) throw named(facts.missingParentError, `Parent thing group ${name} cannot be found.`);
  if (parent.query) throw failure.InvalidRequest(`Dynamic thing group ${name} cannot have child groups.`);
  if (parent.path.length + 2 > limits.groupDepth) throw named(facts.groupTreeLimitError, `Thing group hierarchy exceeds the depth of ${limits.groupDepth}.`);
  if (parent.children.size >= limits.childGroups) {
    throw named(facts.groupTreeLimitError, `Thing group ${name} has ${limits.childGroups} direct child groups already.`);
  }
  return parent;
}

/** Counts each time: dynamic groups are few and rarely created. */
function limitDynamicGroups({ groups, limits }: Context): void {
  let count = 0;
  for (const group of groups.values()) if (group.query) count += 1;
  if (count >= limits.dynamicGroups) throw failure.LimitExceeded(`The account has ${limits.dynamicGroups} dynamic thing groups already.`);
}

function update(context: Context, input: UpdateThingGroupCommandInput): number {
  const { facts, limits } = context;
  const { thingGroupDescription, attributePayload } = input.thingGroupProperties ?? {};
  validAttributes(attributePayload?.attributes);
  const given = validDescription('thingGroupDescription', thingGroupDescription);
  const group = byName.group(context, validName('thingGroupName', input.thingGroupName));
  if (!input.thingGroupProperties) throw failure.InvalidRequest('The thingGroupProperties are missing.');
  if (group.query) throw failure.InvalidRequest(`Dynamic thing group ${group.name} cannot be updated as a static one.`);
  expectVersion(group, input.expectedVersion);
  const description = descriptionAfter(context, group.description, given);
  const attributes = updatedAttributes(group.attributes, attributePayload, facts.emptyGroupAttributeMapClears, facts.onlyEmptyValues);
  limitAttributes(attributes, limits.groupAttributes);
  const changed = description !== group.description || !equalAttributes(attributes, group.attributes);
  if (!changed && !facts.updateWithoutChangeEmits) return group.version;
  group.description = description;
  group.attributes = attributes;
  group.version += 1;
  context.events.operation().group('UPDATED', group);
  return group.version;
}

function descriptionAfter({ facts }: Context, current: string, given: string | undefined): string {
  if (given === undefined) return facts.absentDescriptionClears ? '' : current;
  return given === '' && !facts.emptyDescriptionClears ? current : given;
}

function remove(context: Context, input: Input<'DeleteThingGroup'>, dynamic: boolean): void {
  const { groups, facts, events } = context;
  const name = validName('thingGroupName', input.thingGroupName);
  const group = groups.get(name);
  if (!group) {
    if (facts.deleteOfMissingGroupSucceeds) return;
    throw failure.ResourceNotFound(`Thing group ${name} cannot be found.`);
  }
  if (dynamic !== (group.query !== undefined)) throw failure.InvalidRequest(`Thing group ${name} is ${dynamic ? 'not ' : ''}a dynamic one.`);
  expectVersion(group, input.expectedVersion);
  if (group.children.size > 0) throw failure.InvalidRequest(`Cannot delete thing group : ${name} when there are still child groups attached to it.`);
  if (group.policies.size > 0) {
    failUnlessOk(facts.deleteOfGroupWithPolicies, `Cannot delete thing group : ${name} when there are still policies attached to it.`);
    detachAll(context, group.policies);
    context.changes.groupPolicies(group);
  }
  groups.delete(name);
  group.path.at(-1)?.children.delete(name);
  const operation = events.operation();
  operation.group('DELETED', group);
  const cascades = facts.deletionCascade === 'all';
  if (cascades) operation.hierarchy('REMOVED', group);
  for (const thing of group.members.values()) {
    const membership = thing.groups.get(name);
    thing.groups.delete(name);
    if (cascades && membership) operation.membership('REMOVED', thing, group, membership.id);
  }
}

function matching(context: Context, { parentGroup, namePrefixFilter = '', recursive = true }: ListThingGroupsCommandInput): Iterable<Group> {
  const parent = parentGroup === undefined ? undefined : byName.group(context, validName('parentGroup', parentGroup));
  const all = parent && !recursive ? inOrder(parent.children.values()) : context.groups.values();
  if (!parent && recursive && namePrefixFilter === '') return all;
  const within = (group: Group) => parent ? group.path.includes(parent) : recursive || group.path.length === 0;
  return [...all].filter((group) => group.name.startsWith(namePrefixFilter) && within(group));
}

function created(context: Context, group: Group) {
  return { thingGroupName: group.name, thingGroupArn: context.arns.group(group.name), thingGroupId: group.id };
}

function described(context: Context, group: Group): ReturnType<Handlers['DescribeThingGroup']> {
  return {
    ...created(context, group),
    version: group.version,
    thingGroupProperties: {
      thingGroupDescription: group.description === '' ? undefined : group.description,
      attributePayload: { attributes: Object.fromEntries(group.attributes) },
    },
    thingGroupMetadata: {
      parentGroupName: group.path.at(-1)?.name,
      rootToParentThingGroups: group.path.map((each) => ({ groupName: each.name, groupArn: context.arns.group(each.name) })),
      creationDate: new Date(group.createdAt),
    },
    ...(group.query ? { indexName: 'AWS_Things', queryString: group.query.text, queryVersion: '2017-09-30', status: 'ACTIVE' as const } : {}),
  };
}
