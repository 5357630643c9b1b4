import { CheckContext } from './context';
import { changeCounts, CheckCount } from './counts';
import { Change, gone, idIn, ListedCertificate, partOf, settled, unsettled } from './known-certificates';
import { differenceOf, Difference } from '../../comparison/handler/differences';
import { Unit } from '../../comparison/handler/journal';
import { countsOf, sum } from '../../comparison/handler/phase';
import { StoredRecords } from '../../comparison/handler/table-reader';
import { CertificateRecord, Status } from '../../kinds/certificate/certificate';
import { readCertificate } from '../../kinds/certificate/handler/registry';
import { keyOf } from '../../kinds/register';
import { Outcome } from '../../persistence/outcome';
import { RecordKey } from '../../record/record';
import { withOutcome } from '../../sweep/handler/persist';
import { verdictOf } from '../../sweep/handler/verdict';

/** What is known of one certificate afterwards. */
export interface Look {
  readonly counts: readonly string[];
  readonly change?: Change;
  readonly difference?: Difference;
}

/** A unit of a stage, with what it has found out. */
export interface CheckUnit extends Unit {
  readonly changes?: readonly Change[];
}

export function certificateKey(certificateId: string): RecordKey {
  return keyOf({ kind: 'certificate', certificateId });
}

/** The live record of a certificate. */
export function aliveIn(records: StoredRecords, certificateId: string): CertificateRecord | undefined {
  const record = records.get(certificateKey(certificateId));
  return record && record !== 'unreadable' && !record.deleted ? record as CertificateRecord : undefined;
}

/** Reads one certificate directly, and moves its record forward if it differs. */
export async function lookAt(context: CheckContext, certificateId: string, records: StoredRecords): Promise<Look> {
  const { pacedIot, persister, config, now } = context;
  const readAt = now();
  const there = await readCertificate(pacedIot, certificateId);
  // The next listing lacks it.
  if (!there) return { counts: [], change: unsettled(certificateId) };
  const listed: ListedCertificate = { certificateId, status: there.state.status, incarnation: there.incarnation! };
  const verdict = verdictOf(there, records, { routerVersion: config.routerVersion, now: now() });
  if (!verdict) return { counts: [CheckCount.EQUAL], change: settled(listed) };
  const key = certificateKey(certificateId);
  const outcome = await persister.entity(there, [], records.get(key), readAt);
  const wasActive = aliveIn(records, certificateId)?.state.status === Status.ACTIVE;
  const isDeactivated = outcome === Outcome.PERSISTED && wasActive && there.state.status !== Status.ACTIVE;
  return {
    counts: [...outcome === Outcome.FILTERED ? [] : [verdict.difference], outcome, ...isDeactivated ? [CheckCount.DEACTIVATED] : []],
    // A record that is newer than this reading, or was not written, is to be read by the next check.
    change: outcome === Outcome.PERSISTED || outcome === Outcome.FILTERED ? settled(listed) : unsettled(certificateId),
    difference: outcome === Outcome.FILTERED ? undefined : withOutcome(differenceOf(key, { kind: 'certificate', certificateId }, verdict.difference, verdict.fields), outcome),
  };
}

/** Reads one certificate that the listing lacks, and ends its record if it does not exist any more. */
export async function lookForAbsent(context: CheckContext, certificateId: string, records: StoredRecords): Promise<Look> {
  const { pacedIot, persister, now } = context;
  const record = aliveIn(records, certificateId);
  if (!record) return { counts: [], change: gone(certificateId) };
  const readAt = now();
  if (await readCertificate(pacedIot, certificateId)) return { counts: [], change: unsettled(certificateId) };
  const outcome = await persister.deletion(record, readAt);
  const isWritten = outcome === Outcome.PERSISTED;
  return {
    counts: [CheckCount.GONE, outcome, ...isWritten && record.state.status === Status.ACTIVE ? [CheckCount.DEACTIVATED] : []],
    change: isWritten ? gone(certificateId) : unsettled(certificateId),
    difference: differenceOf(certificateKey(certificateId), { kind: 'certificate', certificateId }, CheckCount.GONE),
  };
}

export function unitOf(looks: readonly Look[], rest: Omit<CheckUnit, 'changes' | 'differences'>): CheckUnit {
  const changes = looks.flatMap(({ change }) => change ?? []);
  const found = countsOf(looks.flatMap(({ counts }) => counts));
  return {
    ...rest,
    changes,
    counts: sum(sum(rest.counts, found), changeCounts(changes.map((change) => ({ part: partOf(idIn(change)) })))),
    differences: looks.flatMap(({ difference }) => difference ?? []),
  };
}
