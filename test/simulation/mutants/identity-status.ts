import { unitTest, type Mutant } from './mutant';

const status = (testName: string) => unitTest('status/identities', testName);
const rejected = (testName: string) => unitTest('drift/rejected', testName);

const ofPolicies = 'src/kinds/policy/handler/registry.ts';

/** Rules about what the status says of certificates and policies. */
export const identityStatusMutants: readonly Mutant[] = [
  {
    name: 'a policy of somebody else is a difference like any other',
    rule: 'a policy that nobody may overwrite stays different until somebody acts',
    file: ofPolicies,
    find: '!adoptsPolicies && await ownerOf(iot, policyName) !== owner',
    replace: 'false',
    killedBy: rejected('is counted, also by a check that only reports'),
  },
  {
    name: 'a policy that is adopted is rejected',
    rule: 'with adoptPolicies a policy of the same name is overwritten',
    file: ofPolicies,
    find: 'isThere && !adoptsPolicies &&',
    replace: 'isThere &&',
    killedBy: rejected('is none where policies are adopted'),
  },
  {
    name: 'a policy that can not be rewritten is a difference like any other',
    rule: 'a document that can not be rewritten needs somebody to change it',
    file: ofPolicies,
    find: "if (rewriting.is === 'rejected') return new UnfaithfulPolicyError(rewriting.message);",
    replace: '',
    killedBy: rejected('so is one that never was replicated'),
  },
  {
    name: 'a policy of somebody else has to be gone with the record of the same name',
    rule: 'what no repair removes is no difference',
    file: 'src/drift/handler/check-and-repair.ts',
    find: 'if (await isForeign(iot, result, config)) return',
    replace: 'if (await isForeign(iot, result, config) && false) return',
    killedBy: rejected('is left alone, and is no difference'),
  },
  {
    name: 'what is repaired is counted as rejected before it is looked at again',
    rule: 'whether something is rejected is what the last look finds',
    file: 'src/drift/handler/check-and-repair.ts',
    find: '...rejection && fate !== DriftCount.REPAIRED ?',
    replace: '...rejection ?',
    killedBy: rejected('is none any more once it is gone'),
  },
  {
    name: 'what still is rejected after its repair is not counted',
    rule: 'whether something is rejected is what the last look finds',
    file: 'src/drift/handler/verify.ts',
    find: '...result.rejection ? [DriftCount.REJECTED] : []',
    replace: '',
    killedBy: rejected('a policy that can not be rewritten is counted'),
  },
  {
    name: 'policies that are rejected are no reason of their own',
    rule: 'who has to act is told what to do',
    file: 'src/status/handler/status.ts',
    find: 'return rejected > 0 ?',
    replace: 'return rejected < 0 ?',
    killedBy: status('are a reason of their own'),
  },
  {
    name: 'a sweep that takes longer than its interval makes identities out of sync',
    rule: 'how rarely the source is read says nothing about what has arrived',
    file: 'src/status/handler/status.ts',
    find: "code: 'COVERAGE', text, isOfSource: true }",
    replace: "code: 'COVERAGE', text }",
    killedBy: status('says how rarely the source is read'),
  },
  {
    name: 'a sweep begins while another one runs',
    rule: 'a scheduled sweep is skipped while one runs, so the next one begins after a multiple of the interval',
    file: 'src/status/handler/status.ts',
    find: 'Math.max(1, Math.ceil(lastSweep.durationSeconds * 1000 / sweepIntervalMs))',
    replace: '1',
    killedBy: status('says how rarely the source is read'),
  },
  {
    name: 'drift checks of identities are never overdue',
    rule: 'a check that never begins does not fail',
    file: 'src/status/handler/overdue.ts',
    find: 'ageOf(identities?.lastDrift, now), identityDriftMs]',
    replace: 'ageOf(identities?.lastDrift, now), undefined]',
    killedBy: unitTest('status/overdue', 'drift checks of identities are overdue'),
  },
];
