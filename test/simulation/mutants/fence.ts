import { unitTest, type Mutant } from './mutant';

const fence = (testName: string) => unitTest('kinds/fence', testName);

const model = unitTest('model/fence', 'no history goes wrong if it is revoked, which the registry may leave');

const FILE = 'src/kinds/handler/fence.ts';

/** Rules that keep a write of an older record from undoing that of a newer one. */
export const fenceMutants: readonly Mutant[] = [
  {
    name: 'an old record may enter',
    rule: 'the record is read after the note, and enters only if it is the newest',
    file: FILE,
    find: '      if (!await isCurrent()) return undefined;\n',
    replace: '      await isCurrent();\n',
    killedBy: fence('a record that is not the newest does not enter (enter)'),
  },
  {
    name: 'the record is read before the note of its writers',
    rule: 'whoever reads the note first notices whoever enters with a newer record',
    file: FILE,
    find: `      const before = await store.read();
      // After the note was read: if somebody with a newer record enters in between, this one does not.
      if (!await isCurrent()) return undefined;
`,
    replace: `      if (!await isCurrent()) return undefined;
      const before = await store.read();
`,
    killedBy: model,
  },
  {
    name: 'leases of others are ignored',
    rule: 'whoever meets a lease looks again',
    file: FILE,
    find: 'before.until > enteredAt',
    replace: 'before.until > Infinity',
    killedBy: model,
  },
  {
    name: 'a lease is never renewed',
    rule: 'a call that could outlast the lease enters again first',
    file: FILE,
    find: '    await this.renew();\n',
    replace: '',
    killedBy: fence('a call that could outlast the lease enters again first'),
  },
  {
    name: 'a lease is renewed although somebody else has entered',
    rule: 'whoever was overtaken makes no call',
    file: FILE,
    find: "if (!await store.enter(this.note, until)) throw new WaitingError('another consumer has begun to change it');",
    replace: 'await store.enter(this.note, until);',
    killedBy: fence('it is not made if somebody else has entered meanwhile'),
  },
  {
    name: 'a renewal that took as long as a lease counts',
    rule: 'a call begins only while its lease lasts',
    file: FILE,
    find: 'for (let turn = 0; this.note && now()',
    replace: 'for (let turn = 0; turn === 0 && this.note && now()',
    killedBy: fence('it is not made by a lease that was over before it had begun'),
  },
  {
    name: 'calls have no end',
    rule: 'each call is aborted before the lease is over',
    file: FILE,
    find: 'work(this.options.abortAfter?.(this.times.callMs))',
    replace: 'work(undefined)',
    killedBy: fence('each call is aborted in time'),
  },
  {
    name: 'without the table of state nobody is shut out',
    rule: 'what takes access away is done without a note too',
    file: FILE,
    find: '      return new Pass(this.options, this.times, undefined, false, error);\n',
    replace: '      throw error;\n',
    killedBy: fence('what takes access away is done without a note too'),
  },
  {
    name: 'a deactivation without a note counts as applied',
    rule: 'what was done without a note comes back',
    file: FILE,
    find: '    if (!this.note) throw this.failure;\n',
    replace: '',
    killedBy: fence('what takes access away is done without a note too'),
  },
  {
    name: 'somebody may enter after others have',
    rule: 'nobody enters if somebody has since the note was read',
    file: 'src/replicator/handler/fence-items.ts',
    find: '`attribute_not_exists(${A.TURN})`',
    replace: '`attribute_not_exists(nothing)`',
    killedBy: fence('the record is read after the note, and again after somebody else has entered'),
  },
];
