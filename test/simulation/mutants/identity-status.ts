import { unitTest, type Mutant } from './mutant';

/** A world whose status says in sync, and is not, without the rule. */
const world = (testName: string) => unitTest('simulation/identity-worlds', testName);
const status = (testName: string) => unitTest('status/identities', testName);
const rejected = (testName: string) => unitTest('drift/rejected', testName);

const ofPolicies = 'src/kinds/policy/handler/registry.ts';

/** Rules about what the status says of certificates and policies. */
export const identityStatusMutants: readonly Mutant[] = [
  {
    name: 'identities are in sync beside a dead letter',
    rule: 'what could not be applied is not here',
    file: 'src/status/handler/status.ts',
    find: '...deadLetters > 0 ? [',
    replace: '...deadLetters < 0 ? [',
    killedBy: world('a certificate that was revoked by hand can not be activated any more'),
  },
  {
    name: 'what a drift check has left is in sync',
    rule: 'a difference that is only reported stays one',
    file: 'src/status/handler/status.ts',
    find: "...remaining > 0 ? [{ state: Readiness.DEGRADED, code: 'DRIFT'",
    replace: "...remaining < 0 ? [{ state: Readiness.DEGRADED, code: 'DRIFT'",
    killedBy: world('what a drift check only reports'),
  },
  {
    name: 'the last good certificate check counts for ever',
    rule: 'who is deactivated is shut out within the time that is documented, or the status says that it may not be so',
    file: 'src/status/handler/status.ts',
    find: 'const isLate = isOld(',
    replace: 'const isLate = durationSeconds < 0 && isOld(',
    killedBy: world('certificate checks that fail do not count'),
  },
  {
    name: 'a destination is not ready once certificate checks stay away',
    rule: 'that the source may have changed says nothing about what has arrived',
    file: 'src/status/handler/status.ts',
    find: 'since may be active here`, isOfSource: true }',
    replace: 'since may be active here` }',
    killedBy: status('certificate checks that stay away are reported'),
  },
  {
    name: 'a drift check with other domain names is proof',
    rule: 'a drift check covers only what it compared with',
    file: 'src/status/handler/status.ts',
    find: 'if (!lastDrift || lastDrift.rewriting === rewriting) return [];',
    replace: 'if (lastDrift) return [];',
    killedBy: status('a drift check that wrote policies by other settings'),
  },
  {
    name: 'the registry alone decides whether a destination is ready',
    rule: 'a device needs its certificate and its policies',
    file: 'src/status/handler/status.ts',
    find: 'readyToFailOver: registryInSync && identitiesInSync !== false',
    replace: 'readyToFailOver: registryInSync',
    killedBy: world('while identities are out of sync'),
  },
  {
    name: 'the registry is blamed for identities',
    rule: 'a reason about one part says nothing about the other',
    file: 'src/status/handler/status.ts',
    find: 'reason.isOfSource || (reason.part ?? part) !== part',
    replace: 'reason.isOfSource || part === undefined',
    killedBy: world('while identities are out of sync'),
  },
  {
    name: 'a policy of somebody else is a difference like any other',
    rule: 'a policy that nobody may overwrite stays different until somebody acts',
    file: ofPolicies,
    find: '!adoptsPolicies && !await isCopy(iot, policyName, relocation)',
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
    file: 'src/status/handler/lateness.ts',
    find: 'Math.max(1, Math.ceil(durationSeconds * 1000 / intervalMs))',
    replace: '1',
    killedBy: status('says how rarely the source is read'),
  },
  {
    name: 'drift checks of identities are never overdue',
    rule: 'a check that never begins does not fail',
    file: 'src/status/handler/overdue.ts',
    find: 'if (intervalMs === undefined ||',
    replace: "if (run === 'identityDriftCheck' || intervalMs === undefined ||",
    killedBy: unitTest('status/overdue', 'drift checks of identities are overdue'),
  },
];
