import { Objects } from '../../comparison/handler/objects';

/** Below `runs/`, so that they expire as journals do. */
const PREFIX = 'runs/changed-certificates/';

/** As many digits for each time, so that they sort as text. */
const TIME_LENGTH = 15;

/**
 * Which records of certificates have been written in the source Region, by whom, and when.
 *
 * The certificate check compares a listing with what it knows of the records, because it can't read millions of them every few minutes. So whoever writes one says so
 * first: then the check reads that record.
 */
export class ChangedCertificates {
  constructor(private readonly objects: Objects) {}

  /**
   * Call it before the record is written.
   *
   * @param writer the name of an execution, or of another writer
   * @param now milliseconds since the epoch
   */
  public async note(certificateId: string, writer: string, now: number): Promise<void> {
    await this.objects.write(`${PREFIX}${timeOf(now)}-${certificateId}-${writer}`, '', 'text/plain');
  }

  /**
   * Ids of the certificates whose records were written from a time on.
   *
   * @param since milliseconds since the epoch
   * @param except a writer whose changes are known already
   */
  public async since(since: number, except?: string): Promise<ReadonlySet<string>> {
    const ids = new Set<string>();
    let after = `${PREFIX}${timeOf(since)}`;
    for (;;) {
      const { keys, isLast } = await this.objects.keys(PREFIX, after);
      for (const key of keys) {
        const [, certificateId, ...writer] = key.slice(PREFIX.length).split('-');
        if (writer.join('-') !== except) ids.add(certificateId);
      }
      if (isLast) return ids;
      after = keys[keys.length - 1];
    }
  }
}

function timeOf(milliseconds: number): string {
  return String(Math.max(0, Math.floor(milliseconds))).padStart(TIME_LENGTH, '0');
}
