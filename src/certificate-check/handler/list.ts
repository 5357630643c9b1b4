import pMap from 'p-map';
import { CheckContext } from './context';
import { CheckCount } from './counts';
import { Change, Head, KnownSet, ListedCertificate, settled } from './known-certificates';
import { aliveIn, certificateKey, Look, lookAt, unitOf } from './look';
import { Count } from '../../comparison/counts';
import { encodeKeys } from '../../comparison/handler/key-set';
import { Work } from '../../comparison/handler/phase';
import { UNIT_SECONDS, unitSize } from '../../comparison/handler/step';
import { certificate, CertificateEntity, CertificateRecord, Status } from '../../kinds/certificate/certificate';
import { certificateReader } from '../../kinds/certificate/handler/registry';
import { PAGE_SIZE } from '../../kinds/handler/kind-reader';
import { RecordKey } from '../../record/record';
import { ChangedCertificates } from '../../sweep/handler/changed-certificates';

/** Reads at once; the pace decides how many there are in a second. */
const CONCURRENCY = 16;

/** Whoever notes a change and writes the record is done within this time: the longest that a function may take. */
const MAX_WRITE_MS = 15 * 60_000;

/** Notes expire after twice this time. */
const MAX_AGE_MS = 30 * 24 * 3_600_000;

interface ListCursor {
  readonly marker: string;
  /** Certificates without a record that were taken so far. */
  readonly taken: number;
}

/** What a check knows before it lists anything. */
export interface Before {
  readonly known: KnownSet;
  /** Whether what is known says anything about records. */
  readonly isReliable: boolean;
  /** Certificates whose records may have been written since. */
  readonly changed: ReadonlySet<string>;
}

export async function changedSince({ run, config }: CheckContext, head: Head | undefined, changed: ChangedCertificates): Promise<Omit<Before, 'known'>> {
  const reliable = reliableHead(head, config.tableName, run.startedAt);
  const since = (reliable ?? run).startedAt - MAX_WRITE_MS;
  return { isReliable: reliable !== undefined, changed: await changed.since(since, reliable?.run) };
}

/** The head, if what it is about says anything about records of this table at this moment. */
export function reliableHead(head: Head | undefined, tableName: string, at: number): Head | undefined {
  return head !== undefined && head.tableName === tableName && at - head.startedAt < MAX_AGE_MS ? head : undefined;
}

/**
 * Lists all certificates, and compares each with what is known of its record, or with the record.
 *
 * What the listing shows as less than its record is read directly, and its record written, before the listing continues. What differs otherwise is a candidate. The record
 * of the rest is as the listing.
 */
export function listWork(context: CheckContext, load: () => Promise<Before>): Work {
  let loaded: Promise<Before> | undefined;
  return async (cursor) => {
    loaded ??= load();
    return listUnit(context, await loaded, cursor as ListCursor | undefined);
  };
}

async function listUnit(context: CheckContext, before: Before, cursor: ListCursor | undefined) {
  const { pacedIot, readPace, now, run } = context;
  const until = now() + UNIT_SECONDS * 1000;
  let { marker, taken } = cursor ?? { marker: undefined as string | undefined, taken: 0 };
  const [keys, candidates, looks]: [RecordKey[], RecordKey[], Look[]] = [[], [], []];
  let postponed = 0;
  for (let pages = unitSize(readPace.rateOf('ListCertificates')); pages > 0; pages -= 1) {
    const page = await certificateReader.list!(pacedIot, marker, PAGE_SIZE);
    const items = page.items.flatMap(certificateIn);
    keys.push(...items.map(keyOf));
    const { less, later, missing, changes, records } = await compared(context, before, items);
    looks.push(...changes.map((change) => ({ counts: [], change })));
    looks.push(...await pMap(less, ({ certificateId }) => lookAt(context, certificateId, records), { concurrency: CONCURRENCY }));
    const fresh = missing.slice(0, Math.max(0, run.maxNew - taken));
    taken += fresh.length;
    postponed += missing.length - fresh.length;
    candidates.push(...[...later, ...fresh].map(keyOf));
    marker = page.next;
    if (marker === undefined || now() > until) break;
  }
  return unitOf(looks, {
    next: marker === undefined ? undefined : { marker, taken } satisfies ListCursor,
    listed: encodeKeys(keys),
    candidates,
    counts: { [CheckCount.LISTED]: keys.length, [Count.CANDIDATES]: candidates.length, [CheckCount.POSTPONED]: postponed },
  });
}

function certificateIn(listed: unknown): ListedCertificate[] {
  const { certificateId, incarnation, state } = listed as CertificateEntity;
  return incarnation === undefined ? [] : [{ certificateId, incarnation, status: state.status }];
}

function keyOf({ certificateId }: ListedCertificate): RecordKey {
  return certificateKey(certificateId);
}

/**
 * Divides what may differ. Records are read consistently: an older one could be as the listing.
 *
 * Where a certificate is replicated only if a record names it, one without a record is left to whoever reads what names it.
 */
async function compared({ table, config: { onlyReferred } }: CheckContext, before: Before, items: readonly ListedCertificate[]) {
  const { known, isReliable, changed } = before;
  const open = items.filter((each) => !isReliable || changed.has(each.certificateId) || !known.hasAs(each));
  const records = await table.batchGet(open.map(keyOf), true);
  const [less, later, missing]: ListedCertificate[][] = [[], [], []];
  const changes: Change[] = [];
  const isMissing = (each: ListedCertificate) => !onlyReferred.includes(certificate.name) || records.get(keyOf(each)) === 'unreadable';
  for (const each of open) {
    const record = aliveIn(records, each.certificateId);
    // Each of the others is read, and known as it is then.
    if (record && isAs(record, each)) changes.push(settled(each));
    else if (!record) missing.push(...isMissing(each) ? [each] : []);
    else if (isLess(record, each)) less.push(each);
    else later.push(each);
  }
  return { less, later, missing, changes, records };
}

function isAs({ incarnation, state }: CertificateRecord, listed: ListedCertificate): boolean {
  return incarnation === listed.incarnation && state.status === listed.status;
}

/** Whether devices may connect with it by its record, and may not by the listing: in another incarnation it has other policies. */
function isLess({ incarnation, state }: CertificateRecord, listed: ListedCertificate): boolean {
  return state.status === Status.ACTIVE && (listed.status !== Status.ACTIVE || incarnation !== listed.incarnation);
}
