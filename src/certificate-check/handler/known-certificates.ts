import { randomUUID } from 'node:crypto';
import { encodeKeys, KeySet } from '../../comparison/handler/key-set';
import { Objects } from '../../comparison/handler/objects';
import type { RecordKey } from '../../record/record';
import { KNOWN_HEAD_KEY, KNOWN_PART } from '../known-keys';

/** A certificate as a listing shows it. */
export interface ListedCertificate {
  readonly certificateId: string;
  readonly status: string;
  /** See the kind: the time of its registration. */
  readonly incarnation: string;
}

/** What was found out about one certificate: as in `Line`, or with a leading minus that it is gone. */
export type Change = string;

/** One certificate of a part: its id and, if its record is known to be as the listing, the status and the incarnation of both. */
type Line = string;

/** About the parts: whether they can be relied on. */
export interface Head {
  /** The last check that has completed. */
  readonly run: string;
  /** When it began: milliseconds since the epoch. What was written later may not be in the parts. */
  readonly startedAt: number;
  /** The table that has the records. */
  readonly tableName: string;
  /** How long the check took; absent from an older version. */
  readonly seconds?: number;
}

/** Who may check now: two at once would take the share of the quotas twice, and the slower one could write what is not so any more. */
export interface Lease {
  /** The check that has it. */
  readonly run: string;
  /** When it ends by itself: milliseconds since the epoch. */
  readonly until: number;
  /** Whether its check has no execution: if its function dies, nothing but this lease tells of it. */
  readonly isDirect?: boolean;
}

/** Twice as long as a check without an execution may take, as clocks differ. */
const MAX_LEASE_MS = 30 * 60_000;

/** What is stored: none of it before the first check has ended, but its lease. */
type Stored = Partial<Head> & { readonly lease?: StoredLease };

interface StoredLease extends Lease {
  /** Tells requests for a lease apart, those of one check too; absent from an older version. */
  readonly id?: string;
  /** Whether the check before had no execution, and neither ended nor handed over. Not if that one followed such a check too. */
  readonly followsDeath?: boolean;
}

/** An id is a hash in hexadecimal digits, so its first digit divides certificates evenly. No part of a million is larger than 6 MB. */
export const PARTS = [...'0123456789abcdef'] as const;
export type Part = (typeof PARTS)[number];

export function partOf(certificateId: string): Part {
  return certificateId[0];
}

/** The record of the certificate is as this. */
export function settled({ certificateId, status, incarnation }: ListedCertificate): Change {
  return `${certificateId} ${status} ${incarnation}`;
}

/** The record of the certificate has to be read again. */
export function unsettled(certificateId: string): Change {
  return certificateId;
}

/** The certificate has no live record any more. */
export function gone(certificateId: string): Change {
  return `-${certificateId}`;
}

export function idIn(change: Change): string {
  return change.replace('-', '').split(' ')[0];
}

/**
 * What checks know of the records, from one check to the next: which certificates have one, and how each was when it was last found to be as the listing.
 *
 * It is no more than a memory: what is not in it is read from the table. No lifecycle rule deletes it.
 */
export class KnownCertificates {
  constructor(private readonly objects: Objects) {}

  public async head(): Promise<Head | undefined> {
    const stored = storedIn(await this.objects.find(KNOWN_HEAD_KEY));
    return isHead(stored) ? stored : undefined;
  }

  /** The head for a check that has the lease, unless the check before died: another one like it might die as well. */
  public async headUnlessDied(): Promise<Head | undefined> {
    const stored = storedIn(await this.objects.find(KNOWN_HEAD_KEY));
    return !stored.lease?.followsDeath && isHead(stored) ? stored : undefined;
  }

  /** Stores the head. The lease of its check ends. */
  public async writeHead(head: Head): Promise<void> {
    const { lease } = storedIn(await this.objects.find(KNOWN_HEAD_KEY));
    await this.objects.write(KNOWN_HEAD_KEY, JSON.stringify({ ...head, ...lease?.run === head.run ? {} : { lease } } satisfies Stored), 'application/json');
  }

