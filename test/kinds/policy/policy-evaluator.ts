/** What a device asks for. */
export interface PolicyRequest {
  readonly action: string;
  readonly resource: string;
  /** Values of condition keys and policy variables, by their names in lower case. */
  readonly context: Readonly<Record<string, string>>;
}

/** How far a `*` of a pattern for ARNs reaches: AWS documents both, for different elements. */
export type Reach = 'beyond colons' | 'within a segment';

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/**
 * Decides whether a policy document allows a request: Deny over Allow, wildcards, policy variables, conditions. Written from the documentation alone, and without any
 * code of `src`, as it judges that.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function evaluatorOf(document: string, reach: Reach): (request: PolicyRequest) => boolean {
  const { Statement: statements } = JSON.parse(document) as { Statement: Statement | Statement[] };
  return (request) => {
    const effects = new Set([statements].flat().filter((each) => applies(each, request, reach)).map(({ Effect }) => Effect));
    return effects.has('Allow') && !effects.has('Deny');
  };
}

function applies({ Action, NotAction, Resource, NotResource, Condition }: Statement, request: PolicyRequest, reach: Reach): boolean {
  const isAction = (pattern: string) => glob(pattern.toLowerCase(), NO_VARIABLES, /./)?.test(request.action.toLowerCase()) ?? false;
  const isResource = (pattern: string) => arnMatches(pattern, request.resource, request.context, reach);
  return (NotAction === undefined ? listOf(Action).some(isAction) : !listOf(NotAction).some(isAction))
    && (NotResource === undefined ? listOf(Resource).some(isResource) : !listOf(NotResource).some(isResource))
    && Object.entries(Condition ?? {}).every(([operator, keys]) => Object.entries(keys).every(([key, values]) => holds(operator, key, listOf(values), request, reach)));
}

function holds(operator: string, key: string, values: readonly string[], { context }: PolicyRequest, reach: Reach): boolean {
  const [, set, name, ifExists] = /^(?:For(All|Any)Values?:)?(.+?)(IfExists)?$/.exec(operator)!;
  const value = context[key.toLowerCase()];
  if (name === 'Null') return values.includes(String(value === undefined));
  const isNegated = name.includes('Not');
  // ForAllValues holds for no value, ForAnyValue does not; a negated operator holds without the key.
  if (value === undefined) return ifExists !== undefined || set === 'All' || (isNegated && set === undefined);
  const matches = values.some((pattern) => {
    switch (name.replace('Not', '')) {
      case 'StringEquals': return resolved(pattern, context) === value;
      case 'StringEqualsIgnoreCase': return resolved(pattern, context)?.toLowerCase() === value.toLowerCase();
      case 'StringLike': return glob(pattern, context, /./)?.test(value) ?? false;
      case 'ArnEquals':
      case 'ArnLike': return arnMatches(pattern, value, context, reach);
      case 'IpAddress': return pattern === value;
      default: throw new Error(`the evaluator does not know the operator ${operator}`);
    }
  });
  return matches !== isNegated;
}

function arnMatches(pattern: string, arn: string, context: PolicyRequest['context'], reach: Reach): boolean {
  if (reach === 'beyond colons' || pattern === '*') return glob(pattern, context, /./)?.test(arn) ?? false;
  return glob(pattern, context, /[^:]/)?.test(arn) ?? false;
}

const NO_VARIABLES = {};

const compiled = new WeakMap<PolicyRequest['context'], Map<string, RegExp | undefined>>();

/** A pattern as a regular expression; undefined if it has a variable without a value. */
function glob(pattern: string, context: PolicyRequest['context'], wild: RegExp): RegExp | undefined {
  const known = compiled.get(context) ?? new Map<string, RegExp | undefined>();
  compiled.set(context, known);
  const key = `${wild.source} ${pattern}`;
  if (!known.has(key)) known.set(key, compile(pattern, context, wild));
  return known.get(key);
}

function compile(pattern: string, context: PolicyRequest['context'], wild: RegExp): RegExp | undefined {
  let source = '';
  for (const [text, special, variable] of pattern.matchAll(/\$\{([*?$])\}|\$\{([^}]*)\}|[^]/g)) {
    const value = variable === undefined ? special ?? text : context[variable.trim().toLowerCase()];
    if (value === undefined) return undefined;
    source += text === '*' ? `${wild.source}*` : text === '?' ? wild.source : value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  }
  return new RegExp(`^${source}$`, 's');
}

function resolved(text: string, context: PolicyRequest['context']): string | undefined {
  let isComplete = true;
  const result = text.replace(/\$\{([^}]*)\}/g, (_, name: string) => {
    if ('*?$'.includes(name)) return name;
    const value = context[name.trim().toLowerCase()];
    isComplete &&= value !== undefined;
    return value ?? '';
  });
  return isComplete ? result : undefined;
}

function listOf(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}
