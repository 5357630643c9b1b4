import { unitTest, type Mutant } from './mutant';

const check = (testName: string) => unitTest('certificate-check/check', testName);
const sweeps = (testName: string) => unitTest('sweep/identities', testName);
const hints = (testName: string) => unitTest('hints/hints', testName);
const selection = (testName: string) => unitTest('comparison/selection', testName);

const ofChecks = 'src/certificate-check/handler/list.ts';
const listing = 'src/comparison/handler/listing.ts';
const look = 'src/hints/handler/look.ts';

/** Rules about which certificates are replicated, where that depends on the things that have them. */
export const certificateSelectionMutants: readonly Mutant[] = [
  {
    name: 'a check records certificates that no record names',
    rule: 'a check leaves a certificate without a record to whoever reads what names it',
    file: ofChecks,
    find: '!onlyReferred.includes(certificate.name) || records.get(keyOf(each)) === \'unreadable\'',
    replace: 'true',
    killedBy: check('one without a record is not read'),
  },
  {
    name: 'a check takes a record that can\'t be read for none',
    rule: 'what may be a record is one',
    file: ofChecks,
    find: ' || records.get(keyOf(each)) === \'unreadable\'',
    replace: '',
    killedBy: check('one whose record is unreadable is read'),
  },
  {
    name: 'a sweep records certificates that no record names',
    rule: 'what is replicated only if a record names it is neither read nor recorded otherwise',
    file: listing,
    find: 'const replicated = referred ?',
    replace: 'const replicated = referred && false ?',
    killedBy: sweeps('those are read and recorded in the sweep'),
  },
  {
    name: 'a sweep forgets certificates that are detached',
    rule: 'what has a record is followed, whether it is still named or not',
    file: listing,
    find: 'isAlive(records.get(key)) || referred.has(key)',
    replace: 'referred.has(key)',
    killedBy: sweeps('one that is detached is still followed'),
  },
  {
    name: 'a sweep forgets certificates whose record a lagging read does not show',
    rule: 'whether it has a record is read consistently',
    file: listing,
    find: 'consistent: referred !== undefined,',
    replace: 'consistent: false,',
    killedBy: sweeps('one whose record a lagging read of the table does not show'),
  },
  {
    name: 'a sweep waits with what it has just found to be named',
    rule: 'what a persisted record names is recorded by the same sweep',
    file: 'src/sweep/handler/persist.ts',
    find: '    ...await referredAfter(context, taken.slice(0, results.length)),\n',
    replace: '',
    killedBy: sweeps('those are read and recorded in the sweep'),
  },
  {
    name: 'a sweep knows only of changed records what they name',
    rule: 'what a record names is recorded, also if that record is as it was',
    file: listing,
    find: '    ...referredBy(equal, records, scope),\n',
    replace: '',
    killedBy: sweeps('one that lost its record is recorded again'),
  },
  {
    name: 'certificates are read beside what names them',
    rule: 'what is replicated only if a record names it is read after those records',
    file: 'src/sweep/phases.ts',
    find: 'kinds.indexOf(kind))) + 0.5;',
    replace: 'kinds.indexOf(kind))) - 9;',
    killedBy: sweeps('certificates that are replicated because things have them'),
  },
  {
    name: 'the limit of deactivations is a share of all certificates',
    rule: 'certificates that are not replicated do not count',
    file: listing,
    find: '[Count.LISTED]: replicated.length + unknownKeys.length',
    replace: '[Count.LISTED]: listed.length + unknownKeys.length',
    killedBy: sweeps('the limit of deactivations is a share of those'),
  },
  {
    name: 'a hint has a certificate recorded that no record names',
    rule: 'a hint about what is replicated only if a record names it is none without a record',
    file: look,
    find: 'onlyReferred.includes(entity.kind) && !isReferred',
    replace: 'false && !isReferred',
    killedBy: hints('a hint about one without a record costs no call'),
  },
  {
    name: 'a hint takes a certificate that was deleted for one with a record',
    rule: 'a tombstone is no record of something that lives',
    file: look,
    find: '!isAlive(records.get(keyOf(each)))',
    replace: 'records.get(keyOf(each)) === undefined',
    killedBy: hints('one that is attached to a thing is read, also when'),
  },
  {
    name: 'a hint has certificates recorded whose set was not',
    rule: 'only what records name is selected, whatever was read',
    file: look,
    find: 'namedBy((isEqual ? records : await table.batchGet([key], true)).get(key), table)',
    replace: 'namedBy({ ...there, deleted: false } as never, table)',
    killedBy: hints('one of a set that was not recorded'),
  },
  {
    name: 'a hint does not know why it reads what a set names',
    rule: 'what a record names is replicated',
    file: look,
    find: 'lookAtOne(context, each, true)',
    replace: 'lookAtOne(context, each, false)',
    killedBy: hints('one that is attached to a thing is read, also when'),
  },
  {
    name: 'a proof for certificates of things is one for all',
    rule: 'sweeps and checks of another selection prove nothing',
    file: 'src/comparison/selection-of.ts',
    find: ', ...narrowed];',
    replace: '];',
    killedBy: selection('the digest of a selection is that of no other'),
  },
];
