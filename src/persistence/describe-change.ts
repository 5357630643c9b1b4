import { RegistryKind } from '../registry-kind';
import { ABSENT, checkFunction, Expectation, expectationsOf, IS_USER_PROPERTY, isName, renderChecks } from './expectations';
import { Attribute as A, ENTITY_KINDS, EntityKind, KeyPart } from '../record/record';

/** `eventType` of a registry event -> the kind of entity that it reports. */
export const EVENT_KINDS: Readonly<Record<string, EntityKind>> = {
  THING_EVENT: 'thing',
  THING_GROUP_EVENT: 'group',
  THING_TYPE_EVENT: 'type',
  THING_GROUP_MEMBERSHIP_EVENT: 'membership',
};

/** Kind of entity -> the event type that has to be switched on for it. */
export const KIND_EVENT_TYPES: Readonly<Record<EntityKind, RegistryKind>> = {
  thing: RegistryKind.THING,
  group: RegistryKind.THING_GROUP,
  type: RegistryKind.THING_TYPE,
  membership: RegistryKind.THING_GROUP_MEMBERSHIP,
};

/**
 * Events that repeat a part of what a thing's or a group's own event says, without order between them. A type change emits REMOVED(old) and
 * ADDED(new) with one timestamp; replayed in the wrong order they lose the type. They are not subscribed, and ignored should they arrive.
 */
const IGNORED_EVENT_TYPES = ['THING_TYPE_ASSOCIATION_EVENT', 'THING_GROUP_HIERARCHY_EVENT'];

const { text, name, id, count, time, flag, oneOf, strings, listOf, optional } = expectationsOf('$event');
const common = [text('eventId'), time('timestamp')];

/** What each kind of event has to carry; whatever else it carries is not looked at. */
const FIELDS: Readonly<Record<EntityKind, readonly Expectation[]>> = {
  thing: [
    ...common, oneOf('operation', 'CREATED', 'UPDATED', 'DELETED'), name('thingName'), id('thingId'), count('versionNumber'),
    optional(name('thingTypeName')), optional(strings('attributes')),
  ],
  group: [
    ...common, oneOf('operation', 'CREATED', 'UPDATED', 'DELETED'), name('thingGroupName'), id('thingGroupId'), count('versionNumber'),
    optional(name('parentGroupName')), optional(text('description')), optional(strings('attributes')), optional(text('dynamicGroupMappingId')),
    optional(listOf('rootToParentThingGroups', 'thing groups with their ARN', isName("$nameIn($v.groupArn, ':thinggroup/')"))),
  ],
  type: [
    ...common, oneOf('operation', 'CREATED', 'UPDATED', 'DELETED'), name('thingTypeName'), id('thingTypeId'),
    optional(flag('isDeprecated')), optional(text('description')), optional(listOf('searchableAttributes', 'names', "$type($v) = 'string'")),
    optional(listOf('propagatingAttributes', 'user properties', IS_USER_PROPERTY)),
  ],
  membership: [
    ...common, oneOf('operation', 'ADDED', 'REMOVED'), id('thingId'), id('groupId'),
    { field: 'thingArn', expected: 'the ARN of a thing', test: isName('$thingName') },
    { field: 'groupArn', expected: 'the ARN of a thing group', test: isName('$groupName') },
  ],
};

/** What becomes of an event once it was described. */
export const Decision = {
  /** It reports a replicated entity. */
  REPLICATE: 'replicate',
  /** Left out by the name prefixes, the event types or the router. */
  FILTERED: 'filtered',
  /** Of a kind that says nothing new. */
  IGNORED: 'ignored',
  /** No record can be made of it; `reason` says why. */
  INVALID: 'invalid',
} as const;

export interface DescribeOptions {
  readonly sourceRegion: string;
  readonly eventTypes: readonly RegistryKind[];
  /** Name prefixes per kind of end; undefined stands for every name. */
  readonly prefixes: { readonly thing?: readonly string[]; readonly group?: readonly string[]; readonly type?: readonly string[] };
  readonly tombstoneRetentionSeconds: number;
}

/**
 * The JSONata expression that turns a registry event into `{ decision, reason?, kind?, record? }`.
 *
 * It reads the fields that AWS documents and no others, so additions of AWS (`billinGroupName`, a typo of its own, among them) do no harm.
 * Whatever the input is, it answers; a field that is missing or mistyped is named in `reason`, its value is not.
 *
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/registry-events.html
 */
