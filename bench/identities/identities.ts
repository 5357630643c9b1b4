/**
 * How long the identities of a fleet take to reach an empty destination, how soon a revocation that a check finds is applied there meanwhile, and what identities cost a month
 * at rest; in simulated time, like `backfill`.
 */
/* eslint-disable-next-line import/order -- first, because the SDK takes hold of the timers when it is loaded */
import { sleep } from '../quota/simulated-clock';
import { monthRows } from './at-rest';
import { boundOf } from './bound';
import { Policies } from './identity-fleet';
import { CHECK_INTERVAL_SECONDS, IdentityWorld } from './identity-world';
import { Random } from '../../test/simulation/random';
import { expectSameAsWorkflow } from '../comparison/sample';
import { SHARE } from '../comparison/world';
import { Part, percentile, progress, Row, runPart, shown } from '../part';

const sizesIn = (name: string, otherwise: string) => (process.env[name] ?? otherwise).split(',').filter((each) => each !== '').map(Number);
const SIZES = sizesIn('IDENTITY_BACKFILL', '10000,100000');
const POLICIES = (process.env.IDENTITY_POLICIES ?? 'shared,own').split(',') as Policies[];
const REVOKED_AMONG = sizesIn('IDENTITY_REVOKED_AMONG', '100000');
const AT_REST = sizesIn('IDENTITIES_AT_REST', '10000,100000');
/** A sample of the fleet, for which the stand-in has to make the same records as the workflow. */
const SAMPLE = Number(process.env.IDENTITY_SAMPLE ?? 100);
const AT_MOST = 1.1;
/** Lanes overlap but for the slices at their ends. */
const LANES_AT_MOST = 1.05;
const REVOCATIONS = 200;
const LATE_SECONDS = 10;

async function measure(): Promise<Part> {
  const sampled = new IdentityWorld(SAMPLE, 'own');
  sampled.identities.revoke(1);
  const compared = await expectSameAsWorkflow(sampled.sample(), ['identities']);
  progress(`identities: the stand-in for the persistence workflow makes the same of ${compared} observations`);
  const rows: Row[] = [];
  const add = (more: readonly Row[]) => {
    rows.push(...more);
    for (const { what, measured } of more) progress(`identities: ${what}: ${measured}`);
  };
  for (const size of SIZES) for (const policies of POLICIES) add(await backfill(size, policies));
  for (const size of REVOKED_AMONG) add(await revocations(size));
  add(await monthRows(AT_REST));
  return { rows, figures: undefined };
}

async function backfill(size: number, policies: Policies): Promise<Row[]> {
  progress(`identities: backfill of ${shown(size)} certificates, ${policies} policies, in simulated time`);
  const world = new IdentityWorld(size, policies);
  const start = Date.now();
  const summary = await world.run(() => world.sweep('backfill'));
  const { identities, registry, destination, lanes } = world;
  const seconds = (registry.lastWriteAt - start) / 1000;
  const bound = boundOf(world.fleet, identities, SHARE);
  const differences = world.differences();
  const isWhole = differences === 0 && summary.counts.persisted === 2 * size + identities.policyCount;
  const longest = Math.max(...lanes);
  return [
    {
      what: `backfill of ${shown(size)} certificates with a thing each, ${policies === 'shared' ? 'one policy shared by all' : 'a policy each'}`,
      mustReach: `<= ${AT_MOST} of the quotas' bound at a share of ${SHARE}`,
      measured: `${shown(seconds, 0)} s, bound ${shown(bound.seconds, 0)} s by ${bound.call}: ${shown(seconds / bound.seconds, 3)}`,
      ok: seconds / bound.seconds <= AT_MOST && isWhole,
    },
    {
      what: '  the sweep, its lanes side by side',
      mustReach: `<= ${LANES_AT_MOST} of the longest lane`,
      measured: `${shown(summary.durationSeconds)} s; lanes ${lanes.map((each) => shown(each, 0)).join(', ')} s: ${shown(summary.durationSeconds / longest, 3)}`,
      ok: summary.durationSeconds / longest <= LANES_AT_MOST,
    },
    {
      what: '  differences afterwards, dead letters',
      mustReach: '0, 0',
      measured: `${differences}, ${destination.deadLetters} (${shown(destination.registry.quotas.throttled)} calls throttled, ${shown(destination.requeued)} keys requeued)`,
      ok: isWhole && destination.deadLetters === 0,
    },
    { what: '  calls for each certificate: source', measured: perCertificate(size, world.meter.callsOf('registry.')) },
    { what: '  and destination', measured: perCertificate(size, Object.entries(destination.registry.done)) },
  ];
}

function perCertificate(size: number, calls: readonly (readonly [string, number])[]): string {
  return calls.filter(([, count]) => count >= size / 100).map(([call, count]) => `${call} ${shown(count / size)}`).join(', ');
}

/** Certificates that are revoked at random once they are active in the destination. */
async function revocations(size: number): Promise<Row[]> {
  progress(`identities: revocations among ${shown(size)} certificates beside a backfill`);
  const revokedAt = new Map<string, number>();
  const lags: number[] = [];
  const world = new IdentityWorld(size, 'shared', (certificateId, status) => {
    const at = revokedAt.get(certificateId);
    if (at === undefined || status !== 'REVOKED') return;
    revokedAt.delete(certificateId);
    lags.push((Date.now() - at) / 1000);
  });
  const { identities, registry: { certificates } } = world;
  const random = new Random(1);
  let isSwept = false;
  const isActive = (i: number) => {
    const { certificateId, status } = identities.certificate(i);
    return status === 'ACTIVE' && certificates.get(certificateId)?.status === 'ACTIVE';
  };
  const pace = boundOf(world.fleet, identities, SHARE).seconds * 1000 / REVOCATIONS;
  const revoke = async () => {
    while (!isSwept) {
      await sleep(pace * (0.5 + random.next()));
      const i = random.below(size);
      if (isSwept || !isActive(i)) continue;
      revokedAt.set(identities.certificate(i).certificateId, Date.now());
      identities.revoke(i);
    }
  };
  await world.run(() => Promise.all([
    world.sweep('backfill').finally(() => { isSwept = true; }),
    revoke(),
    world.checksWhile(() => !isSwept || revokedAt.size > 0),
  ]));
  const differences = world.differences();
  const p95 = percentile(lags, 0.95);
  return [
    {
      what: `revocation found by a check, ${shown(size)} certificates, beside a running backfill: from status to applied, p95 of ${lags.length}`,
      mustReach: `<= ${CHECK_INTERVAL_SECONDS + LATE_SECONDS} s`,
      measured: `${shown(p95)} s; the latest ${shown(Math.max(...lags))} s`,
      ok: p95 <= CHECK_INTERVAL_SECONDS + LATE_SECONDS,
    },
    { what: '  differences afterwards', mustReach: '0', measured: shown(differences), ok: differences === 0 },
  ];
}

runPart(measure);
