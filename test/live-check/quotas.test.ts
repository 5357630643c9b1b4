import { ListAWSDefaultServiceQuotasCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { mockClient } from 'aws-sdk-client-mock';
import { QUOTA_BELIEFS } from '../../live-check/beliefs/identity-quotas';
import { Clients } from '../../live-check/clients';
import type { Look } from '../../live-check/look';
import { QUOTAS } from '../../src/kinds/register';

const serviceQuotas = mockClient(ServiceQuotasClient);
const look = { source: new Clients('us-east-1', { credentials: { accessKeyId: 'a', secretAccessKey: 'b' } }) } as Partial<Look> as Look;

/** What is found if Service Quotas has these names, on pages of one. */
function found(names: readonly string[]) {
  serviceQuotas.reset();
  serviceQuotas.on(ListAWSDefaultServiceQuotasCommand).callsFake(({ NextToken = '0' }: { readonly NextToken?: string }) => {
    const index = Number(NextToken);
    return { Quotas: names.slice(index, index + 1).map((QuotaName) => ({ QuotaName, Value: 10 })), NextToken: index + 1 < names.length ? String(index + 1) : undefined };
  });
  return QUOTA_BELIEFS[0].look(look);
}

test('every rate of a call of certificates and policies has its name, wherever it is listed', async () => {
  const { holds, seen } = await found(Object.keys(QUOTAS).map((call) => `${call} API TPS`));
  expect([holds, seen]).toEqual([true, expect.stringContaining('not named so: none')]);
});

test('a rate that is named otherwise is reported, with the names that are there', async () => {
  const names = Object.keys(QUOTAS).filter((call) => call !== 'GetPolicy').map((call) => `${call} API TPS`);
  const { holds, seen } = await found([...names, 'Policy reads']);
  expect([holds, seen]).toEqual([false, expect.stringMatching(/^not named so: GetPolicy; .*, Policy reads, of \d+$/)]);
});

test('no names at all are reported as none', async () => {
  expect(await found([])).toEqual({ holds: false, seen: expect.stringMatching(/CreatePolicy.*; names about identities: none, of 0$/) });
});
