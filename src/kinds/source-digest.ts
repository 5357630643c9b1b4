import { createHash } from 'node:crypto';
import type { GroupState } from './group/group';
import type { ThingState } from './thing/thing';
import type { TypeState } from './type/type';

/**
 * A digest of the state in the source: a router may rewrite the recorded state, and remove fields that must not be stored in other Regions, so the
 * record can't contain the source's own state for comparisons.
 *
 * Equal states have equal digests, whether they come from an event or from a read: attributes and sets have no order, empty texts equal absent ones, and
 * the path is omitted, because not every event contains it. Names contain neither line breaks nor equals signs, and values no line breaks, so no two states share a text.
 */
export function sourceDigestOf(state: object): string {
  return createHash('sha256').update([...linesOf(state), ...otherLines(state)].sort().join('\n')).digest('hex');
}

type AnyState = Partial<ThingState & GroupState & TypeState>;

/** Fields that have lines of their own, or none. */
const KNOWN: readonly string[] = [
  'attributes', 'thingTypeName', 'description', 'parentGroupName', 'path', 'dynamic', 'deprecated', 'searchableAttributes', 'propagatingAttributes',
] satisfies (keyof AnyState)[];

function linesOf(state: AnyState): string[] {
  const { thingTypeName, description, parentGroupName, dynamic, deprecated } = state;
  const { attributes = {}, searchableAttributes = [], propagatingAttributes = [] } = state;
  const one = (name: string, value: string | undefined) => (value ? [`${name}=${value}`] : []);
  return [
    ...Object.entries(attributes).flatMap(([name, value]) => one(`attribute ${name}`, value)),
    ...one('thing type', thingTypeName), ...one('description', description), ...one('parent', parentGroupName),
    ...dynamic ? ['dynamic'] : [], ...deprecated ? ['deprecated'] : [],
    ...searchableAttributes.map((name) => `searchable=${name}`),
    ...propagatingAttributes.map(({ userPropertyKey, thingAttribute, connectionAttribute }) => (
      `propagating ${userPropertyKey}=${thingAttribute ? `thing ${thingAttribute}` : `connection ${connectionAttribute}`}`
    )),
  ];
}

/** The lines of any other field: a text, a number, a flag, or a set of texts. */
function otherLines(state: object): string[] {
  return Object.entries(state).filter(([name]) => !KNOWN.includes(name)).flatMap(([name, value]: [string, unknown]) => {
    if (value === true) return [name];
    const values: unknown[] = Array.isArray(value) ? value : [value];
    return values.filter((each) => typeof each === 'number' || (typeof each === 'string' && each !== '')).map((each) => `${name}=${each}`);
  });
}

/**
 * The JSONata expression of the same digest.
 *
 * @param state expression of the state
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#jsonata-functions-provided-by-sfn
 */
export function sourceDigestExpression(state: string): string {
  const one = (name: string, value: string) => `${value} ? '${name}=' & ${value}`;
  return `(
    $of := ${state};
    $others := $sift($of, function($v, $k) { $not($k in ${JSON.stringify(KNOWN)}) });
    $hash($join($sort([
      $each($merge([{}, $of.attributes]), function($v, $k) { $v ? 'attribute ' & $k & '=' & $v }),
      ${one('thing type', '$of.thingTypeName')}, ${one('description', '$of.description')}, ${one('parent', '$of.parentGroupName')},
      $of.dynamic = true ? 'dynamic', $of.deprecated = true ? 'deprecated',
      $map($of.searchableAttributes, function($name) { 'searchable=' & $name }),
      $map($of.propagatingAttributes, function($p) {
        'propagating ' & $p.userPropertyKey & '=' & ($p.thingAttribute ? 'thing ' & $p.thingAttribute : 'connection ' & $p.connectionAttribute)
      }),
      $keys($others).($k := $; $v := $lookup($others, $k); $v = true ? $k : $v[$type($) = 'number' or $ != '' and $type($) = 'string'].($k & '=' & $string($)))
    ]), '\\n'), 'SHA-256')
  )`;
}
