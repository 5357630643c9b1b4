import { sumOf } from '../../comparison/counts';
import { Work } from '../../comparison/handler/phase';
import { totalsOf } from '../../comparison/handler/summary';
import { Stage } from '../phases';
import { CheckContext } from './context';
import { changesOf, ZEROS } from './counts';
import { Change, idIn, Part, partOf, PARTS } from './known-certificates';
import { CheckUnit } from './look';

/** So many changes fit into memory together with the parts of the largest fleets. */
const MAX_AT_ONCE = 50_000;

/** Stages with changes, in their order: of two changes of one certificate, the later one counts. */
const STAGES = [Stage.LIST, Stage.ABSENT, Stage.BURY, Stage.READ];

/** Stores what the check has found out, unless a later check has stored its own. */
export function rememberWork(context: CheckContext): Work {
  const { journal, known, run, config, now } = context;
  return async (cursor): Promise<CheckUnit> => {
    const head = await known.head();
    if (head && head.startedAt > run.startedAt) return {};
    const { counts } = await totalsOf(journal, STAGES, ZEROS);
    const changed = PARTS.filter((part) => counts[changesOf(part)] > 0);
    const groups = sumOf(counts, changed.map(changesOf)) <= MAX_AT_ONCE ? [changed] : changed.map((part) => [part]);
    const rank = (cursor as { readonly rank: number } | undefined)?.rank ?? 0;
    if (rank < groups.length) {
      await remember(context, groups[rank]);
      return { next: { rank: rank + 1 } };
    }
    const seconds = Math.ceil((now() - run.startedAt) / 1000);
    await known.writeHead({ run: run.name, startedAt: run.startedAt, tableName: config.tableName, seconds });
    return {};
  };
}

async function remember({ journal, known }: CheckContext, parts: readonly Part[]): Promise<void> {
  if (parts.length === 0) return;
  const byPart = new Map<Part, Change[]>(parts.map((part) => [part, []]));
  for (const stage of STAGES) {
    const ofStage = await journal.collect(stage, ({ changes = [] }: CheckUnit) => changes.filter((change) => byPart.has(partOf(idIn(change)))));
    for (const change of ofStage.flat()) byPart.get(partOf(idIn(change)))!.push(change);
  }
  for (const [part, changes] of byPart) await known.change(part, changes);
}
