import { fingerprintsOf } from './fingerprints';
import type { IdentitiesConfig } from './identities-config';
import type { SelectionConfig } from './selection-config';
import { DriftMode } from '../drift-mode';
import { kindsOf, knownKinds } from '../kinds/register';
import type { Settings } from '../settings/settings';

/**
 * Characters of what a user may write at length in the environment of the consumers, which has 4 KB: the selection, the domain names and the prefixes of policies. The rest has room beside
 * them, with the longest names of the table and of the replication.
 */
const MAX_TEXTS_LENGTH = 2_400;

/**
 * Undefined where everything is selected, and where drift checks do not repair by themselves: what a destination passes by that is deployed after its source, once kinds or prefixes are
 * selected again, the drift check of its deployment applies. Without it, a change waits until it is selected. So it does where all the texts are too long for the environment.
 *
 * @param identities what the environment has beside it
 */
export function selectionConfigOf(
  { kinds, features, prefixes, driftEnabled, driftMode }: Pick<Settings, 'kinds' | 'features' | 'prefixes' | 'driftEnabled' | 'driftMode'>, identities?: IdentitiesConfig,
): SelectionConfig | undefined {
  if (!driftEnabled || driftMode === DriftMode.REPORT) return undefined;
  const selected = kindsOf(kinds, features);
  const given = Object.entries(prefixes).filter((each): each is [string, string[]] => each[1] !== undefined);
  if (selected.length === knownKinds(features).length && given.length === 0) return undefined;
  const config = { kinds: selected, prefixes: Object.fromEntries(given.map(([kind, texts]) => [kind, fingerprintsOf(texts)])) };
  const texts = [config, identities?.relocation.domainNames, identities?.policyPrefixes];
  return JSON.stringify(texts).length > MAX_TEXTS_LENGTH ? undefined : config;
}
