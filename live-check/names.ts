import { randomBytes } from 'node:crypto';

/** What a run makes bears its id, in a tag where AWS has tags, and in its name everywhere. */
export const TAG = 'live-check';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** Eight letters and digits: nothing that an account has is called like that. */
export function newRunId(): string {
  return Array.from(randomBytes(8), (byte) => LETTERS[byte % LETTERS.length]).join('');
}

export function isRunId(text: string): boolean {
  return /^[a-z0-9]{8}$/.test(text);
}

/** What all names of a run begin with. */
export function prefixOf(runId: string): string {
  return `${TAG}-${runId}-`;
}

/** Names of topic rules have no hyphens. */
export function ruleNameOf(name: string): string {
  return name.replaceAll('-', '_');
}

/** Where tags are a list of pairs. */
export function tagsOf(runId: string): { Key: string; Value: string }[] {
  return [{ Key: TAG, Value: runId }];
}
