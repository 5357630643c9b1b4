import { isMap, meaningOf } from '../canonical-json';
import { reachOf, Regions, SERVICES } from './region-pattern';

/** Where a document goes. */
export interface Relocation extends Regions {
  /** The destination's domain name for each domain name of the source, as `iot:DomainName` conditions contain them, without wildcards. */
  readonly domainNames?: Readonly<Record<string, string>>;
}

/**
 * What a person may want to know of a document that is replicated:
 *
 * - `NAMES_DESTINATION`: it already speaks of the destination, so what it allows stays as it is
 * - `OTHER_REGION`: it names a third Region
 * - `PARTIAL_WILDCARD`: a Region with a wildcard such as `us-*` stays; it may allow less in the destination
 * - `ROLE_ALIAS`: it names a role alias, which has to exist in the destination
 * - `SOURCE_NETWORK`: it requires a VPC or an endpoint, which the destination does not have
 */
export type Finding = 'NAMES_DESTINATION' | 'OTHER_REGION' | 'PARTIAL_WILDCARD' | 'ROLE_ALIAS' | 'SOURCE_NETWORK';

/** Why a document can't be rewritten faithfully, with a sentence without any part of the document. */
export const REJECTIONS = {
  NOT_JSON: 'the policy document is not JSON',
  MALFORMED: 'the policy document has an unknown shape: expected statements of Effect, Action, Resource and Condition',
  DUPLICATE_KEY: 'the policy document has a key twice in one object: which of them counts is not defined',
  UNSAFE_NUMBER: 'the policy document has a number that can\'t be written again without a change: write it as a string',
  PARTIAL_WILDCARD: 'the policy denies, or excepts, with a Region such as us-* that matches the source and not the destination, so it would allow more there: name the Region or use *',
  REGION_VARIABLE: 'the policy has a variable where the Region of an ARN may be: name the Region or use *',
  REGION_CONDITION: 'the policy has a condition on aws:RequestedRegion: name the Region in its resources',
  ARN_IN_CONDITION: 'the policy compares an ARN of the source Region as a string: use an operator for ARNs',
  SOURCE_NETWORK: 'the policy denies, or excepts, by a VPC or VPC endpoint, which belong to one Region, so it would allow more in the destination',
  DOMAIN_NAME: 'the policy has a condition on iot:DomainName that domainNames does not map: add the domain name of the destination',
  AMBIGUOUS_DOMAIN_NAME: 'domainNames maps two domain names of the policy to one: map each to a name of its own',
  DOMAIN_NAME_VARIABLE: 'the policy has a variable, such as iot:DomainName, whose value is another one in each Region: write the value',
  TOO_LONG: 'the policy document has more than 2048 characters without white space after the Region was rewritten: shorten it',
} as const;
export type Rejection = keyof typeof REJECTIONS;

/** The document for the destination, or why there is none. `verbatim` means the very text that was given. */
export type Rewriting =
  | { readonly is: 'verbatim' | 'rewritten'; readonly document: string; readonly findings: readonly Finding[] }
  | { readonly is: 'rejected'; readonly reason: Rejection; readonly message: string };

/** https://docs.aws.amazon.com/general/latest/gr/iot-core.html */
const MAX_CHARACTERS = 2048;

