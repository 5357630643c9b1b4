import { changeByHand } from './by-hand';
import { addForeign, addForeignCa, foreignIn, withoutForeign } from './foreign';
import { missedBy, watchIdentities } from './invariants';
import { Observers } from './observers';
import { differenceIn } from './outcome';
import type { IdentityScenario } from './scenario';
import { SelectedCertificates } from './selected';
import { expectTruth } from './truth';
import { listWrongly } from './wrong-listings';
import type { RunSummary } from '../../../src/comparison/handler/summary';
import type { Feature } from '../../../src/record/feature';
import type { IdentitiesConfig } from '../../../src/replicator/identities-config';
import { CertificateChecks, INVOCATION_MS } from '../certificate-checks';
import { ACCOUNT_ID, DESTINATION_REGION, SOURCE_REGION, synthesizeWorkflow, type Definitions } from '../definition';
import { DriftChecks } from '../drift';
import { WHOLE_SELECTION } from '../executions';
import { Pipeline } from '../pipeline';
import { Random } from '../random';
import { Scheduler } from '../scheduler';
import { deployed } from '../simulation';
import { Sweeps } from '../sweep';
import { MARGIN, passTime } from '../sweeping';

const MAX_FAULTY_STEPS = 8_000;
const MAX_STEPS = 100_000;
const DAY = 24 * 3_600_000;
const KINDS = ['policy', 'certificate', 'principals', 'groupPolicies'] as const;

export interface IdentityResult {
  readonly failures: readonly string[];
  readonly steps: number;
  readonly pipeline: Pipeline;
}

const IDENTITIES: Omit<IdentitiesConfig, 'features'> = {
  arnPrefix: `arn:aws:iot:${DESTINATION_REGION}:${ACCOUNT_ID}:`,
  relocation: { partition: 'aws', sourceRegion: SOURCE_REGION, destinationRegion: DESTINATION_REGION },
  adoptsPolicies: false,
};

/** Of the histories after which somebody changes the destination by hand; drift checks run in them. */
const DRIFTING = 0.3;

/** By what they are synthesized from. */
const synthesized = new Map<string, Definitions>();

function definitionFor({ caCertificates, thingPrefix }: IdentityScenario): Definitions {
  const key = `${caCertificates} ${thingPrefix}`;
  const definitions = synthesized.get(key) ?? synthesizeWorkflow({ features: featuresOf(caCertificates), namePrefixes: thingPrefix === undefined ? {} : { things: [thingPrefix] } });
  synthesized.set(key, definitions);
  return definitions;
}

function featuresOf(caCertificates: boolean): Feature[] {
  return ['identities', ...caCertificates ? ['caCertificates' as const] : []];
}

