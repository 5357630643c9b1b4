import { PermanentError } from '../permanent-error';

/** A run, and the table that it compares with a registry. */
export interface RunOfTable {
  /** The table when it began; none from an execution that is older than this. */
  readonly tableName?: string;
}

/** A deployment has given the replication another table during the run. */
export class TableChangedError extends PermanentError {
  public readonly name = 'TableChanged';

  constructor(began: string, now: string) {
    super(
      `tableName: the run has begun with the table "${began}", and a deployment has changed it to "${now}": expected one table, because what was compared with the one says nothing about the other. `
      + 'That deployment has started a run, which begins once this one has ended; if it was skipped, start one',
    );
  }
}

/**
 * The steps of an execution follow the deployed function, whose table may be another one than that of the steps before. What was found in sync with the old table would
 * then count for the new one, which is empty at first.
 *
 * @throws TableChangedError
 */
export function expectTableOf({ tableName: began }: RunOfTable, { tableName: now }: { readonly tableName: string }): void {
  if (began !== undefined && began !== now) throw new TableChangedError(began, now);
}
