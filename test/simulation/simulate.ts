/**
 * Replays seeds of the pipeline simulation:
 *
 *   simulate [--identities] --seed N [--runs N] [--operations N] [--trace] [--no-shrink]
 *   simulate --sweeps|--drift --seed N [--runs N] [--trace]
 *   simulate --identity-worlds --seed N [--runs N] [--trouble NAME ...] [--trace]
 *   simulate --worlds --seed N [--runs N] [--trouble NAME ...] [--trace] [--no-shrink]
 *
 * Runs seeds N, N + 1, … and shows of each failure what was true of its world, the shortest history that still fails, and what happened.
 * With sweeps or drift checks in between, histories are not made shorter, but for those of identities.
 */
import { parseArgs } from 'node:util';
import { DRIFT_OPERATIONS, driftScenarioOf, MADE_BY_HAND, simulateDrift } from './drifting';
import { describeHistory, START } from './history';
import { IDENTITY_OPERATIONS, identityScenarioOf } from './identities/scenario';
import { simulateIdentities } from './identities/simulate';
import { IDENTITY_TROUBLES, type IdentityTrouble } from './identity-worlds/plan';
import { identityWorldOf, simulateIdentityWorld } from './identity-worlds/run';
import { DEFAULT_FACTS } from './registry';
import { shrink, symptomOf } from './shrink';
import { scenarioOf, simulate, type Scenario } from './simulation';
import { simulateSweeps, SWEEP_OPERATIONS, sweepScenarioOf } from './sweeping';
import { STOOD, type Trouble } from './worlds/conditions';
import { simulateWorld, worldOf, type WorldScenario } from './worlds/run';
import { shrinkWorld } from './worlds/shrink';

/** Operations of a history, as the tests have them. */
const OPERATIONS = { pipeline: 100, identities: IDENTITY_OPERATIONS, sweeps: SWEEP_OPERATIONS, drift: DRIFT_OPERATIONS };

/** As long as a shorter history of a world is looked for, in milliseconds. */
const SHRINKING_MS = 60_000;

const { values } = parseArgs({
  options: {
    'seed': { type: 'string', default: '1' },
    'runs': { type: 'string', default: '1' },
    'operations': { type: 'string' },
    'trace': { type: 'boolean', default: false },
    'no-shrink': { type: 'boolean', default: false },
    'sweeps': { type: 'boolean', default: false },
    'drift': { type: 'boolean', default: false },
    'worlds': { type: 'boolean', default: false },
    'identities': { type: 'boolean', default: false },
    'identity-worlds': { type: 'boolean', default: false },
    'trouble': { type: 'string', multiple: true },
  },
});

const kind = values.sweeps ? 'sweeps' : values.drift ? 'drift' : values.identities ? 'identities' : 'pipeline';
const operations = values.operations === undefined ? OPERATIONS[kind] : Number(values.operations);