const TOP = ['Version', 'Id', 'Statement'];
const STATEMENT = ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'];
const NETWORK_KEYS = ['aws:sourcevpc', 'aws:sourcevpce', 'aws:sourcevpcarn'];
const REGIONAL_VARIABLE = /\$\{\s*(iot:DomainName|aws:RequestedRegion|aws:SourceVpc(e|Arn)?)\b/i;

/** A text of a document that may be about a Region. */
interface Place {
  readonly is: 'resource' | 'arn' | 'domainName' | 'network' | 'region' | 'text';
  /** The more it matches, the less is allowed: resources of a Deny, exceptions of an Allow. */
  readonly isRestrictive: boolean;
}

type Visit = (text: string, place: Place) => string;

class RejectedError extends Error {
  constructor(public readonly reason: Rejection) {
    super(REJECTIONS[reason]);
  }
}

/**
 * The document of a policy for another Region: its ARNs of the source Region name the destination, nothing else changes. It never allows more:
 *
 * - what it allows in the destination, the source's document allows in the source for the same resource, or
 * - the source's document speaks of the destination itself: what it allows stays as it is, and what it denies or excepts applies to the destination too.
 *
 * So wildcards such as `us-*` and what belongs to the source Region otherwise may stay only where the document then allows less. What can't be rewritten
 * faithfully is rejected.
 *
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-policies.html
 */
export function rewritePolicy(document: string, relocation: Relocation): Rewriting {
  try {
    return rewrite(document, relocation);
  } catch (error) {
    if (error instanceof RejectedError) return { is: 'rejected', reason: error.reason, message: error.message };
    throw error;
  }
}

function rewrite(document: string, relocation: Relocation): Rewriting {
  const policy = parse(document);
  const isForBoth = namesDestination(policy, relocation);
  const findings = new Set<Finding>(isForBoth ? ['NAMES_DESTINATION'] : []);
  let isChanged = false;
  const moved = visitPolicy(policy, (text, place) => {
    // To name the destination in what it allows would allow more than its author wrote. What restricts it counts wherever it is applied.
    if (isForBoth && !place.isRestrictive) return text;
    if (REGIONAL_VARIABLE.test(text)) throw new RejectedError('DOMAIN_NAME_VARIABLE');
    const result = move(text, place, relocation, findings);
    isChanged ||= result !== text;
    return result;
  });
  const result = isChanged ? JSON.stringify(moved) : document;
  // White space does not count: https://docs.aws.amazon.com/iot/latest/apireference/API_CreatePolicy.html
  if (result.replace(/\s/g, '').length > MAX_CHARACTERS) throw new RejectedError('TOO_LONG');
  return { is: isChanged ? 'rewritten' : 'verbatim', document: result, findings: [...findings].sort() };
}

/** Whether the document is written for the destination too. To rewrite what it allows would then allow more, even if a wildcard such as `eu-*` names the Region. */
function namesDestination(policy: Record<string, unknown>, relocation: Relocation): boolean {
  const names = domainNamesOf(relocation);
  const theirs = new Set([...names.values()].filter((name) => !names.has(name)));
  const used = new Map<string, string>();
  let isNamed = false;
  visitPolicy(policy, (text, { is }) => {
    if (is === 'resource' || is === 'arn') isNamed ||= reachOf(text, relocation) === 'destination';
    if (is !== 'domainName' || text === '*') return text;
    if (theirs.has(text)) {
      isNamed = true;
      return text;
    }
    const name = names.get(text);
    if (name === undefined) throw new RejectedError('DOMAIN_NAME');
    if ((used.get(name) ?? text) !== text) throw new RejectedError('AMBIGUOUS_DOMAIN_NAME');
    used.set(name, text);
    return text;
  });
  return isNamed;
}

function move(text: string, { is, isRestrictive }: Place, relocation: Relocation, findings: Set<Finding>): string {
  switch (is) {
    case 'resource':
    case 'arn': return moveArn(text, isRestrictive, relocation, findings);
    case 'domainName': return domainNamesOf(relocation).get(text) ?? text;
    case 'region': throw new RejectedError('REGION_CONDITION');
    case 'network':
      if (isRestrictive) throw new RejectedError('SOURCE_NETWORK');
      findings.add('SOURCE_NETWORK');
      return text;
    case 'text':
      if (prefixesOf(relocation).some((prefix) => text.startsWith(prefix))) throw new RejectedError('ARN_IN_CONDITION');
      return text;
  }
}

function moveArn(arn: string, isRestrictive: boolean, relocation: Relocation, findings: Set<Finding>): string {
  const prefix = prefixesOf(relocation).find((start) => arn.startsWith(start));
  if (prefix !== undefined) {
    const rest = arn.slice(prefix.length);
    if (/^[^:]*:rolealias\//.test(rest)) findings.add('ROLE_ALIAS');
    return prefix.replace(`:${relocation.sourceRegion}:`, `:${relocation.destinationRegion}:`) + rest;
  }
  const reach = reachOf(arn, relocation);
  if (reach === 'unknown') throw new RejectedError('REGION_VARIABLE');
  if (reach === 'source' && isRestrictive) throw new RejectedError('PARTIAL_WILDCARD');
  const region = /^arn:[^:]*:[^:]*:([^:]*)/.exec(arn)?.[1] ?? '*';
  if (reach === 'source' || (region !== '*' && /[*?]/.test(region))) {
    findings.add('PARTIAL_WILDCARD');
  } else if (region !== '*') {
    findings.add('OTHER_REGION');
  }
  return arn;
}

function domainNamesOf({ domainNames = {} }: Relocation): ReadonlyMap<string, string> {
  return new Map(Object.entries(domainNames));
}

/** What ARNs of the source Region start with. */
function prefixesOf({ partition, sourceRegion }: Relocation): string[] {
  return SERVICES.map((service) => `arn:${partition}:${service}:${sourceRegion}:`);
}

function parse(document: string): Record<string, unknown> {
  const meaning = meaningOf(document, (member) => {
    if (typeof member === 'number' && !(Math.abs(member) <= Number.MAX_SAFE_INTEGER)) throw new RejectedError('UNSAFE_NUMBER');
  });
  if (meaning === 'notJson') throw new RejectedError('NOT_JSON');
  if (meaning === 'keyTwice') throw new RejectedError('DUPLICATE_KEY');
  return expectMap(meaning.value, TOP);
}

function visitPolicy(policy: Record<string, unknown>, visit: Visit): Record<string, unknown> {
  return { ...policy, Statement: mapEach(policy.Statement, (statement) => visitStatement(expectMap(statement, STATEMENT), visit)) };
}

function visitStatement(statement: Record<string, unknown>, visit: Visit): Record<string, unknown> {
  const { Effect, Resource, NotResource, Condition } = statement;
  if (Effect !== 'Allow' && Effect !== 'Deny') throw new RejectedError('MALFORMED');
  const denies = Effect === 'Deny';
  return {
    ...statement,
    ...Resource !== undefined && { Resource: mapEach(Resource, textIn(visit, { is: 'resource', isRestrictive: denies })) },
    ...NotResource !== undefined && { NotResource: mapEach(NotResource, textIn(visit, { is: 'resource', isRestrictive: !denies })) },
    ...Condition !== undefined && { Condition: visitConditions(expectMap(Condition), denies, visit) },
  };
}

function visitConditions(conditions: Record<string, unknown>, denies: boolean, visit: Visit): Record<string, unknown> {
  return mapValues(conditions, (operator, keys) => {
    const name = operator.replace(/^For(AllValues|AnyValue):/i, '');
    // Whether a key is there at all is the same everywhere.
    if (/^Null$/i.test(name)) return keys;
    const isRestrictive = denies !== /not/i.test(name);
    return mapValues(expectMap(keys), (key, values) => mapEach(values, (value) => {
      if (typeof value === 'number' || typeof value === 'boolean') return value;
      return textIn(visit, { is: placeOf(key, name), isRestrictive })(value);
    }));
  });
}

function placeOf(key: string, operator: string): Place['is'] {
  // The names of condition keys are not case-sensitive.
  const name = key.toLowerCase();
  if (name === 'iot:domainname') return 'domainName';
  if (name === 'aws:requestedregion') return 'region';
  if (NETWORK_KEYS.includes(name)) return 'network';
  return /^Arn/i.test(operator) || name.endsWith('arn') ? 'arn' : 'text';
}

function textIn(visit: Visit, place: Place): (value: unknown) => string {
  return (value) => {
    if (typeof value !== 'string') throw new RejectedError('MALFORMED');
    return visit(value, place);
  };
}

/** One or a list of them. */
function mapEach(value: unknown, map: (value: unknown) => unknown): unknown {
  return Array.isArray(value) ? value.map(map) : map(value);
}

function mapValues(value: Record<string, unknown>, map: (key: string, value: unknown) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, map(key, member)]));
}

/** @param known the keys that it may have; any by default */
function expectMap(value: unknown, known?: readonly string[]): Record<string, unknown> {
  if (!isMap(value) || (known && Object.keys(value).some((key) => !known.includes(key)))) throw new RejectedError('MALFORMED');
  return value;
}
