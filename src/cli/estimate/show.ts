import type { Estimate } from './estimate';
import type { FleetSize } from '../../estimate/fleet';
import { PRICED } from '../../estimate/prices';
import { counted } from '../../runtime/counted';
import { columns } from '../table';
import type { Colors } from '../terminal';
import { shownDuration } from '../times';

export interface Assumptions {
  readonly readShare: number;
  readonly writeShare: number;
  /** Whether no quotas were read. */
  readonly isDefault: boolean;
}

/** A single one of what a registry contains. */
const ONE: Readonly<Record<keyof FleetSize, string>> = { things: 'thing', memberships: 'membership', groups: 'group', types: 'type', certificates: 'certificate', policies: 'policy' };

/** Tables of what is done once and of what is done each month, and what they rest on. */
export function shownEstimate(answer: Estimate, { readShare, writeShare, isDefault }: Assumptions, colors: Colors): string {
  const { fleet, sourceRegion, destinationRegions, backfill, month, dollarsAMonth, quotas } = answer;
  const sizes = Object.entries(fleet).filter(([, count]) => count > 0).map(([what, count]) => counted(count, ONE[what as keyof FleetSize], what));
  const known = [sourceRegion, ...destinationRegions].map((region) => `${Object.keys(quotas[region]).length} in ${region}`);
  return [
    `${colors.bold(`${sourceRegion} -> ${destinationRegions.join(', ')}`)}   ${sizes.join(', ')}`,
    '',
    columns(['backfill', 'takes', 'limited by', 'USD'].map((title) => colors.dim(title)), backfill.map(({ of, hours, limitedBy, dollars }) => [of, shownHours(hours), limitedBy, shownDollars(dollars)]), ['left', 'right', 'left', 'right']),
    '',
    columns(['a month', 'takes', 'times', 'USD'].map((title) => colors.dim(title)), [
      ...month.map(({ what, hours, times, dollars }) => [what, hours === undefined ? '' : shownHours(hours), times === undefined ? '' : String(Math.round(times)), shownDollars(dollars)]),
      ['sum', '', '', colors.bold(shownDollars(dollarsAMonth))],
    ], ['left', 'right', 'right', 'right']),
    '',
    `Quotas: ${isDefault ? 'AWS\'s defaults' : `read: ${known.join(', ')}; AWS's defaults for the others`}. Shares of them: ${readShare} of reads, ${writeShare} of writes.`,
    `List prices of ${PRICED.region}, ${PRICED.month}; not included: storage, logs, metrics, alarms, your router.`,
  ].join('\n');
}

function shownHours(hours: number): string {
  return shownDuration(Math.max(1, Math.round(hours * 3600)) * 1000).replace('.0 ', ' ');
}

function shownDollars(dollars: number): string {
  return dollars.toFixed(2);
}
