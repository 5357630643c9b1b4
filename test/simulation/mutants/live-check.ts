import { unitTest, type Mutant } from './mutant';

const look = (testName: string) => unitTest('live-check/look', testName);

/** What a check on a real account makes it can find again, and does not take for what it is not. */
export const liveCheckMutants: readonly Mutant[] = [
  {
    name: 'a live check records nothing of what it makes',
    rule: 'what is made is in the record before it is made',
    file: 'live-check/look.ts',
    find: '    this.run.record.add({ kind, region, name });\n',
    replace: '',
    killedBy: look('a resource is in the file before its creation'),
  },
  {
    name: 'a look that is over continues to create things',
    rule: 'nothing is recorded, and so made, once a look is over',
    file: 'live-check/look.ts',
    find: '    this.signal.throwIfAborted();\n    this.run.record',
    replace: '    this.run.record',
    killedBy: look('once a look is over'),
  },
  {
    name: 'parents are removed before their children',
    rule: 'what was made last is removed first',
    file: 'live-check/removal.ts',
    find: '.filter((each) => each.kind === kind).reverse()',
    replace: '.filter((each) => each.kind === kind)',
    killedBy: look('children go before their parents'),
  },
  {
    name: 'an unexpected id of a certificate is not recorded',
    rule: 'a certificate is removed by the id that it has',
    file: 'live-check/look.ts',
    find: "    this.run.record.add({ kind: 'certificate', region: clients.region, name: certificateId! });\n",
    replace: '',
    killedBy: look('a certificate is in the file by the id that it should have'),
  },
  {
    name: 'a certificate is removed without having been deactivated',
    rule: 'what lets a device in is shut first, whatever becomes of the rest',
    file: 'live-check/removal.ts',
    find: '    if (status === CertificateStatus.ACTIVE) await iot.send',
    replace: '    if (status === undefined) await iot.send',
    killedBy: look('a certificate is deactivated, then detached'),
  },
  {
    name: 'policies are detached only when they are deleted',
    rule: 'the minutes between the detachment of a policy and its deletion begin first',
    file: 'live-check/removal.ts',
    find: "    'policy': detachFromAll,\n",
    replace: '',
    killedBy: look('policies are detached first of all'),
  },
  {
    name: 'a missing permission is an answer',
    rule: 'an error about the caller shows nothing about a belief',
    file: 'live-check/answer.ts',
    find: ' && !NOT_AN_ANSWER.test(name)',
    replace: '',
    killedBy: look('AccessDeniedException is no answer'),
  },
  {
    name: 'a belief that fails does not hold',
    rule: 'what could not be looked at is not called wrong',
    file: 'live-check/runner.ts',
    find: "    return end('not looked at', error instanceof NotLookable",
    replace: "    return end('does not hold', error instanceof NotLookable",
    killedBy: unitTest('live-check/runner', 'a belief that can\'t be looked at has the reason'),
  },
  {
    name: 'half a line of a record is read as a whole one',
    rule: 'the record of a killed run is read up to its last whole line',
    file: 'live-check/made.ts',
    find: ".split('\\n').slice(0, -1).map(",
    replace: ".split('\\n').filter(Boolean).map(",
    killedBy: unitTest('live-check/made', 'an entry that was written by half'),
  },
];
