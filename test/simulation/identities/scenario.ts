import type { Hints } from './observers';
import { drawConditions } from '../conditions';
import type { Reading } from '../executions';
import { drawCast, generateHistory, type Cast } from '../generator';
import { drawIdentityCast, withIdentities } from '../identity-operations';
import { Random } from '../random';
import type { Scenario } from '../simulation';
import { drawReading, MARGIN } from '../sweeping';
import { drawIdPrefix, Vocabulary } from '../vocabulary';

/** A history of certificates, policies and what they are attached to. */
export interface IdentityScenario extends Scenario {
  readonly reading: Reading;
  readonly hints: Hints;
  /** The probability that a listing lacks much of what there is. */
  readonly wrongListings: number;
  /** Whether CA certificates are replicated too. */
  readonly caCertificates: boolean;
  /** Which certificates are replicated; `narrowed` and `widened` change that in the middle of the history. */
  readonly certificates: 'all' | 'ofReplicatedThings' | 'narrowed' | 'widened';
  /** What the names of replicated things begin with. Absent: all are replicated. */
  readonly thingPrefix?: string;
}

/** What `withPrefix` has the names of some things begin with. */
const THING_PREFIX = 'replicated-';

const LONGEST_NAME = 128;

/** Operations of a history. */
export const IDENTITY_OPERATIONS = 60;

/** The scenario of a seed. */
export function identityScenarioOf(seed: number, operations = IDENTITY_OPERATIONS): IdentityScenario {
  const random = new Random(seed);
  const drawn = withIdentities(drawConditions(random.fork()), random.fork());
  const reading = drawReading(random.fork());
  const conditions = {
    ...drawn,
    principals: 0,
    limits: { ...drawn.limits, maxPageSize: reading.pageSize, policyDeletionDelay: random.pick([0, MARGIN]) },
    weights: { ...drawn.weights, begin: random.pick([0.1, 0.5, 2]) },
    idPrefix: drawIdPrefix(random),
  };
  const [vocabulary, ofHistory, cast] = [new Vocabulary(random.fork()), random.fork(), castOf(random)];
  const history = vocabulary.of(generateHistory(ofHistory, operations, cast, conditions));
  const hints = { losses: random.pick([0, 0.1, 0.5]), delay: random.pick([0, 1_000, 60_000]) };
  const wrongListings = random.pick([0, 0.1, 0.5]);
  const caCertificates = cast.identities.authorities > 0 && random.chance(0.5);
  const certificates = random.pick(['all', 'all', 'all', 'ofReplicatedThings', 'narrowed', 'widened'] as const);
  const scenario = { history, conditions, reading, hints, wrongListings, seed, caCertificates, certificates };
  return certificates !== 'all' && random.chance(0.5) ? withPrefix(scenario, random) : scenario;
}

/** Only some of the things are replicated. */
function withPrefix(scenario: IdentityScenario, random: Random): IdentityScenario {
  const prefixed = new Map<string, string>();
  const nameOf = (name: string) => {
    const known = prefixed.get(name) ?? (random.chance(0.5) ? `${THING_PREFIX}${name}`.slice(0, LONGEST_NAME) : name);
    prefixed.set(name, known);
    return known;
  };
  const history = scenario.history.map((step) => {
    const { thingName } = step.input;
    return typeof thingName === 'string' ? { ...step, input: { ...step.input, thingName: nameOf(thingName) } } : step;
  });
  return { ...scenario, history, thingPrefix: THING_PREFIX };
}

/** Few things and groups, for what is attached to them: all else of the registry has histories of its own. */
function castOf(random: Random): Cast & Required<Pick<Cast, 'identities'>> {
  const { ties, slow } = drawCast(random, false);
  return { things: 1 + random.below(3), groups: 1 + random.below(2), types: 0, trees: false, dynamicGroups: false, ties, slow, identities: drawIdentityCast(random) };
}
