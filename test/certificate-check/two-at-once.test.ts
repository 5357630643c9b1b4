/**
 * Certificate checks that are requested while another one is running.
 *
 * @jest-environment ./test/simulation/environment.ts
 */
import type { PutObjectCommand } from '@aws-sdk/client-s3';
import { CertificateSource, CHECK_ARN, MINUTE, settled } from './source';
import type { Head, Lease } from '../../src/certificate-check/handler/known-certificates';
import { KNOWN_HEAD_KEY } from '../../src/certificate-check/known-keys';

const RUNNING = /^the certificate check .+ is running, or has just ended without a result; two at once would take twice the share of the registry's quotas$/;

type Check = (source: CertificateSource, name: string) => Promise<object>;

const scheduled: Check = (source, name) => source.direct(name);

const byHand: Check = async (source, name) => {
  const begun = await source.begin({}, name);
  return 'run' in begun ? { summary: await source.complete(begun.run) } : begun;
};

/** Names of checks that take the lease, and of those that have ended, in their order. */
function historyOf(source: CertificateSource): string[] {
  const history: string[] = [];
  const put = source.bucket.put.bind(source.bucket);
  source.bucket.put = (command: PutObjectCommand) => {
    const answer = put(command);
    if (command.input.Key !== KNOWN_HEAD_KEY) return answer;
    const { lease, run } = JSON.parse(command.input.Body as string) as Head & { readonly lease?: Lease };
    history.push(lease ? `${lease.run} begins` : `${run} ends`);
    return answer;
  };
  return history;
}

/** At which the second one begins, a few steps apart. */
const MOMENTS = 30;

test.each([
  ['a scheduled check, and another', scheduled, scheduled, 'b'],
  ['a scheduled check that is requested twice', scheduled, scheduled, 'a'],
  ['a scheduled check, and an execution', scheduled, byHand, 'b'],
  ['an execution, and a scheduled check', byHand, scheduled, 'b'],
  ['an execution, and another', byHand, byHand, 'b'],
])('%s do not overlap, whenever the second begins', async (_, one, other, name) => {
  let skipped = 0;
  for (let moment = 0; moment < MOMENTS; moment++) {
    const { source } = await settled(3, { pageSize: 1 });
    const history = historyOf(source);
    const first = one(source, 'a');
    for (let i = 0; i < 4 * moment; i++) await Promise.resolve();
    const results = await Promise.all([first, other(source, name)]);
    skipped += results.filter((each) => 'skipped' in each).length;
    const done = results.filter((each) => 'summary' in each).length;
    expect(done).toBeGreaterThan(0);
    expect(history).toHaveLength(2 * done);
    for (let i = 0; i < history.length; i += 2) expect(history[i + 1]).toBe(history[i].replace('begins', 'ends'));
  }
  expect(skipped).toBeGreaterThan(0);
});

test('an execution that has begun keeps scheduled checks out, before it is listed and after that', async () => {
  const { source } = await settled(1);
  const begun = await source.begin({}, 'by-hand') as { readonly run: { readonly name: string; readonly startedAt: number } };
  expect(await source.direct()).toEqual({ skipped: expect.stringMatching(RUNNING) });
  source.pass(2 * MINUTE);
  source.running[CHECK_ARN] = [{ name: 'by-hand', startDate: new Date(begun.run.startedAt) }];
  expect(await source.direct()).toEqual({ skipped: expect.stringContaining('by-hand is running') });
});

test('an execution that failed in the middle keeps nobody out after a minute', async () => {
  const { source } = await settled(1);
  await source.begin();
  source.pass(MINUTE);
  expect(await source.direct()).toHaveProperty('summary');
});

test('a function that died keeps others out until the check that it did would have ended, which is before the next one', async () => {
  const { source } = await settled(1);
  source.onCall = () => { throw new Error('throttled'); };
  source.onStart = () => { throw Object.assign(new Error('no'), { name: 'AccessDeniedException' }); };
  await expect(source.direct()).rejects.toThrow('no');
  source.onStart = undefined;
  expect(await source.begin()).toEqual({ skipped: expect.stringMatching(RUNNING) });
  source.pass(14 * MINUTE);
  expect(await source.direct()).not.toHaveProperty('skipped');
});

test('what a scheduled check hands over continues, and another one does not begin beside it', async () => {
  const { source } = await settled(1);
  source.onCall = () => { throw new Error('throttled'); };
  expect(await source.direct('r')).toEqual({ execution: 'scheduled-r' });
  source.onCall = undefined;
  expect(await source.begin()).toHaveProperty('skipped');
  const begun = await source.begin({ scheduled: true }, 'scheduled-r') as { readonly run: never };
  expect(begun).toHaveProperty('run');
  // A step may be repeated.
  expect(await source.begin({ scheduled: true }, 'scheduled-r')).toEqual(begun);
  expect(await source.direct()).toHaveProperty('skipped');
  await source.complete(begun.run);
  expect(await source.direct()).toHaveProperty('summary');
});

test('a check that ends leaves the lease of another one to it', async () => {
  const { source } = await settled(1);
  const begun = await source.begin({}, 'slow') as { readonly run: never };
  source.pass(2 * MINUTE);
  // The list of executions lacks the slow one.
  expect(await source.begin({}, 'fast')).toHaveProperty('run');
  await source.complete(begun.run);
  expect(await source.direct()).toEqual({ skipped: expect.stringContaining('the certificate check fast is running') });
});

test('a check whose request for the lease was repeated, because the answer was lost, does not keep itself out', async () => {
  const { source } = await settled(1);
  const put = source.bucket.put.bind(source.bucket);
  let requests = 0;
  source.bucket.put = (command: PutObjectCommand) => {
    const answer = put(command);
    // As the SDK does.
    return command.input.IfMatch !== undefined && ++requests === 1 ? put(command) : answer;
  };
  expect(await source.direct()).toHaveProperty('summary');
  expect(requests).toBe(1);
});

test('a lease that no check takes for so long keeps nobody out', async () => {
  const { source } = await settled(1);
  source.changeHead({ lease: { run: 'x', until: source.now + 31 * MINUTE } } as never);
  expect(await source.direct()).toHaveProperty('summary');
});

test('an object that is none of a check keeps nobody out', async () => {
  const { source } = await settled(1);
  source.changeHead({ lease: { run: 'x', until: null } } as never);
  expect(await source.direct()).toHaveProperty('summary');
});
