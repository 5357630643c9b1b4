import {
  CertificateStatus, GetPolicyCommand, IoTClient, paginateListAttachedPolicies, paginateListCertificates, paginateListPolicies,
  paginateListThingPrincipalsV2, ThingPrincipalType,
} from '@aws-sdk/client-iot';
import pMap from 'p-map';
import type { Registry } from './registry-reader';
import { canonicalJson } from '../src/kinds/policy/canonical-json';

/** What lets devices into a Region, in one canonical form: sorted, without ARNs, versions and dates, which differ between Regions. */
export interface IdentityRegistry {
  /** Documents by name, each as canonical JSON, with `<Region>` in place of its Region. */
  readonly policies: Record<string, string>;
  readonly certificates: Record<string, { readonly status: CertificateStatus; readonly policies: readonly string[] }>;
  /** Ids of certificates by thing, those of exclusive attachments with `/exclusive`. */
  readonly principals: Record<string, readonly string[]>;
  /** Names of policies by group. */
  readonly groupPolicies: Record<string, readonly string[]>;
}

const CONCURRENCY = 8;

/** Reads policies, certificates and what they are attached to: of some things and groups. */
export async function readIdentities(client: IoTClient, account: string, { things, groups }: Pick<Registry, 'things' | 'groups'>): Promise<IdentityRegistry> {
  const region = await client.config.region();
  const config = { client, pageSize: 250 };
  const attached = async (resource: string) => {
    const found = await all(paginateListAttachedPolicies(config, { target: `arn:aws:iot:${region}:${account}:${resource}` }), (page) => page.policies);
    return found.map(({ policyName }) => policyName!).sort();
  };
  const policies = await all(paginateListPolicies(config, {}), (page) => page.policies);
  const certificates = await all(paginateListCertificates(config, {}), (page) => page.certificates);
  const statuses = new Map(certificates.map(({ certificateId, status }) => [certificateId!, status!]));
  return {
    policies: await byName(policies.map(({ policyName }) => policyName!), async (policyName) => {
      const { policyDocument } = await client.send(new GetPolicyCommand({ policyName }));
      return canonicalJson(JSON.parse(policyDocument!) as unknown).replaceAll(`:iot:${region}:`, ':iot:<Region>:');
    }),
    certificates: await byName([...statuses.keys()], async (id) => ({ status: statuses.get(id)!, policies: await attached(`cert/${id}`) })),
    principals: await byName(Object.keys(things), async (thingName) => {
      const found = await all(paginateListThingPrincipalsV2(config, { thingName }), (page) => page.thingPrincipalObjects);
      return found.map(({ principal, thingPrincipalType }) => {
        const isExclusive = thingPrincipalType === ThingPrincipalType.EXCLUSIVE_THING;
        return principal!.slice(principal!.lastIndexOf('/') + 1) + (isExclusive ? '/exclusive' : '');
      }).sort();
    }),
    groupPolicies: await byName(Object.keys(groups), (groupName) => attached(`thinggroup/${groupName}`)),
  };
}

async function all<Page, Item>(pages: AsyncIterable<Page>, itemsOf: (page: Page) => Item[] | undefined): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of pages) items.push(...itemsOf(page) ?? []);
  return items;
}

async function byName<T>(names: readonly string[], read: (name: string) => Promise<T>): Promise<Record<string, T>> {
  return Object.fromEntries(await pMap([...names].sort(), async (name) => [name, await read(name)] as const, { concurrency: CONCURRENCY }));
}
