import { unitTest, type Mutant } from './mutant';

const hints = (testName: string) => unitTest('hints/hints', testName);

const look = 'src/hints/handler/look.ts';
const reader = 'src/hints/handler/reader.ts';
const hint = 'src/hints/handler/hint.ts';

/** Rules about what only says that something may have changed. */
export const hintMutants: readonly Mutant[] = [
  {
    name: 'a hint deactivates what is gone',
    rule: 'what is gone is left to checks and sweeps, which have a limit',
    file: look,
    find: '    if (isEmptied(entity, records)) await endRecord',
    replace: '    await endRecord',
    killedBy: hints('what is gone is left to checks and sweeps'),
  },
  {
    name: 'a hint leaves a set as it was that has become empty',
    rule: 'a set that has become empty is recorded',
    file: look,
    find: '    if (isEmptied(entity, records)) await endRecord(persister, key, records, readAt);\n',
    replace: '',
    killedBy: hints('a set that has become empty is recorded'),
  },
  {
    name: 'a certificate that only a thing refers to is not read',
    rule: 'what a hint\'s state refers to and has no record is read too',
    file: reader,
    find: '    for (const named of await lookAt(this.look, entity)) await lookAt(this.look, named, true);\n',
    replace: '    await lookAt(this.look, entity);\n',
    killedBy: hints('has its certificates read after 30 and 120 seconds'),
  },
  {
    name: 'a thing is read at once',
    rule: 'provisioning attaches certificates after it has created the thing',
    file: hint,
    find: 'const AFTER_THING = [30, 120];',
    replace: 'const AFTER_THING = [0];',
    killedBy: hints('has its certificates read after 30 and 120 seconds'),
  },
  {
    name: 'a key is read as often as there are hints',
    rule: 'the same key is read once a minute',
    file: reader,
    find: '    if (before && now() - before.readAt < REST_MS) {',
    replace: '    if (before && now() < before.readAt) {',
    killedBy: hints('is read once a minute'),
  },
  {
    name: 'a reading does not cover the hints of before',
    rule: 'a reading covers hints that were sent before it began',
    file: reader,
    find: '    if (before && sentAt < before.readAt) return;\n',
    replace: '',
    killedBy: hints('is read once for hints from before the reading'),
  },
  {
    name: 'a hint that could not be read is lost',
    rule: 'what could not be read is delivered again',
    file: reader,
    find: 'SentTimestamp) });\n        failed.push(record);',
    replace: 'SentTimestamp) });',
    killedBy: hints('a hint that could not be read is delivered again'),
  },
  {
    name: 'a reading that has failed counts as one',
    rule: 'what could not be read is read when it is delivered again',
    file: reader,
    find: '    const readAt = now();\n',
    replace: '    const readAt = now();\n    this.remember(key, { readAt });\n',
    killedBy: hints('a hint that could not be read is delivered again'),
  },
  {
    name: 'a call that has failed is a hint',
    rule: 'a call that has failed has changed nothing',
    file: hint,
    find: '  if (errorCode !== undefined) return [];\n',
    replace: '',
    killedBy: hints('about a call that has failed reads nothing'),
  },
];
