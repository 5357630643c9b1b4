import * as path from 'node:path';
import type { Part, Row } from '../../bench/part';
import { run } from '../../emulator/child-process';
import { ROOT } from '../../emulator/paths';

/**
 * The benchmark takes twenty minutes and is no test. What it rests on follows the code closely nevertheless: these parts are run small, so that whoever
 * changes what they measure is told.
 */
const BOUND_MILLIS = 120_000;

async function measured(part: string, sizes: Record<string, string> = {}): Promise<readonly Row[]> {
  const program = path.join(ROOT, 'bench', part, `${part}.ts`);
  const env = { ...process.env, ...sizes, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', TS_NODE_PROJECT: path.join(ROOT, 'tsconfig.dev.json') };
  const printed = await run(process.execPath, ['--require', 'ts-node/register/transpile-only', program], { cwd: ROOT, env, timeoutMillis: BOUND_MILLIS });
  return (JSON.parse(printed.slice(printed.indexOf('{\n'))) as Part<unknown>).rows;
}

const rowOf = (rows: readonly Row[], what: string) => rows.find((row) => row.what.includes(what));

test('each change takes as many registry calls as is promised', async () => {
  const rows = (await measured('calls')).filter(({ mustReach }) => mustReach !== undefined);
  expect(rows.length).toBeGreaterThan(5);
  expect(rows.filter(({ ok }) => ok !== true)).toEqual([]);
}, BOUND_MILLIS);

test('a type is replaced, and a key that no invocation has time enough for has its letter', async () => {
  const rows = await measured('replacement', { REPLACEMENT_THINGS: '500' });
  // How close it comes to the bound takes a fleet to tell.
  expect(rowOf(rows, 'is replaced')?.measured).not.toContain('NOT DONE');
  expect(rowOf(rows, 'no invocation has time')).toMatchObject({ ok: true });
}, BOUND_MILLIS);

test('a fleet comes to an empty destination whole, by a stand-in that makes the same records as the workflow', async () => {
  const sizes = { BACKFILL_SAMPLE_THINGS: '20', BACKFILL_THINGS: '100', BACKFILL_LIVE_THINGS: '100', BACKFILL_LIVE_SECONDS: '5' };
  const rows = await measured('backfill', sizes);
  expect(rowOf(rows, 'differences afterwards')).toMatchObject({ ok: true });
  expect(rowOf(rows, 'live changes')).toBeDefined();
}, BOUND_MILLIS);

test('each phase of a sweep and of a drift check is done in a process of its own, and its memory is measured', async () => {
  const rows = await measured('memory', { MEMORY_OF: 'identities', MEMORY_THINGS: '500', MEMORY_PARSED_THINGS: '250' });
  expect(rows.map(({ what }) => what)).toContainEqual(expect.stringContaining('a drift check, 500 things, certificates and policies each, all missing: settle'));
  // How much of the time of the quotas the CPU takes is nothing that a test could tell beside others.
  expect(rows.filter(({ what, ok }) => what.startsWith('memory') && ok !== true)).toEqual([]);
  expect(rows.filter(({ what }) => what.startsWith('CPU'))).toHaveLength(4);
}, BOUND_MILLIS);

test('the identities of a fleet come to an empty destination whole, and a revocation too', async () => {
  const sizes = { IDENTITY_SAMPLE: '5', IDENTITY_BACKFILL: '60', IDENTITY_REVOKED_AMONG: '60', IDENTITIES_AT_REST: '20,60' };
  const rows = await measured('identities', sizes);
  // How close it comes to the bound takes a fleet to tell.
  const whole = rows.filter(({ what }) => what.includes('differences afterwards'));
  expect(whole).toHaveLength(3);
  expect(whole.filter(({ ok }) => ok !== true)).toEqual([]);
  expect(rowOf(rows, 'from status to applied')).toMatchObject({ ok: true });
  expect(rowOf(rows, 'identities of 600 devices at rest')).toBeDefined();
}, BOUND_MILLIS);

test('a certificate check in sync reads the fewest pages and writes nothing, and revocations are found within its interval', async () => {
  const rows = await measured('certificates', { CERTIFICATES: '600', CERTIFICATES_REVOKED_AMONG: '600' });
  expect(rows.filter(({ mustReach }) => mustReach !== undefined)).toHaveLength(5);
  expect(rows.filter(({ ok }) => ok === false)).toEqual([]);
}, BOUND_MILLIS);
