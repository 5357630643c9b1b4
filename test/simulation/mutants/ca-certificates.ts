import { unitTest, type Mutant } from './mutant';

const ca = (testName: string) => unitTest('kinds/identities/ca', testName);

const ofRule = 'src/kinds/ca/handler/apply.ts';
const ofRegistry = 'src/kinds/ca/handler/registry.ts';

/** Rules about CA certificates. */
export const caCertificateMutants: readonly Mutant[] = [
  {
    name: 'devices register themselves with a copy of a CA certificate',
    rule: 'a copy of a CA certificate never lets devices register themselves',
    file: ofRegistry,
    find: 'allowAutoRegistration: false',
    replace: 'allowAutoRegistration: true',
    killedBy: ca('a new one is registered from its PEM alone'),
  },
  {
    name: 'a CA certificate is registered active',
    rule: 'a CA certificate is registered inactive and activated last',
    file: ofRegistry,
    find: 'setAsActive: false',
    replace: 'setAsActive: true',
    killedBy: ca('a new one is registered from its PEM alone'),
  },
  {
    name: 'a deleted CA certificate is not deactivated',
    rule: 'a deleted CA certificate is inactive at once, whatever the deletion mode',
    file: ofRule,
    find: 'if (deleted || status !== CaStatus.ACTIVE) await deactivate',
    replace: 'if (status !== CaStatus.ACTIVE) await deactivate',
    killedBy: ca('a deleted one is inactive at once'),
  },
  {
    name: 'a retained CA certificate is deleted',
    rule: 'where deletions are not replicated, a deleted CA certificate stays, inactive',
    file: ofRule,
    find: 'if (updated.is === \'notFound\' || await context.isRetained()) return;',
    replace: 'if (updated.is === \'notFound\') return;',
    killedBy: ca('a deleted one is inactive at once'),
  },
  {
    name: 'an eleventh CA certificate of one subject waits',
    rule: 'an eleventh CA certificate of one subject is rejected with the reason',
    file: ofRule,
    find: '    if (isResourceLimit(error)) throw new TooManyCaCertificatesError();\n',
    replace: '',
    killedBy: ca('an eleventh of one subject is rejected'),
  },
  {
    name: 'an inactive CA certificate is taken for what its record calls it',
    rule: 'the id of a CA certificate is its hash',
    file: ofRule,
    find: '    expectPemOf(caCertificateId, state.pem);\n    if',
    replace: '    if',
    killedBy: ca('is refused, and registers nothing'),
  },
  {
    name: 'CA certificates are compared wherever identities are',
    rule: 'the kinds of a feature that extends another are compared only where it is on',
    file: 'src/comparison/phases.ts',
    find: ' && (own === feature || features.includes(own!))',
    replace: '',
    killedBy: unitTest('kinds/common', 'the kind ca is unknown without its feature'),
  },
];
