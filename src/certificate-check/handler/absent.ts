import pMap from 'p-map';
import { CheckContext, CertificateCheckRun } from './context';
import { CheckCount } from './counts';
import { idIn, PARTS } from './known-certificates';
import { aliveIn, certificateKey, CheckUnit, lookForAbsent, unitOf } from './look';
import { Count, Counts } from '../../comparison/counts';
import { CandidatePosition, Candidates } from '../../comparison/handler/candidates';
import { KeySet } from '../../comparison/handler/key-set';
import { Work } from '../../comparison/handler/phase';
import { unitSize } from '../../comparison/handler/step';
import { readCertificate } from '../../kinds/certificate/handler/registry';
import { readRateOf } from '../../kinds/handler/quotas';
import { deactivationLimit } from '../../sweep/handler/deletion-limit';
import { Stage } from '../phases';

const CONCURRENCY = 16;

/**
 * Finds certificates that have a record and that the listing lacks. If there are more than may be deactivated, none of them is a candidate, and some are looked at, to see whether
 * they are gone or the listing is wrong.
 */
export function absentWork(context: CheckContext, changed: () => Promise<ReadonlySet<string>>): Work {
  return async () => {
    const { journal, known, table, run, config, readPace, pacedIot } = context;
    const listed = KeySet.decode(await journal.collect(Stage.LIST, (entry) => entry.listed ?? ''));
    const absent = new Set<string>();
    let count = 0;
    for (const part of PARTS) {
      const ids = await known.idsIn(part);
      count += ids.length;
      for (const id of ids) if (!listed.has(certificateKey(id))) absent.add(id);
    }
    for (const id of await changed()) if (!listed.has(certificateKey(id))) absent.add(id);
    const counts: Counts = { [CheckCount.KNOWN]: count };
    const limit = limitOf(run, config.maxDeactivations, count);
    if (absent.size <= limit) return { candidates: [...absent].map(certificateKey), counts: { ...counts, [Count.CANDIDATES]: absent.size } };
    const some = sampleOf([...absent], Math.min(limit + 1, unitSize(readRateOf(readPace, 'certificate'))));
    const records = await table.batchGet(some.map(certificateKey), true);
    const isGone = await pMap(some, async (certificateId) => (
      aliveIn(records, certificateId) !== undefined && !await readCertificate(pacedIot, certificateId)
    ), { concurrency: CONCURRENCY });
    const lookedAt = { [CheckCount.LOOKED_AT]: some.length, [CheckCount.LOOKED_AT_GONE]: isGone.filter((each) => each).length };
    return { counts: { ...counts, ...lookedAt, [CheckCount.UNLISTED]: absent.size } };
  };
}

/** Ends the records of those that do not exist any more. */
export function buryWork(context: CheckContext): Work {
  const candidates = new Candidates(context.journal, [Stage.ABSENT]);
  return candidatesWork(context, candidates, lookForAbsent);
}

/** Reads the candidates, and handles each. */
export function candidatesWork(context: CheckContext, candidates: Candidates, handle: typeof lookForAbsent): Work {
  return async (cursor): Promise<CheckUnit> => {
    const { table, readPace } = context;
    const { candidates: taken, next } = await candidates.take(cursor as CandidatePosition | undefined, () => unitSize(readRateOf(readPace, 'certificate')));
    const records = await table.batchGet(taken, true);
    const looks = await pMap(taken, ({ pk }) => handle(context, certificateIdIn(pk), records), { concurrency: CONCURRENCY });
    return unitOf(looks, { next });
  };
}

export function limitOf(run: CertificateCheckRun, configured: number | undefined, known: number): number {
  return deactivationLimit(known, run.maxDeactivations, configured);
}

function certificateIdIn(pk: string): string {
  return idIn(pk.slice(pk.indexOf('#') + 1));
}

/** Some of them, evenly from the first to the last. */
function sampleOf(all: readonly string[], size: number): string[] {
  return Array.from({ length: size }, (_, i) => all[Math.floor((i * all.length) / size)]);
}
