import { byKind, Decision, isReplicated, STARTS } from './decision';
import type { EntityKind } from '../kinds';
import { EVENTS } from '../kinds/events';
import { ABSENT, checkFunction, expectationsOf, renderChecks } from '../kinds/expectations';
import type { Feature, KeyPart, PrefixesByKind } from '../kinds/kind';
import type { KindEvent } from '../kinds/kind-event';
import { ENTITY_KINDS, kindOf, kindsOf } from '../kinds/register';
import { Attribute as A, SEPARATOR } from '../record/record';

/** The kinds that registry events report. */
const REPORTED = ENTITY_KINDS.filter((kind) => EVENTS[kind]);

/**
 * Events that repeat a part of the event of a thing or a group, without an order between them. A type change emits REMOVED(old) and
 * ADDED(new) with one timestamp; replayed in the wrong order they lose the type. They are not subscribed, and ignored if they arrive.
 */
const IGNORED_EVENT_TYPES = ['THING_TYPE_ASSOCIATION_EVENT', 'THING_GROUP_HIERARCHY_EVENT'];

const { text, time } = expectationsOf('$event');
const COMMON = [text('eventId'), time('timestamp')];

export interface DescribeOptions {
  readonly sourceRegion: string;
  /** The kinds that the user has chosen. */
  readonly kinds: readonly string[];
  /** @default none */
  readonly features?: readonly Feature[];
  /** Name prefixes by the kind that they name; absent means any name. */
  readonly prefixes: PrefixesByKind;
  readonly tombstoneRetentionSeconds: number;
}

/**
 * The JSONata expression that turns a registry event into `{ decision, reason?, kind?, record? }`.
 *
 * It reads the fields that AWS documents and no others, so additions of AWS (`billinGroupName`, a typo of its own, among them) do no harm.
 * It returns a result for any input; `reason` contains the names of fields that are missing or mistyped, but not their values.
 *
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/registry-events.html
 */
export function describeChange(options: DescribeOptions): string {
  const replicated = kindsOf(options.kinds, options.features);
  const kinds = REPORTED.filter((kind) => replicated.includes(kind));
  const unsubscribed = REPORTED.filter((kind) => !kinds.includes(kind)).map((kind) => eventOf(kind).eventType);
  return `(
    $event := $type($states.input) = 'object' ? $states.input : {};
    $eventType := $event.eventType;
    $kind := $type($eventType) = 'string' ? $lookup(${JSON.stringify(Object.fromEntries(kinds.map((kind) => [eventOf(kind).eventType, kind])))}, $eventType);
    $deleted := $event.operation in ['DELETED', 'REMOVED'];

    $nameIn := function($arn, $marker) { $type($arn) = 'string' ? ($contains($arn, $marker) ? $substringAfter($arn, $marker)) };
    ${ABSENT}
    $textOf := function($value) { $type($value) = 'string' ? $value };
    $mapOf := function($value) { $type($value) = 'object' ? $value : {} };
    $listOf := function($value) { $type($value) = 'array' ? $value : [] };
    $names := ${byKind(REPORTED, (kind) => objectOf(eventOf(kind).names))};

    ${checkFunction('$event')}
    $problems := $exists($kind) ? [
      ${byKind(REPORTED, (kind) => `[${renderChecks([...COMMON, ...eventOf(kind).expects])}]`)}
    ] : [$check('eventType', 'the type of a registry event', false)];

    ${STARTS}
    $replicated := ${byKind(REPORTED, (kind) => isReplicated(kind, options.prefixes))};

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
        ${byKind(REPORTED, identityIn)},
        {
          '${A.VERSION}': ${byKind(REPORTED, (kind) => eventOf(kind).version)},
          '${A.TIMESTAMP}': $event.timestamp,
          '${A.DELETED}': $deleted,
          '${A.SOURCE_REGION}': '${options.sourceRegion}',
          '${A.EVENT_ID}': $event.eventId,
          '${A.STATE}': ${byKind(REPORTED, (kind) => eventOf(kind).state)}
        },
        $deleted ? { '${A.EXPIRES_AT}': $floor($millis() / 1000) + ${options.tombstoneRetentionSeconds} } : {}
      ])
    }
  )`;
}

function eventOf(kind: EntityKind): KindEvent {
  return EVENTS[kind]!;
}

/** The attributes that identify the entity of a record: key, incarnations, and names that an index needs. */
function identityIn(kind: EntityKind): string {
  const { key, owners = [] } = kindOf(kind);
  const part = ({ prefix, id }: KeyPart) => (id === undefined ? `'${prefix}'` : `'${prefix}${SEPARATOR}' & $names.${id}`);
  const indexed = owners.flatMap(({ index }) => (index ? [[index.id, `$names.${index.id}`] as const] : []));
  return objectOf({ [A.PK]: part(key.pk), [A.SK]: part(key.sk), ...eventOf(kind).life, ...Object.fromEntries(indexed) });
}

function objectOf(fields: Readonly<Record<string, string>>): string {
  return `{ ${Object.entries(fields).map(([name, value]) => `'${name}': ${value}`).join(', ')} }`;
}
