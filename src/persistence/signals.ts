import { encodeItem } from './put-record';
import { ABSENT, checkFunction, Expectation, expectationsOf, LATEST, renderChecks } from '../kinds/expectations';
import { GuardValue, signalGuard } from '../record/guard';
import { Attribute as A } from '../record/record';
import {
  CERTIFICATE_CHECK_FIELDS, HeartbeatSignal, OTHERWISE_UNTIL, REPLICATED_FIELDS, SIGNAL_EVENTS, SIGNAL_PK, SignalEvent, SignalKind, SWEEP_FIELDS,
  TOPIC_RULE_OF, UNINTERRUPTED_SINCE,
} from '../record/signal';
import { jsonata } from '../regional/jsonata';
import { RegistryKind } from '../registry-kind';

const SENT_AT = '$toMillis($states.context.Execution.StartTime)';

const HEARTBEAT_KEY = { [A.PK]: { S: SIGNAL_PK }, [A.SK]: { S: SignalKind.HEARTBEAT } };

/** The fields with which a heartbeat says what is replicated. */
const SAID = [...REPLICATED_FIELDS, 'identitySelection'] as const;
type Said = (typeof SAID)[number];

/** What a heartbeat says about what is replicated. */
export type HeartbeatReplicated = Pick<HeartbeatSignal, Said>;

/** Whether the input of an execution is a signal. */
export function isSignal(event: SignalEvent): string {
  return `{% $type($states.input) = 'object' and $states.input.eventType = '${event}' %}`;
}

/**
 * The item of a heartbeat, for a task that has asked AWS IoT for its event configurations.
 *
 * The time of the heartbeat is the start of the execution: a schedule starts it up to a minute late. A setting that the answer does not
 * contain is unknown, not off.
 *
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function heartbeatItem(sourceRegion: string, kinds: readonly RegistryKind[], replicated: HeartbeatReplicated): string {
  return jsonata(`(
    $on := $states.result.EventConfigurations;
    $needed := ${JSON.stringify(kinds)};
    ${heartbeat(sourceRegion, `{
      'registryEventsOff': [$needed[$lookup($on, $).Enabled = false]],
      'registryEventsUnknown': [$needed[$not($type($lookup($on, $).Enabled) = 'boolean')]]${fieldsOf(replicated)}
    }`)}
  )`);
}

/** The item of a heartbeat if AWS IoT did not answer. */
export function unknowingHeartbeatItem(sourceRegion: string, kinds: readonly RegistryKind[], replicated: HeartbeatReplicated): string {
  const state = `{ 'registryEventsOff': [], 'registryEventsUnknown': ${JSON.stringify(kinds)}${fieldsOf(replicated)} }`;
  return jsonata(heartbeat(sourceRegion, state));
}

/** What is known of a topic rule, for a task that has asked for it. Each answer is for `withRules`. */
export function ruleAnswer(kind: RegistryKind): string {
  return jsonata(`$not($exists($states.result.Rule)) ? ${unknownRule(kind)} : $states.result.Rule.RuleDisabled = true ? ${offRule(kind)} : {}`);
}

/** JSONata: the rule of a kind is disabled or deleted. */
export function offRule(kind: RegistryKind): string {
  return `{ 'off': '${TOPIC_RULE_OF}${kind}' }`;
}

/** JSONata: nobody knows whether it is. */
export function unknownRule(kind: RegistryKind): string {
  return `{ 'unknown': '${TOPIC_RULE_OF}${kind}' }`;
}

/** The item of a heartbeat with what is known of topic rules: nothing of a kind whose rule is off arrives, as if its events were. */
export function withRules(): string {
  const state = `$states.input.${A.STATE}`;
  return jsonata(`$merge([$states.input, { '${A.STATE}': $merge([${state}, {
    'registryEventsOff': [$append(${state}.registryEventsOff, $states.result.off)],
    'registryEventsUnknown': [$append(${state}.registryEventsUnknown, $states.result.unknown)]
  }]) }])`);
}

/** As it is stored unless it continues the one before it. */
function heartbeat(sourceRegion: string, state: string): string {
  return `$merge([${item(SignalKind.HEARTBEAT, sourceRegion, SENT_AT, state)}, { '${UNINTERRUPTED_SINCE}': ${SENT_AT} }])`;
}

/** Its fields, after others. None of their values contains a character that has a meaning in JSONata, whatever its tokens resolve to. */
function fieldsOf(replicated: HeartbeatReplicated): string {
  return Object.entries(replicated).map(([field, value]) => (value === undefined ? '' : `, '${field}': '${value}'`)).join('');
}

const { text, count, time, flag, optional } = expectationsOf('$signal');
const EXPECTATIONS = { string: text, number: count, boolean: flag } as const;
type FieldTypes = Readonly<Record<string, keyof typeof EXPECTATIONS>>;

