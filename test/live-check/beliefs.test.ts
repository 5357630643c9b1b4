import * as fs from 'node:fs';
import * as path from 'node:path';
import { BELIEFS, UNLOOKABLE } from '../../live-check/beliefs';
import type { IdentityFacts } from '../simulation/registry/identity-facts';

/** The belief that asks AWS what the simulator draws. */
const BELIEF_OF: Record<keyof IdentityFacts, string> = {
  revokedBack: 'certificate-revoked-to-active',
  updateRaisesCustomerVersion: 'certificate-customer-version',
  returnedPem: 'certificate-pem',
  expiredCertificate: 'certificate-expired',
  longPolicyError: 'policy-long-document',
  versionChangesGeneration: 'policy-version-generation',
  deleteDefaultVersionError: 'policy-delete-default',
  detachmentHoldsPolicy: 'policy-delete-detached',
  reattachingPolicy: 'policy-attach-again',
  detachingUnattachedPolicy: 'policy-detach-unattached',
  detachingMissingPolicy: 'policy-detach-missing',
  policiesPerTargetError: 'policy-eleventh',
  listingOfMissingPrincipal: 'policy-listed-of-missing',
  deleteOfGroupWithPolicies: 'policy-group-deleted',
  reattachingPrincipal: 'principal-attach-again',
  changingPrincipalType: 'principal-type-changed',
  exclusiveConflict: 'principal-exclusive-elsewhere',
  principalRaisesVersion: 'principal-thing-version',
  deleteThingDetaches: 'principal-delete-thing',
  principalThings: 'principal-things-listed',
  attachingWhileDetached: 'principal-attach-while-detached',
};

const read = (...file: readonly string[]) => fs.readFileSync(path.join(__dirname, '..', '..', ...file), 'utf8');

test('ids are unique and short enough for a name of IAM, and a belief without a look has a reason', () => {
  const ids = [...BELIEFS, ...UNLOOKABLE].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !/^[a-z0-9-]{1,32}$/.test(id))).toEqual([]);
  expect(UNLOOKABLE.filter(({ why, byHand }) => !why || !byHand)).toEqual([]);
});

test('what the simulator draws of identities because nobody has verified it is what the live check asks', () => {
  const ids = BELIEFS.map(({ id }) => id);
  expect(Object.values(BELIEF_OF).filter((id) => !ids.includes(id))).toEqual([]);
});

test('the page about identities lists every belief about them, and no other', () => {
  const [, section] = /## What nobody has verified\n([^]*?)\n## /.exec(read('docs', 'identities.md'))!;
  const listed = [...section.matchAll(/`([a-z0-9-]+)`/g)].map(([, id]) => id);
  const elsewhere = ['account-identity-quotas', 'event-principal'];
  const known = [...BELIEFS, ...UNLOOKABLE].filter(({ id, topic }) => topic === 'identities' || elsewhere.includes(id)).map(({ id }) => id);
  expect(listed.sort()).toEqual(known.sort());
});

test('the documented permissions are of calls that the check makes', () => {
  const directory = path.join(__dirname, '..', '..', 'live-check');
  const sources = fs.readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts')).map((file) => read('live-check', file)).join();
  // Of tags with a creation; and of the first version of a call whose second version AWS documents for both.
  const implied = ['TagResource', 'ListThingPrincipals'];
  const actions = [...read('docs', 'live-check.md').matchAll(/"(?:iot|lambda|servicequotas):(\w+)"/g)].map(([, action]) => action);
  expect(actions.length).toBeGreaterThan(30);
  expect(actions.filter((action) => !implied.includes(action) && !new RegExp(`\\b(${action}Command|paginate${action})\\b`).test(sources))).toEqual([]);
});
