import { unitTest, type Mutant } from './mutant';

const check = (testName: string) => unitTest('certificate-check/check', testName);
const limit = (testName: string) => unitTest('sweep/deactivation-limit', testName);

const listing = 'src/certificate-check/handler/list.ts';
const looking = 'src/certificate-check/handler/look.ts';
const absence = 'src/certificate-check/handler/absent.ts';

/** Rules about how changes of certificates are noticed. */
export const certificateCheckMutants: readonly Mutant[] = [
  {
    name: 'what is revoked waits for the end of the listing',
    rule: 'what may be less than its record is read before the listing continues',
    file: listing,
    find: '    else if (isLess(record, each)) less.push(each);\n',
    replace: '',
    killedBy: check('what allows less is read before the listing continues'),
  },
  {
    name: 'a check trusts what it knows of a record that another observer has written',
    rule: 'whoever writes a record notes it, and the check reads that record',
    file: listing,
    find: '!isReliable || changed.has(each.certificateId) || ',
    replace: '!isReliable || ',
    killedBy: check('so that a certificate that was active for a moment is deactivated again'),
  },
  {
    name: 'an observer notes nothing',
    rule: 'whoever writes a record notes it, and the check reads that record',
    file: 'src/sweep/handler/persistence-client.ts',
    find: '    if (kindOf(kind).isCredential) await this.changed.note',
    replace: '    if (kindOf(kind).name === \'\') await this.changed.note',
    killedBy: check('so that a certificate that existed for a moment is deleted again'),
  },
  {
    name: 'a check trusts what it knows of the records of another table',
    rule: 'what is known is known of one table',
    file: listing,
    find: 'head !== undefined && head.tableName === config.tableName && ',
    replace: 'head !== undefined && ',
    killedBy: check('knows nothing of another table'),
  },
  {
    name: 'an absence takes no direct read',
    rule: 'what a listing lacks is gone only if a direct read finds nothing',
    file: looking,
    find: '  if (await readCertificate(pacedIot, certificateId)) return { counts: [], change: unsettled(certificateId) };\n',
    replace: '',
    killedBy: check('deactivates none of them that is there'),
  },
  {
    name: 'a check deactivates however many are absent',
    rule: 'more absences than may be deactivated write none of them',
    file: absence,
    find: '    if (absent.size <= limit) return',
    replace: '    if (absent.size <= Infinity) return',
    killedBy: check('of more than may be deactivated writes none of them'),
  },
  {
    name: 'a wrong listing is taken for a mass deletion',
    rule: 'absences of which some are there say nothing about the rest',
    file: 'src/certificate-check/handler/summary.ts',
    find: '  if (lookedAt > 0 && areGone === lookedAt) {',
    replace: '  if (lookedAt > 0) {',
    killedBy: check('of more than that, of which some are there'),
  },
  {
    name: 'what could not be persisted counts as known',
    rule: 'what was not written is read again by the next check',
    file: looking,
    find: 'outcome === Outcome.PERSISTED || outcome === Outcome.FILTERED ? settled(listed) : unsettled(certificateId)',
    replace: 'settled(listed)',
    killedBy: check('what could not be persisted is tried again by the next check'),
  },
  {
    name: 'a check reads every certificate that has no record',
    rule: 'a check reads no more certificates without a record than fit into its interval',
    file: listing,
    find: 'missing.slice(0, Math.max(0, run.maxNew - taken))',
    replace: 'missing.slice()',
    killedBy: check('are read up to what fits into the interval'),
  },
  {
    name: 'a check reads what a sweep is reading',
    rule: 'while a sweep runs, a check leaves certificates without a record to it, but for a few',
    file: 'src/certificate-check/handler/begin.ts',
    find: 'isSwept ? inAnInterval * SHARE_BESIDE_SWEEP : inAnInterval',
    replace: 'inAnInterval',
    killedBy: check('are left to a sweep that runs'),
  },
  {
    name: 'an old check overwrites what a later one knows',
    rule: 'a check that is redriven forgets nothing',
    file: 'src/certificate-check/handler/remember.ts',
    find: '    if (head && head.startedAt > run.startedAt) return {};\n',
    replace: '',
    killedBy: check('an older check that is redriven changes nothing'),
  },
  {
    name: 'a sweep deactivates as many certificates as it may delete of everything',
    rule: 'certificates that are gone have a limit of their own',
    file: 'src/sweep/handler/deletions.ts',
    find: ' ?? await lockoutOf(credentials, context, journal)',
    replace: '',
    killedBy: limit('a sweep that finds more certificates gone than may be deactivated'),
  },
  {
    name: 'certificates count among other deletions',
    rule: 'certificates that are gone have a limit of their own',
    file: 'src/sweep/handler/deletions.ts',
    find: 'failureOf(gone - credentials, ',
    replace: 'failureOf(gone, ',
    killedBy: limit('certificates do not count among other deletions'),
  },
  {
    name: 'a sweep counts the certificates of each unit anew',
    rule: 'the limit of certificates holds for the whole sweep',
    file: 'src/sweep/handler/deletions.ts',
    find: '(cursor?.credentials ?? 0) + ',
    replace: '',
    killedBy: limit('however small its units are'),
  },
];
