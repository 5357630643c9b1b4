import { encodeItem } from './put-record';
import type { EntityKind } from '../kinds';
import { kindOf } from '../kinds/register';
import { Attribute as A } from '../record/record';
import { jsonata } from '../regional/jsonata';

/**
 * The case that the condition of a write can't decide: a live record is to be replaced by one of another incarnation. The deletion of the first may be
 * pending, because events have no order. If it does not arrive, it was lost, perhaps with other events. The new record then lists the incarnations that it replaces
 * (`replaces`), and their memberships count until a sweep has compared them, or until the deletion arrives after all.
 */

/** The arguments of the read, for a state whose input is `{ kind, record }`. */
export function readRecordArguments(tableName: string): Record<string, unknown> {
  return {
    TableName: tableName,
    Key: jsonata(`{ '${A.PK}': { 'S': $states.input.record.${A.PK} }, '${A.SK}': { 'S': $states.input.record.${A.SK} } }`),
    ConsistentRead: true,
  };
}

/**
 * The JSONata expression of the read's output: its input, with `stored`, the item that was read; `item`, the item to write in its place, if any;
 * `isUnheard`, whether it replaces a record whose deletion has not arrived; and `reads`, the number of reads.
 *
 * @param isReplaced the field of the input that is true for a deletion while the registry contains another incarnation. Where nothing is stored, such a deletion is
 * not written: id and time can be made up, and a tombstone would hide the creation of the one that lives, whose event may be pending.
 */
export function decideOnStored(kinds: readonly EntityKind[], isReplaced?: string): string {
  const finals = kinds.flatMap((kind) => kindOf(kind).final ?? []);
  // Within an incarnation nothing but a deletion follows.
  const isFinal = finals.map(({ field, value }) => `$stored.${A.STATE}.M.${field}.S = '${value}' and $record.${A.STATE}.${field} != '${value}'`).join(' or ');
  return jsonata(`(
    $record := $states.input.record;
    $stored := $states.result.Item;
    $encoded := ${encodeItem('$states.input.record')};
    $replaces := [$stored.${A.REPLACES}.L.S];
    $isSame := $stored.${A.INCARNATION}.S = $record.${A.INCARNATION};
    $lives := $stored.${A.DELETED}.BOOL = false;
    $time := $number($stored.${A.TIMESTAMP}.N);
    $version := $number($stored.${A.VERSION}.N);
    $isNewer := $version < $record.${A.VERSION} or ($version = $record.${A.VERSION} and $time < $record.${A.TIMESTAMP});
    $isUnheard := $lives and $not($isSame) and $not($record.${A.DELETED}) and $time < $record.${A.TIMESTAMP};
    $replacing := function($item, $incarnations) { $merge([
      $sift($item, function($v, $k) { $k != '${A.REPLACES}' }),
      $count($incarnations) > 0 ? { '${A.REPLACES}': { 'L': [$incarnations.{ 'S': $ }] } } : {}
    ]) };
    $item := $not($exists($stored)) ? ${isReplaced === undefined ? '$encoded' : `($not($states.input.${isReplaced} = true) ? $encoded)`}
      : $record.${A.DELETED} and $lives and $isSame ? $encoded
      : $record.${A.DELETED} ? ($lives and $record.${A.INCARNATION} in $replaces ? $replacing($stored, $replaces[$ != $record.${A.INCARNATION}]))
      : $isUnheard ? $replacing($encoded, [$append($replaces, $stored.${A.INCARNATION}.S)[$ != $record.${A.INCARNATION}]])
      : $isSame ? ($lives and $isNewer${isFinal && ` and $not(${isFinal})`} ? $replacing($encoded, $replaces))
      : $not($lives) and $time <= $record.${A.TIMESTAMP} ? $encoded;
    $merge([
      $sift($states.input, function($v, $k) { $k in ['kind', 'record', 'hasWaited'${isReplaced === undefined ? '' : `, '${isReplaced}'`}] }),
      { 'isUnheard': $isUnheard, 'reads': ($exists($states.input.reads) ? $states.input.reads : 0) + 1 },
      $exists($stored) ? { 'stored': $stored } : {},
      $exists($item) ? { 'item': $item } : {}
    ])
  )`);
}

/** The arguments of the write, which succeeds only if the stored item is still the one that was read. */
export function replaceStoredArguments(tableName: string): string {
  const same = ([A.INCARNATION, A.VERSION, A.EVENT_ID, A.DELETED] as const).map((name) => `${name} = :${name}`).join(' AND ');
  return jsonata(`(
    $stored := $states.input.stored;
    $marked := $exists($stored.${A.REPLACES});
    $merge([
      { 'TableName': '${tableName}', 'Item': $states.input.item },
      $exists($stored) ? {
        /* Between two writes of one event the list only gets shorter. */
        'ConditionExpression': '${same} AND #timestamp = :timestamp AND ' & ($marked ? 'size(${A.REPLACES}) = :replaces' : 'attribute_not_exists(${A.REPLACES})'),
        'ExpressionAttributeNames': { '#timestamp': '${A.TIMESTAMP}' },
        'ExpressionAttributeValues': $merge([
          ${[A.INCARNATION, A.VERSION, A.EVENT_ID, A.DELETED, A.TIMESTAMP].map((name) => `{ ':${name}': $stored.${name} }`).join(', ')},
          $marked ? { ':replaces': { 'N': $string($count($stored.${A.REPLACES}.L)) } } : {}
        ])
      } : { 'ConditionExpression': 'attribute_not_exists(${A.PK})' }
    ])
  )`);
}
