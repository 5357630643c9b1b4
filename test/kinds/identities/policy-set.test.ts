/** Which policies are attached to a certificate that is active all the time, and in which order. */
import * as fc from 'fast-check';
import { IdentityBench, LAMP } from './harness';
import { CertificateRecord } from '../../../src/kinds/certificate/certificate';
import { evaluatorOf } from '../policy/policy-evaluator';

type Effect = 'Allow' | 'Deny';

interface Statement {
  readonly Effect: Effect;
  readonly Action: string;
  readonly Resource: string | readonly string[];
}

const ARN = 'arn:aws:iot:us-east-1:111122223333:topic/';

const statement = (effect: Effect, ...topics: string[]): Statement => ({ Effect: effect, Action: 'iot:Publish', Resource: topics.map((each) => `${ARN}${each}`) });
const documentOf = (statements: readonly Statement[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });
const attachedIn = (bench: IdentityBench) => bench.registry.identitySnapshot().certificates[LAMP.id].policies;

const BASE = [statement('Allow', 'x')];
/** As SECURITY.md recommends for each policy of a device. */
const MIXED = [statement('Allow', '*'), statement('Deny', '$aws/rules/*')];
const QUARANTINE = [statement('Deny', 'secret')];
const LESSER = [statement('Allow', 'y')];

type Documents = Readonly<Record<string, readonly Statement[]>>;

interface World {
  /** Policies by name. */
  readonly documents: Documents;
  readonly before: readonly string[];
  readonly wanted: readonly string[];
  /** Those that were not accepted in the destination. */
  readonly rejected?: readonly string[];
  /** Those that somebody has deleted there, though they count as applied. */
  readonly gone?: readonly string[];
}

/** The bench with a certificate that has the policies before, and what applies its next record; other policies of the destination are missing there. */
async function worldOf({ documents, before, wanted, rejected = [], gone = [] }: World, history: 'plain' | 'unknown') {
  const bench = new IdentityBench();
  for (const [policyName, statements] of Object.entries(documents)) {
    const document = documentOf(statements);
    if (rejected.includes(policyName)) bench.record({ kind: 'policy', policyName }, { document });
    else await bench.policy(policyName, document);
  }
  const old = bench.certificate('ACTIVE', before) as CertificateRecord;
  await bench.apply(old, { history: 'new' });
  for (const policyName of gone) bench.registry.execute('DeletePolicy', { policyName });
  const next = bench.certificate('ACTIVE', wanted);
  return { bench, apply: () => bench.apply(next, history === 'plain' ? { history, old } : { history }) };
}

describe.each(['plain', 'unknown'] as const)('where the history is %s', (history) => {
  const waiting = async (world: World) => {
    const { bench, apply } = await worldOf(world, history);
    bench.writes.splice(0);
    await expect(apply()).rejects.toMatchObject({ name: 'Waiting' });
    return bench;
  };
  const after = async (world: World) => attachedIn(await waiting(world));

  test('a policy that allows and denies is not attached while one that denies is missing', async () => {
    const documents = { base: BASE, mixed: MIXED, quarantine: QUARANTINE };
    expect(await after({ documents, before: ['base'], wanted: ['base', 'mixed', 'quarantine'], rejected: ['quarantine'] })).toEqual(['base']);
  });

  test('of policies that allow and deny none is attached, even for a moment, while one is missing', async () => {
    const world = { documents: { base: BASE, mixed: MIXED, other: MIXED }, before: ['base'], wanted: ['base', 'mixed', 'other'], rejected: ['other'] };
    expect((await waiting(world)).writes).toEqual([]);
  });

  test('a policy that allows and denies is detached while one that only allows is missing', async () => {
    expect(await after({ documents: { base: BASE, mixed: MIXED, lesser: LESSER }, before: ['base', 'mixed'], wanted: ['base', 'lesser'], rejected: ['lesser'] })).toEqual(['base']);
  });

  test('while one that denies is missing, a policy that allows and denies stays if something that stays may need it', async () => {
    const documents = { base: BASE, mixed: MIXED, quarantine: QUARANTINE, other: QUARANTINE };
    expect(await after({ documents, before: ['base', 'mixed'], wanted: ['base', 'quarantine'], rejected: ['quarantine'] })).toEqual(['base', 'mixed']);
    expect(await after({ documents, before: ['mixed'], wanted: ['quarantine'], rejected: ['quarantine'] })).toEqual([]);
    expect(await after({ documents, before: ['mixed', 'other'], wanted: ['other', 'quarantine'], rejected: ['quarantine'] })).toEqual(['other']);
  });

  test('of policies that allow and deny none stays alone, if somebody has deleted another one', async () => {
    const documents = { base: BASE, mixed: MIXED, other: [statement('Allow', 'z'), statement('Deny', 'secret')] };
    expect(await after({ documents, before: ['base'], wanted: ['base', 'mixed', 'other'], gone: ['other'] })).toEqual(['base']);
  });
});

