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
}

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
  return { history, conditions, reading, hints, wrongListings, seed, caCertificates: cast.identities.authorities > 0 && random.chance(0.5) };
}

/** Few things and groups, for what is attached to them: all else of the registry has histories of its own. */
function castOf(random: Random): Cast & Required<Pick<Cast, 'identities'>> {
  const { ties, slow } = drawCast(random, false);
  return { things: 1 + random.below(3), groups: 1 + random.below(2), types: 0, trees: false, dynamicGroups: false, ties, slow, identities: drawIdentityCast(random) };
}
