import { drawConditions, type Conditions } from '../conditions';
import type { Reading } from '../executions';
import { drawCast, generateHistory } from '../generator';
import type { Step } from '../history';
import { withIdentities, drawIdentityCast } from '../identity-operations';
import type { Random } from '../random';
import { drawCalmPipeline, drawWorldReading } from '../worlds/conditions';

type Operation = Omit<Step, 'after'>;

/** What happens in a world of identities, one after the other. */
export type IdentityAct = { readonly after: number } & (
  | { readonly what: 'source' | 'foreign'; readonly step: Operation }
  | { readonly what: 'byHand'; readonly seed: number }
  | { readonly what: 'letters gone' | 'letters redriven' | 'pause' | 'resume' | 'check' | 'nothing' }
  | { readonly what: 'shining' | 'failing'; readonly on: boolean }
);

/** What can be the matter. Each is drawn on its own. */
export const IDENTITY_TROUBLES = ['unfaithful', 'foreign', 'byHand', 'letters', 'pauses', 'darkSource', 'failingRuns'] as const;
export type IdentityTrouble = (typeof IDENTITY_TROUBLES)[number];

export interface IdentityWorldConditions {
  readonly pipeline: Conditions;
  readonly reading: Reading;
  readonly troubles: ReadonlySet<IdentityTrouble>;
  /** The longest that passes at once while there is work, in milliseconds. */
  readonly longestWait: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Operations of a history. */
const OPERATIONS = 18;

/** A document that is replicated to no other Region: nobody knows the domain name there. */
export const UNFAITHFUL = JSON.stringify({
  Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iot:Connect', Resource: '*', Condition: { StringEquals: { 'iot:DomainName': 'devices.example.com' } } }],
});
export const FAITHFUL = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iot:Connect', Resource: '*' }] });
/** What somebody else lets devices do in the destination. */
const FOREIGN = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iot:Publish', Resource: '*' }] });

export function drawIdentityWorld(random: Random, from: readonly IdentityTrouble[]): { readonly conditions: IdentityWorldConditions; readonly plan: readonly IdentityAct[] } {
  const drawn = withIdentities(drawConditions(random.fork()), random.fork());
  const reading = drawWorldReading(random);
  const troubles = new Set(from.filter(() => random.chance(0.4)));
  const conditions: IdentityWorldConditions = {
    pipeline: {
      ...drawn,
      // Roomy: what somebody attaches by hand would hold up what is replicated.
      limits: { ...drawn.limits, maxPageSize: reading.pageSize, policiesPerCertificate: 10, policiesPerGroup: 2, policyDeletionDelay: 0 },
      ...drawCalmPipeline(random),
      indexLag: 0,
      weights: { ...drawn.weights, call: 16, wait: random.pick([0.05, 0.3]) },
    },
    reading,
    troubles,
    longestWait: random.pick([200, 5_000, 20_000]),
  };
  return { conditions, plan: drawPlan(random, conditions) };
}

function drawPlan(random: Random, { pipeline, troubles }: IdentityWorldConditions): IdentityAct[] {
  const { ties } = drawCast(random, false);
  const identities = { ...drawIdentityCast(random), authorities: 0 };
  const cast = { things: 1 + random.below(2), groups: 1, types: 0, trees: false, dynamicGroups: false, ties, slow: 0, identities };
  const policyName = () => `p${random.below(identities.policies)}`;
  const pause = () => (random.chance(0.5) ? random.pick([1_000, 20_000, 2 * MINUTE]) : random.pick([10 * MINUTE, 40 * MINUTE, 2 * HOUR])) + random.below(1_000);
  const pending = new Map<string, IdentityAct>();
  const trouble = (): IdentityAct[] => {
    const what = random.pick([...troubles]);
    switch (what) {
      case 'unfaithful': return [{ after: pause(), what: 'source', step: { call: 'CreatePolicyVersion', input: { policyName: policyName(), policyDocument: UNFAITHFUL, setAsDefault: true } } }];
      case 'foreign': return [{ after: pause(), what: 'foreign', step: { call: 'CreatePolicy', input: { policyName: policyName(), policyDocument: FOREIGN } } }];
      case 'byHand': return [{ after: pause(), what: 'byHand', seed: random.below(1_000_000) }];
      case 'letters': return [{ after: pause(), what: random.pick(['letters gone', 'letters redriven'] as const) }];
      case 'pauses':
        pending.set(what, { after: 0, what: 'resume' });
        return [{ after: pause(), what: 'pause' }];
      case 'darkSource':
        pending.set(what, { after: 0, what: 'shining', on: true });
        return [{ after: pause(), what: 'shining', on: false }];
      case 'failingRuns':
        pending.set(what, { after: 0, what: 'failing', on: false });
        return [{ after: pause(), what: 'failing', on: true }];
      default: return [];
    }
  };
  const acts: IdentityAct[] = [];
  for (const { after: _, ...step } of generateHistory(random.fork(), OPERATIONS, cast, pipeline)) {
    for (const [key, act] of pending) {
      if (!random.chance(0.4)) continue;
      pending.delete(key);
      acts.push({ ...act, after: pause() });
    }
    if (troubles.size > 0 && random.chance(0.35)) acts.push(...trouble());
    if (random.chance(0.1)) acts.push({ after: pause(), what: 'check' });
    acts.push({ after: pause(), what: 'source', step });
  }
  return acts;
}
