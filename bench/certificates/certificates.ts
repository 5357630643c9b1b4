/** What certificate checks take in sync, and how soon they find a revocation; the latter in simulated time, like `backfill`. */
/* eslint-disable-next-line import/order -- first, because the SDK takes hold of the timers when it is loaded */
import { runToEnd } from '../quota/simulated-clock';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { revocationLags } from './revocations';
import { WORK } from '../../emulator/paths';
import { bundledStep } from '../bundled-step';
import { Part, percentile, progress, Row, runPart, shown } from '../part';

const CERTIFICATES = Number(process.env.CERTIFICATES ?? 1_000_000);
const REVOKED_AMONG = Number(process.env.CERTIFICATES_REVOKED_AMONG ?? 100_000);
const AT_MOST_MEGABYTES = 256;
const READS_AT_MOST = 1.05;
const PAGE_SIZE = 250;
const INTERVAL_SECONDS = 900;
const LATE_SECONDS = 10;
const MEGABYTE = 1024 * 1024;
/** About the memory limit that Lambda gives Node for a function of 256 MB, and for one of the size that checks have. */
const NODE_FLAGS = ['--max-old-space-size=230', '--max-semi-space-size=12'];
const WHOLE_FUNCTION = { megabytes: 384, flags: ['--max-old-space-size=345', '--max-semi-space-size=16'] };

interface Measured {
  readonly calls: Readonly<Record<string, number>>;
  readonly peakBytes: number;
  readonly cpuSeconds: number;
}

async function measure(): Promise<Part> {
  return { rows: [...inSync(), ...await revocations()], figures: undefined };
}

function inSync(): Row[] {
  const script = bundledStep('certificates');
  fs.mkdirSync(path.join(WORK, 'bench'), { recursive: true });
  const folder = fs.mkdtempSync(path.join(WORK, 'bench', 'certificates-'));
  try {
    progress(`certificates: the first check of ${shown(CERTIFICATES)}`);
    const first = checkOf(script, folder, 1, WHOLE_FUNCTION.flags);
    progress(`certificates: a check of ${shown(CERTIFICATES)} in sync`);
    const { calls, peakBytes, cpuSeconds } = checkOf(script, folder, 2, NODE_FLAGS);
    const pages = calls.ListCertificates;
    const fewest = Math.ceil(CERTIFICATES / PAGE_SIZE);
    const reads = pages + (calls.DescribeCertificate ?? 0) + (calls.ListAttachedPolicies ?? 0);
    const writes = calls.REPLICATION_OBSERVATION ?? 0;
    const megabytes = peakBytes / MEGABYTE;
    const what = `certificate check in sync, ${shown(CERTIFICATES)} certificates`;
    return [
      { what: `${what}: registry reads`, mustReach: `<= ${READS_AT_MOST} of the fewest`, measured: `${shown(reads)} of ${shown(fewest)}: ${shown(reads / fewest, 3)}`, ok: reads / fewest <= READS_AT_MOST },
      { what: '  records written, and reads of records', mustReach: '0', measured: `${writes}, ${calls.BatchGetItem ?? 0}`, ok: writes === 0 && (calls.BatchGetItem ?? 0) === 0 },
      { what: '  memory', mustReach: `<= ${AT_MOST_MEGABYTES} MB`, measured: `${shown(megabytes, 0)} MB`, ok: megabytes <= AT_MOST_MEGABYTES },
      { what: '  calls of S3', measured: `${shown(calls.GetObject)} gets, ${shown(calls.PutObject)} puts, ${shown(calls.ListObjectsV2)} lists` },
      { what: '  CPU time on this machine', measured: `${shown(cpuSeconds)} s` },
      {
        what: '  memory of the first check, which knows nothing and reads every record',
        mustReach: `<= ${WHOLE_FUNCTION.megabytes} MB`,
        measured: `${shown(first.peakBytes / MEGABYTE, 0)} MB`,
        ok: first.peakBytes / MEGABYTE <= WHOLE_FUNCTION.megabytes,
      },
    ];
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function revocations(): Promise<Row[]> {
  progress(`certificates: revocations among ${shown(REVOKED_AMONG)}`);
  let lags: readonly number[] = [];
  await runToEnd(revocationLags(REVOKED_AMONG, INTERVAL_SECONDS).then((measured) => { lags = measured; }));
  const p95 = percentile(lags, 0.95);
  return [{
    what: `revocation found by a check, ${shown(REVOKED_AMONG)} certificates, beside a sweep that reads at its share: from status to record, p95 of ${lags.length}`,
    mustReach: `<= ${INTERVAL_SECONDS + LATE_SECONDS} s`,
    measured: `${shown(p95)} s; the latest ${shown(Math.max(...lags))} s`,
    ok: p95 <= INTERVAL_SECONDS + LATE_SECONDS,
  }];
}

function checkOf(script: string, folder: string, check: number, flags: readonly string[]): Measured {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [...flags, script, String(CERTIFICATES), folder, String(check)], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`check ${check} ended with ${signal ?? status}: ${stderr.slice(-2000)}`);
  return JSON.parse(stdout.slice(stdout.indexOf('{'))) as Measured;
}

runPart(measure);