export function describeChange(options: DescribeOptions): string {
  const kinds = Object.fromEntries(
    Object.entries(EVENT_KINDS).filter(([, kind]) => options.eventTypes.includes(KIND_EVENT_TYPES[kind])),
  );
  const unsubscribed = Object.keys(EVENT_KINDS).filter((type) => !(type in kinds));
  const { thing, group, type } = options.prefixes;
  return `(
    $event := $type($states.input) = 'object' ? $states.input : {};
    $eventType := $event.eventType;
    $kind := $type($eventType) = 'string' ? $lookup(${JSON.stringify(kinds)}, $eventType);
    $deleted := $event.operation in ['DELETED', 'REMOVED'];

    /* Memberships name their ends by ARN only. A name has no slash, so what follows the marker is the name. */
    $nameIn := function($arn, $marker) { $type($arn) = 'string' ? ($contains($arn, $marker) ? $substringAfter($arn, $marker)) };
    $thingName := $kind = 'membership' ? $nameIn($event.thingArn, ':thing/') : $event.thingName;
    $groupName := $kind = 'membership' ? $nameIn($event.groupArn, ':thinggroup/') : $event.thingGroupName;
    $path := [$event.rootToParentThingGroups.$nameIn(groupArn, ':thinggroup/')];

    ${ABSENT}
    ${checkFunction('$event')}
    $problems := $exists($kind) ? [
      ${ENTITY_KINDS.map((kind) => `$kind = '${kind}' ? [${renderChecks(FIELDS[kind])}]`).join('\n      : ')}
    ] : [$check('eventType', 'the type of a registry event', false)];

    $optional := function($value) { $type($value) = 'string' ? $value };
    $map := function($value) { $type($value) = 'object' ? $value : {} };
    $list := function($value) { $type($value) = 'array' ? $value : [] };
    $state := $kind = 'thing' ? {
        'thingTypeName': $optional($event.thingTypeName),
        'attributes': $map($event.attributes)
      }
      : $kind = 'group' ? {
        'description': $optional($event.description),
        'attributes': $map($event.attributes),
        'parentGroupName': $optional($event.parentGroupName),
        /* Without a parent the group is a root; with a parent whose ancestors are absent, its path is unknown. */
        'path': $absent($event.parentGroupName) ? [] : $count($path) > 0 ? $path,
        'dynamic': $type($event.dynamicGroupMappingId) = 'string'
      }
      : $kind = 'type' ? {
        'description': $optional($event.description),
        'searchableAttributes': [$list($event.searchableAttributes)],
        'propagatingAttributes': [$list($event.propagatingAttributes)],
        'deprecated': $event.isDeprecated = true
      }
      : {};

    $starts := function($name, $prefixes) { $count($prefixes[$substring($name, 0, $length($)) = $]) > 0 };
    $replicated := ${filterOf({ thing, group, type })};

    $count($problems) > 0 and $not($eventType in ${JSON.stringify([...IGNORED_EVENT_TYPES, ...unsubscribed])})
      ? { 'decision': '${Decision.INVALID}', 'reason': $join($problems, '; ') }
    : $not($exists($kind))
      ? { 'decision': $eventType in ${JSON.stringify(IGNORED_EVENT_TYPES)} ? '${Decision.IGNORED}' : '${Decision.FILTERED}' }
    : $not($replicated)
      ? { 'decision': '${Decision.FILTERED}', 'kind': $kind }
    : {
      'decision': '${Decision.REPLICATE}',
      'kind': $kind,
      'record': $merge([
        $kind = 'thing' ? { '${A.PK}': '${KeyPart.THING}#' & $thingName, '${A.SK}': '${KeyPart.THING}', '${A.INCARNATION}': $event.thingId }
        : $kind = 'group' ? { '${A.PK}': '${KeyPart.GROUP}#' & $groupName, '${A.SK}': '${KeyPart.GROUP}', '${A.INCARNATION}': $event.thingGroupId }
        : $kind = 'type' ? { '${A.PK}': '${KeyPart.TYPE}#' & $event.thingTypeName, '${A.SK}': '${KeyPart.TYPE}', '${A.INCARNATION}': $event.thingTypeId }
        : {
          '${A.PK}': '${KeyPart.THING}#' & $thingName, '${A.SK}': '${KeyPart.GROUP}#' & $groupName,
          '${A.THING_ID}': $event.thingId, '${A.GROUP_ID}': $event.groupId, '${A.GROUP_NAME}': $groupName
        },
        {
          /* A type's event has no version: its creation precedes everything else. */
          '${A.VERSION}': $kind = 'type' ? ($event.operation = 'CREATED' ? 1 : 2) : $kind = 'membership' ? 0 : $event.versionNumber,
          '${A.TIMESTAMP}': $event.timestamp,
          '${A.DELETED}': $deleted,
          '${A.SOURCE_REGION}': '${options.sourceRegion}',
          '${A.EVENT_ID}': $event.eventId,
          '${A.STATE}': $state
        },
        $deleted ? { '${A.EXPIRES_AT}': $floor($millis() / 1000) + ${options.tombstoneRetentionSeconds} } : {}
      ])
    }
  )`;
}

/** A membership is replicated when both its ends are. */
function filterOf(prefixes: DescribeOptions['prefixes']): string {
  const test = (value: string, allowed: readonly string[] | undefined) => (allowed ? `$starts(${value}, ${JSON.stringify(allowed)})` : 'true');
  const thing = test('$thingName', prefixes.thing);
  const group = test('$groupName', prefixes.group);
  return `$kind = 'thing' ? ${thing} : $kind = 'group' ? ${group} : $kind = 'type' ? ${test('$event.thingTypeName', prefixes.type)} : (${thing} and ${group})`;
}
