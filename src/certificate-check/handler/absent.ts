import pMap from 'p-map';
import { CheckContext, CertificateCheckRun } from './context';
import { CheckCount } from './counts';
import { gone, idIn, PARTS } from './known-certificates';
import { aliveIn, certificateKey, CheckUnit, lookForAbsent, unitOf } from './look';
import { Count, Counts } from '../../comparison/counts';
import { CandidatePosition, Candidates } from '../../comparison/handler/candidates';
import { KeySet } from '../../comparison/handler/key-set';
import { Work } from '../../comparison/handler/phase';
import { unitSize } from '../../comparison/handler/step';
import { Status } from '../../kinds/certificate/certificate';
import { readCertificate } from '../../kinds/certificate/handler/registry';
import { readRateOf } from '../../kinds/handler/quotas';
import { deactivationLimit } from '../../sweep/handler/deletion-limit';
import { Stage } from '../phases';

const CONCURRENCY = 16;

/** Records at once: each has the text of its certificate, and a fleet of them does not fit into memory. */
const RECORDS_AT_ONCE = 1000;

/**
 * Finds certificates that have a record and that the listing lacks. If more of them are active by their records than may be deactivated, none of these is a candidate, and some
 * are looked at, to see whether they are gone or the listing is wrong. The others lock no device out, so they are no part of that.
 */
export function absentWork(context: CheckContext, changed: () => Promise<ReadonlySet<string>>): Work {
  return async (): Promise<CheckUnit> => {
    const { journal, known, run, config } = context;
    const listed = KeySet.decode(await journal.collect(Stage.LIST, (entry) => entry.listed ?? ''));
    const absent = new Set<string>();
    let count = 0;
    for (const part of PARTS) {
      const ids = await known.idsIn(part);
      count += ids.length;
      for (const id of ids) if (!listed.has(certificateKey(id))) absent.add(id);
    }
    for (const id of await changed()) if (!listed.has(certificateKey(id))) absent.add(id);
    const limit = limitOf(run, config.maxDeactivations, count);
    const few: Absence = { candidates: [...absent], ended: [], counts: {} };
    const { candidates, ended, counts } = absent.size <= limit ? few : await manyAbsent(context, few.candidates, limit);
    return unitOf(ended.map((id) => ({ counts: [], change: gone(id) })), {
      candidates: candidates.map(certificateKey),
      counts: { ...counts, [CheckCount.KNOWN]: count, [Count.CANDIDATES]: candidates.length },
    });
  };
}

/** What is done about certificates that a listing lacks. */
interface Absence {
  /** Each is read directly, and its record ended if it is gone. */
  readonly candidates: readonly string[];
  /** They have no live record. */
  readonly ended: readonly string[];
  readonly counts: Counts;
}

async function manyAbsent(context: CheckContext, absent: readonly string[], limit: number): Promise<Absence> {
  const { active, others, ended } = await byRecord(context, absent);
  // As many as are read in an interval: a clean-up of a fleet must not keep the next checks from noticing a revocation.
  const some = others.slice(0, context.run.maxNew);
  const postponed = { [CheckCount.POSTPONED]: others.length - some.length };
  if (active.length <= limit) return { candidates: [...active, ...some], ended, counts: postponed };
  return { candidates: some, ended, counts: { ...postponed, ...await lookedAt(context, active, limit), [CheckCount.UNLISTED]: active.length } };
}

/** By the records, which are read first: what is gone afterwards is gone for good. */
async function byRecord({ table }: CheckContext, ids: readonly string[]): Promise<Record<'active' | 'others' | 'ended', readonly string[]>> {
  const divided: Record<'active' | 'others' | 'ended', string[]> = { active: [], others: [], ended: [] };
  for (let i = 0; i < ids.length; i += RECORDS_AT_ONCE) {
    const some = ids.slice(i, i + RECORDS_AT_ONCE);
    const records = await table.batchGet(some.map(certificateKey), true);
    for (const id of some) {
      const record = aliveIn(records, id);
      divided[!record ? 'ended' : record.state.status === Status.ACTIVE ? 'active' : 'others'].push(id);
    }
  }
  return divided;
}

/** How many of some of them are gone. */
async function lookedAt({ pacedIot, readPace }: CheckContext, active: readonly string[], limit: number): Promise<Counts> {
  const some = sampleOf(active, Math.min(limit + 1, unitSize(readRateOf(readPace, 'certificate'))));
  const isGone = await pMap(some, async (certificateId) => !await readCertificate(pacedIot, certificateId), { concurrency: CONCURRENCY });
  return { [CheckCount.LOOKED_AT]: some.length, [CheckCount.LOOKED_AT_GONE]: isGone.filter((each) => each).length };
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
