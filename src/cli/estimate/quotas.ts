import { paginateListServiceQuotas, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import type { RateOf } from '../../estimate/fleet';
import { QUOTAS } from '../../kinds/register';
import type { Clients } from '../clients';
import { asCommandError } from '../errors';

const SERVICE = 'iotcore';
/** As Service Quotas names the quota of a call. */
const NAME = /^(\w+) API TPS$/;

/** Quotas of calls, a second, in one Region. */
export interface RegionQuotas {
  readonly region: string;
  /** Those that the account has there, of the calls that a replication makes. */
  readonly read: Readonly<Record<string, number>>;
}

/**
 * The quotas that a Region of the account has. Service Quotas does not list each: the others are AWS's defaults.
 *
 * @throws CommandError if they can't be read
 */
export async function quotasIn(clients: Clients, region: string, abortSignal: AbortSignal): Promise<RegionQuotas> {
  const read: Record<string, number> = {};
  try {
    const client = clients.of(ServiceQuotasClient, region);
    for await (const { Quotas = [] } of paginateListServiceQuotas({ client }, { ServiceCode: SERVICE }, { abortSignal })) {
      for (const { QuotaName = '', Value } of Quotas) {
        const call = NAME.exec(QuotaName)?.[1];
        if (call !== undefined && call in QUOTAS && Value !== undefined) read[call] = Value;
      }
    }
  } catch (error) {
    abortSignal.throwIfAborted();
    throw asCommandError(error);
  }
  return { region, read };
}

/** What a replication makes calls with: a share of what is given, else of what was read, else of AWS's default. */
export function rateOf(share: number, given: Readonly<Record<string, number>>, { read }: Pick<RegionQuotas, 'read'>): RateOf {
  return (call) => (given[call] ?? read[call] ?? QUOTAS[call]) * share;
}
