import { byKind } from './decision';
import type { EntityKind } from '../kinds';
import { EVENTS } from '../kinds/events';
import { ABSENT, checkFunction, LATEST, renderChecks } from '../kinds/expectations';
import { hasOwners, kindOf } from '../kinds/register';
import { sourceDigestExpression } from '../kinds/source-digest';
import { dependantGuards, Guard, Guards, guardsBeforeFinal, GuardValue, incarnatedGuards } from '../record/guard';
import { Attribute } from '../record/record';
import { jsonata } from '../regional/jsonata';

/**
 * The arguments of the guarded PutItem for records of some kinds, for a state whose input is `{ kind, record }`.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
 */
export function putRecordArguments(tableName: string, kinds: readonly EntityKind[]): Record<string, unknown> {
  const choose = (render: (guard: Guard, kind?: EntityKind) => string) => chosenGuard(kinds, render);
  return {
    TableName: tableName,
    Item: jsonata(encodeItem('$states.input.record')),
    // Whether its time is older than that of the one that it replaces.
    ReturnValues: 'ALL_OLD',
    ConditionExpression: jsonata(choose((guard) => JSON.stringify(guard.condition))),
    ExpressionAttributeNames: jsonata(choose((guard) => JSON.stringify(guard.names))),
    ExpressionAttributeValues: jsonata(choose(renderValues)),
  };
}

/** Kinds with owners have a guard of their own. */
function chosenGuard(kinds: readonly EntityKind[], render: (guard: Guard, kind?: EntityKind) => string): string {
  const deleted = `$states.input.record.${Attribute.DELETED}`;
  const chosen = ({ alive, deleted: gone }: Guards, kind?: EntityKind) => `(${deleted} ? ${render(gone, kind)} : ${render(alive, kind)})`;
  const ofDependants = kinds.filter(hasOwners).reduceRight(
    (otherwise, kind) => `$states.input.kind = '${kind}'\n    ? ${chosen(dependantGuards(kindOf(kind).owners!.map(({ attribute }) => attribute)))}\n    : ${otherwise}`,
    chosen(incarnatedGuards),
  );
  return kinds.filter((kind) => kindOf(kind).final).reduceRight((otherwise, kind) => {
    const { field, value } = kindOf(kind).final!;
    const isBefore = `$states.input.record.${Attribute.STATE}.${field} != '${value}'`;
    return `$states.input.kind = '${kind}' and ${isBefore}\n    ? ${chosen(guardsBeforeFinal(field), kind)}\n    : ${otherwise}`;
  }, ofDependants);
}

function renderValues(guard: Guard, kind?: EntityKind): string {
  const of = (attribute: string) => `$states.input.record.${attribute}`;
  const values: Record<GuardValue, string> = {
    [GuardValue.INCARNATION]: `{ 'S': ${of(Attribute.INCARNATION)} }`,
    [GuardValue.VERSION]: `{ 'N': $string(${of(Attribute.VERSION)}) }`,
    [GuardValue.TIMESTAMP]: `{ 'N': $string(${of(Attribute.TIMESTAMP)}) }`,
    [GuardValue.EVENT_ID]: `{ 'S': ${of(Attribute.EVENT_ID)} }`,
    [GuardValue.LATEST]: `{ 'N': $string(${LATEST}) }`,
    [GuardValue.FINAL]: `{ 'S': '${kind && kindOf(kind).final?.value}' }`,
    [GuardValue.TRUE]: "{ 'BOOL': true }",
    [GuardValue.FALSE]: "{ 'BOOL': false }",
  };
  const valueOf = (each: string) => values[each as GuardValue] ?? `{ 'S': ${of(each.slice(1))} }`;
  return `{ ${guard.values.map((each) => `'${each}': ${valueOf(each)}`).join(', ')} }`;
}

/** JSON -> DynamoDB's own types, so that people can query the table. */
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

/** JSONata: the problems of the state in `$state`, of the kind in `$kind`; needs `ABSENT` and the check function of `$state`. */
export function stateProblems(kinds: readonly EntityKind[]): string {
  return `$not($type($state) = 'object') ? ['state: expected an object']
      : ${byKind(kinds, (kind) => `[${renderChecks(EVENTS[kind]?.expectsState ?? [])}]`)}`;
}

/**
 * The JSONata expression that turns a router's answer into `{ decision, reason?, kind, record }`, for a task whose input is `{ kind, record }`.
 *
 * The record contains the version of the router, and a digest of the state before it: a sweep compares these.
 *
 * @param kinds the possible kinds of the record
 * @param kept fields of the input that the output keeps
 *
 * The router returns `{ "replicate": false }` or `{ "replicate": true, "state": {…} }`; without a state, the record keeps its own.
 */
export function applyRouterAnswer(
  decision: { readonly REPLICATE: string; readonly FILTERED: string; readonly INVALID: string },
  kinds: readonly EntityKind[],
  routerVersion: string,
  kept: readonly string[] = [],
): string {
  // A kind without a state has nothing that a router could rewrite.
  const stateless = kinds.filter((kind) => !kindOf(kind).decode);
  const carried = kept.map((field) => `, $exists($states.input.${field}) ? { '${field}': $states.input.${field} } : {}`).join('');
  return `(
    $kind := $states.input.kind;
    $answer := $states.result.Payload;
    $state := $exists($answer.state) ? $answer.state : $states.input.record.state;
    ${ABSENT}
    ${checkFunction('$state')}
    $problems := ${stateProblems(kinds)};
    $answer.replicate = false ? { 'decision': '${decision.FILTERED}', 'kind': $kind }
    : $not($answer.replicate = true) ? { 'decision': '${decision.INVALID}', 'reason': 'the router answered without replicate: expected { "replicate": false } or { "replicate": true, "state": {...} }' }
    : $count($problems) > 0 ? { 'decision': '${decision.INVALID}', 'reason': 'the router answered with a state that is not a ' & $kind & "'s: " & $join($problems, '; ') }
    : ${kept.length > 0 ? '$merge([' : ''}{ 'decision': '${decision.REPLICATE}', 'kind': $kind, 'record': $merge([
      $states.input.record,
      { 'state': $state, '${Attribute.ROUTER_VERSION}': '${routerVersion}' },
      $kind in ${JSON.stringify(stateless)} ? {} : { '${Attribute.SOURCE_DIGEST}': ${sourceDigestExpression('$states.input.record.state')} }
    ]) }${carried}${kept.length > 0 ? '])' : ''}
  )`;
}
