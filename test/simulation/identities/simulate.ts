import { generateIdentityHistory } from './history';
import { watchIdentities } from './invariants';
import { drawConditions, type Conditions } from '../conditions';
import { ACCOUNT_ID, DESTINATION_REGION, SOURCE_REGION, synthesizeWorkflow, type Definitions } from '../definition';
import { Pipeline } from '../pipeline';
import { Random } from '../random';
import { drawIdentityFacts, identityDifference, madeCertificate, type IdentitySnapshot } from '../registry';
import { Scheduler } from '../scheduler';
import { deployed } from '../simulation';
import { Sweeps } from '../sweep';
import { drawReading, MARGIN, passTime } from '../sweeping';

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
  const drawn = drawConditions(random.fork());
  const ofFacts = random.fork();
  const reading = drawReading(random.fork());
  const conditions: Conditions = {
    ...drawn,
    principals: 0,
    facts: { ...drawn.facts, ...drawIdentityFacts((outcomes) => ofFacts.below(outcomes)) },
    limits: { ...drawn.limits, maxPageSize: reading.pageSize, policyDeletionDelay: random.pick([0, MARGIN]) },
    weights: { ...drawn.weights, begin: random.pick([0.1, 0.5, 2]) },
  };
  const history = generateIdentityHistory(random.fork(), operations, conditions.facts);
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
  const settle = async (what: string) => {
    if (!await scheduler.run(MAX_STEPS, pipeline.source!.end + 40 * DAY)) failures.push(`${what}: it never gets quiet`);
  };
  const sweepOnce = async (job: Sweeps, what: string) => {
    passTime(pipeline, MARGIN + 1);
    job.begin({});
    await settle(what);
    const last = job.ended.at(-1);
    if (!last?.summary) failures.push(`${what}: ${last?.error?.message ?? last?.skipped}`);
    return last?.summary;
  };
  await settle('at the end of the history');
  await sweepOnce(registrySweeps, 'in the sweep of the registry');
  await sweepOnce(sweeps, 'in the first sweep of identities');
  await sweepOnce(sweeps, 'in the second sweep of identities');
  const last = await sweepOnce(sweeps, 'in the last sweep of identities');
  if (last && !last.inSync) failures.push(`a sweep of equals finds differences: ${JSON.stringify(last.first)} ${JSON.stringify(last.counts)}`);
  failures.push(...identityDifference(
    pipeline.source!.registry.identitySnapshot(), withoutForeign(pipeline.registry.identitySnapshot()), (document) => document.replaceAll(SOURCE_REGION, DESTINATION_REGION),
  ));
  if (foreignIn(pipeline) !== before) failures.push(`what is foreign was ${before} and is ${foreignIn(pipeline)}`);
  failures.push(...pipeline.violations, ...pipeline.deadLetters.map((each) => `a dead letter: ${each}`), ...pipeline.sourceDeadLetters.map((each) => `a dead letter in the source: ${each}`));
  return { failures: [...new Set(failures)], steps: scheduler.steps, pipeline };
}

const IDENTITIES = { kinds: ['policy', 'certificate', 'principals', 'groupPolicies'] as const, prefixes: {} };

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
