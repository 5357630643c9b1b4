import { randomBytes } from 'node:crypto';

/** Every resource of a run contains its id: in a tag where AWS supports tags, and always in its name. */
export const TAG = 'live-check';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** Eight letters and digits: no resource of an account has such a name. */
export function newRunId(): string {
  return Array.from(randomBytes(8), (byte) => LETTERS[byte % LETTERS.length]).join('');
}

export function isRunId(text: string): boolean {
  return /^[a-z0-9]{8}$/.test(text);
}

/** Prefix of all names of a run. */
export function prefixOf(runId: string): string {
  return `${TAG}-${runId}-`;
}

/** Names of topic rules contain no hyphens. */
export function ruleNameOf(name: string): string {
  return name.replaceAll('-', '_');
}

/** For services whose tags are a list of pairs. */
export function tagsOf(runId: string): { Key: string; Value: string }[] {
  return [{ Key: TAG, Value: runId }];
}
