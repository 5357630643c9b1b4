import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mutate, type Mutation, type Outcome } from './mutation';
import type { Mutant } from '../mutants/mutant';

const WORK = join(__dirname, '..', '..', '..', '.work', 'mutation-test', String(process.pid));
const ROOT = join(WORK, 'tree');

const RULE = 'exports.limit = () => 3;\n';

/** Small test files, each of which looks at the rule in its own way. */
const TESTS = {
  'asserts': "test('the limit is 3', () => expect(limit()).toBe(3)); test('there is a limit', () => expect(limit()).toBeDefined());",
  'asserts-by-promise': "test('the limit is 3', async () => expect(Promise.resolve(limit())).resolves.toBe(3));",
  'looks-away': "test('there is a limit', () => expect(limit()).toBeDefined());",
  'spins': "test('ends', () => { while (limit() === 4); });",
  'waits': "test('ends', () => (limit() === 4 ? new Promise(() => undefined) : undefined), 200);",
  'throws': "test('is fine', () => { if (limit() === 4) throw new TypeError('limit is not a function'); });",
  'keeps-a-timer-when-it-fails': "test('the limit is 3', () => { if (limit() === 4) setInterval(() => undefined, 1000); expect(limit()).toBe(3); });",
  'keeps-a-timer-with-it': "test('there is a limit', () => { if (limit() === 4) setInterval(() => undefined, 1000); expect(limit()).toBeDefined(); });",
  'keeps-a-timer': "test('the limit is 3', () => { setInterval(() => undefined, 1000); expect(limit()).toBe(3); });",
  'fails-anyway': "test('the limit is 5', () => expect(limit()).toBe(5));",
  'waits-anyway': "test('the limit is 3', async () => { await new Promise(() => undefined); expect(limit()).toBe(3); }, 200);",
  'does-not-load': "require('./nothing'); test('the limit is 3', () => expect(limit()).toBe(3));",
} as const;
type TestFile = keyof typeof TESTS;

function mutant(name: string, testFile: TestFile, rest: Partial<Mutant> & { testName?: string } = {}): Mutant {
  const { testName, ...others } = rest;
  return { name, rule: 'the limit is 3', file: 'rule.js', find: '=> 3;', replace: '=> 4;', killedBy: { testFile: `${testFile}.test.js`, testName }, ...others };
}

const CASES: readonly [Mutant, string, RegExp?][] = [
  [mutant('one that a test asserts', 'asserts', { testName: 'the limit is 3' }), 'killed'],
  [mutant('one that one of several tests asserts', 'asserts'), 'killed'],
  [mutant('one that a test asserts of a promise', 'asserts-by-promise'), 'killed'],
  [mutant('one that fails an assertion and leaves a timer', 'keeps-a-timer-when-it-fails'), 'killed'],
  [mutant('one that no test notices', 'looks-away'), 'survived'],
  [mutant('one whose other test would notice', 'asserts', { testName: 'there is a limit' }), 'survived'],
  [mutant('one that changes nothing', 'asserts', { replace: '=> 3 ;' }), 'survived'],
  [mutant('one that never yields', 'spins'), 'timeout', /did not end/],
  [mutant('one that never answers', 'waits'), 'timeout', /its limit/],
  [mutant('one that leaves a timer and fails nothing', 'keeps-a-timer-with-it'), 'timeout', /did not end/],
  [mutant('one that breaks the code', 'throws'), 'error', /no assertion/],
  [mutant('one that can not be loaded', 'asserts', { replace: '=> ;' }), 'broken', /do not load/],
  [mutant('one whose test fails without it', 'fails-anyway'), 'broken', /without the mutant "the limit is 5" ends by assertion/],
  [mutant('one whose test takes too long without it', 'waits-anyway'), 'broken', /without the mutant "the limit is 3" ends by timeout/],
  [mutant('one whose test leaves a timer without it', 'keeps-a-timer'), 'broken', /never ends/],
  [mutant('one whose test file does not load', 'does-not-load'), 'broken', /does not load.*Cannot find module/],
  [mutant('one whose test has another name', 'asserts', { testName: 'the limit is 7' }), 'broken', /no test has this name/],
  [mutant('one whose text is not there', 'asserts', { find: '=> 9;' }), 'broken', /exactly once/],
];

let outcomes: readonly Outcome[];

beforeAll(async () => {
  mkdirSync(ROOT, { recursive: true });
  writeFileSync(join(ROOT, 'package.json'), JSON.stringify({ jest: { testMatch: ['<rootDir>/*.test.js'], transform: {} } }));
  writeFileSync(join(ROOT, 'rule.js'), RULE);
  for (const [name, text] of Object.entries(TESTS)) writeFileSync(join(ROOT, `${name}.test.js`), `const { limit } = require('./rule');\n${text}\n`);
  outcomes = await mutate({
    root: ROOT,
    scratch: join(WORK, 'scratch'),
    copied: ['package.json', 'rule.js', ...Object.keys(TESTS).map((name) => `${name}.test.js`)],
    linked: [],
    mutants: CASES.map(([each]) => each),
    limits: { startMs: 15_000, testMs: 1_000 },
  } satisfies Mutation);
}, 600_000);

afterAll(() => rmSync(WORK, { recursive: true, force: true }));

test.each(CASES.map(([{ name }, fate, note]) => ({ name, fate, note })))('$name: $fate', ({ name, fate, note }) => {
  const outcome = outcomes.find((each) => each.mutant.name === name);
  expect(outcome?.fate).toBe(fate);
  if (note) expect(outcome?.note).toMatch(note);
});

test('each mutant has one fate, and nothing is left of any', () => {
  expect(outcomes.map(({ mutant: { name } }) => name).sort()).toEqual(CASES.map(([{ name }]) => name).sort());
  expect(readFileSync(join(ROOT, 'rule.js'), 'utf8')).toBe(RULE);
  expect(existsSync(join(WORK, 'scratch'))).toBe(false);
});
