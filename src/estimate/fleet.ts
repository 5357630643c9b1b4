/** What a registry contains. */
export interface FleetSize {
  readonly things: number;
  /** Things in groups: one for each pair. */
  readonly memberships: number;
  readonly groups: number;
  readonly types: number;
  readonly certificates: number;
  readonly policies: number;
}

/** Calls of a registry, by name. */
export type Calls = Readonly<Record<string, number>>;

/** Calls a second that a call may be made with: its quota times the share of the replication. */
export type RateOf = (call: string) => number;

/** The largest page of a listing of the registry. */
export const PAGE = 250;

/** A listing has one page, even of nothing. */
export function pagesOf(entries: number): number {
  return Math.max(1, Math.ceil(entries / PAGE));
}