  /**
   * Takes the lease, unless a check has it.
   *
   * @param isMine whether the check that has it is this one
   * @returns the name of the check that has it
   */
  public async take(lease: Lease, now: number, isMine: (run: string) => boolean): Promise<string | undefined> {
    return this.takeAs({ ...lease, id: randomUUID() }, now, isMine);
  }

  private async takeAs(lease: StoredLease, now: number, isMine: (run: string) => boolean): Promise<string | undefined> {
    const found = await this.objects.findVersion(KNOWN_HEAD_KEY);
    const stored = storedIn(found?.body);
    // The SDK repeats a request whose answer was lost, and S3 refuses the repetition because of the first one.
    if (stored.lease?.id === lease.id) return undefined;
    if (stored.lease && now < stored.lease.until && isPossible(stored.lease, now) && !isMine(stored.lease.run)) return stored.lease.run;
    const followsDeath = stored.lease !== undefined && stored.lease.isDirect === true && !stored.lease.followsDeath && !isMine(stored.lease.run);
    const taken: StoredLease = { ...lease, ...followsDeath ? { followsDeath } : {} };
    const isTaken = await this.objects.replace(KNOWN_HEAD_KEY, JSON.stringify({ ...stored, lease: taken } satisfies Stored), 'application/json', found);
    // Somebody was faster, and is found now.
    return isTaken ? undefined : this.takeAs(lease, now, isMine);
  }

  /** Ids of the certificates of a part. */
  public async idsIn(part: Part): Promise<readonly string[]> {
    return (await this.lines(part)).map(idIn);
  }

  /** All that is known, in 8 bytes each. */
  public async load(): Promise<KnownSet> {
    const encoded: string[] = [];
    for (const part of PARTS) {
      encoded.push(encodeKeys((await this.lines(part)).map(keyIn)));
    }
    return new KnownSet(KeySet.decode(encoded));
  }

  /** Applies changes to a part, the later ones last. */
  public async change(part: Part, changes: readonly Change[]): Promise<void> {
    const before = await this.lines(part);
    const lines = new Map(before.map((line) => [idIn(line), line]));
    for (const change of changes) {
      if (change.startsWith('-')) lines.delete(idIn(change));
      else lines.set(idIn(change), change);
    }
    const after = [...lines.values()];
    if (after.length === before.length && after.every((line, i) => line === before[i])) return;
    await this.objects.write(keyOf(part), after.map((line) => `${line}\n`).join(''), 'text/plain');
  }

  private async lines(part: Part): Promise<readonly Line[]> {
    const text = await this.objects.find(keyOf(part)) ?? '';
    return text.split('\n').filter((line) => line !== '');
  }
}

/** As what each certificate is known. */
export class KnownSet {
  constructor(private readonly keys: KeySet) {}

  public hasAs(listed: ListedCertificate): boolean {
    return this.keys.has(keyIn(settled(listed)));
  }
}

function keyIn(line: Line): RecordKey {
  return { pk: line, sk: '' };
}

function keyOf(part: Part): string {
  return KNOWN_PART.BEGINS + part + KNOWN_PART.ENDS;
}

/** An object that is none of a check is ignored; it must not end every later check. */
function storedIn(body = ''): Stored {
  try {
    const stored = JSON.parse(body) as unknown;
    return typeof stored === 'object' && stored !== null ? stored : {};
  } catch {
    return {};
  }
}

/** One that ends later was written with a wrong clock, or by nobody of us: it must not keep checks out for long. */
function isPossible({ until }: Lease, now: number): boolean {
  return until < now + MAX_LEASE_MS;
}

function isHead(stored: Stored): stored is Head {
  return typeof stored.startedAt === 'number';
}
