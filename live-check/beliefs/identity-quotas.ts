import { paginateListAWSDefaultServiceQuotas } from '@aws-sdk/client-service-quotas';
import { QUOTAS } from '../../src/kinds/register';
import type { Belief } from '../belief';

/** Calls of a replication that have to do with certificates and policies. */
const CALLS = Object.keys(QUOTAS).filter(isOfIdentities);

function isOfIdentities(name: string): boolean {
  return /Certificate|Polic|Principal/i.test(name);
}

export const QUOTA_BELIEFS: readonly Belief[] = [{
  id: 'account-identity-quotas',
  topic: 'account',
  statement: 'Service Quotas names the rate of each call of certificates and policies like that of calls of things, such as "GetPolicy API TPS"',
  otherwise: 'for calls that it does not name so, `estimate` computes with AWS\'s default, whatever the account has: its option --quota changes that',
  see: 'https://docs.aws.amazon.com/general/latest/gr/iot-core.html',
  uses: {},
  boundSeconds: 60,
  look: async (look) => {
    const names: string[] = [];
    // Defaults, whose names are the same: what the account has is its own to know.
    for await (const { Quotas = [] } of paginateListAWSDefaultServiceQuotas({ client: look.source.serviceQuotas }, { ServiceCode: 'iotcore' })) {
      names.push(...Quotas.map(({ QuotaName }) => QuotaName!));
    }
    const missing = CALLS.filter((call) => !names.includes(`${call} API TPS`));
    const similar = names.filter(isOfIdentities);
    return { holds: missing.length === 0, seen: `not named so: ${missing.join(', ') || 'none'}; names about identities: ${similar.join(', ') || 'none'}, of ${names.length}` };
  },
}];