/** The item of a run that is over, for a state whose input is its result; `{ reason }` if that is invalid. Its time is its start. Unknown fields are omitted: a later version may send more. */
function resultItem(event: SignalEvent, sourceRegion: string, types: FieldTypes, optionals: readonly string[]): string {
  const expectations: readonly Expectation[] = [
    time('timestamp'), ...Object.entries(types).map(([field, type]) => EXPECTATIONS[type](field)), ...optionals.map((field) => optional(text(field))),
  ];
  const state = Object.keys(types).map((field) => `'${field}': $signal.${field}`).join(', ');
  const others = optionals.map((field) => `$absent($signal.${field}) ? {} : { '${field}': $signal.${field} }`).join(', ');
  return jsonata(`(
    $signal := $states.input;
    ${ABSENT}
    ${checkFunction('$signal')}
    $problems := [${renderChecks(expectations)}];
    $count($problems) > 0
      ? { 'reason': $join($problems, '; ') }
      : ${item(SIGNAL_EVENTS[event], sourceRegion, '$signal.timestamp', `$merge([{ ${state} }, ${others}])`)}
  )`);
}

/** The item of a completed sweep; see `resultItem`. */
export function sweepItem(event: SignalEvent, sourceRegion: string): string {
  return resultItem(event, sourceRegion, SWEEP_FIELDS, REPLICATED_FIELDS);
}

/** The item of a certificate check that is over; see `resultItem`. */
export function certificateCheckItem(sourceRegion: string): string {
  return resultItem('REPLICATION_CERTIFICATE_CHECK', sourceRegion, CERTIFICATE_CHECK_FIELDS, ['failure']);
}

function item(kind: SignalKind, sourceRegion: string, timestamp: string, state: string): string {
  return `{ '${A.PK}': '${SIGNAL_PK}', '${A.SK}': '${kind}', '${A.TIMESTAMP}': ${timestamp}, '${A.SOURCE_REGION}': '${sourceRegion}', '${A.STATE}': ${state} }`;
}

/**
 * The arguments of the UpdateItem of a heartbeat that continues the stored one, for a state whose input is its item. It leaves what one heartbeat leaves to the next, and is refused if changes of
 * the source may have been recorded nowhere between the two, or something else is replicated: then `followHeartbeat` decides. A destination can't know that of the time before it was added.
 *
 * The first heartbeat of a table continues everything: the first sweep finds what was before it. One from before this attribute existed says nothing of its past.
 *
 * @param silenceMs milliseconds without a heartbeat after which the source was silent
 */
