import type { ReplicatorConfig } from './context';
import { Outside } from './outside';
import { replicates } from '../../kinds/handler/identities';
import { ENTITY_KINDS, hasSortKeyOf } from '../../kinds/register';
import type { RecordKey } from '../../record/record';
import { SignalKind, signalKindsOf } from '../../record/signal';

/**
 * Tells what the consumer of the stream passes by: records of kinds that are not replicated here, and signals about these. That is what a filter of the stream would hold back; but AWS
 * applies another filter minutes after the function is another one, and what arrives in between would be lost. So the filter passes what any destination replicates, and the function, which
 * a deployment replaces at once, leaves out the rest.
 *
 * Of kinds of features only the sort key counts, as in a filter: the rest of such an item may be anything.
 */
export function passingBy({ identities, selection }: Pick<ReplicatorConfig, 'identities' | 'selection'>): (key: RecordKey) => boolean {
  const kinds = ENTITY_KINDS.filter((kind) => !replicates(identities, kind));
  const sent = signalKindsOf(identities?.features ?? []);
  const signals = new Set<string>(Object.values(SignalKind).filter((kind) => !sent.includes(kind)));
  const outside = new Outside(selection);
  return (key) => signals.has(key.sk) || hasSortKeyOf(kinds, key.sk) || outside.has(key);
}
