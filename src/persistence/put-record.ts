import { ABSENT, checkFunction, Expectation, expectationsOf, IS_USER_PROPERTY, isName, LATEST, renderChecks } from './expectations';
import { Guard, guards, GuardValue } from '../record/guard';
import { Attribute, EntityKind } from '../record/record';
import { sourceDigestExpression } from '../record/source-digest';
import { jsonata } from '../regional/jsonata';

/**
 * The arguments of the guarded PutItem, for a state whose input is `{ kind, record }`.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
 */
export function putRecordArguments(tableName: string): Record<string, unknown> {
  return {
    TableName: tableName,
    Item: jsonata(encodeItem('$states.input.record')),
    ConditionExpression: jsonata(choose((guard) => JSON.stringify(guard.condition))),
    ExpressionAttributeNames: jsonata(choose((guard) => JSON.stringify(guard.names))),
    ExpressionAttributeValues: jsonata(choose(renderValues)),
  };
}

function choose(render: (guard: Guard) => string): string {
  const { incarnated, membership } = guards;
  const deleted = `$states.input.record.${Attribute.DELETED}`;
  return `$states.input.kind = 'membership'
    ? (${deleted} ? ${render(membership.deleted)} : ${render(membership.alive)})
    : (${deleted} ? ${render(incarnated.deleted)} : ${render(incarnated.alive)})`;
}

function renderValues(guard: Guard): string {
  const of = (attribute: string) => `$states.input.record.${attribute}`;
  const values: Record<GuardValue, string> = {
    [GuardValue.INCARNATION]: `{ 'S': ${of(Attribute.INCARNATION)} }`,
    [GuardValue.VERSION]: `{ 'N': $string(${of(Attribute.VERSION)}) }`,
    [GuardValue.TIMESTAMP]: `{ 'N': $string(${of(Attribute.TIMESTAMP)}) }`,
    [GuardValue.EVENT_ID]: `{ 'S': ${of(Attribute.EVENT_ID)} }`,
    [GuardValue.THING_ID]: `{ 'S': ${of(Attribute.THING_ID)} }`,
    [GuardValue.GROUP_ID]: `{ 'S': ${of(Attribute.GROUP_ID)} }`,
    [GuardValue.LATEST]: `{ 'N': $string(${LATEST}) }`,
    [GuardValue.TRUE]: "{ 'BOOL': true }",
    [GuardValue.FALSE]: "{ 'BOOL': false }",
  };
  return `{ ${guard.values.map((each) => `'${each}': ${values[each]}`).join(', ')} }`;
}

/** JSON -> DynamoDB's own types, so that the table can be queried by people. */
export function encodeItem(value: string): string {
  // `$each` of an empty object yields nothing, and a list of one would collapse: hence `{}` as the base and the brackets.
  return `(
    $encode := function($v) {
      $type($v) = 'string' ? { 'S': $v }
      : $type($v) = 'number' ? { 'N': $string($v) }
      : $type($v) = 'boolean' ? { 'BOOL': $v }
      : $type($v) = 'array' ? { 'L': [$map($v, function($e) { $encode($e) })] }
      : $type($v) = 'object' ? { 'M': $merge([{}, $each($v, function($e, $k) { { $k: $encode($e) } })]) }
      : { 'NULL': true }
    };
    $encode(${value}).M
  )`;
}

const { text, name, flag, strings, listOf, optional } = expectationsOf('$state');
const STATE_FIELDS: Readonly<Record<EntityKind, readonly Expectation[]>> = {
  thing: [optional(name('thingTypeName')), strings('attributes')],
  group: [
    optional(text('description')), strings('attributes'), optional(name('parentGroupName')), flag('dynamic'),
    optional(listOf('path', 'names', isName('$v'))),
    // Otherwise the destination's group would count as misplaced, and would be deleted and created again forever.
    { field: 'path', expected: 'a list that ends with parentGroupName', test: '$absent($state.path) or ($absent($state.parentGroupName) ? $count($state.path) = 0 : $state.path[-1] = $state.parentGroupName)' },
  ],
  type: [
    optional(text('description')), listOf('searchableAttributes', 'names', "$type($v) = 'string'"),
    listOf('propagatingAttributes', 'user properties', IS_USER_PROPERTY), flag('deprecated'),
  ],
  membership: [],
};

/**
 * The JSONata expression that turns a router's answer into `{ decision, reason?, kind, record }`, for a task whose input is `{ kind, record }`.
 *
 * The record says by which router it was made, and has a digest of the state before it: a sweep compares these.
 *
 * Fields of the input that are `kept` are handed on.
 *
 * The answer is `{ "replicate": false }` or `{ "replicate": true, "state": {…} }`; without a state the record's own is kept.
 */
export function applyRouterAnswer(
  decision: { readonly REPLICATE: string; readonly FILTERED: string; readonly INVALID: string }, routerVersion: string, kept: readonly string[] = [],
): string {
  const carried = kept.map((field) => `, $exists($states.input.${field}) ? { '${field}': $states.input.${field} } : {}`).join('');
  return `(
    $kind := $states.input.kind;
    $answer := $states.result.Payload;
    $state := $exists($answer.state) ? $answer.state : $states.input.record.state;
    ${ABSENT}
    ${checkFunction('$state')}
    $problems := $type($state) != 'object' ? ['state: expected an object']
      : ${(Object.keys(STATE_FIELDS) as EntityKind[]).map((kind) => `$kind = '${kind}' ? [${renderChecks(STATE_FIELDS[kind])}]`).join('\n      : ')};
    $answer.replicate = false ? { 'decision': '${decision.FILTERED}', 'kind': $kind }
    : $not($answer.replicate = true) ? { 'decision': '${decision.INVALID}', 'reason': 'the router answered without replicate: expected { "replicate": false } or { "replicate": true, "state": {...} }' }
    : $count($problems) > 0 ? { 'decision': '${decision.INVALID}', 'reason': 'the router answered with a state that is not a ' & $kind & "'s: " & $join($problems, '; ') }
    : ${kept.length > 0 ? '$merge([' : ''}{ 'decision': '${decision.REPLICATE}', 'kind': $kind, 'record': $merge([
      $states.input.record,
      { 'state': $state, '${Attribute.ROUTER_VERSION}': '${routerVersion}' },
      $kind = 'membership' ? {} : { '${Attribute.SOURCE_DIGEST}': ${sourceDigestExpression('$states.input.record.state')} }
    ]) }${carried}${kept.length > 0 ? '])' : ''}
  )`;
}
