import { watchIdentities } from './invariants';
import { drawConditions, type Conditions } from '../conditions';
import { ACCOUNT_ID, DESTINATION_REGION, SOURCE_REGION, synthesizeWorkflow, type Definitions } from '../definition';
import { drawCast, generateHistory, type Cast } from '../generator';
import { drawIdentityCast, withIdentities } from '../identity-operations';
import { Pipeline } from '../pipeline';
import { Random } from '../random';
import { identityDifference, madeCertificate, type IdentitySnapshot } from '../registry';
import { Scheduler } from '../scheduler';
import { deployed } from '../simulation';
import { Sweeps } from '../sweep';
import { drawReading, MARGIN, passTime } from '../sweeping';
import { drawIdPrefix, Vocabulary } from '../vocabulary';

const OPERATIONS = 60;
const MAX_FAULTY_STEPS = 8_000;
const MAX_STEPS = 100_000;
const DAY = 24 * 3_600_000;
const FOREIGN = 'foreign';

export interface IdentityResult {
  readonly failures: readonly string[];
  readonly steps: number;
  readonly pipeline: Pipeline;
}

let synthesized: Definitions | undefined;

/** A history of identities, with sweeps in between and more of them at the end. */
export async function simulateIdentities(
  seed: number, { onTrace, operations = OPERATIONS }: { readonly onTrace?: (line: () => string) => void; readonly operations?: number } = {},
): Promise<IdentityResult> {
  const random = new Random(seed);
  const drawn = withIdentities(drawConditions(random.fork()), random.fork());
  const reading = drawReading(random.fork());
  const conditions: Conditions = {
    ...drawn,
    principals: 0,
    limits: { ...drawn.limits, maxPageSize: reading.pageSize, policyDeletionDelay: random.pick([0, MARGIN]) },
    weights: { ...drawn.weights, begin: random.pick([0.1, 0.5, 2]) },
    idPrefix: drawIdPrefix(random),
  };
  const history = new Vocabulary(random.fork()).of(generateHistory(random.fork(), operations, castOf(random), conditions));
  synthesized ??= synthesizeWorkflow({ features: ['identities'] });
  let { listingLag } = reading;
  const ofSource = random.fork();
  const pipeline = new Pipeline({
    ...deployed(),
    definition: synthesized,
    conditions,
    events: [],
    random: random.fork(),
    onTrace,
    identities: {
      arnPrefix: `arn:aws:iot:${DESTINATION_REGION}:${ACCOUNT_ID}:`,
      relocation: { partition: 'aws', sourceRegion: SOURCE_REGION, destinationRegion: DESTINATION_REGION },
      owner: 'fleet',
      adoptsPolicies: false,
    },
    source: { history, loses: () => false, readLag: (operation) => (operation.startsWith('List') ? ofSource.below(listingLag + 1) : 0) },
  });
  addForeign(pipeline);
  const before = foreignIn(pipeline);
  watchIdentities(pipeline);
  const registrySweeps = new Sweeps({ pipeline, random: random.fork(), reading, atWork: 1 });
  const sweeps = new Sweeps({
    pipeline, random: random.fork(), reading, atWork: 10, scope: () => IDENTITIES,
  }, () => ({}), 'identities');
  pipeline.jobs.push(registrySweeps, sweeps);
  const scheduler = new Scheduler(pipeline, conditions, random.fork());
  const failures: string[] = [];
  await scheduler.run(MAX_FAULTY_STEPS, pipeline.source!.end + 2 * DAY);
  pipeline.stopFaults();
  listingLag = 0;
  const settle = async (what: string, isOver?: (pipeline: Pipeline) => boolean) => {
    if (!await scheduler.run(MAX_STEPS, pipeline.source!.end + 40 * DAY, isOver)) failures.push(`${what}: it never gets quiet`);
  };
  // What a sweep missed, because it came after that kind was read, waits for the next one, and longer than three days only for a dead letter.
  const isDelivered = (all: Pipeline) => all.isDelivered && all.jobs.every((job) => !job.isRunning);
  const sweepOnce = async (job: Sweeps, what: string, isOver?: (pipeline: Pipeline) => boolean) => {
    passTime(pipeline, MARGIN + 1);
    job.begin({});
    await settle(what, isOver);
    const last = job.ended.at(-1);
    if (!last?.summary) failures.push(`${what}: ${last?.error?.message ?? last?.skipped}`);
    return last?.summary;
  };
  await settle('at the end of the history', isDelivered);
  await sweepOnce(registrySweeps, 'in the sweep of the registry', isDelivered);
  await sweepOnce(sweeps, 'in the first sweep of identities', isDelivered);
  await sweepOnce(sweeps, 'in the second sweep of identities');
  const last = await sweepOnce(sweeps, 'in the last sweep of identities');
  if (last && !last.inSync) failures.push(`a sweep of equals finds differences: ${JSON.stringify(last.first)} ${JSON.stringify(last.counts)}`);
  const source = pipeline.source!.identitySnapshot();
  const destination = withoutForeign(pipeline.registry.identitySnapshot());
  failures.push(...identityDifference(replicatedOf(source), withoutPending(destination, source), (document) => document.replaceAll(`arn:aws:iot:${SOURCE_REGION}:`, `arn:aws:iot:${DESTINATION_REGION}:`)));
  if (foreignIn(pipeline) !== before) failures.push(`what is foreign was ${before} and is ${foreignIn(pipeline)}`);
  const letters = pipeline.deadLetters.filter((letter) => !isOfPending(letter, source));
  failures.push(...pipeline.violations, ...letters.map((each) => `a dead letter: ${each}`), ...pipeline.sourceDeadLetters.map((each) => `a dead letter in the source: ${each}`));
  return { failures: [...new Set(failures)], steps: scheduler.steps, pipeline };
}

