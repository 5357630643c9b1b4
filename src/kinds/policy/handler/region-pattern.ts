/** Services with resources that policies of AWS IoT name. */
export const SERVICES = ['iot', 'greengrass'] as const;

/** Two Regions of one partition. */
export interface Regions {
  readonly partition: string;
  readonly sourceRegion: string;
  readonly destinationRegion: string;
}

/**
 * Which resources a pattern matches in one Region and not in the other, if the ARNs are the same but for the Region:
 *
 * - `same`: none; `*`, `??-*-1` for us-east-1 and eu-west-1, and a third Region
 * - `source`: some of the source Region; us-east-1, `us-*`
 * - `destination`: some of the destination Region, whether or not there are some of the source too
 * - `unknown`: that depends on a policy variable
 */
export type Reach = 'same' | 'source' | 'destination' | 'unknown';

type Token = { readonly is: 'any' | 'one' | 'variable' } | { readonly is: 'text'; readonly character: string };

/**
 * Decided without a list of resources: two Regions are the same to a pattern if what is left of it to match, after everything up to the Region, is the same.
 * A `*` may reach beyond a colon, as IAM documents it for the end of a segment.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function reachOf(pattern: string, { partition, sourceRegion, destinationRegion }: Regions): Reach {
  const tokens = tokensOf(pattern);
  let reach: Reach = 'same';
  for (const service of SERVICES) {
    const inSource = leftAfter(`arn:${partition}:${service}:${sourceRegion}:`, tokens);
    const inDestination = leftAfter(`arn:${partition}:${service}:${destinationRegion}:`, tokens);
    if (!inSource || !inDestination) return 'unknown';
    if ([...inDestination].some((each) => !inSource.has(each))) return 'destination';
    if (inSource.size > inDestination.size) reach = 'source';
  }
  return reach;
}

/** Positions in the pattern from which the rest of a text may match, after its beginning did; undefined if a variable decides. */
function leftAfter(beginning: string, tokens: readonly Token[]): ReadonlySet<number> | undefined {
  let positions = expanded([0], tokens);
  for (const character of beginning) {
    if ([...positions].some((each) => tokens[each]?.is === 'variable')) return undefined;
    positions = expanded([...positions].flatMap((each) => step(each, tokens, character)), tokens);
  }
  return positions;
}

function step(position: number, tokens: readonly Token[], character: string): number[] {
  const token = tokens[position];
  switch (token?.is) {
    case 'any': return [position];
    case 'one': return [position + 1];
    case 'text': return token.character === character ? [position + 1] : [];
    default: return [];
  }
}

/** A `*` may match nothing. */
function expanded(positions: readonly number[], tokens: readonly Token[]): Set<number> {
  const all = new Set(positions);
  // Positions that are added meanwhile are visited too.
  for (const each of all) if (tokens[each]?.is === 'any') all.add(each + 1);
  return all;
}

/** `${*}`, `${?}` and `${$}` are these characters. */
function tokensOf(pattern: string): Token[] {
  return [...pattern.matchAll(/\$\{([*?$])\}|\$\{[^}]*\}|[^]/gu)].map(([text, character]): Token => {
    if (character !== undefined) return { is: 'text', character };
    if (text.length > 2) return { is: 'variable' };
    return text === '*' ? { is: 'any' } : text === '?' ? { is: 'one' } : { is: 'text', character: text };
  });
}
