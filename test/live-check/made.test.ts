import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Made, MadeRecord } from '../../live-check/made';

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'made-'));
const thing = (name: string): Made => ({ kind: 'thing', region: 'us-east-1', name });

let run = 0;
let id: string;
let record: MadeRecord;

beforeEach(() => {
  id = `run${++run}`;
  record = MadeRecord.begin(directory, id, 'hash');
});

test('an entry is in the file before the next line runs, and is gone after its removal', () => {
  record.add(thing('a'));
  record.add(thing('b'));
  record.add(thing('b'));
  record.remove(thing('a'));
  const read = MadeRecord.read(directory, id)!;
  expect([read.left, read.accountHash]).toEqual([[thing('b')], 'hash']);
  expect(record.left).toEqual(read.left);
});

test('one that was removed and made again is left', () => {
  record.add(thing('a'));
  record.remove(thing('a'));
  record.add(thing('a'));
  expect(MadeRecord.read(directory, id)!.left).toEqual([thing('a')]);
});

test('an entry that was written by half was not made', () => {
  record.add(thing('a'));
  fs.appendFileSync(record.file, '{"kind":"thi');
  expect(() => MadeRecord.read(directory, id)).not.toThrow();
  expect(MadeRecord.read(directory, id)!.left).toEqual([thing('a')]);
});

test('the file is deleted once nothing remains, and not before', () => {
  record.add(thing('a'));
  record.end();
  expect(MadeRecord.read(directory, id)).toBeDefined();
  record.remove(thing('a'));
  record.end();
  expect(MadeRecord.read(directory, id)).toBeUndefined();
});

test('fails to begin a run twice', () => {
  expect(() => MadeRecord.begin(directory, id, 'hash')).toThrow('EEXIST');
});