const IDENTITIES = { kinds: ['policy', 'certificate', 'principals', 'groupPolicies'] as const, prefixes: {} };

/** Few things and groups, for what is attached to them: all else of the registry has histories of its own. */
function castOf(random: Random): Cast {
  const { ties, slow } = drawCast(random, false);
  return { things: 1 + random.below(3), groups: 1 + random.below(2), types: 0, trees: false, dynamicGroups: false, ties, slow, identities: drawIdentityCast(random) };
}

/** What a destination has of the source: no authorities, nothing of what just-in-time registration has not admitted, and what is being transferred is inactive. */
function replicatedOf(source: IdentitySnapshot): IdentitySnapshot {
  const isAdmitted = (id: string) => source.certificates[id]?.status !== 'PENDING_ACTIVATION';
  const certificates = Object.entries(source.certificates).filter(([id]) => isAdmitted(id)).map(([id, each]) => [id, each.status === 'PENDING_TRANSFER' ? { ...each, status: 'INACTIVE' } : each]);
  const principals = Object.entries(source.principals).map(([name, { exclusive, nonExclusive }]) => (
    [name, { exclusive: exclusive.filter(isAdmitted), nonExclusive: nonExclusive.filter(isAdmitted) }] as const
  ));
  return {
    ...source,
    authorities: {},
    certificates: Object.fromEntries(certificates) as IdentitySnapshot['certificates'],
    principals: Object.fromEntries(principals.filter(([, { exclusive, nonExclusive }]) => exclusive.length + nonExclusive.length > 0)),
  };
}

/** One that was deleted, and registered anew by a device, may be there from before. */
function withoutPending(destination: IdentitySnapshot, source: IdentitySnapshot): IdentitySnapshot {
  const isLeft = ([id, { status }]: [string, { readonly status: string }]) => source.certificates[id]?.status === 'PENDING_ACTIVATION' && status === 'INACTIVE';
  return { ...destination, certificates: Object.fromEntries(Object.entries(destination.certificates).filter((each) => !isLeft(each))) };
}

/** A thing waits for its certificate for three days; one that nobody admits for so long is reported. */
function isOfPending(letter: string, { certificates, principals }: IdentitySnapshot): boolean {
  const { pk, sk, class: failureClass } = JSON.parse(letter) as Record<string, string>;
  const { exclusive, nonExclusive } = principals[pk.slice('thing#'.length)] ?? { exclusive: [], nonExclusive: [] };
  return sk === 'principals' && failureClass === 'waiting' && [...exclusive, ...nonExclusive].some((id) => certificates[id].status === 'PENDING_ACTIVATION');
}

/** What nobody replicates: it stays as it is. */
function addForeign({ registry }: Pipeline): void {
  registry.execute('CreatePolicy', { policyName: FOREIGN, policyDocument: '{"Statement":[]}' });
  const { certificateArn } = registry.execute('RegisterCertificateWithoutCA', { certificatePem: madeCertificate(FOREIGN).pem, status: 'ACTIVE' });
  registry.execute('AttachPolicy', { policyName: FOREIGN, target: certificateArn });
}

function foreignIn({ registry }: Pipeline): string {
  const { policies, certificates } = registry.identitySnapshot();
  return JSON.stringify([policies[FOREIGN], Object.values(certificates).filter((each) => each.policies.includes(FOREIGN))]);
}

function withoutForeign({ policies, certificates, ...rest }: IdentitySnapshot): IdentitySnapshot {
  return {
    ...rest,
    policies: Object.fromEntries(Object.entries(policies).filter(([name]) => name !== FOREIGN)),
    certificates: Object.fromEntries(Object.entries(certificates).filter(([, each]) => !each.policies.includes(FOREIGN))),
  };
}