export function continueHeartbeatArguments(tableName: string, silenceMs: number, replicated: HeartbeatReplicated): Record<string, unknown> {
  const isEmpty = (list: 'registryEventsOff' | 'registryEventsUnknown') => `size(#state.${list}) = :zero`;
  const said = SAID.filter((field) => replicated[field] !== undefined);
  return {
    TableName: tableName,
    Key: HEARTBEAT_KEY,
    UpdateExpression: `SET #timestamp = :timestamp, ${A.SOURCE_REGION} = :sourceRegion, #state = :state, ${UNINTERRUPTED_SINCE} = if_not_exists(${UNINTERRUPTED_SINCE}, :zero)`,
    ConditionExpression: [
      `attribute_not_exists(${A.PK})`,
      `(${[
        // One of the future is of a clock that was wrong. One from before this attribute existed has none.
        `${UNINTERRUPTED_SINCE} <= :latest`,
        `${A.SOURCE_REGION} = :sourceRegion`,
        '#timestamp < :timestamp',
        '#timestamp >= :heard',
        isEmpty('registryEventsOff'),
        isEmpty('registryEventsUnknown'),
        ...SAID.map((field) => (said.includes(field) ? `#state.${field} = :${field}` : `attribute_not_exists(#state.${field})`)),
      ].join(' AND ')})`,
    ].join(' OR '),
    // TIMESTAMP and STATE are reserved words of DynamoDB.
    ExpressionAttributeNames: { '#timestamp': A.TIMESTAMP, '#state': A.STATE },
    ExpressionAttributeValues: jsonata(`(
      $item := ${encodeItem('$states.input')};
      {
        ':timestamp': $item.${A.TIMESTAMP},
        ':heard': { 'N': $string($states.input.${A.TIMESTAMP} - ${silenceMs}) },
        ':latest': { 'N': $string(${LATEST}) },
        ':sourceRegion': $item.${A.SOURCE_REGION},
        ':state': $item.${A.STATE},
        ':zero': { 'N': '0' }${said.map((field) => `,\n        ':${field}': $item.${A.STATE}.M.${field}`).join('')}
      }
    )`),
  };
}

/** The arguments of the read of the stored heartbeat. */
export function readHeartbeatArguments(tableName: string): Record<string, unknown> {
  return { TableName: tableName, Key: HEARTBEAT_KEY, ConsistentRead: true };
}

/**
 * The item of a heartbeat that does not just continue the stored one, for a task that has read that, and whose input is the item.
 *
 * Where changes may have been recorded nowhere between the two, because heartbeats were missing, or registry events were off or unknown, the source is uninterrupted since this one. Otherwise something else is replicated now:
 * what is, was not until the one before, and no sweep may have compared it since.
 */
export function followHeartbeat(silenceMs: number): string {
  const differ = (fields: readonly Said[]) => fields.map((field) => `$state.${field}.S != $now.${field} or $exists($state.${field}) != $exists($now.${field})`).join(' or ');
  const left = (attribute: string, condition: string) => `${condition} ? { '${attribute}': $time } : $exists($stored.${attribute}) ? { '${attribute}': $number($stored.${attribute}.N) } : {}`;
  return jsonata(`(
    $item := $states.input;
    $now := $item.${A.STATE};
    $stored := $states.result.Item;
    $state := $stored.${A.STATE}.M;
    $time := $number($stored.${A.TIMESTAMP}.N);
    $since := $number($stored.${UNINTERRUPTED_SINCE}.N);
    $isOfClock := $exists($since) and $since <= ${LATEST};
    $isContinued := $isOfClock and $stored.${A.SOURCE_REGION}.S = $item.${A.SOURCE_REGION}
      and $time < $item.${A.TIMESTAMP} and $time >= $item.${A.TIMESTAMP} - ${silenceMs}
      and $count($state.registryEventsOff.L) = 0 and $count($state.registryEventsUnknown.L) = 0;
    $not($exists($stored)) ? $merge([$item, { '${UNINTERRUPTED_SINCE}': 0 }])
    : $isContinued ? $merge([
      $item,
      { '${UNINTERRUPTED_SINCE}': $since },
      ${left(OTHERWISE_UNTIL.registry, differ(REPLICATED_FIELDS))},
      /* Where none were replicated before, no sweep of them is older than the first heartbeat that says so. */
      ${left(OTHERWISE_UNTIL.identities, `($exists($state.identitySelection) or $exists($stored.${OTHERWISE_UNTIL.identities})) and (${differ(['identitySelection', 'routerVersion'])})`)}
    ])
    : $merge([$item, { '${UNINTERRUPTED_SINCE}': $max([$item.${UNINTERRUPTED_SINCE}, $isOfClock ? $since : 0]) }])
  )`);
}

/** The arguments of the PutItem of a heartbeat, for a state whose input is its item. What was noted since the stored one was read has to stay: the next heartbeat follows. */
export function putHeartbeatArguments(tableName: string): Record<string, unknown> {
  const put = putSignalArguments(tableName) as { readonly ConditionExpression: string; readonly ExpressionAttributeValues: object };
  return {
    ...put,
    ConditionExpression: `(${put.ConditionExpression}) AND (attribute_not_exists(${UNINTERRUPTED_SINCE}) OR ${UNINTERRUPTED_SINCE} <= :since OR ${UNINTERRUPTED_SINCE} > ${GuardValue.LATEST})`,
    ExpressionAttributeValues: { ...put.ExpressionAttributeValues, ':since': { N: jsonata(`$string($states.input.${UNINTERRUPTED_SINCE})`) } },
  };
}

/**
 * The arguments of the UpdateItem that notes that changes of the source may have been recorded nowhere, or with a wrong time, until now: the records that show it are no news to a destination that is
 * added later. Refused if nothing has to be noted, which is the case before the first heartbeat.
 *
 * Until now by no clock, because the one that is wrong may be this one: until the next heartbeat at the latest, and after silence that says more.
 */
export function noteLossArguments(tableName: string, silenceMs: number): Record<string, unknown> {
  return {
    TableName: tableName,
    Key: HEARTBEAT_KEY,
    UpdateExpression: `SET ${UNINTERRUPTED_SINCE} = #timestamp + :silence`,
    ConditionExpression: `attribute_exists(${UNINTERRUPTED_SINCE})`,
    ExpressionAttributeNames: { '#timestamp': A.TIMESTAMP },
    ExpressionAttributeValues: { ':silence': { N: String(silenceMs) } },
  };
}

/** The same of what a sweep has found, for a state whose input is `{ record }`: until the sweep began, since it finds all that was before. */
export function noteFoundLossArguments(tableName: string): Record<string, unknown> {
  return {
    TableName: tableName,
    Key: HEARTBEAT_KEY,
    UpdateExpression: `SET ${UNINTERRUPTED_SINCE} = :until`,
    ConditionExpression: `${UNINTERRUPTED_SINCE} < :until`,
    ExpressionAttributeValues: { ':until': { N: jsonata(`$string($states.input.record.${A.TIMESTAMP} - 1)`) } },
  };
}

/** The arguments of the PutItem of a signal, for a state whose input is its item: the newest wins, unless its time is in the future. */
export function putSignalArguments(tableName: string): Record<string, unknown> {
  return {
    TableName: tableName,
    Item: jsonata(encodeItem('$states.input')),
    ConditionExpression: signalGuard.condition,
    ExpressionAttributeNames: signalGuard.names,
    ExpressionAttributeValues: {
      [GuardValue.TIMESTAMP]: { N: jsonata(`$string($states.input.${A.TIMESTAMP})`) },
      [GuardValue.LATEST]: { N: jsonata(`$string(${LATEST})`) },
    },
  };
}
