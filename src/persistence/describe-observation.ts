import { byKind, Decision, isReplicated, STARTS } from './decision';
import type { DescribeOptions } from './describe-change';
import { stateProblems } from './put-record';
import type { EntityKind } from '../kinds';
import { ABSENT, checkFunction, Expectation, expectationsOf, isName, renderChecks } from '../kinds/expectations';
import type { Kind, KeyPart } from '../kinds/kind';
import { OBSERVATION_EVENT } from '../kinds/observation';
import { kindOf, kindsOf, knownKinds } from '../kinds/register';
import { Attribute as A, SEPARATOR } from '../record/record';

const { text, id, count, time, flag } = expectationsOf('$observed');
const COMMON = [count(A.VERSION), time(A.TIMESTAMP), flag(A.DELETED), text(A.EVENT_ID)];

/**
 * The JSONata expression that turns an observation of the registry into `{ decision, reason?, kind?, record? }`, like `describeChange` for an event.
 *
 * An observation is `{ "eventType": "REPLICATION_OBSERVATION", "kind": …, "record": … }`: the record contains what the observer read. The expression adds what
 * the replication knows. It filters and validates an observation as strictly as an event: `reason` contains the names of fields that are missing or mistyped, but
 * not their values. Attributes that no record of the kind has are omitted.
 */
export function describeObservation({ sourceRegion, kinds, features, prefixes, tombstoneRetentionSeconds }: DescribeOptions): string {
  const known = knownKinds(features);
  const replicated = kindsOf(kinds, features);
  return `(
    $input := $type($states.input) = 'object' ? $states.input : {};
    $kind := $input.eventType = '${OBSERVATION_EVENT}' and $input.kind in ${JSON.stringify(known)} ? $input.kind;
    $observed := $type($input.record) = 'object' ? $input.record : {};
    $nameIn := function($part, $prefix) { $type($part) = 'string' and $substring($part, 0, $length($prefix)) = $prefix ? $substring($part, $length($prefix)) };
    $names := ${byKind(known, namesIn)};
    $state := $observed.${A.STATE};
    ${ABSENT}
    ${checkFunction('$observed')}
    $problems := $exists($kind) ? $append(
      [${byKind(known, (kind) => `[${renderChecks([...keyOf(kind), ...lifeOf(kind), ...COMMON])}]`)}],
      (${checkFunction('$state')} [${stateProblems(known)}])
    ) : [$input.eventType = '${OBSERVATION_EVENT}' ? 'kind: expected one of ${known.join(', ')}' : 'eventType: expected ${OBSERVATION_EVENT}'];

    ${STARTS}
    $replicated := ${byKind(known, (kind) => (replicated.includes(kind) ? isReplicated(kind, prefixes) : 'false'))};

    $count($problems) > 0 ? { 'decision': '${Decision.INVALID}', 'reason': $join($problems, '; ') }
    : $not($replicated) ? { 'decision': '${Decision.FILTERED}', 'kind': $kind }
    : {
      'decision': '${Decision.REPLICATE}',
      'kind': $kind,
      'record': $merge([
        $sift($observed, function($v, $k) { $k in (${byKind(known, (kind) => JSON.stringify(attributesOf(kind)))}) }),
        { '${A.SOURCE_REGION}': '${sourceRegion}' },
        $observed.${A.DELETED} ? { '${A.EXPIRES_AT}': $floor($millis() / 1000) + ${tombstoneRetentionSeconds} } : {}
      ])
    }
  )`;
}

/** The names in a key; nothing for a part of another shape. */
function namesIn(kind: EntityKind): string {
  const { pk, sk } = kindOf(kind).key;
  const parts: readonly (readonly [string, KeyPart])[] = [[A.PK, pk], [A.SK, sk]];
  return `{ ${parts.flatMap(([attribute, { prefix, id: name }]) => (name === undefined ? [] : [`'${name}': $nameIn($observed.${attribute}, '${prefix}${SEPARATOR}')`])).join(', ')} }`;
}

function keyOf(kind: EntityKind): Expectation[] {
  const { pk, sk } = kindOf(kind).key;
  const of = (field: string, { prefix, id: name, characters }: KeyPart): Expectation => (name === undefined
    ? { field, expected: `"${prefix}"`, test: `$observed.${field} = '${prefix}'` }
    : { field, expected: `"${prefix}${SEPARATOR}" and a name`, test: isName(`$names.${name}`, characters) });
  return [of(A.PK, pk), of(A.SK, sk)];
}

function lifeOf(kind: EntityKind): Expectation[] {
  const { owners } = kindOf(kind);
  if (!owners) return [id(A.INCARNATION)];
  return owners.flatMap(({ attribute, index }) => [
    id(attribute),
    ...index ? [{ field: index.id, expected: 'the name in the key', test: `$observed.${index.id} = $names.${index.id}` }] : [],
  ]);
}

/** The attributes that an observed record of a kind may have. */
function attributesOf(kind: EntityKind): string[] {
  const { owners }: Kind = kindOf(kind);
  return [
    A.PK, A.SK, A.VERSION, A.TIMESTAMP, A.DELETED, A.EVENT_ID, A.STATE,
    ...owners ? owners.flatMap(({ attribute, index }) => [attribute, ...index ? [index.id] : []]) : [A.INCARNATION],
  ];
}