/** Runs a history of identities with sweeps in between and more of them at the end, and looks at what came of it. */
export async function simulateIdentities(scenario: IdentityScenario, { onTrace }: { readonly onTrace?: (line: () => string) => void } = {}): Promise<IdentityResult> {
  const { history, conditions, reading, hints, wrongListings, seed, caCertificates } = scenario;
  const random = new Random(seed);
  const [ofPipeline, ofScheduler, ofSource, ofSweeps, ofRegistrySweeps, ofListings, ofObservers] = Array.from({ length: 7 }, () => random.fork());
  const features = featuresOf(caCertificates);
  let { listingLag } = reading;
  const pipeline = new Pipeline({
    ...deployed(),
    definition: definitionFor(scenario),
    conditions,
    events: [],
    random: ofPipeline,
    onTrace,
    identities: { ...IDENTITIES, features },
    source: { history, loses: () => false, readLag: (operation) => (operation.startsWith('List') ? ofSource.below(listingLag + 1) : 0) },
  });
  addForeign(pipeline.registry);
  if (caCertificates) addForeignCa(pipeline.registry);
  const foreign = foreignIn(pipeline.registry.identitySnapshot());
  // The invariants watch what the replication does.
  const byHand = pipeline.registry.execute.bind(pipeline.registry);
  watchIdentities(pipeline);
  const { sourceTable, clock, violations } = pipeline;
  expectTruth({ source: pipeline.source!, sourceTable, clock, violations }, reading);
  const selected = new SelectedCertificates(pipeline, scenario);
  const prefixes = scenario.thingPrefix === undefined ? {} : { thing: [scenario.thingPrefix] };
  const scope = () => ({ kinds: [...KINDS, ...caCertificates ? ['ca' as const] : []], prefixes, onlyReferred: selected.onlyReferred });
  listWrongly(pipeline.source!.registry, ofListings, () => (pipeline.calm ? 0 : wrongListings));
  const registrySweeps = new Sweeps({ pipeline, random: ofRegistrySweeps, reading, atWork: 1, scope: () => ({ ...WHOLE_SELECTION, prefixes }) });
  const sweeps = new Sweeps({ pipeline, random: ofSweeps, reading, atWork: 10, scope }, () => ({}), features);
  new Observers({ pipeline, random: ofObservers, reading, hints, onlyReferred: () => selected.onlyReferred, bucket: sweeps.bucket });
  const checks = new CertificateChecks({ pipeline, random: random.fork(), reading, atWork: 10, bucket: sweeps.bucket, scope });
  const ofDrift = random.fork();
  const isDrifting = ofDrift.chance(DRIFTING);
  const driftChecks = new DriftChecks({
    pipeline, random: ofDrift.fork(), reading, atWork: isDrifting ? 2 : 0, scope,
  }, () => ({ identities: { ...IDENTITIES, features } }), undefined, features);
  pipeline.jobs.push(registrySweeps, sweeps, checks, driftChecks);
  const scheduler = new Scheduler(pipeline, conditions, ofScheduler);
  const { end } = pipeline.source!;
  const failures: string[] = [];
  await scheduler.run(MAX_FAULTY_STEPS, end + 2 * DAY);
  pipeline.stopFaults();
  listingLag = 0;
  const settle = async (what: string, isOver?: (pipeline: Pipeline) => boolean) => {
    if (!await scheduler.run(MAX_STEPS, end + 40 * DAY, isOver)) failures.push(`${what}: it never gets quiet`);
  };
  // What a sweep missed, because it came after that kind was read, waits for the next one, and longer than three days only for a dead letter.
  const isDelivered = (all: Pipeline) => all.isDelivered && all.jobs.every((job) => !job.isRunning);
  const runOnce = async (job: Sweeps | CertificateChecks | DriftChecks, what: string, isOver?: (pipeline: Pipeline) => boolean) => {
    passTime(pipeline, MARGIN + 1);
    job.begin({});
    await settle(what, isOver);
    const last = job.ended.at(-1);
    if (!last?.summary) failures.push(`${what}: ${last?.error?.message ?? last?.skipped}`);
    return job instanceof CertificateChecks ? undefined : last?.summary as RunSummary | undefined;
  };
  await settle('at the end of the history', isDelivered);
  const isFirstCheck = !checks.ended.some(({ summary }) => summary !== undefined);
  // What a function that died had begun keeps no other check out any more.
  passTime(pipeline, INVOCATION_MS);
  await runOnce(checks, 'in the first certificate check', isDelivered);
  failures.push(...missedBy(pipeline, { isFirst: isFirstCheck, onlyOfRecords: selected.onlyReferred !== undefined }));
  const { observations } = checks;
  await runOnce(checks, 'in the second certificate check', isDelivered);
  if (checks.observations > observations) failures.push(`a certificate check of equals has ${checks.observations - observations} observations persisted`);
  await runOnce(registrySweeps, 'in the sweep of the registry', isDelivered);
  await runOnce(sweeps, 'in the first sweep of identities', isDelivered);
  await runOnce(sweeps, 'in the second sweep of identities');
  const last = await runOnce(sweeps, 'in the last sweep of identities');
  if (last && !last.inSync) failures.push(`a sweep of equals finds differences: ${JSON.stringify(last.first)} ${JSON.stringify(last.counts)}`);
  const source = selected.of(pipeline.source!.identitySnapshot());
  failures.push(...selected.strangers);
  const compare = (when: string) => {
    const destination = pipeline.registry.identitySnapshot();
    failures.push(...differenceIn(withoutForeign(destination), source, caCertificates).map((each) => `${when}: ${each}`));
    if (foreignIn(destination) !== foreign) failures.push(`${when}: what is foreign was ${foreign} and is ${foreignIn(destination)}`);
  };
  compare('after the sweeps');
  if (isDrifting) {
    changeByHand(byHand, pipeline.registry.identitySnapshot(), IDENTITIES.arnPrefix, ofDrift);
    await runOnce(driftChecks, 'in the check of what was made by hand');
    compare('after the check');
    const again = await runOnce(driftChecks, 'in the check after it');
    if (again && !again.inSync) failures.push(`a check of equals finds differences: ${JSON.stringify(again.first)} ${JSON.stringify(again.counts)}`);
  }
  failures.push(...pipeline.violations, ...pipeline.deadLetters.map((each) => `a dead letter: ${each}`), ...pipeline.sourceDeadLetters.map((each) => `a dead letter in the source: ${each}`));
  return { failures: [...new Set(failures)], steps: scheduler.steps, pipeline };
}
