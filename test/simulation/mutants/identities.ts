import { unitTest, type Mutant } from './mutant';

const policy = (testName: string) => unitTest('kinds/identities/policy', testName);
const certificate = (testName: string) => unitTest('kinds/identities/certificate', testName);
const sets = (testName: string) => unitTest('kinds/identities/sets', testName);
const persistence = (testName: string) => unitTest('persistence/identities', testName);

const ofPolicies = 'src/kinds/policy/handler/apply.ts';
const ofCertificates = 'src/kinds/certificate/handler/apply.ts';
const ofPolicySets = 'src/kinds/handler/policy-set.ts';

/** Rules about who gets in. */
export const identityMutants: readonly Mutant[] = [
  {
    name: 'a certificate is activated before its policies are attached',
    rule: 'a certificate becomes active only after every policy of its record is attached',
    file: ofPolicySets,
    find: '  if (refusal) throw refusal;\n',
    replace: '',
    killedBy: certificate('a certificate stays inactive while one of its policies is missing'),
  },
  {
    name: 'what allows is attached before what denies',
    rule: 'what denies is attached first',
    file: ofPolicySets,
    find: '  await attachAll(missing.filter((name) => restrictive.has(name)));\n',
    replace: '',
    killedBy: certificate('a new certificate is registered inactive'),
  },
  {
    name: 'what denies is detached with the rest',
    rule: 'what denies is detached last',
    file: ofPolicySets,
    find: '  while (toDetach.length > 0 && !restrictive.has(toDetach[0])) await detach',
    replace: '  while (toDetach.length > 0) await detach',
    killedBy: certificate('what allows is taken away before anything else that allows is given'),
  },
  {
    name: 'a policy is attached whatever it allows',
    rule: 'a policy is attached only if it is as its record says',
    file: ofPolicySets,
    find: '    await expectAsRecorded(policyName, context);\n',
    replace: '',
    killedBy: certificate('a certificate stays inactive while one of its policies is missing, or is not as recorded'),
  },
  {
    name: 'attachments of others are taken away',
    rule: 'policies that are not selected are left alone',
    file: ofPolicySets,
    find: '!wanted.includes(name) && isSelectedPolicy(name, identities)',
    replace: '!wanted.includes(name)',
    killedBy: certificate('policies that are not selected are left alone'),
  },
  {
    name: 'a certificate keeps its status while deletions are not replicated',
    rule: 'a deleted certificate is inactive at once, whatever the deletion mode',
    file: ofCertificates,
    find: '  if (deleted || status !== Status.ACTIVE) await shutOut',
    replace: '  if (deleted && await context.isRetained()) return undefined;\n  if (deleted || status !== Status.ACTIVE) await shutOut',
    killedBy: certificate('a deleted certificate is inactive at once'),
  },
  {
    name: 'a certificate that waits for just-in-time registration is registered',
    rule: 'a copy of it would keep its device from being registered in the destination',
    file: ofCertificates,
    find: '  if (state.status === Status.PENDING_ACTIVATION) return;\n',
    replace: '',
    killedBy: certificate('a certificate that waits for just-in-time registration is not registered'),
  },
  {
    name: 'a certificate is taken for what its record calls it',
    rule: 'the id of a certificate is its hash',
    file: ofCertificates,
    find: ' || certificateIdOf(pem) !== certificateId)',
    replace: ')',
    killedBy: certificate('is refused without a call'),
  },
  {
    name: 'what is revoked by hand is registered anew',
    rule: 'a certificate is registered anew only if the source has',
    file: ofCertificates,
    find: '  if (!await revocations.isOfEarlier(record)) throw new RevokedCertificateError();\n',
    replace: '',
    killedBy: certificate('is rejected with the reason'),
  },
  {
    name: 'things lose a certificate that is registered anew',
    rule: 'the sets of its things are applied again',
    file: ofCertificates,
    find: '  await queueFirst(things.map((thingName) => keyOf({ kind: \'principals\', thingName })));\n',
    replace: '',
    killedBy: certificate('is registered anew if the source has'),
  },
  {
    name: 'policies of others are overwritten',
    rule: 'a policy of the same name that is not the replication\'s own is left alone',
    file: ofPolicies,
    find: '    await expectOwn(policyName, context, identities);\n',
    replace: '',
    killedBy: policy('is left alone, with the reason'),
  },
  {
    name: 'policies of others are deleted',
    rule: 'only the replication\'s own policies are deleted',
    file: ofPolicies,
    find: '  if (!there || await ownerOf(iot, policyName) !== owner) return;\n',
    replace: '  if (!there) return;\n',
    killedBy: policy('is not deleted with the source'),
  },
  {
    name: 'a policy that a record needs is detached',
    rule: 'what a live record attaches a deleted policy to is waited for',
    file: ofPolicies,
    find: 'const wants = record !== undefined && !record.deleted && policiesIn(record).includes(policyName);',
    replace: 'const wants = false;',
    killedBy: policy('waits for what a record attaches it to'),
  },
  {
    name: 'the fifth version of a policy is its last',
    rule: 'the oldest version that is not the default makes room',
    file: ofPolicies,
    find: '    if (oldest !== undefined) await deleteVersion(iot, policyName, oldest);\n',
    replace: '',
    killedBy: policy('another document becomes the default version'),
  },
  {
    name: 'a full set stays as it is',
    rule: 'room for a policy comes from one that is too much',
    file: ofPolicySets,
    find: '      await detach(toDetach.shift()!);\n    }\n  };',
    replace: '      throw new WaitingError(\'the target is full\');\n    }\n  };',
    killedBy: sets('both policies of a group are exchanged'),
  },
  {
    name: 'a certificate keeps the type of its attachment',
    rule: 'an attachment of another type takes the place of the one that is there',
    file: 'src/kinds/principals/principals.ts',
    find: '  return isExclusive ? certificateId + EXCLUSIVE : certificateId;',
    replace: '  return certificateId;',
    killedBy: sets('are attached with their type, one call each, and stay as they are'),
  },
  {
    name: 'writers of one record meet each other\'s leases',
    rule: 'a second look ends, however many there are',
    file: 'src/replicator/handler/fence-items.ts',
    find: 'this.revision !== undefined && Item[A.RECORD_REVISION]?.S === this.revision',
    replace: 'this.revision === undefined && Item[A.RECORD_REVISION]?.S === this.revision',
    killedBy: unitTest('kinds/fence', 'leases of those who write the same record do not count'),
  },
  {
    name: 'what is revoked becomes active by a newer reading',
    rule: 'within an incarnation REVOKED is never replaced',
    file: 'src/record/guard.ts',
    find: ' AND #state.#field <> ${v.FINAL} AND ',
    replace: ' AND ',
    killedBy: persistence('does not replace it, however new'),
  },
  {
    name: 'what is revoked becomes active where an earlier end is missing',
    rule: 'the same of a record that has replaced a live one',
    file: 'src/persistence/unheard.ts',
    find: '${isFinal && ` and $not(${isFinal})`}',
    replace: '',
    killedBy: persistence('it stays so where the end of an earlier incarnation was never recorded'),
  },
];