test('what allows and denies is attached before what only allows, and detached before what only denies', async () => {
  const documents = { mixed: MIXED, deny: QUARANTINE, next: MIXED, lesser: LESSER };
  const { bench, apply } = await worldOf({ documents, before: ['deny', 'mixed'], wanted: ['lesser', 'next'] }, 'plain');
  const calls: string[] = [];
  bench.registry.onWrite = (operation, input) => calls.push(`${operation} ${(input as { policyName: string }).policyName}`);
  await apply();
  expect(calls).toEqual(['AttachPolicy next', 'DetachPolicy mixed', 'AttachPolicy lesser', 'DetachPolicy deny']);
});

const NAMES = ['p0', 'p1', 'p2', 'p3', 'p4'];
const TOPICS = ['a', 'b', 'c'];

const topics = fc.subarray(TOPICS, { minLength: 1 });
const statements = fc.array(fc.tuple(fc.constantFrom<Effect>('Allow', 'Deny'), topics).map(([effect, named]) => statement(effect, ...named)), { minLength: 1, maxLength: 3 });
const worlds: fc.Arbitrary<World> = fc.record({
  documents: fc.tuple(...NAMES.map(() => statements)).map((all) => Object.fromEntries(all.map((each, i) => [NAMES[i], each]))),
  before: fc.subarray(NAMES),
  wanted: fc.subarray(NAMES),
  unfit: fc.subarray(NAMES),
  areGone: fc.boolean(),
}).map(({ unfit, areGone, ...world }) => {
  const fresh = unfit.filter((name) => !world.before.includes(name));
  return areGone ? { ...world, gone: fresh } : { ...world, rejected: fresh };
});

/** What a certificate with these policies may publish to. */
function allowedBy(names: readonly string[], documents: Documents): readonly string[] {
  const isAllowed = evaluatorOf(documentOf(names.flatMap((name) => documents[name])), 'within a segment');
  return TOPICS.filter((topic) => isAllowed({ action: 'iot:Publish', resource: `${ARN}${topic}`, context: {} }));
}

const has = (effect: Effect, documents: Documents) => (name: string) => documents[name].some(({ Effect }) => Effect === effect);

/** Those that allow and deny, of those that only one of the sets has. */
function mixedOf(one: readonly string[], { documents }: World, other: readonly string[]): readonly string[] {
  return one.filter((name) => !other.includes(name) && has('Allow', documents)(name) && has('Deny', documents)(name));
}

describe('whatever the policies are', () => {
  test('no call allows more than the policies before or those of the record, unless two that allow and deny change', async () => {
    const seen = { waiting: 0, applied: 0, mixed: 0, allowing: 0 };
    await fc.assert(fc.asyncProperty(worlds, fc.constantFrom('plain' as const, 'unknown' as const), async (world, history) => {
      const { documents, before, wanted } = world;
      const mixed = [mixedOf(wanted, world, before), mixedOf(before, world, wanted)];
      fc.pre(mixed.every(({ length }) => length <= 1));
      const most = new Set([...allowedBy(before, documents), ...allowedBy(wanted, documents)]);
      const { bench, apply } = await worldOf(world, history);
      const excess: string[] = [];
      bench.registry.onWrite = (operation, input) => {
        const beyond = allowedBy(attachedIn(bench), documents).filter((topic) => !most.has(topic));
        if (beyond.length > 0) excess.push(`${operation} ${JSON.stringify(input)}: ${beyond.join()}`);
      };
      const isApplied = await apply().then(() => true, () => false);
      expect(excess).toEqual([]);
      seen[isApplied ? 'applied' : 'waiting']++;
      seen.mixed += Number(mixed.flat().length > 0);
      seen.allowing += Number(most.size > 0);
    }), { numRuns: 400 });
    // Otherwise the property would hold for nothing.
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(50);
  });

  test('what is left allows no more, and what nothing needs is gone', async () => {
    const seen = { waiting: 0, applied: 0, lacksDenial: 0 };
    await fc.assert(fc.asyncProperty(worlds, fc.constantFrom('plain' as const, 'unknown' as const), async (world, history) => {
      const { documents, before, wanted, rejected = [], gone = [] } = world;
      const { bench, apply } = await worldOf(world, history);
      const isApplied = await apply().then(() => true, () => false);
      const attached = attachedIn(bench);
      const lacking = wanted.filter((name) => [...rejected, ...gone].includes(name));
      expect(isApplied).toBe(lacking.length === 0);
      if (isApplied) expect([...attached].sort()).toEqual([...wanted].sort());
      const most = [...allowedBy(before, documents), ...allowedBy(wanted, documents)];
      expect(most).toEqual(expect.arrayContaining([...allowedBy(attached, documents)]));
      const surplus = attached.filter((name) => !wanted.includes(name));
      const lacksDenial = lacking.some(has('Deny', documents));
      if (lacksDenial) expect(surplus.every(has('Deny', documents))).toBe(true);
      else expect(surplus).toEqual([]);
      seen[isApplied ? 'applied' : 'waiting']++;
      seen.lacksDenial += Number(lacksDenial);
    }), { numRuns: 400 });
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(50);
  });
});
