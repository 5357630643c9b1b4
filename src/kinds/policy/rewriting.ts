import { createHash } from 'node:crypto';

/** What changes how policies are written in a destination, beside what is replicated. */
export interface Rewriting {
  readonly domainNames?: Readonly<Record<string, string>>;
  readonly adoptsPolicies: boolean;
}

/** A digest of it; undefined with the defaults. A check that compared with another one proves nothing. */
export function rewritingDigest({ domainNames = {}, adoptsPolicies }: Rewriting): string | undefined {
  const names = Object.entries(domainNames).sort(([one], [other]) => (one < other ? -1 : 1));
  if (names.length === 0 && !adoptsPolicies) return undefined;
  return createHash('sha256').update(JSON.stringify([names, adoptsPolicies])).digest('base64url').slice(0, 16);
}