function print(...lines: string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

function describe({ history, conditions, seed }: Scenario): string[] {
  const { facts, ...rest } = conditions;
  const odd = Object.entries(facts).filter(([fact, outcome]) => outcome !== DEFAULT_FACTS[fact as keyof typeof facts]);
  return [
    `facts other than the likeliest: ${odd.map(([fact, outcome]) => `${fact}=${String(outcome)}`).join(', ') || 'none'}`,
    `conditions: ${JSON.stringify(rest)}`,
    `order of events and calls: ${seed}`,
    ...describeHistory(history).map((line, i) => `${String(i + 1).padStart(3)}. ${line}`),
  ];
}

type Run<S> = (scenario: S, options?: { readonly onTrace?: (line: () => string) => void }) => Promise<{ readonly failures: readonly string[] }>;

async function traceOf<S>(scenario: S, simulated: Run<S>): Promise<string[]> {
  const lines: string[] = [];
  await simulated(scenario, { onTrace: (line) => lines.push(line()) });
  return lines;
}

/** A seed with sweeps, or with drift checks and what is made by hand. */
async function runWith(company: 'sweeps' | 'drift', seed: number): Promise<boolean> {
  const lines: string[] = [];
  const onTrace = values.trace ? (line: () => string) => lines.push(line()) : undefined;
  const scenario = company === 'sweeps' ? sweepScenarioOf(seed, operations) : driftScenarioOf(seed, operations, MADE_BY_HAND);
  const { failures } = await ('sweeping' in scenario ? simulateSweeps(scenario, { onTrace }) : simulateDrift(scenario, onTrace));
  if (failures.length > 0) print(`seed ${seed} fails`, ...failures.map((failure) => `  ${failure}`));
  if (values.trace || failures.length > 0) print(...describe(scenario), ...lines);
  return failures.length === 0;
}

async function showShortest(scenario: WorldScenario, failures: readonly string[]): Promise<void> {
  const end = Date.now() + SHRINKING_MS;
  const shown = await shrinkWorld({ scenario, failures }, { isOver: () => Date.now() > end });
  print('', `the shortest history found (${shown.scenario.plan.length} of ${scenario.plan.length} acts)`, ...shown.scenario.plan.map((act) => `  ${JSON.stringify(act)}`), ...shown.failures.map((failure) => `  ${failure}`));
}

/** A world, in which all of what a user's years hold can be the matter, and the status is looked at whenever it is written. */
async function runWorld(seed: number): Promise<boolean> {
  const lines: string[] = [];
  const scenario = worldOf(seed, (values.trouble as Trouble[] | undefined) ?? STOOD);
  const { failures } = await simulateWorld(scenario, values.trace ? (line) => lines.push(line()) : undefined);
  if (failures.length > 0) {
    print(`seed ${seed} fails`, ...failures.map((failure) => `  ${failure}`));
    if (!values['no-shrink']) await showShortest(scenario, failures);
  }
  if (values.trace) {
    const { pipeline: { facts, ...rest }, troubles, ...conditions } = scenario.conditions;
    print(`troubles: ${[...troubles].join(', ')}`, JSON.stringify(conditions), JSON.stringify(facts), JSON.stringify(rest), ...scenario.plan.map((act) => JSON.stringify(act)));
    // A world has more lines than a call can have arguments.
    print(lines.join('\n'));
  }
  return failures.length === 0;
}

/** The same of certificates and policies. */
async function runIdentityWorld(seed: number): Promise<boolean> {
  const lines: string[] = [];
  const scenario = identityWorldOf(seed, (values.trouble as IdentityTrouble[] | undefined) ?? IDENTITY_TROUBLES);
  const { failures } = await simulateIdentityWorld(scenario, values.trace ? (line) => lines.push(line()) : undefined);
  if (failures.length > 0) print(`seed ${seed} fails`, ...failures.map((failure) => `  ${failure}`));
  if (values.trace) print(`troubles: ${[...scenario.conditions.troubles].join(', ')}`, ...scenario.plan.map((act) => JSON.stringify(act)), lines.join('\n'));
  return failures.length === 0;
}

async function runAlone<S extends Scenario>(scenario: S, simulated: Run<S>): Promise<boolean> {
  const { failures } = await simulated(scenario);
  if (failures.length === 0) {
    if (values.trace) print(...describe(scenario), ...await traceOf(scenario, simulated));
    return true;
  }
  print(`seed ${scenario.seed} fails`, ...failures.map((failure) => `  ${failure}`));
  const failing = { scenario, failures };
  const shown = values['no-shrink'] ? failing : await shrink(failing, symptomOf(failures[0]), (left) => process.stderr.write(`\r${left} operations `), simulated);
  print('', `the shortest history found (${shown.scenario.history.length} operations)`, ...describe(shown.scenario), ...shown.failures.map((failure) => `  ${failure}`));
  if (values.trace || shown.scenario.history.length <= 12) print('', `what happened (times from ${new Date(START).toISOString()})`, ...await traceOf(shown.scenario, simulated));
  return false;
}

async function run(seed: number): Promise<boolean> {
  if (values.worlds) return runWorld(seed);
  if (values['identity-worlds']) return runIdentityWorld(seed);
  if (kind === 'pipeline') return runAlone(scenarioOf(seed, operations), simulate);
  if (kind === 'identities') return runAlone(identityScenarioOf(seed, operations), simulateIdentities);
  return runWith(kind, seed);
}

async function main(): Promise<void> {
  const from = Number(values.seed);
  const runs = Number(values.runs);
  let failed = 0;
  const began = Date.now();
  for (let seed = from; seed < from + runs; seed++) if (!await run(seed)) failed += 1;
  print(`${runs} histories of ${operations} operations in ${Math.round((Date.now() - began) / 1000)} s, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

void main();
