import { unitTest, type Mutant } from './mutant';

const hints = (testName: string) => unitTest('hints/hints', testName);

const look = 'src/hints/handler/look.ts';
const reader = 'src/hints/handler/reader.ts';
const memory = 'src/hints/handler/memory.ts';
const hint = 'src/hints/handler/hint.ts';

/** Rules about what only says that something may have changed. */
export const hintMutants: readonly Mutant[] = [
  {
    name: 'a hint deactivates what is gone',
    rule: 'what is gone is left to checks and sweeps, which have a limit',
    file: look,
    find: '    if (isSet) await endRecord',
    replace: '    await endRecord',
    killedBy: hints('what is gone is left to checks and sweeps'),
  },
  {
    name: 'a hint leaves a set as it was that has become empty',
    rule: 'a set that has become empty is recorded',
    file: look,
    find: '    if (isSet) await endRecord(persister, key, records, readAt);\n',
    replace: '',
    killedBy: hints('a set that has become empty is recorded'),
  },
  {
    name: 'a certificate that only a thing refers to is not read',
    rule: 'what a hint\'s state refers to and has no record is read too',
    file: look,
    find: '  for (const each of found) found.push(...await lookAtOne(context, each, true));\n',
    replace: '',
    killedBy: hints('has its certificates read after 30 seconds, and after 120'),
  },
  {
    name: 'a thing is read at once',
    rule: 'provisioning attaches certificates after it has created the thing',
    file: hint,
    find: 'const AFTER_CREATION = [30, 120];',
    replace: 'const AFTER_CREATION = [0];',
    killedBy: hints('has its certificates read after 30 seconds, and after 120'),
  },
  {
    name: 'a key is read as often as there are hints',
    rule: 'the same key is read once a minute',
    file: reader,
    find: '    const restsUntil = readAt + REST_MS;',
    replace: '    const restsUntil = readAt;',
    killedBy: hints('is read once a minute'),
  },
  {
    name: 'a reading does not cover the hints of before',
    rule: 'a reading covers hints that were sent before it began',
    file: reader,
    find: '    if (sentAt < readAt) return;\n',
    replace: '',
    killedBy: hints('is read once for hints from before the reading'),
  },
  {
    name: 'a hint that could not be read is lost',
    rule: 'what could not be read is delivered again',
    file: reader,
    find: 'SentTimestamp) });\n        left.push(record);',
    replace: 'SentTimestamp) });',
    killedBy: hints('is delivered again after a minute, and the rest is read'),
  },
  {
    name: 'a reading that has failed counts as one',
    rule: 'what could not be read is read when it is delivered again',
    file: reader,
    find: '    const readAt = this.context.now();\n',
    replace: '    const readAt = this.context.now();\n    this.memory.remember(key, { readAt });\n',
    killedBy: hints('is delivered again after a minute, and the rest is read'),
  },
  {
    name: 'a hint whose record was not persisted counts as read',
    rule: 'what could not be persisted is read again',
    file: look,
    find: '  if (outcome === FAILED) throw',
    replace: '  if (outcome === undefined) throw',
    killedBy: hints('whose record was not persisted is delivered again'),
  },
  {
    name: 'a call that has failed is a hint',
    rule: 'a call that has failed has changed nothing',
    file: hint,
    find: '  if (errorCode !== undefined) return [];\n',
    replace: '',
    killedBy: hints('about a call that has failed reads nothing'),
  },
  {
    name: 'a reading covers what is to be read later',
    rule: 'what was put off is read when its time has come, whatever was read before',
    file: reader,
    find: 'await this.read(entity, dueAt);',
    replace: 'await this.read(entity, Number(attributes.SentTimestamp));',
    killedBy: hints('has its certificates read after 30 seconds, and after 120'),
  },
  {
    name: 'what is not replicated is read',
    rule: 'a set is read if what it belongs to has a record',
    file: look,
    find: '  if (isSet && !hasLivingOwners(entity, records)) return [];\n',
    replace: '',
    killedBy: hints('costs no call of AWS IoT as long as it has no record'),
  },
  {
    name: 'each update of a thing has it read',
    rule: 'an update is covered by the message that returns',
    file: memory,
    find: '    if (dueAt !== undefined && now < dueAt) return false;\n',
    replace: '',
    killedBy: hints('every second is read once in two minutes'),
  },
  {
    name: 'updates of a busy fleet are all read',
    rule: 'a reader reads a few things a minute because they were updated',
    file: memory,
    find: '    if (this.routineReadings >= ROUTINE_READS_PER_MINUTE) return false;\n',
    replace: '',
    killedBy: hints('with many others is read only if there were few in this minute'),
  },
  {
    name: 'a creation is treated as an update',
    rule: 'new things are all read',
    file: hint,
    find: "operation === 'UPDATED'",
    replace: "operation !== 'DELETED'",
    killedBy: hints('has its certificates read after 30 seconds, and after 120'),
  },
  {
    name: 'a hint that was not read waits for the visibility timeout',
    rule: 'what could not be read is delivered again after a minute',
    file: reader,
    find: '    for (const record of left) await reader.putBack(record);\n',
    replace: '',
    killedBy: hints('is delivered again after a minute, and the rest is read'),
  },
  {
    name: 'hints take more of the quotas than checks and sweeps leave',
    rule: 'checks, sweeps and hints together take no more than the quotas',
    file: 'src/hints/sizing.ts',
    find: 'Math.min(readShare / 2, 1 - readShare)',
    replace: 'readShare / 2',
    killedBy: hints('beside checks and sweeps that take'),
  },
];
