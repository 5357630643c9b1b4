/** What happens in the destinations when something is deleted in the source Region. */
export enum DeletionMode {
  /** It is deleted there too. */
  REPLICATE = 'REPLICATE',
  /** It stays as it is; only the record in the table tells that it is gone. */
  RETAIN = 'RETAIN',
}
